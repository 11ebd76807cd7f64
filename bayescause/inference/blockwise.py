"""The posterior of rows that are many and too different to be counted, drawn in a few passes over them.

Each Newton step is one pass, over rows in memory or over blocks of a table that is never held: value, gradient and
Hessian are sums over the blocks. Proposals are then weighed by the expansion of all rows at the peak, exact in its
sums, plus what a random part of the rows says beyond its own expansion there (the difference estimator of Quiroz, Kohn,
Villani and Tran 2019, section 3.2). That rest falls with the root of the number of rows, and its error is measured:
where it could be seen beside the Monte Carlo error of the draws, every proposal is weighed by all rows instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bayescause.compilation.table import Table
from bayescause.inference.certified import CertifiedDraws, sample_around_peaks
from bayescause.inference.distinct_rows import needed_by
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.log_posterior import Expansion, LogPosterior, Values, log_posterior, with_prior
from bayescause.inference.newton import Peak, find_peaks
from bayescause.inference.unconstrained import Coordinates
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray

__all__ = ["AllRows", "Nearby", "sample_by_rows", "sample_in_passes"]

MANY = 50_000
"""Different rows in memory above which proposals are weighed by some of them."""

PARTS = (5_000, 50_000)
"""Rows that tell what the expansion of all rows leaves out: as many as are needed, the fewer first."""

GROUPS = 10
"""Groups of these rows, whose differences tell the error."""

LIKELY = 0.1
"""Share of the proposals, the least likely ones, whose errors do not count: hardly any of them is chosen."""

SEEN = 0.5
"""Error of a log weight, in Monte Carlo errors of a mean of the draws in posterior sds, that is put up with."""


@dataclass(frozen=True, eq=False)
class AllRows:
    """The log posterior of a task given rows that are read in blocks, one pass over them each time it is asked.

    Parameters
    ----------
    task : MechanismDesign
    design : Design
    table : Table
    coordinates : Coordinates
    """

    task: MechanismDesign
    design: Design
    table: Table
    coordinates: Coordinates

    @property
    def size(self) -> int:
        """Number of axes."""
        return len(self.coordinates.axes)

    def at(self, points: FloatArray) -> Values:
        """Values at points, dims (sample, axis); minus infinity where they are no numbers."""
        with np.errstate(all="ignore"):
            drawn = self.coordinates.parameters(points)
            blocks = (joint_log_likelihood(self.task, self.design, block, drawn) for block in self._blocks())
            return with_prior(np.sum(list(blocks), axis=0), points, self.coordinates)

    def expand(self, point: FloatArray) -> Expansion:
        """Value and derivatives at one point, dims (axis,)."""
        prior = _prior(self.task, self.design, self.table.sample, self.coordinates, point)
        value, gradient, hessian, is_concave = prior
        for block in self._blocks():
            added = LogPosterior(self.task, self.design, block, self.coordinates).expand(point)
            value, gradient = value + added.value - prior.value, gradient + added.gradient - prior.gradient
            hessian, is_concave = hessian + added.hessian - prior.hessian, is_concave and added.is_concave
        return Expansion(value, gradient, hessian, is_concave)

    def _blocks(self) -> Iterator[Table]:
        names = needed_by(self.task)
        return (_complete(block, names) for block in self.table.blocks(names))


@dataclass(frozen=True, eq=False)
class Nearby:
    """A log posterior of all rows near a place, from its expansion there and the rest of some of the rows.

    Parameters
    ----------
    whole : AllRows or LogPosterior
    part : LogPosterior
        Of rows chosen at random.
    place : array, dims (axis,)
    here : Expansion
        From all rows, at ``place``.
    times : float
        All rows over those chosen at random.
    error : float
        Of log weights, that is put up with.
    """

    whole: AllRows | LogPosterior
    part: LogPosterior
    place: FloatArray
    here: Expansion
    times: float
    error: float

    @property
    def size(self) -> int:
        """Number of axes."""
        return self.whole.size

    @property
    def coordinates(self) -> Coordinates:
        """The axes."""
        return self.whole.coordinates

    def expand(self, point: FloatArray) -> Expansion:
        """Value and derivatives at one point, dims (axis,), from all rows."""
        return self.whole.expand(point)

    def at(self, points: FloatArray) -> Values:
        """Values at points, dims (sample, axis); from all rows where some of them do not tell enough."""
        prior = _prior(self.whole.task, self.whole.design, self.part.table, self.coordinates, self.place)
        told = _quadratic(_less(self.here, prior), points - self.place)
        for most in PARTS:
            rest, error = self._rest(points, prior, most)
            found = with_prior(told + rest, points, self.coordinates)
            likely = found.log_posterior >= np.quantile(found.log_posterior, LIKELY)
            if np.sqrt(np.mean(error[likely] ** 2)) <= self.error:
                return found
        return self.whole.at(points)

    def _rest(self, points: FloatArray, prior: Expansion, most: int) -> tuple[FloatArray, FloatArray]:
        """What the quadratic leaves out of the log-likelihood of all rows, and its error, dims (sample,)."""
        counts = self.part.table.counts
        kept = np.arange(len(counts))[:: max(1, -(-len(counts) // most))]
        drawn = self.coordinates.parameters(points)
        times = self.times * float(counts.sum() / counts[kept].sum())
        rests = []
        with np.errstate(all="ignore"):
            for group in (kept[start::GROUPS] for start in range(GROUPS)):
                rows = replace(self.part, table=self.part.table.chosen(group))
                curved = joint_log_likelihood(self.whole.task, self.whole.design, rows.table, drawn)
                rests.append(curved - _quadratic(_less(rows.expand(self.place), prior), points - self.place))
        return times * np.sum(rests, axis=0), times * np.sqrt(GROUPS) * np.std(rests, axis=0, ddof=1)


def sample_in_passes(
    task: MechanismDesign, design: Design, table: Table, random: np.random.Generator, *, samples: int
) -> tuple[CertifiedDraws | str, Coordinates]:
    """Draws of the posterior of ``task`` given a table that is read in blocks, and the axes on which they lie.

    Parameters
    ----------
    task : MechanismDesign
    design : Design
    table : Table
        With a stream.
    random : Generator
    samples : int
    """
    part = log_posterior(task, design, table.sample)
    whole = AllRows(task, design, table, part.coordinates)
    starts = [peak.place for peak in find_peaks(part, random)]
    peaks = find_peaks(whole, random, starts=starts)
    if len(peaks) != 1:
        return sample_around_peaks(whole, random, samples=samples, peaks=peaks), part.coordinates
    near = _nearby(whole, part, peaks[0], table.rows / table.sample.rows, samples)
    return sample_around_peaks(near, random, samples=samples, peaks=peaks), part.coordinates


def sample_by_rows(target: LogPosterior, random: np.random.Generator, *, samples: int) -> CertifiedDraws | str:
    """Draws of a posterior whose rows are in memory; where they are many, proposals are weighed by some of them.

    Parameters
    ----------
    target : LogPosterior
    random : Generator
    samples : int
    """
    peaks = find_peaks(target, random)
    if target.table.rows <= MANY or len(peaks) != 1:
        return sample_around_peaks(target, random, samples=samples, peaks=peaks)
    # In a random order, so that every group of them is one of all rows.
    part = replace(target, table=target.table.chosen(random.choice(target.table.rows, MANY, replace=False)))
    near = _nearby(target, part, peaks[0], target.table.units / part.table.units, samples)
    return sample_around_peaks(near, random, samples=samples, peaks=peaks)


def _nearby(whole: AllRows | LogPosterior, part: LogPosterior, peak: Peak, times: float, samples: int) -> Nearby:
    return Nearby(whole, part, peak.place, whole.expand(peak.place), times, float(SEEN / np.sqrt(samples)))


def _prior(task: MechanismDesign, design: Design, table: Table, axes: Coordinates, point: FloatArray) -> Expansion:
    """The expansion of the prior alone: that of the posterior given none of the rows of ``table``."""
    return LogPosterior(task, design, table.chosen(np.arange(0)), axes).expand(point)


def _less(one: Expansion, other: Expansion) -> Expansion:
    return Expansion(
        one.value - other.value, one.gradient - other.gradient, one.hessian - other.hessian, one.is_concave
    )


def _quadratic(expansion: Expansion, steps: FloatArray) -> FloatArray:
    """Value of a quadratic after ``steps``, dims (sample, axis)."""
    bent = 0.5 * np.einsum("sa,sa->s", steps @ expansion.hessian, steps)
    return np.asarray(expansion.value + steps @ expansion.gradient + bent)


def _complete(block: Table, names: tuple[str, ...]) -> Table:
    used = np.logical_and.reduce([block.counts > 0, *(np.isfinite(block.columns[name]) for name in names)])
    return block if used.all() else block.chosen(np.flatnonzero(used))
