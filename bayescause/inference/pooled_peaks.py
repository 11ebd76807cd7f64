"""Where a posterior with pooled effects peaks given their sds, and how it bends there: on a grid and between its nodes.

The peak and the parts of the curvature are interpolated; the sds' own share of the curvature needs no interpolation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from bayescause.inference.arrow import Arrow, ArrowRoot, arrow_ascent, rooted
from bayescause.inference.pooled_posterior import Bend, Inner, PooledPosterior
from bayescause.inference.telling import Tell, silent
from bayescause.scm.mechanism import FloatArray

__all__ = ["Peaks", "peaks_on"]

STEPS, HALVINGS, ENOUGH = 60, 20, 1e-7
"""Newton steps of a node, halvings of each, and the promised gain below which a peak is reached."""

CELLS = 4_000_000
"""Numbers held at once."""


@dataclass(frozen=True, eq=False)
class Peaks:
    """Peaks at the nodes of a grid of the sds.

    Parameters
    ----------
    target : PooledPosterior
    axes : sequence of array, dims (node,)
        Evenly spaced places of the sds.
    places : Inner
        Of the peaks, leading dims (node, ...).
    likelihoods, owns : Arrow and array, leading dims (node, ...)
        Parts of the curvature there.
    shared : array, dims (node, ..., axis, axis)
        Precision of the axes besides the nested effects, which are integrated out.
    log_mass : array, dims (node, ...)
        Log density that Laplace's method gives each node.
    """

    target: PooledPosterior
    axes: Sequence[FloatArray]
    places: Inner
    likelihoods: Arrow
    owns: FloatArray
    shared: FloatArray
    log_mass: FloatArray

    def blocks(self, samples: int) -> Iterator[slice]:
        """Slices of so many samples that what ``given`` makes of them stays small."""
        step = max(1, CELLS // sum(part[(0,) * len(self.axes)].size for part in self.likelihoods))
        return (slice(start, start + step) for start in range(0, samples, step))

    def cells(self, places: FloatArray) -> tuple[npt.NDArray[np.intp], FloatArray]:
        """Cell of the grid along each axis, dims (axis, sample), and the share of the way through it."""
        found, shares = [], []
        for axis, at in zip(self.axes, places.T, strict=True):
            step = axis[1] - axis[0]
            cell = np.clip(((at - axis[0]) / step).astype(int), 0, len(axis) - 2)
            found.append(cell)
            shares.append((at - axis[cell]) / step)
        return np.array(found, dtype=int).reshape(len(self.axes), -1), np.array(shares).reshape(len(self.axes), -1)

    def mixed(self, places: FloatArray, parts: Sequence[FloatArray]) -> list[FloatArray]:
        """Each of ``parts``, leading dims (node, ...), at places between nodes, leading dims (sample,)."""
        cell, share = self.cells(places)
        totals: list[FloatArray] = [np.zeros(())] * len(parts)
        for corner in product((0, 1), repeat=len(self.axes)):
            weight = np.ones(len(places))
            for axis, end in enumerate(corner):
                weight = weight * (share[axis] if end else 1.0 - share[axis])
            node = tuple(cell[axis] + end for axis, end in enumerate(corner))
            totals = [total + _weighted(weight, part[node]) for total, part in zip(totals, parts, strict=True)]
        return totals

    def within(self, places: FloatArray) -> FloatArray:
        """The nearest places of the grid."""
        return np.asarray(np.clip(places, *np.transpose([(axis[0], axis[-1]) for axis in self.axes])))

    def shared_given(self, places: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Peak of the axes besides the nested effects, and root of their precision, leading dims (sample,).

        Beyond the grid they are those of its nearest place.
        """
        peak, precision = self.mixed(self.within(places), (self.places.rest, self.shared))
        return peak, np.linalg.cholesky(precision)

    def given(self, places: FloatArray) -> tuple[Inner, ArrowRoot]:
        """Peak and root of the precision of the inner axes at places of the sds, leading dims (sample,).

        Beyond the grid they are those of its nearest place.

        Raises
        ------
        LinAlgError
            If the interpolated curvature does not bend down.
        """
        places = self.within(places)
        *peak, blocks, edges, rest, own = self.mixed(places, (*self.places, *self.likelihoods, self.owns))
        root = rooted(self.target.precision(Arrow(blocks, edges, rest), own, places))
        if root is None:
            raise np.linalg.LinAlgError("Between two peaks the curvature is not that of a peak.")
        return Inner(*peak), root


