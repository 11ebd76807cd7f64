"""The rows of a task with pooled effects by the levels of its largest group: likelihoods and derivatives of each level.

The group with the most levels is *nested*: each row has effects of one of its levels only. Effects of further groups
stand among the axes that all levels share, in columns of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bayescause.compilation.table import Table
from bayescause.inference.arrow import Arrow
from bayescause.inference.group_sums import nested_and_crossed
from bayescause.inference.log_posterior import bends_down, bent, pulled
from bayescause.inference.posterior import Parameters
from bayescause.inference.sufficient import row_blocks
from bayescause.scm.abilities import SeparateDrives
from bayescause.scm.design import Design, MechanismDesign, ordinary_matrix
from bayescause.scm.mechanism import FloatArray, Kernel
from bayescause.scm.pooling import Pool, places_of, varying

__all__ = ["LevelCurve", "LevelRows", "LevelSlopes", "level_rows"]


class LevelCurve(NamedTuple):
    """Log-likelihood, its gradient in the effects of each level and in all else, and its Hessian.

    Dims (level, effect) and (parameter,): the coefficients and crossed effects of one drive after another, then the
    logarithms of the dispersion parameters.
    """

    value: float
    effects: FloatArray
    rest: FloatArray
    bend: Arrow


class LevelSlopes(NamedTuple):
    """Log-likelihood of the rows of each level, dims (level,), with its gradient.

    In the level's effects, dims (level, effect), and in what all levels share, dims (level, axis).
    """

    value: FloatArray
    effects: FloatArray
    rest: FloatArray


@dataclass(frozen=True, eq=False)
class LevelRows:
    """Distinct rows, sorted by level.

    Parameters
    ----------
    task : MechanismDesign
    nested : tuple of Pool
        Those of the group with the most levels; an effect of a level belongs to each.
    levels : int
    values, counts : array, dims (row,)
        The response, and how often a row stands there.
    inputs : mapping of str to array, dims (row,)
    matrix : array, dims (row, column)
        What the coefficients of a drive and its crossed effects multiply.
    own : mapping of str to array
        By drive, the places of those among the coefficients.
    moving : array, dims (row, effect)
        What the nested effects multiply.
    level : array, dims (row,)
        Of each row, in ascending order.
    """

    task: MechanismDesign
    nested: tuple[Pool, ...]
    levels: int
    values: FloatArray
    counts: FloatArray
    inputs: Mapping[str, FloatArray]
    matrix: FloatArray
    own: Mapping[str, npt.NDArray[np.intp]]
    moving: FloatArray
    level: npt.NDArray[np.intp]

    @property
    def places(self) -> npt.NDArray[np.intp]:
        """Places of the nested effects among the coefficients, dims (level, effect)."""
        return np.stack([np.arange(self.levels) + self.task.effects_of(pool).start for pool in self.nested], axis=-1)

    def curve(self, given: Parameters) -> LevelCurve:
        """The log-likelihood at the first of ``given``, with two derivatives in natural effects."""
        width = len(self.own) * self.matrix.shape[1] + len(self.task.mechanism.dispersion)
        parts = [self._curve(rows, given) for rows in row_blocks(len(self.values), width + 8)]
        value, effects, rest, bends = zip(*parts, strict=True)
        bend = Arrow(*(np.sum(each, axis=0) for each in zip(*bends, strict=True)))
        return LevelCurve(sum(value), np.sum(effects, axis=0), np.sum(rest, axis=0), bend)

    def _curve(self, rows: slice, given: Parameters) -> LevelCurve:
        matrix, moving, level, drives = self.matrix[rows], self.moving[rows], self.level[rows], len(self.own)
        kernel = self._kernel(rows, given)
        predictors = self.task.mechanism.predictors
        own = [predictors.index(pool.predictor) for pool in self.nested]
        bends = moving[:, :, None] * kernel.hessian[:, own]
        mixed = bends[:, :, :drives, None] * matrix[:, None, None, :]
        edges = np.concatenate([mixed.reshape(*bends.shape[:2], -1), bends[:, :, drives:]], axis=-1)
        return LevelCurve(
            float(kernel.value.sum()),
            self._by_level(moving * kernel.gradient[:, own], level),
            pulled(matrix, kernel.gradient, drives),
            Arrow(
                self._by_level(bends[:, :, own] * moving[:, None, :], level),
                self._by_level(edges, level),
                bent(matrix, kernel.hessian, drives),
            ),
        )

    def shared(self, given: Parameters) -> FloatArray:
        """What all levels share, dims (sample, parameter), as in ``LevelCurve.rest``."""
        dispersion = [np.log(given.dispersion[name])[:, None] for name in self.task.mechanism.dispersion]
        return np.hstack([*(given.coefficients[:, own] for own in self.own.values()), *dispersion])

    def slopes(self, given: Parameters) -> LevelSlopes:
        """The log-likelihood of each level at the first of ``given``, with one derivative in natural effects."""
        width = len(self.own) * self.matrix.shape[1] + len(self.task.mechanism.dispersion)
        parts = [self._slopes(rows, given) for rows in row_blocks(len(self.values), width + 8)]
        return LevelSlopes(*(np.sum(each, axis=0) for each in zip(*parts, strict=True)))

    def _slopes(self, rows: slice, given: Parameters) -> LevelSlopes:
        matrix, level, drives = self.matrix[rows], self.level[rows], len(self.own)
        kernel = self._kernel(rows, given)
        own = [self.task.mechanism.predictors.index(pool.predictor) for pool in self.nested]
        pulls = (kernel.gradient[:, :drives, None] * matrix[:, None, :]).reshape(len(matrix), -1)
        return LevelSlopes(
            self._by_level(kernel.value, level),
            self._by_level(self.moving[rows] * kernel.gradient[:, own], level),
            self._by_level(np.hstack([pulls, kernel.gradient[:, drives:]]), level),
        )

    def is_concave(self, given: Parameters) -> bool:
        """Whether the log-likelihood of every row bends down in its drives at the first of ``given``."""
        return bends_down(self._kernel(slice(None), given).hessian[:, : len(self.own), : len(self.own)])

    def _kernel(self, rows: slice, given: Parameters) -> Kernel:
        """Counted: the sum over units of each row."""
        coefficients, mechanism = given.coefficients[0], self.task.mechanism
        drives = {name: self.matrix[rows] @ coefficients[own] for name, own in self.own.items()}
        effects = coefficients[self.places][self.level[rows]] * self.moving[rows]
        for at, pool in enumerate(self.nested):
            drives[pool.predictor] = drives[pool.predictor] + effects[:, at]
        dispersion = {name: given.dispersion[name][:1] for name in mechanism.dispersion}
        inputs = {name: column[rows] for name, column in self.inputs.items()}
        found, counts = mechanism.kernel(self.values[rows], drives, dispersion, inputs), self.counts[rows]
        return Kernel(counts * found.value, counts[:, None] * found.gradient, counts[:, None, None] * found.hessian)

    def by_level(
        self, given: Parameters, tried: Sequence[FloatArray], *, varied: str | None = None
    ) -> list[FloatArray]:
        """Log-likelihoods of the rows of each level, dims (sample, level), with each of some values of the effects.

        Parameters
        ----------
        given : Parameters
            All other parameters.
        tried : sequence of array, dims (sample, level, effect)
            In data units.
        varied : str, optional
            The one drive whose part of the log-likelihood is asked for, of a family that has a part for each.
        """
        mechanism = self.task.mechanism
        dispersion = {name: given.dispersion[name][:, None] for name in mechanism.dispersion}
        found = [np.zeros(effects.shape[:2]) for effects in tried]
        for rows in row_blocks(len(self.values), max(1, len(given.coefficients))):
            turned, values = self.matrix[rows].T, self.values[rows]
            inputs = {name: column[rows] for name, column in self.inputs.items()}
            asked = self.own if varied is None else {varied: self.own[varied]}
            shared = {name: given.coefficients[:, own] @ turned for name, own in asked.items()}
            for number, effects in enumerate(tried):
                drives = self._pushed(shared, effects, rows)
                if varied is not None and isinstance(mechanism, SeparateDrives):
                    logs = mechanism.log_density_of(varied, values, drives[varied], dispersion, inputs)
                else:
                    logs = mechanism.log_density(values, drives, dispersion, inputs)
                found[number] += self._by_level((self.counts[rows] * logs).T, self.level[rows]).T
        return found

    def _pushed(self, shared: Mapping[str, FloatArray], effects: FloatArray, rows: slice) -> dict[str, FloatArray]:
        """Drives with the effects of each row's level in them, dims (sample, row)."""
        drives = dict(shared)
        for at, pool in enumerate(self.nested):
            if pool.predictor in drives:
                pushes = np.take(effects[..., at], self.level[rows], axis=1)
                pushes *= self.moving[rows, at]
                pushes += drives[pool.predictor]
                drives[pool.predictor] = pushes
        return drives

    def part_of(self, effect: int) -> str | None:
        """The drive that one of the effects pushes, if what the others say of the rows does not depend on it."""
        return self.nested[effect].predictor if isinstance(self.task.mechanism, SeparateDrives) else None

    def meeting(self, effect: int) -> list[int]:
        """Effects after ``effect`` on which its law depends: those of other drives may say nothing of it."""
        drive = self.part_of(effect)
        return [
            later
            for later in range(effect + 1, len(self.nested))
            if drive is None or self.nested[later].predictor == drive
        ]

    def _by_level(self, values: FloatArray, level: npt.NDArray[np.intp]) -> FloatArray:
        """Sums over the rows of each level, dims (level, ...), of values with dims (row, ...)."""
        found, starts = np.zeros((self.levels, *values.shape[1:])), np.flatnonzero(np.diff(level, prepend=-1))
        found[level[starts]] = np.add.reduceat(values, starts, axis=0)
        return found


