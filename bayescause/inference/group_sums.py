"""All that a Gaussian regression with pooled effects needs of its rows: sums by level, never a matrix of rows by levels.

The group with the most levels is *nested*: each level's few effects are turned by an orthogonal transformation of that
level's rows, which leaves a small triangle for the effects, what it shares with the other columns, and a rest. Effects
of further groups are *crossed* with it and stand among the other columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bayescause.compilation.table import Table
from bayescause.inference.sufficient import Rows, Sufficient, prepared, summarise
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.pooling import Pool, places_of, varying

__all__ = ["GroupSums", "group_log_likelihood", "nested_and_crossed", "sum_groups"]

EMPTY = 1e-12
"""Share of the largest direction of a level's own sums below which the level says nothing of a direction."""

type Places = Sequence[npt.NDArray[np.intp]]


@dataclass(frozen=True, eq=False)
class GroupSums:
    """Sufficient statistics of ``response ~ 1 + columns + pooled effects``, in scaled units.

    Parameters
    ----------
    ordinary : Sufficient
        Of the columns that are not pooled.
    nested, crossed : tuple of Pool
    roots : array, dims (level, effect, effect)
        Of each level of the nested group: ``roots.T @ roots`` is the Gram matrix of its effects' columns.
    lifted : array, dims (level, effect, column)
        What the turned rows of a level share with the other columns: crossed effects, intercept, columns, response.
    rest : array, dims (column, column)
        Gram matrix of the other columns without what ``lifted`` holds.
    spreads : array, dims (pool,)
        By what the column that each pool's effects multiply was divided; nested pools first.
    """

    ordinary: Sufficient
    nested: tuple[Pool, ...]
    crossed: tuple[Pool, ...]
    roots: FloatArray
    lifted: FloatArray
    rest: FloatArray
    spreads: FloatArray


def nested_and_crossed(task: MechanismDesign) -> tuple[tuple[Pool, ...], tuple[Pool, ...]]:
    """Pools of the group with the most levels, and the others."""
    largest = max(task.pools, key=lambda pool: pool.stop - pool.start).group
    nested = tuple(pool for pool in task.pools if pool.group == largest)
    return nested, tuple(pool for pool in task.pools if pool.group != largest)


def sum_groups(task: MechanismDesign, design: Design, table: Table) -> GroupSums:
    """Sum up the rows of ``table`` for a task with pooled effects, block by block.

    Raises
    ------
    DataError
        If no row has all values that the task needs.
    """
    nested, crossed = nested_and_crossed(task)
    ordinary = summarise(task, design, table)
    pools = (*nested, *crossed)
    spreads = np.array([task.scales[pool.start] or 1.0 for pool in pools])
    levels, width = nested[0].stop - nested[0].start, sum(pool.stop - pool.start for pool in crossed)
    own = np.zeros((levels, len(nested), len(nested)))
    shared = np.zeros((levels, len(nested), width + len(task.fixed) + 1))
    rest = np.zeros((shared.shape[2], shared.shape[2]))
    rest[width:, width:] = ordinary.triangle.T @ ordinary.triangle
    for rows in prepared(task, design, table):
        places, values = _rows_of(pools, rows, design, spreads)
        _add(own, shared, rest, rows, places, values, tuple(pool.stop - pool.start for pool in crossed))
    rest[width:, :width] = rest[:width, width:].T
    roots, lifted = _turned(own, shared)
    return GroupSums(
        ordinary, nested, crossed, roots, lifted, rest - np.einsum("lqc,lqd->cd", lifted, lifted), spreads
    )


def _rows_of(
    pools: Sequence[Pool], rows: Rows, design: Design, spreads: FloatArray
) -> tuple[Places, Sequence[FloatArray]]:
    """Level of each row, and what its effect multiplies, for each pool."""
    places = [places_of(pool.term, rows.columns, design, np) for pool in pools]
    moving: Mapping[Pool, FloatArray] = {
        pool: varying(pool.term, rows.columns, design, np)[..., pool.part] for pool in pools
    }
    return places, [moving[pool] / spread for pool, spread in zip(pools, spreads.tolist(), strict=True)]


