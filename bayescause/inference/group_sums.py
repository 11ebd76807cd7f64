"""All that a Gaussian regression with pooled effects needs of its rows: sums by level, no matrix of rows by levels.

The group with the most levels is *nested*: each level's few effects are turned by an orthogonal transformation of that
level's rows, which leaves a small triangle for the effects, what it shares with the other columns, and a rest. Effects
of further groups are *crossed* with it and stand among the other columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
    spreads = {pool: task.scales[pool.start] or 1.0 for pool in (*nested, *crossed)}
    levels, width = nested[0].stop - nested[0].start, sum(pool.stop - pool.start for pool in crossed)
    totals = _Totals(
        own=np.zeros((levels, len(nested), len(nested))),
        shared=np.zeros((levels, len(nested), width + len(task.fixed) + 1)),
        rest=np.zeros((width + len(task.fixed) + 1,) * 2),
    )
    totals.rest[width:, width:] = ordinary.triangle.T @ ordinary.triangle
    for rows in prepared(task, design, table, (ordinary.shift, ordinary.unit)):
        inner = _effects(nested, rows, design, spreads)
        outer = _effects(crossed, rows, design, spreads)
        _add_nested(totals, rows, inner, outer, width)
        _add_crossed(totals.rest, rows, outer, width)
    totals.rest[width:, :width] = totals.rest[:width, width:].T
    roots, lifted = _turned(totals.own, totals.shared)
    rest = totals.rest - np.einsum("lqc,lqd->cd", lifted, lifted)
    return GroupSums(ordinary, nested, crossed, roots, lifted, rest, np.array(list(spreads.values())))


class _Totals(NamedTuple):
    """Gram matrices of each level's own effects, of them with the other columns, and of the other columns."""

    own: FloatArray
    shared: FloatArray
    rest: FloatArray


class _Effect(NamedTuple):
    """A pool on some rows: place of each row's level, number of levels, what the effect multiplies, first column."""

    places: npt.NDArray[np.intp]
    levels: int
    values: FloatArray
    start: int


def _effects(pools: Sequence[Pool], rows: Rows, design: Design, spreads: Mapping[Pool, float]) -> list[_Effect]:
    found, at = [], 0
    for pool in pools:
        values = varying(pool.term, rows.columns, design, np)[..., pool.part] / spreads[pool]
        found.append(_Effect(places_of(pool.term, rows.columns, design, np), pool.stop - pool.start, values, at))
        at += pool.stop - pool.start
    return found


def _add_nested(totals: _Totals, rows: Rows, inner: Sequence[_Effect], outer: Sequence[_Effect], width: int) -> None:
    """Add what each level's effects share with one another, with the crossed effects and with the columns."""
    for place, effect in enumerate(inner):
        pushed = rows.counts * rows.precision * effect.values
        for other, one in enumerate(inner):
            totals.own[:, place, other] += np.bincount(effect.places, pushed * one.values, effect.levels)
        for column, each in enumerate(rows.scaled.T, start=width):
            totals.shared[:, place, column] += np.bincount(effect.places, pushed * each, effect.levels)
        for one in outer:
            totals.shared[:, place, one.start : one.start + one.levels] += _cells(effect, one, pushed)


def _add_crossed(rest: FloatArray, rows: Rows, outer: Sequence[_Effect], width: int) -> None:
    """Add what crossed effects share with one another and with the columns."""
    for effect in outer:
        pushed, own = rows.counts * rows.precision * effect.values, slice(effect.start, effect.start + effect.levels)
        for column, each in enumerate(rows.scaled.T, start=width):
            rest[own, column] += np.bincount(effect.places, pushed * each, effect.levels)
        for one in outer:
            rest[own, one.start : one.start + one.levels] += _cells(effect, one, pushed)


def _cells(effect: _Effect, other: _Effect, pushed: FloatArray) -> FloatArray:
    """Sums by pair of levels, dims (level, other level)."""
    codes = effect.places * other.levels + other.places
    return np.bincount(codes, pushed * other.values, effect.levels * other.levels).reshape(effect.levels, other.levels)


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
