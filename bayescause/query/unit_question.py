"""A question about one unit: what would have been of it, had something about it been otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from bayescause.arguments import Seed
from bayescause.errors import BayescauseError, DataError, SpecError
from bayescause.query.keys import names_its_keys
from bayescause.surface import setting

if TYPE_CHECKING:
    from bayescause.compilation.table import Table
    from bayescause.graph.causal_graph import CausalGraph
    from bayescause.inference.posterior import Posterior
    from bayescause.query.counterfactual import Counterfactual

__all__ = ["UnitQuestion", "imagine", "unit_of"]


@names_its_keys
@dataclass(frozen=True)
class UnitQuestion:
    """What ``on`` would have been of one unit, had ``do`` been.

    The unit is a row of the table (``row``, or the one row that meets ``where``), or what is known of it (``unit``).

    Parameters
    ----------
    on : str
        The variable asked about.
    do : mapping of str to float or str
        What is set to which value, in the unit of the data, or to which level.
    unit : mapping of str to float or str, optional
        What was observed of the unit; need not be all.
    row : int, optional
        Row of the table, counted from 0.
    where : str, optional
        Condition that one row meets and no other: ``"shop == 4 and week == 17"``.
    without : tuple of str
        Columns of that row that are taken as not observed.
    coupling : str
        A name of ``bayescause.query.abduction.COUPLINGS``.

    Raises
    ------
    SpecError
        If the unit is named in no way or in several, or the coupling is unknown.

    Examples
    --------
    >>> UnitQuestion(on="sales", do={"promo": 0}, row=17).row
    17
    """

    short: ClassVar[str] = "counterfactual"
    name: ClassVar[str] = "counterfactual"

    on: str
    do: Mapping[str, float | str]
    unit: Mapping[str, float | str] | None = None
    row: int | None = None
    where: str | None = None
    without: tuple[str, ...] = ()
    coupling: str = "comonotone"

    def __post_init__(self) -> None:
        from bayescause.query.abduction import COUPLINGS

        ways = {"unit": self.unit, "row": self.row, "where": self.where}
        named = [key for key, value in ways.items() if value is not None]
        faults = []
        if len(named) != 1:
            said = f"is named by {' and '.join(f'`{key}`' for key in named)}" if named else "is not named"
            faults.append(f"The unit {said}. Give one of `unit` (what is known of it), `row` or `where` (one row).")
        if self.without and self.unit is not None:
            faults.append("`without` leaves columns of a row out, and here is no row. Leave them out of `unit`.")
        if self.coupling not in COUPLINGS:
            faults.append(f"There is no coupling {self.coupling!r}. Write {' or '.join(map(repr, COUPLINGS))}.")
        if self.where is not None:
            faults += _unreadable(self.where)
        SpecError.raise_if(faults)

    def faults(self, graph: CausalGraph) -> tuple[str, ...]:
        """Why it makes no sense in ``graph``, a sentence each."""
        from bayescause.query.unit_facts import action_faults

        return tuple(action_faults(graph, self.do, self.on))

    def faults_in_data(self, table: Table) -> tuple[str, ...]:
        """Why it makes no sense of ``table``, a sentence each: no such row, level or column, impossible values."""
        from bayescause.query.unit_facts import value_faults

        try:
            unit = unit_of(self, table)
        except BayescauseError as error:
            return (*value_faults(table, self.do, {}), *error.faults)
        return tuple(value_faults(table, self.do, unit))


def unit_of(question: UnitQuestion, table: Table) -> dict[str, float | str]:
    """What was observed of the unit that ``question`` is about.

    Raises
    ------
    SpecError
        If there is no such row, or no such column to leave out.
    DataError
        If not exactly one unit meets the condition, or the rows are not held in memory.
    """
    from bayescause.query.imagining import facts_of_row

    if question.unit is not None:
        return dict(question.unit)
    if table.stream is not None:
        raise DataError(
            f"{table.source} is read in blocks, in which no single row can be looked up. Say in `unit` what is known "
            f"of it, such as {setting('unit', {'age': 40})}."
        )
    found = facts_of_row(table, _row(question, table))
    absent = [name for name in question.without if name not in found]
    SpecError.raise_if([f"`without` names {name!r}, which that row does not have. Leave it out." for name in absent])
    return {name: value for name, value in found.items() if name not in question.without}


def imagine(posterior: Posterior, question: UnitQuestion, *, seed: Seed = 0) -> Counterfactual:
    """The answer to ``question`` from the draws of ``posterior``.

    What cannot have been observed is refused with the reason, so that other questions of the same run are answered.

    Raises
    ------
    SpecError, DataError
        As ``unit_of`` and ``counterfactual`` do.
    """
    from bayescause.errors import EvidenceError
    from bayescause.identification.identify import identify
    from bayescause.identification.verdict import CausalQuery
    from bayescause.query.counterfactual import Counterfactual
    from bayescause.query.imagining import counterfactual

    unit, do, on = unit_of(question, posterior.table), question.do, question.on
    try:
        found = counterfactual(posterior, unit, do=do, on=on, coupling=question.coupling, seed=seed)
    except EvidenceError as error:
        verdict = identify(posterior.model.graph, CausalQuery(tuple(do), (on,)))
        found = Counterfactual(
            on,
            do,
            unit,
            verdict,
            "refused",
            reasons=error.faults,
            is_impossible=True,
            posterior=posterior,
            model=posterior.model,
        )
    return replace(found, who=_who(question))


def _unreadable(where: str) -> tuple[str, ...]:
    from bayescause.compilation.conditions import Condition

    try:
        Condition.parse(where)
    except SpecError as error:
        return tuple(f"`where`: {words}" for words in error.faults)
    return ()


def _row(question: UnitQuestion, table: Table) -> int:
    import numpy as np

    from bayescause.compilation.conditions import Condition, mask, nobody_fulfils

    if question.where is None:
        return int(question.row or 0)
    rows = np.flatnonzero(mask(Condition.parse(question.where), table))
    if not len(rows):
        raise DataError(nobody_fulfils(question.where))
    if (met := table.counts[rows].sum()) != 1:
        raise DataError(
            f"{met:,.0f} units meet {question.where!r}; a counterfactual is about one. Name a condition that one meets."
        )
    return int(rows[0])


def _who(question: UnitQuestion) -> str:
    if question.where is not None:
        return question.where
    return "" if question.row is None else f"row {question.row}"
