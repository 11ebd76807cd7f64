"""Draws near a posterior with pooled effects: sds from a grid, everything else from where it peaks given them.

At each node of a grid of the sds the density of the other axes has a peak and a curvature. Draws take a place of the
sds within a cell of the grid, and the rest from a t density around the peak at that very place, interpolated between
the nodes; the sds' own share of the curvature needs no interpolation. Importance weights on the joint density then say
how good that was: a Laplace approximation of the sds' marginal density alone certifies nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import lgamma

import numpy as np
import numpy.typing as npt

from bayescause.inference.newton import ascent
from bayescause.inference.pooled_posterior import Bend, PooledPosterior
from bayescause.scm.mechanism import FloatArray

__all__ = ["PooledProposal", "propose_pooled"]

SCAN = (-20.0, 8.0)
"""Places of an sd, in spreads of its prior, between which its mass is looked for."""

COARSE, FINE = {1: 29, 2: 13}, {1: 49, 2: 17}
"""Nodes along each axis of the sds that look for the mass, and of the grid, by number of axes."""

DEPTH = 14.0
"""Nodes whose log density lies this far below the highest are left out."""

FLOOR = 1e-4
"""Share of the highest density that every cell of the grid is given, so that nothing on it is missed."""

DEGREES = 7.0
"""Degrees of freedom at least; as many as there are axes, so that the largest weight stays bounded."""

STEPS, HALVINGS, ENOUGH = 60, 20, 1e-7
"""Newton steps of a node, halvings of each, and the promised gain below which a peak is reached."""

CELLS = 4_000_000
"""Numbers held at once."""


@dataclass(frozen=True, eq=False)
class PooledProposal:
    """A density over all axes of a task with pooled effects.

    Parameters
    ----------
    target : PooledPosterior
    axes : sequence of array, dims (node,)
        Evenly spaced places of the sds.
    peaks : array, dims (node, ..., inner)
    likelihoods, owns : array, dims (node, ..., inner, inner) and (node, ..., inner)
        Parts of the curvature at the peaks.
    log_shares : array, dims (cell, ...)
        Log probability of each cell.
    """

    target: PooledPosterior
    axes: Sequence[FloatArray]
    peaks: FloatArray
    likelihoods: FloatArray
    owns: FloatArray
    log_shares: FloatArray

    def draw(self, samples: int, random: np.random.Generator) -> FloatArray:
        """Independent draws, dims (sample, axis)."""
        shares = np.exp(self.log_shares.ravel())
        cell = np.stack(
            np.unravel_index(random.choice(shares.size, samples, p=shares / shares.sum()), self.log_shares.shape)
        )
        steps = np.array([axis[1] - axis[0] for axis in self.axes])
        starts = np.stack([axis[at] for axis, at in zip(self.axes, cell, strict=True)], axis=-1)
        places = starts + steps * random.uniform(size=starts.shape)
        noise = random.standard_normal((samples, self.target.inner))
        noise /= np.sqrt(random.chisquare(self._degrees, samples) / self._degrees)[:, None]
        parts = []
        for start, step in self._blocks(samples):
            peak, root = self._given(places[start : start + step])
            parts.append(peak + np.linalg.solve(root.swapaxes(1, 2), noise[start : start + step, :, None])[..., 0])
        return np.column_stack([np.concatenate(parts), places])

    def log_density(self, points: FloatArray) -> FloatArray:
        """Log density at points (sample, axis), dims (sample,)."""
        size, degrees = self.target.inner, self._degrees
        constant = lgamma((degrees + size) / 2) - lgamma(degrees / 2) - size / 2 * np.log(degrees * np.pi)
        parts = []
        for start, step in self._blocks(len(points)):
            some = points[start : start + step]
            peak, root = self._given(some[:, size:])
            gaps = ((some[:, :size] - peak)[:, None, :] @ root)[:, 0]
            volume = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
            parts.append(constant + volume - (degrees + size) / 2 * np.log1p((gaps**2).sum(axis=1) / degrees))
        cell, _ = self._cells(points[:, size:])
        area = sum(np.log(axis[1] - axis[0]) for axis in self.axes)
        return np.asarray(np.concatenate(parts) + self.log_shares[tuple(cell)] - area)

    @property
    def _degrees(self) -> float:
        return max(DEGREES, float(self.target.inner))

    def _blocks(self, samples: int) -> list[tuple[int, int]]:
        step = max(1, CELLS // self.target.inner**2)
        return [(start, step) for start in range(0, samples, step)]

    def _cells(self, places: FloatArray) -> tuple[npt.NDArray[np.intp], FloatArray]:
        """Cell along each axis, dims (axis, sample), and the share of the way through it."""
        found, shares = [], []
        for axis, at in zip(self.axes, places.T, strict=True):
            step = axis[1] - axis[0]
            cell = np.clip(((at - axis[0]) / step).astype(int), 0, len(axis) - 2)
            found.append(cell)
            shares.append((at - axis[cell]) / step)
        return np.array(found, dtype=int).reshape(len(self.axes), -1), np.array(shares).reshape(len(self.axes), -1)

    def _given(self, places: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Peak and lower root of the precision of the inner axes at places of the sds."""
        cell, share = self._cells(places)
        peak, likelihood, own = 0.0, 0.0, 0.0
        for corner in product((0, 1), repeat=len(self.axes)):
            weight = np.ones(len(places))
            for axis, end in enumerate(corner):
                weight = weight * (share[axis] if end else 1.0 - share[axis])
            node = tuple(cell[axis] + end for axis, end in enumerate(corner))
            peak = peak + weight[:, None] * self.peaks[node]
            likelihood = likelihood + weight[:, None, None] * self.likelihoods[node]
            own = own + weight[:, None] * self.owns[node]
        return np.asarray(peak), np.linalg.cholesky(
            self.target.precision(np.asarray(likelihood), np.asarray(own), places)
        )


