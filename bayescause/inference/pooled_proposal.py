"""Draws near a posterior with pooled effects: sds from a grid, all else from where it peaks given them.

At each node of a grid of the sds the density of the other axes has a peak and a curvature. Draws take the
sds from a density that is straight between the nodes, the axes that all levels share from a t density around the peak
given those very sds, and the effects of each level from almost their own law given all that. Importance weights on the
joint density then say how good that was: a Laplace approximation of the sds' marginal density alone certifies nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import lgamma

import numpy as np

from bayescause.inference.arrow import Arrow, solved
from bayescause.inference.level_draws import draw_effects
from bayescause.inference.level_table import LevelTable, giving_way, level_table
from bayescause.inference.pooled_peaks import Peaks, peaks_on
from bayescause.inference.pooled_posterior import Inner, PooledPosterior
from bayescause.inference.posterior import Parameters
from bayescause.inference.proposal import Mixture, adapted, single
from bayescause.inference.telling import Tell, silent
from bayescause.scm.mechanism import FloatArray

__all__ = ["GridProposal", "PooledProposal", "propose_pooled"]

SCAN = (-20.0, 8.0)
"""Places of an sd, in spreads of its prior, between which its mass is looked for."""

COARSE, FINE = {1: 29, 2: 13}, {1: 49, 2: 17}
"""Nodes along each axis of the sds that look for the mass, and of the grid, by number of axes."""

DEPTH = 20.0
"""Nodes whose log density lies this far below the highest are left out."""

NARROWINGS, MUCH = 4, 0.2
"""Grids after the first at most, each where the one before has its mass, and the share of its width that is enough."""

FLOOR = 1e-4
"""Share of the highest density that every node of the grid is given, so that nothing on it is missed."""

REACH = 6.0
"""Sds of an effect around its peaks that are tabulated."""

DEGREES = 7.0
"""Degrees of freedom at least; as many as there are axes, so that the largest weight stays bounded."""


@dataclass(frozen=True, eq=False)
class GridProposal:
    """A density over the axes that all levels share, and the sds.

    Parameters
    ----------
    peaks : Peaks
    log_heights : array, dims (node, ...)
        Log density of the sds at each node of the grid; the density itself is a straight line between nodes.
    shift : array, dims (axis,)
        By how much the shared axes lie beside the joint peak, in roots of their precision: with effects integrated out
        a density peaks elsewhere, the further away the more levels there are.
    """

    peaks: Peaks
    log_heights: FloatArray
    shift: FloatArray

    def draw(self, samples: int, random: np.random.Generator) -> FloatArray:
        """Independent draws, dims (sample, axis): the sds last."""
        places = self._places(samples, random)
        noise = random.standard_normal((samples, self._size))
        noise /= np.sqrt(random.chisquare(self._degrees, samples) / self._degrees)[:, None]
        noise += self.shift
        parts = []
        for some in self.peaks.blocks(samples):
            peak, root = self.peaks.shared_given(places[some])
            parts.append(peak + np.linalg.solve(root.swapaxes(1, 2), noise[some, :, None])[..., 0])
        return np.column_stack([np.concatenate(parts), places])

    def _places(self, samples: int, random: np.random.Generator) -> FloatArray:
        """Draws of the sds, dims (sample, axis): a straight line between nodes is a triangle about each of them."""
        chances = np.exp(self.log_heights) * _volumes(self.peaks.axes)
        nodes = np.unravel_index(random.choice(chances.size, samples, p=chances.ravel() / chances.sum()), chances.shape)
        found = []
        for axis, node in zip(self.peaks.axes, nodes, strict=True):
            way = random.uniform(size=samples) - random.uniform(size=samples)
            way = np.where(node == 0, np.abs(way), np.where(node == len(axis) - 1, -np.abs(way), way))
            found.append(axis[node] + (axis[1] - axis[0]) * way)
        return np.stack(found, axis=-1)

    def log_density(self, points: FloatArray) -> FloatArray:
        """Log density at points (sample, axis), dims (sample,)."""
        size, degrees = self._size, self._degrees
        constant = lgamma((degrees + size) / 2) - lgamma(degrees / 2) - size / 2 * np.log(degrees * np.pi)
        gaps, volume = self._turned(points)
        (height,) = self.peaks.mixed(points[:, size:], [np.exp(self.log_heights)])
        logs = constant + volume - (degrees + size) / 2 * np.log1p(((gaps - self.shift) ** 2).sum(axis=1) / degrees)
        return np.asarray(logs + np.log(height))

    def moved(self, points: FloatArray, weights: FloatArray) -> "GridProposal":
        """The same, moved to where draws of it have their weighted means."""
        gaps, _ = self._turned(points)
        sds = points[:, self._size :]
        spread = np.atleast_2d(np.cov(sds, rowvar=False))
        tilt = np.linalg.solve(spread, weights @ sds - sds.mean(axis=0))
        nodes = np.meshgrid(*self.peaks.axes, indexing="ij")
        tilted = self.log_heights + sum(slope * node for slope, node in zip(tilt, nodes, strict=True))
        return replace(self, log_heights=_floored(tilted, self.peaks.axes), shift=weights @ gaps)

    def _turned(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Distances from the joint peak in roots of the precision, dims (sample, axis), and the root's log volume."""
        size, parts = self._size, []
        for some in self.peaks.blocks(len(points)):
            peak, root = self.peaks.shared_given(points[some, size:])
            gaps = ((points[some, :size] - peak)[:, None, :] @ root)[:, 0]
            parts.append((gaps, np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)))
        gaps, volumes = zip(*parts, strict=True)
        return np.concatenate(gaps), np.concatenate(volumes)

    @property
    def _size(self) -> int:
        return len(self.peaks.target.rest)

    @property
    def _degrees(self) -> float:
        return max(DEGREES, float(self._size))


