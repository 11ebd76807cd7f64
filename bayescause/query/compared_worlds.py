"""The worlds whose means a question compares: what is set in each, and the units that live in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.query.along_modifier import points_along
from bayescause.query.averaging import both_worlds, set_in
from bayescause.query.contrasts import code_of, resolve_contrast
from bayescause.query.dependence import needed_covariates
from bayescause.query.estimand import Assigning
from bayescause.query.many_rows import MANY_ROWS
from bayescause.query.regime_averaging import worlds_under
from bayescause.query.selection import units_of
from bayescause.query.streaming import narrowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayescause.compilation.plan import Route
    from bayescause.compilation.stream import Stream
    from bayescause.query.contrasts import Contrast
    from bayescause.query.estimand import Estimand
    from bayescause.query.regimes import Regime
    from bayescause.scm.design import Design
    from bayescause.scm.mechanism import FloatArray

__all__ = ["ComparedWorld", "compared_worlds", "worlds_by_block"]


@dataclass(frozen=True, eq=False)
class ComparedWorld:
    """One world that a question looks at.

    Parameters
    ----------
    do : mapping of str to float or array, dims (row,)
        What is set in it; codes for levels.
    columns : mapping of str to array, dims (row,)
        What else has to be known of its units; nothing, if they are all alike.
    """

    do: Mapping[str, float | FloatArray]
    columns: Mapping[str, FloatArray]

    @property
    def rows(self) -> int:
        """Units in it; one, if they are all alike."""
        return len(next(iter(self.columns.values()))) if self.columns else 1

    def of(self, rows: np.ndarray) -> ComparedWorld:
        """The same world of some of its units."""
        if not self.columns:
            return self
        do = {name: values[rows] if isinstance(values, np.ndarray) else values for name, values in self.do.items()}
        return ComparedWorld(do, {name: values[rows] for name, values in self.columns.items()})

    def joined(self, other: ComparedWorld) -> ComparedWorld:
        """The same world with the units of ``other``, the same world of further units, after its own."""
        if not self.columns:
            return self
        do = {
            name: np.append(values, other.do[name]) if isinstance(values, np.ndarray) else values
            for name, values in self.do.items()
        }
        return ComparedWorld(
            do, {name: np.append(values, other.columns[name]) for name, values in self.columns.items()}
        )


def compared_worlds(question: Estimand, table: Table, design: Design, route: Route) -> tuple[ComparedWorld, ...]:
    """The worlds of ``question``, each with the units of ``table`` that it is about; none where not all is recorded.

    Parameters
    ----------
    question : Estimand
    table : Table
        With its rows in memory.
    design : Design
    route : Route
        One that is simulated; of a mediated effect, with ``design``, that of the copies.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0] * 4, "z": range(12), "y": [1.0, 3.0, 2.0, 4.0] * 3}
    >>> question = bc.AverageEffect(of="x", on="y", contrast=(0, 2), where="z < 4")
    >>> posterior = bc.fit(bc.StructuralModel.parse("y ~ x + z"), rows, [question])
    >>> worlds = compared_worlds(question, posterior.table, posterior.design, posterior.plan.routes[0])
    >>> [(world.do, world.columns["z"].tolist()) for world in worlds]
    [({'x': 0.0}, [0.0, 1.0, 2.0, 3.0]), ({'x': 2.0}, [0.0, 1.0, 2.0, 3.0])]
    """
    selected = units_of(question, table) & (table.counts > 0)
    kept = table if selected.all() else table.chosen(selected)
    if isinstance(question, Assigning):
        found = _under_regimes(question.regimes(table), kept, design, route)
    elif particulars(question).contrast is not None:
        found = _under_levels(question, table, design, route)
    else:
        found = iter([({}, needed_covariates(design, route, ()))])
    known = [(do, names) for do, names in found if set(names) <= kept.columns.keys()]
    worlds = (ComparedWorld(do, {name: kept.columns[name] for name in names}) for do, names in known)
    return tuple(each for world in worlds for each in _at_points(question, kept, world))


def worlds_by_block(
    question: Estimand, table: Table, design: Design, route: Route
) -> Iterator[tuple[ComparedWorld, ...]]:
    """``compared_worlds`` with the units of one block of ``table`` after another: of one in memory, with all at once.

    Parameters
    ----------
    question : Estimand
        Of a table that is read in blocks, one that compares two levels: of no other are effects known there.
    table : Table
    design : Design
    route : Route
    """
    if table.stream is None:
        yield compared_worlds(question, table, design, route)
        return
    found = _under_levels(question, table, design, route)
    known = [(do, names) for do, names in found if set(names) <= set(table.columns)]
    for block in _blocks(question, table, table.stream, tuple({name: None for _, names in known for name in names})):
        kept = block.chosen(block.counts > 0)
        yield tuple(ComparedWorld(do, {name: kept.columns[name] for name in names}) for do, names in known)


def _blocks(question: Estimand, table: Table, stream: Stream, names: tuple[str, ...]) -> Iterator[Table]:
    """Different rows of the units that are asked about, all at once where they are few; one unit, if all are alike."""
    if not names:
        return iter([table.sample])
    asked = narrowed(question, table, stream)
    few = asked.grouped(names, MANY_ROWS)
    return asked.blocks(names) if few is None else iter([few])


type _Found = tuple[Mapping[str, float | FloatArray], tuple[str, ...]]
"""What is set in a world, and which columns have to be known besides."""


def _under_levels(question: Estimand, table: Table, design: Design, route: Route) -> Iterator[_Found]:
    """Both levels of the treatment, at each level at which other variables are held."""
    for contrast in _contrasts(question, table):
        names = needed_covariates(design, route, set_in(route, contrast))
        yield from ((do, names) for do in both_worlds(route, contrast))


def _contrasts(question: Estimand, table: Table) -> Iterator[Contrast]:
    contrast, held = resolve_contrast(table, question), particulars(question).held
    for levels in product(*(levels for _, levels in held)):
        at = ((name, code_of(table, name, level)) for (name, _), level in zip(held, levels, strict=True))
        yield replace(contrast, held=tuple(at))


def _under_regimes(regimes: tuple[Regime, ...], table: Table, design: Design, route: Route) -> Iterator[_Found]:
    needed = needed_covariates(design, route, route.query.of)
    for regime in (regime.on(route.query.of) for regime in regimes):
        names = tuple(dict.fromkeys((*needed, *regime.natural, *regime.columns)))
        yield from ((do, names) for _, do in worlds_under(regime, table))


def _at_points(question: Estimand, table: Table, world: ComparedWorld) -> Iterator[ComparedWorld]:
    """The world with the modifier at each value that is asked for; itself, where the units keep their own."""
    told = particulars(question)
    if not told.given or question.is_average or told.given[0] not in world.columns:
        yield world
        return
    (modifier,) = told.given
    for point in points_along(table, modifier, np.isfinite(table.columns[modifier]), told.at):
        yield replace(world, columns={**world.columns, modifier: np.full(world.rows, point)})