def peaks_on(target: PooledPosterior, axes: Sequence[FloatArray], tell: Tell = silent) -> Peaks | str:
    """Peaks at all nodes of a grid, or why there are none, in words that follow "because".

    Parameters
    ----------
    target : PooledPosterior
    axes : sequence of array, dims (node,)
        Evenly spaced places of each sd that is not held, along its unconstrained axis.
    tell : function
        Told how far the work is.

    Returns
    -------
    Peaks
        With leading dims (node, ...), one for each axis.
    """
    shape = tuple(map(len, axes))
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    start = Inner(np.zeros(target.nested.shape), np.zeros(len(target.rest)))
    bends: list[Bend] = []
    peaks: list[Inner] = []
    for number, place in enumerate(nodes):
        # Where a level has several peaks, a guess from the bend at one of them may lie anywhere.
        if number and target.is_concave:
            start = _carried(target, peaks[-1], bends[-1], nodes[number - 1], place)
        found = _climbed(target, start, place)
        if found is None:
            return "no peak was found given an sd of its pooled effects"
        start, bend = found
        peaks.append(start)
        tell(f"drawing {target.task.key}: {len(peaks):,} of {len(nodes):,} peaks for sds of its pooled effects")
        bends.append(bend)
    likelihoods = Arrow(*(np.stack(parts) for parts in zip(*(bend.likelihood for bend in bends), strict=True)))
    owns = np.stack([bend.own for bend in bends])
    root = rooted(target.precision(likelihoods, owns, nodes))
    if root is None:
        return "given an sd of its pooled effects its posterior does not bend down everywhere at its peak"
    mass = np.array([bend.value for bend in bends]) - 0.5 * root.log_determinant + target.log_prior_of_scales(nodes)
    return Peaks(
        target,
        axes,
        Inner(*(np.stack(parts).reshape(*shape, *parts[0].shape) for parts in zip(*peaks, strict=True))),
        Arrow(*(part.reshape(*shape, *part.shape[1:]) for part in likelihoods)),
        owns.reshape(*shape, -1),
        (root.rest @ root.rest.swapaxes(-1, -2)).reshape(*shape, *root.rest.shape[1:]),
        mass.reshape(shape),
    )


def _carried(target: PooledPosterior, peak: Inner, bend: Bend, before: FloatArray, places: FloatArray) -> Inner:
    """About where the peak lies at other places of the sds: effects give way as those of a normal likelihood do."""
    old, new = (target.spreads(each[None]).effects[0] for each in (before, places))
    bends = np.maximum(-np.diagonal(bend.likelihood.blocks, axis1=-2, axis2=-1), 0.0)
    return Inner(peak.effects * (new / old) * (1.0 + bends * old**2) / (1.0 + bends * new**2), peak.rest)


def _climbed(target: PooledPosterior, start: Inner, places: FloatArray) -> tuple[Inner, Bend] | None:
    """The peak of the inner axes given the sds, by damped Newton steps from ``start``."""
    at, here = start, target.bend(start, places)
    for _ in range(STEPS):
        if not all(np.isfinite(part).all() for part in (here.value, *here.gradient, *here.likelihood)):
            return None
        each = target.precision(Arrow(*(part[None] for part in here.likelihood)), here.own[None], places[None])
        step = Inner(*arrow_ascent(Arrow(*(part[0] for part in each)), *here.gradient))
        promised = sum(float((slope * move).sum()) for slope, move in zip(here.gradient, step, strict=True))
        if promised < ENOUGH:
            return at, here
        for halving in range(HALVINGS):
            moved = Inner(*(old + 0.5**halving * move for old, move in zip(at, step, strict=True)))
            there = target.bend(moved, places)
            if there.value >= here.value + 1e-4 * 0.5**halving * promised:
                break
        else:
            return at, here
        at, here = moved, there
    return None


def _weighted(weight: FloatArray, part: FloatArray) -> FloatArray:
    return np.asarray(weight.reshape(-1, *[1] * (part.ndim - 1)) * part)