def level_rows(task: MechanismDesign, design: Design, table: Table) -> LevelRows:
    """The rows of ``table`` by the levels of the group of ``task`` that has most of them.

    Parameters
    ----------
    task : MechanismDesign
        With at least one pool.
    design : Design
    table : Table
        Rows in which all that ``task`` needs is known; best those that ``distinct_rows`` gives.

    Returns
    -------
    LevelRows
        Sorted by level: arrays with dims (row,), (row, column) and (row, effect).
    """
    nested, crossed = nested_and_crossed(task)
    place = places_of(nested[0].term, table.columns, design, np)
    order = np.argsort(place, kind="stable")
    columns = {name: values[order] for name, values in table.columns.items()}
    # Every drive has the same crossed columns, and effects of its own on them.
    first = [pool for pool in crossed if pool.predictor == task.mechanism.predictors[0]]
    spread = [_spread(pool, columns, design) for pool in first]
    own = {
        name: np.concatenate(
            [np.r_[task.fixed_of(name)], *(np.r_[task.effects_of(pool)] for pool in crossed if pool.predictor == name)]
        )
        for name in task.mechanism.predictors
    }
    return LevelRows(
        task,
        nested,
        nested[0].stop - nested[0].start,
        columns[task.variable],
        table.counts[order],
        {name: columns[name] for name in task.mechanism.inputs},
        np.hstack([ordinary_matrix(task, columns, design), *spread]),
        own,
        np.stack([varying(pool.term, columns, design, np)[:, pool.part] for pool in nested], axis=-1),
        place[order],
    )


def _spread(pool: Pool, columns: Mapping[str, FloatArray], design: Design) -> FloatArray:
    """The columns of a crossed pool, dims (row, level)."""
    place, moving = places_of(pool.term, columns, design, np), varying(pool.term, columns, design, np)[:, pool.part]
    found = np.zeros((len(place), pool.stop - pool.start))
    found[np.arange(len(place)), place] = moving
    return found
