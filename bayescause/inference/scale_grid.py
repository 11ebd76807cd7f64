"""The density of a log scale on an adaptive grid, with a continuous inverse of its distribution.

The density is held as a piecewise exponential function between the nodes. The grid starts where the mass is and is
doubled until the log of the total mass moves by less than ``TOLERANCE``; a curvature term makes the masses of the
cells exact to the fourth order in the spacing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bayescause.errors import ConvergenceError
from bayescause.scm.logarithms import log_one_plus
from bayescause.scm.mechanism import FloatArray

__all__ = ["TOLERANCE", "ScaleGrid", "grid_of", "inverse_in_cells", "masses_of_cells", "scale_grid"]

TOLERANCE = 1e-6
"""Largest move of the log evidence between two grids, one twice as fine as the other."""

DEPTH = 40.0
"""Nodes that lie this far below the mode in log density are left out: their mass is below 1e-17."""

SCAN = 129
"""Nodes of each scan that looks for the mass."""

FIRST = 129
"""Nodes of the first grid."""

MOST = 1_000_001
"""Nodes beyond which a density is called too rough."""


@dataclass(frozen=True, eq=False)
class ScaleGrid:
    """A density on an even grid.

    Parameters
    ----------
    nodes : array, dims (node,)
        Log scales, evenly spaced.
    log_density : array, dims (node,)
        Up to the constant in ``log_evidence``.
    cumulative : array, dims (node,)
        Distribution function at the nodes, from 0 to 1.
    log_evidence : float
        Log of the integral of the density.
    """

    nodes: FloatArray
    log_density: FloatArray
    cumulative: FloatArray
    log_evidence: float

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Log scales below which ``probability`` of the mass lies; continuous, so that ranks have no ties."""
        cell = _cells_of(self.cumulative, probability)
        mass, step = np.diff(self.cumulative), self.nodes[1] - self.nodes[0]
        share = (probability - self.cumulative[cell]) / np.where(mass > 0, mass, 1.0)[cell]
        return np.asarray(
            self.nodes[cell] + step * inverse_in_cells(np.clip(share, 0.0, 1.0), np.diff(self.log_density), cell)
        )

    def log_probability(self, places: FloatArray) -> FloatArray:
        """Log density at ``places`` of what ``quantile`` makes of even probabilities, dims of ``places``."""
        cell = np.clip(np.searchsorted(self.nodes, places, side="right") - 1, 0, len(self.nodes) - 2)
        step = self.nodes[1] - self.nodes[0]
        rise = self.log_density[cell + 1] - self.log_density[cell]
        share = (places - self.nodes[cell]) / step
        # The density is exp(rise * share) over its integral, written so that neither end overflows.
        width = np.maximum(np.abs(rise), 1e-8)
        top = np.where(rise > 0, share - 1.0, share) * rise
        with np.errstate(divide="ignore"):
            mass = np.log(np.maximum(np.diff(self.cumulative), 0.0))[cell]
        return np.asarray(mass + top + np.log(width / -np.expm1(-width)) - np.log(step))


def _cells_of(cumulative: FloatArray, probability: FloatArray) -> npt.NDArray[np.intp]:
    """Cell of each probability, dims (sample,): found for all in order, which takes half as long as one by one."""
    order = np.argsort(probability)
    first = np.searchsorted(probability[order], cumulative[1:-1])
    cells = np.empty(len(order), dtype=np.intp)
    cells[order] = np.repeat(np.arange(len(cumulative) - 1), np.diff(first, prepend=0, append=len(order)))
    return cells


def inverse_in_cells(share: FloatArray, rise: FloatArray, cell: npt.NDArray[np.intp]) -> FloatArray:
    """Place in [0, 1] below which ``share`` of the density exp(rise * place) lies, dims of ``share`` and ``cell``.

    ``rise`` is that of each cell, and ``cell`` says which one it is.
    """
    # Seen from its higher end every density falls, so that nothing overflows.
    falls = -np.abs(rise)
    is_flat, is_rising = (falls > -1e-8)[cell], (rise > 0)[cell]
    seen = np.where(is_rising, 1.0 - share, share)
    below = log_one_plus(seen * np.expm1(falls)[cell]) / np.where(falls > -1e-8, -1.0, falls)[cell]
    return np.asarray(np.where(is_flat, share, np.where(is_rising, 1.0 - below, below)))