@dataclass(frozen=True, eq=False)
class PooledProposal:
    """A density over all axes of a task with pooled effects.

    Parameters
    ----------
    target : PooledPosterior
    peaks : Peaks
    shared : GridProposal or Mixture
        Of the axes that all levels share, and of the sds.
    tables : sequence of LevelTable
        Of the effects of a level, where none depends on another.
    """

    target: PooledPosterior
    peaks: Peaks
    shared: GridProposal | Mixture
    tables: Sequence[LevelTable] = ()

    @property
    def size(self) -> int:
        """Number of axes that are learnt from draws."""
        return len(self.target.rest) + len(self.target.scales)

    def weighed(self, samples: int, random: np.random.Generator, tell: Tell = silent) -> tuple[FloatArray, FloatArray]:
        """Independent draws, dims (sample, axis), and their log densities, dims (sample,)."""
        shared = self.shared.draw(samples, random)
        size, logs = len(self.target.rest), self.shared.log_density(shared)
        points = np.zeros((samples, self.target.inner + len(self.target.scales)))
        points[:, self.target.rest], points[:, self.target.inner :] = shared[:, :size], shared[:, size:]
        for some in self.peaks.blocks(samples):
            peak, root = self.peaks.given(shared[some, size:])
            turn = solved(root.blocks, np.eye(root.blocks.shape[-1])).swapaxes(-1, -2)
            moved = np.einsum("slma,sa->slm", root.edges, shared[some, :size] - peak.rest)
            middle = peak.effects - (turn @ moved[..., None])[..., 0]
            said = partial(self._said, tell=tell, before=some.start, samples=samples)
            effects, own = draw_effects(self.target, points[some], middle, turn, random, tables=self.tables, done=said)
            points[some, self.target.nested.ravel()] = effects.reshape(len(effects), -1)
            logs[some] += own
        return points, logs

    def _said(self, done: int, *, tell: Tell, before: int, samples: int) -> None:
        tell(f"drawing {self.target.task.key}: {before + done:,} of {samples:,} proposals")

    def learnt(
        self, points: FloatArray, weights: FloatArray, components: int, random: np.random.Generator
    ) -> "PooledProposal":
        """The same with the grid moved or, of several components, a mixture nearest to weighted draws in its place."""
        shared = points[:, [*self.target.rest, *range(self.target.inner, points.shape[1])]]
        if components == 1 and isinstance(self.shared, GridProposal):
            return replace(self, shared=self.shared.moved(shared, weights))
        return replace(self, shared=adapted(single(shared), shared, weights, components, random))