def propose_pooled(target: PooledPosterior) -> PooledProposal | str:
    """A proposal for ``target``, or why there is none, in words that follow "because"."""
    axes = [np.linspace(*SCAN, COARSE[len(target.scales)]) for _ in target.scales]
    found = _tabulated(target, axes)
    if isinstance(found, str):
        return found
    axes = [_narrowed(axis, found.log_mass, place) for place, axis in enumerate(axes)]
    found = _tabulated(target, axes)
    if isinstance(found, str):
        return found
    cells = found.log_mass
    for place in range(len(axes)):
        first, last = np.arange(len(axes[place]) - 1), np.arange(1, len(axes[place]))
        cells = np.logaddexp(cells.take(first, axis=place), cells.take(last, axis=place))
    cells = np.logaddexp(cells, cells.max() + np.log(FLOOR))
    cells -= np.log(np.exp(cells - cells.max()).sum()) + cells.max()
    return PooledProposal(target, axes, found.peaks, found.likelihoods, found.owns, cells)


@dataclass(frozen=True, eq=False)
class _Tabulated:
    """Peaks at the nodes of a grid of the sds, and the log density that Laplace's method gives each node."""

    peaks: FloatArray
    likelihoods: FloatArray
    owns: FloatArray
    log_mass: FloatArray


def _narrowed(axis: FloatArray, log_mass: FloatArray, place: int) -> FloatArray:
    others = tuple(each for each in range(log_mass.ndim) if each != place)
    along = log_mass.max(axis=others)
    kept = np.flatnonzero(along > along.max() - DEPTH)
    first, last = max(kept[0] - 1, 0), min(kept[-1] + 1, len(axis) - 1)
    return np.linspace(axis[first], axis[last], FINE[log_mass.ndim])


def _tabulated(target: PooledPosterior, axes: Sequence[FloatArray]) -> _Tabulated | str:
    shape = tuple(map(len, axes))
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    start, bends, peaks = np.zeros(target.inner), [], []
    for place in nodes:
        found = _climbed(target, start, place)
        if found is None:
            return "no peak was found given an sd of its pooled effects"
        start, bend = found
        peaks.append(start)
        bends.append(bend)
    likelihoods, owns = np.stack([bend.likelihood for bend in bends]), np.stack([bend.own for bend in bends])
    precision = target.precision(likelihoods, owns, nodes)
    sign, volume = np.linalg.slogdet(precision)
    if not (np.linalg.eigvalsh(precision)[:, 0] > 0).all() or not (sign > 0).all():
        return "given an sd of its pooled effects its posterior does not bend down everywhere at its peak"
    mass = np.array([bend.value for bend in bends]) - 0.5 * volume + target.log_prior_of_scales(nodes)
    return _Tabulated(
        np.stack(peaks).reshape(*shape, -1),
        likelihoods.reshape(*shape, target.inner, target.inner),
        owns.reshape(*shape, -1),
        mass.reshape(shape),
    )


def _climbed(target: PooledPosterior, start: FloatArray, places: FloatArray) -> tuple[FloatArray, Bend] | None:
    """The peak of the inner axes given the sds, by damped Newton steps from ``start``."""
    at, here = start, target.bend(start, places)
    for _ in range(STEPS):
        if not (np.isfinite(here.value) and np.isfinite(here.gradient).all() and np.isfinite(here.likelihood).all()):
            return None
        step = ascent(-target.precision(here.likelihood[None], here.own[None], places[None])[0], here.gradient)
        promised = float(here.gradient @ step)
        if promised < ENOUGH:
            return at, here
        for halving in range(HALVINGS):
            there = target.bend(at + 0.5**halving * step, places)
            if there.value >= here.value + 1e-4 * 0.5**halving * promised:
                break
        else:
            return at, here
        at, here = at + 0.5**halving * step, there
    return None