def scale_grid(
    log_density: Callable[[FloatArray], FloatArray], low: float, high: float, *, most: int = MOST
) -> ScaleGrid:
    """Grid of the density of a log scale between ``low`` and ``high``.

    Parameters
    ----------
    log_density : function
        Of log scales, dims (node,); ``-inf`` where the scale is impossible.
    low, high : float
        Bounds wide enough to hold all mass.
    most : int
        Nodes beyond which the density is called too rough.

    Raises
    ------
    ConvergenceError
        If the density is nowhere positive or too rough to integrate.

    Examples
    --------
    >>> grid = scale_grid(lambda scale: -0.5 * scale**2, -30.0, 30.0)
    >>> bool(abs(grid.log_evidence - 0.5 * np.log(2 * np.pi)) < 1e-6)
    True
    """
    first, last = _window(log_density, low, high)
    nodes = np.linspace(first, last, FIRST)
    grid = grid_of(nodes, log_density(nodes))
    while len(grid.nodes) < most:
        finer = _doubled(grid, log_density)
        if abs(finer.log_evidence - grid.log_evidence) < TOLERANCE:
            return finer
        grid = finer
    raise ConvergenceError("The posterior of a scale is too rough to integrate. Use the engine 'nuts'.")


def _window(log_density: Callable[[FloatArray], FloatArray], low: float, high: float) -> tuple[float, float]:
    """Narrow ``low`` and ``high`` down to where the mass is, by scans: it may be far narrower than the step of one."""
    first, last = low, high
    while True:
        nodes = np.linspace(first, last, SCAN)
        values = log_density(nodes)
        if not np.isfinite(values.max()):
            raise ConvergenceError("The posterior of a scale is nowhere finite. Look at its prior.")
        kept = np.flatnonzero(values > values.max() - DEPTH)
        below, above = max(kept[0] - 1, 0), min(kept[-1] + 1, SCAN - 1)
        if above - below > SCAN // 4:
            return (
                _edge(log_density, nodes[kept[0]], nodes[below], values[below]),
                _edge(log_density, nodes[kept[-1]], nodes[above], values[above]),
            )
        first, last = nodes[below], nodes[above]


def _edge(log_density: Callable[[FloatArray], FloatArray], inside: float, outside: float, value: float) -> float:
    """Give ``outside``, or the end of the support by bisection if the density is zero there."""
    if value > -np.inf:
        return outside
    for _ in range(60):
        middle = 0.5 * (inside + outside)
        if log_density(np.array([middle]))[0] > -np.inf:
            inside = middle
        else:
            outside = middle
    return inside


def _doubled(grid: ScaleGrid, log_density: Callable[[FloatArray], FloatArray]) -> ScaleGrid:
    nodes = np.linspace(grid.nodes[0], grid.nodes[-1], 2 * len(grid.nodes) - 1)
    values = np.empty(len(nodes))
    values[::2], values[1::2] = grid.log_density, log_density(nodes[1::2])
    return grid_of(nodes, values)


def grid_of(nodes: FloatArray, values: FloatArray) -> ScaleGrid:
    """The density with the log densities ``values`` at evenly spaced ``nodes``, dims (node,) of both."""
    step, peak = nodes[1] - nodes[0], values.max()
    masses = step * masses_of_cells(values - peak)
    total = masses.sum()
    cumulative = np.concatenate(([0.0], np.cumsum(masses) / total))
    cumulative[-1] = 1.0
    return ScaleGrid(nodes, values, cumulative, float(np.log(total) + peak))


def masses_of_cells(log_density: FloatArray) -> FloatArray:
    """Integrals between neighbouring nodes at a distance of one, dims (..., node) to (..., cell); the peak is 0."""
    relative = np.maximum(log_density, -700.0)
    width = np.abs(np.diff(relative))
    top = np.maximum(relative[..., 1:], relative[..., :-1])
    share = np.where(width < 1e-8, 1.0 - 0.5 * width, -np.expm1(-width) / np.maximum(width, 1e-8))
    return np.asarray(np.exp(top + _curvature(relative) / 12.0) * share)


def _curvature(values: FloatArray) -> FloatArray:
    """Minus the second difference of each cell, bounded: a chord misses a twelfth of it."""
    bend = np.zeros(values.shape)
    bend[..., 1:-1] = np.clip(-np.diff(values, 2), -1.0, 1.0)
    bend[..., [0, -1]] = bend[..., [1, -2]]
    return np.asarray(0.5 * (bend[..., 1:] + bend[..., :-1]))