def propose_pooled(target: PooledPosterior, tell: Tell = silent) -> PooledProposal | str:
    """A proposal for ``target``, or why there is none, in words that follow "because".

    Parameters
    ----------
    target : PooledPosterior
    tell : function
        Told how far the work is.
    """
    axes = [np.linspace(*SCAN, COARSE[len(target.scales)]) for _ in target.scales]
    found = peaks_on(target, axes, tell)
    for _ in range(NARROWINGS):
        if isinstance(found, str):
            return found
        before = axes
        axes = [_narrowed(axis, found.log_mass, place) for place, axis in enumerate(before)]
        found = peaks_on(target, axes, tell)
        if all(np.ptp(new) > MUCH * np.ptp(old) for new, old in zip(axes, before, strict=True)):
            break
    if isinstance(found, str):
        return found
    shared = GridProposal(found, _floored(found.log_mass, axes), np.zeros(len(target.rest)))
    return PooledProposal(target, found, shared, _tables(found))


def _tables(peaks: Peaks) -> tuple[LevelTable, ...]:
    """One for each effect of a level, around where it peaks; none where effects of a level depend on each other."""
    target, rows = peaks.target, peaks.target.rows
    if any(rows.meeting(effect) for effect in range(len(rows.nested))):
        return ()
    kept = peaks.log_mass > peaks.log_mass.max() - DEPTH
    nodes = np.stack(np.meshgrid(*peaks.axes, indexing="ij"), axis=-1)[kept]
    places = Inner(*(part[kept] for part in peaks.places))
    precision = target.precision(Arrow(*(part[kept] for part in peaks.likelihoods)), peaks.owns[kept], nodes)
    sds = target.spreads(nodes).effects
    middles = places.effects * sds
    reaches = REACH * sds / np.sqrt(np.diagonal(precision.blocks, axis1=-2, axis2=-1))
    given = target.parameters(np.column_stack([target.joined(places), nodes]))
    top = int(peaks.log_mass[kept].argmax())
    peak = Parameters(given.coefficients[[top]], {name: values[[top]] for name, values in given.dispersion.items()})
    moves, found = rows.shared(given) - rows.shared(peak), []
    for effect in range(len(rows.nested)):
        gives = giving_way(rows, peak, effect)
        place, reach = middles[..., effect] - moves @ gives.T, reaches[..., effect]
        low, high = (place - reach).min(axis=0), (place + reach).max(axis=0)
        found.append(level_table(rows, peak, effect, gives, low=low, high=high))
    return tuple(found)


def _floored(log_heights: FloatArray, axes: Sequence[FloatArray]) -> FloatArray:
    """Log density at nodes from log masses up to a constant, none too small."""
    raised = np.logaddexp(log_heights, log_heights.max() + np.log(FLOOR))
    return np.asarray(raised - np.log((np.exp(raised - raised.max()) * _volumes(axes)).sum()) - raised.max())


def _volumes(axes: Sequence[FloatArray]) -> FloatArray:
    """What is around each node, up to half the way to its neighbours, dims (node, ...)."""
    found = np.ones(())
    for axis in axes:
        widths = np.full(len(axis), axis[1] - axis[0])
        widths[[0, -1]] /= 2
        found = found[..., None] * widths
    return found


def _narrowed(axis: FloatArray, log_mass: FloatArray, place: int) -> FloatArray:
    others = tuple(each for each in range(log_mass.ndim) if each != place)
    along = log_mass.max(axis=others)
    kept = np.flatnonzero(along > along.max() - DEPTH)
    first, last = max(kept[0] - 1, 0), min(kept[-1] + 1, len(axis) - 1)
    return np.linspace(axis[first], axis[last], FINE[log_mass.ndim])
