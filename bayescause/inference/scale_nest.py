"""A density of up to two group scales and a residual scale, integrated, and independent draws of it without atoms.

The residual scale has, at every place of the group scales, a grid of its own that is laid where its mass is. One group
scale is put on the adaptive grid of ``scale_grid``, two on a plane that is refined until the evidence stands still.
Sums over evenly spaced nodes converge faster than any power of the spacing here, because every axis runs over the whole
line and the densities are smooth on it (Trefethen and Weideman 2014). Draws go through the continuous inverse of each
conditional distribution in turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bayescause.errors import ConvergenceError
from bayescause.inference.scale_grid import TOLERANCE, grid_of, inverse_in_cells, masses_of_cells, scale_grid
from bayescause.scm.mechanism import FloatArray

__all__ = ["ScaleNest", "draw_nested"]

NODES = 65
"""Nodes of the residual scale: with these, sums of densities like those of scales err by less than 1e-9."""

SCAN = 33
"""Nodes of each scan that looks for the mass along an axis."""

SCANS = 14
"""Scans at most: each narrows the window."""

DEPTH = 34.0
"""Nodes that lie this far below the mode in log density are left out: their mass is below 1e-14."""

ROWS = 4_000
"""Places at which the residual scale is integrated at once."""

FINEST = 513
"""Nodes along each side of the finest plane."""

FINEST_LINE = 8_193
"""Nodes of the finest grid of one group scale."""

type Density = Callable[[FloatArray], FloatArray]
type Bounds = tuple[float, float]


@dataclass(frozen=True, eq=False)
class ScaleNest:
    """A log density of scales, and where its mass may lie.

    Parameters
    ----------
    log_density : function
        Of points, dims (point, axis), to log densities, dims (point,); minus infinity where it is zero. The axes are
        the outer ones, then the inner one.
    outer : sequence of (low, high)
        Of each group scale, wide enough to hold all mass; at most two.
    inner : (low, high), optional
        Of the residual scale; None where it is known.
    """

    log_density: Density
    outer: Sequence[Bounds]
    inner: Bounds | None

    def log_marginal(self, places: FloatArray) -> FloatArray:
        """Log density of the outer axes at ``places``, dims (point, outer axis), the inner one integrated out."""
        parts = [self._integrated(places[start : start + ROWS]) for start in range(0, len(places), ROWS)]
        return np.concatenate(parts)

    def conditional(self, places: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Nodes of the inner axis at each place, and log densities there, dims (point, node)."""
        low, high = (np.full(len(places), float(end)) for end in self.inner or (0.0, 0.0))
        wide = np.arange(len(places))
        for _ in range(SCANS):
            nodes = np.linspace(low[wide], high[wide], SCAN, axis=-1)
            first, last = _kept(self._along(places[wide], nodes))
            at = np.arange(len(wide))
            low[wide], high[wide] = nodes[at, first], nodes[at, last]
            wide = wide[last - first < SCAN // 2]
            if not len(wide):
                break
        nodes = np.linspace(low, high, NODES, axis=-1)
        return nodes, self._along(places, nodes)

    def _integrated(self, places: FloatArray) -> FloatArray:
        if self.inner is None:
            return self.log_density(places)
        nodes, values = self.conditional(places)
        # Where the mass lies beyond the bounds, the window shrinks to nothing at one of them.
        return _log_sums(values) + np.log(np.maximum(nodes[:, 1] - nodes[:, 0], 1e-300))

    def _along(self, places: FloatArray, nodes: FloatArray) -> FloatArray:
        repeated = np.repeat(places, nodes.shape[1], axis=0)
        values = self.log_density(np.column_stack([repeated, nodes.ravel()])).reshape(nodes.shape)
        # A place at which nothing is possible is told by its value, not by numbers that are none.
        return np.where(np.isfinite(values), values, -1e300)


def draw_nested(nest: ScaleNest, random: np.random.Generator, *, samples: int) -> tuple[FloatArray, float]:
    """Independent draws, dims (sample, axis), and the log of the integral of the density.

    Raises
    ------
    ConvergenceError
        If the density is nowhere positive or too rough to integrate.

    Examples
    --------
    >>> nest = ScaleNest(lambda at: -0.5 * (at**2).sum(axis=1), [(-30.0, 30.0)], (-30.0, 30.0))
    >>> points, evidence = draw_nested(nest, np.random.default_rng(0), samples=100)
    >>> points.shape, bool(abs(evidence - np.log(2 * np.pi)) < 1e-6)
    ((100, 2), True)
    """
    if len(nest.outer) == 2:
        places, evidence = _draw_plane(nest, random, samples)
    elif nest.outer:
        grid = scale_grid(lambda at: nest.log_marginal(at[:, None]), *nest.outer[0], most=FINEST_LINE)
        places, evidence = grid.quantile(random.uniform(size=samples))[:, None], grid.log_evidence
    else:
        nothing = np.zeros((1, 0))
        places, evidence = np.zeros((samples, 0)), float(nest.log_marginal(nothing)[0])
    if nest.inner is None:
        return places, evidence
    chances = random.uniform(size=samples)
    parts = [
        _inverted(*nest.conditional(places[at : at + ROWS]), chances[at : at + ROWS]) for at in range(0, samples, ROWS)
    ]
    return np.column_stack([places, np.concatenate(parts)]), evidence


def _draw_plane(nest: ScaleNest, random: np.random.Generator, samples: int) -> tuple[FloatArray, float]:
    from scipy.interpolate import RectBivariateSpline

    first, second, values, evidence = _plane(nest)
    grid = grid_of(first, _log_sums(values) + np.log(second[1] - second[0]))
    places = grid.quantile(random.uniform(size=samples))
    # The plane is so fine that its sums have converged: a smooth surface through it errs by as little.
    surface = RectBivariateSpline(first, second, np.maximum(values, values.max() - 700.0), kx=5, ky=5)
    order = np.argsort(places)
    along = np.empty((samples, len(second)))
    along[order] = surface(places[order], second)
    nodes = np.broadcast_to(second, along.shape)
    return np.column_stack([places, _inverted(nodes, along, random.uniform(size=samples))]), evidence


def _plane(nest: ScaleNest) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Nodes of both outer axes and log densities at their pairs, so fine that the evidence stands still."""
    bounds = list(nest.outer)
    for _ in range(SCANS):
        first, second, values = _tabulated(nest, bounds, SCAN)
        kept = [_kept(values.max(axis=axis)[None]) for axis in (1, 0)]
        bounds = [
            (float(axis[start[0]]), float(axis[end[0]]))
            for axis, (start, end) in zip((first, second), kept, strict=True)
        ]
        if all(end[0] - start[0] >= SCAN // 2 for start, end in kept):
            break
    number = 2 * SCAN - 1
    while number <= FINEST:
        first, second, values = _tabulated(nest, bounds, number)
        steps = np.log((first[1] - first[0]) * (second[1] - second[0]))
        fine = _log_sums(_log_sums(values)[None])[0] + steps
        coarse = _log_sums(_log_sums(values[::2, ::2])[None])[0] + steps + np.log(4.0)
        if abs(fine - coarse) < TOLERANCE:
            return first, second, values, float(fine)
        number = 2 * number - 1
    raise ConvergenceError("The posterior of two group sds is too rough to integrate. Use the engine 'nuts'.")


def _tabulated(nest: ScaleNest, bounds: Sequence[Bounds], number: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    first, second = (np.linspace(*each, number) for each in bounds)
    places = np.column_stack([np.repeat(first, number), np.tile(second, number)])
    values = nest.log_marginal(places).reshape(number, number)
    if not np.isfinite(values.max()):
        raise ConvergenceError("The posterior of two group sds is nowhere finite. Look at their priors.")
    return first, second, values


def _kept(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First and last node around the mass, one node beyond it on either side, dims (point, node) to (point,)."""
    kept = values > values.max(axis=1, keepdims=True) - DEPTH
    last = values.shape[1] - 1 - kept[:, ::-1].argmax(axis=1)
    return np.maximum(kept.argmax(axis=1) - 1, 0), np.minimum(last + 1, values.shape[1] - 1)


def _log_sums(values: FloatArray) -> FloatArray:
    """Log of the trapezoidal sums along the last axis, at a distance of one."""
    peak = values.max(axis=1)
    weights = np.exp(values - peak[:, None])
    weights[:, [0, -1]] *= 0.5
    return np.asarray(peak + np.log(weights.sum(axis=1)))


def _inverted(nodes: FloatArray, values: FloatArray, chances: FloatArray) -> FloatArray:
    """Places below which ``chances`` of the mass lie of densities at ``nodes``, dims (point, node) to (point,)."""
    masses = masses_of_cells(values - values.max(axis=1, keepdims=True))
    reached = np.cumsum(masses, axis=1)
    target = chances * reached[:, -1]
    cell = np.minimum((reached < target[:, None]).sum(axis=1), masses.shape[1] - 1)
    row = np.arange(len(nodes))
    inside = (target - (reached[row, cell] - masses[row, cell])) / np.maximum(masses[row, cell], 1e-300)
    rise = values[row, cell + 1] - values[row, cell]
    step = nodes[:, 1] - nodes[:, 0]
    return np.asarray(nodes[row, cell] + step * inverse_in_cells(np.clip(inside, 0.0, 1.0), rise, row))