def _add(
    own: FloatArray,
    shared: FloatArray,
    rest: FloatArray,
    rows: Rows,
    places: Places,
    values: Sequence[FloatArray],
    widths: Sequence[int],
) -> None:
    """Add the sums of some rows: of the nested group's effects, of what they share, of the crossed effects."""
    weights, levels, count = rows.counts * rows.precision, len(own), own.shape[1]
    nested, width = places[0], sum(widths)
    for left in range(count):
        pushed = weights * values[left]
        for right in range(count):
            own[:, left, right] += np.bincount(nested, pushed * values[right], levels)
        for column, each in enumerate(rows.scaled.T, start=width):
            shared[:, left, column] += np.bincount(nested, pushed * each, levels)
        for start, size, place, value in _spans(widths, places[count:], values[count:]):
            cells = np.bincount(nested * size + place, pushed * value, levels * size)
            shared[:, left, start : start + size] += cells.reshape(levels, size)
    for start, size, place, value in _spans(widths, places[count:], values[count:]):
        for column, each in enumerate(rows.scaled.T, start=width):
            rest[start : start + size, column] += np.bincount(place, weights * value * each, size)
        for other, length, at, factor in _spans(widths, places[count:], values[count:]):
            cells = np.bincount(place * length + at, weights * value * factor, size * length)
            rest[start : start + size, other : other + length] += cells.reshape(size, length)


def _spans(
    widths: Sequence[int], places: Places, values: Sequence[FloatArray]
) -> list[tuple[int, int, npt.NDArray[np.intp], FloatArray]]:
    starts = np.cumsum([0, *widths])[:-1].tolist() if widths else []
    return list(zip(starts, widths, places, values, strict=True))


def _turned(own: FloatArray, shared: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Roots of each level's Gram matrix, and the shared sums in the same directions."""
    sizes, directions = np.linalg.eigh(own)
    known = sizes > EMPTY * np.maximum(sizes[:, -1:], 1e-300)
    strength = np.sqrt(np.where(known, sizes, 0.0))
    turned = np.einsum("lqk,lqc->lkc", directions, shared)
    roots = strength[:, :, None] * directions.transpose(0, 2, 1)
    return roots, turned * np.where(known, 1.0 / np.where(known, strength, 1.0), 0.0)[:, :, None]


def group_log_likelihood(sums: GroupSums, coefficients: FloatArray, sd: FloatArray) -> FloatArray:
    """Joint log-likelihood of all units, dims (sample,), of coefficients (sample, coefficient) in data units."""
    ordinary = sums.ordinary
    count = len(ordinary.scales)
    shifted = coefficients[:, :count] - np.concatenate(([ordinary.shift], np.zeros(count - 1)))
    columns = shifted * ordinary.scales / ordinary.unit
    effects = {
        pool: coefficients[:, 1 + pool.start : 1 + pool.stop] * spread / ordinary.unit
        for pool, spread in zip((*sums.nested, *sums.crossed), sums.spreads.tolist(), strict=True)
    }
    others = np.column_stack([*(effects[pool] for pool in sums.crossed), columns, -np.ones(len(columns))])
    squares = np.einsum("sc,cd,sd->s", others, sums.rest, others, optimize=True)
    own = np.stack([effects[pool] for pool in sums.nested], axis=-1)
    for direction in range(sums.roots.shape[1]):
        gaps = np.einsum("slq,lq->sl", own, sums.roots[:, direction]) + others @ sums.lifted[:, direction].T
        squares += (gaps**2).sum(axis=1)
    constant = 0.5 * ordinary.log_precision - ordinary.units * 0.5 * np.log(2 * np.pi)
    return np.asarray(constant - 0.5 * squares * (ordinary.unit / sd) ** 2 - ordinary.units * np.log(sd))
