"""What is said of one unit: which variables are set and asked about, and whether their values can be at all."""

from collections.abc import Iterator, Mapping
from typing import Any

from bayescause.arguments import mapping, shown
from bayescause.compilation.contrasts import has_code, level_value
from bayescause.compilation.table import Table
from bayescause.errors import BayescauseError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.query.estimand import is_level
from bayescause.scm.kinds import LEVELLED
from bayescause.surface import setting

__all__ = ["Facts", "action_faults", "codes_of", "value_faults"]

type Facts = Mapping[str, float | str]
"""Values in the unit of the data, or names of levels, by variable."""


FACTS = mapping("{'promo': 1}")


def action_faults(graph: CausalGraph, do: Any, on: Any) -> Iterator[str]:
    """Why setting ``do`` and asking about ``on`` makes no sense in ``graph``, a sentence each."""
    if not FACTS.is_one(do):
        yield f"`do` is {shown(do)}; it takes names with values, such as {{'promo': 1}}."
        return
    if not do:
        yield f"Nothing is set. Name a variable and its value: {setting('do', {'promo': 1})}."
    if not isinstance(on, str):
        yield f"`on` is {shown(on)}; it takes the name of one variable."
        return
    for name in dict.fromkeys((*do, on)):
        if name in graph.latent:
            yield f"{name!r} is latent: it was not measured, so nothing can be asked of it. Ask about another."
        elif name not in graph.nodes:
            yield f"{name!r} is not a measured variable of the graph.{nearest(name, graph.observed)}"
    if on in do:
        yield f"{on!r} is both set and asked about. Ask about another variable."


def value_faults(table: Table, do: Facts, unit: Any) -> Iterator[str]:
    """Values that a variable cannot have, and columns that the table does not have, a sentence each."""
    for name, value in do.items():
        if name in table.kinds:
            yield from _faults_of(table, name, value, "it cannot be set to")
    if not FACTS.is_one(unit):
        yield f"The unit is {shown(unit)}; it takes names with values, such as {{'promo': 0, 'sales': 9.5}}."
        return
    for name, value in unit.items():
        if name not in table.kinds:
            yield f"{name!r} is not a column of the table.{nearest(name, table.kinds)}"
        else:
            yield from _faults_of(table, name, value, "of the unit it cannot be")


def codes_of(table: Table, facts: Facts) -> dict[str, float]:
    """The number that stands for each value."""
    return {name: level_value(value, name, table) for name, value in facts.items()}


def _faults_of(table: Table, name: str, value: Any, cannot: str) -> Iterator[str]:
    if not is_level(value):
        yield f"{name!r} is given as {shown(value)}. Give a finite number, or the name of a level."
        return
    try:
        code = level_value(value if isinstance(value, str) else float(value), name, table)
    except BayescauseError as error:
        yield from (fault.replace("it cannot be set to", cannot) for fault in error.faults)
        return
    if table.kinds[name] in LEVELLED and not has_code(table, name, code):
        yield f"No row has {name!r} = {value!r}: nothing is known of a level that never occurs. Name another."
