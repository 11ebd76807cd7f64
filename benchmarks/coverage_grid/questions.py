"""An example question of every estimand: the least that can be asked of x on y, found by trying."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import combinations
from typing import Any

from bayescause.errors import SpecError
from bayescause.plugins import find, names
from bayescause.query.estimand import ESTIMANDS

__all__ = ["LIKELY", "example_keys", "example_question", "example_questions", "graph_for"]

LIKELY: Mapping[str, Any] = {
    "through": ("m",),
    "held": {"m": 1.0},
    "given": ("z",),
    "intervention": {"shift": 1.0},
}
"""Keys that some estimands insist on, with values that the example studies have."""

BETTER: Mapping[str, Mapping[str, Any]] = {"exceedance": {"above": (0.5,)}, "distribution": {"at": (0.5, 1.5)}}
"""What some estimands take from the table if it is not given: a cell has the same parts in all data sets."""

OF_DOSES = {"intervention", "levels"}
"""Keys of estimands whose treatment has to be a number."""


def example_keys(plugin: type[Any]) -> dict[str, Any]:
    """Keys of the least question that ``plugin`` takes.

    Raises
    ------
    SpecError
        If it insists on a key that is not among ``LIKELY``: give it a value there.

    Examples
    --------
    >>> example_keys(find(ESTIMANDS, "ate"))
    {'of': 'x', 'on': 'y'}
    """
    known = [key for key in LIKELY if key in {field.name for field in fields(plugin)}]
    refusal = ""
    for number in range(len(known) + 1):
        for chosen in combinations(known, number):
            keys = {"of": "x", "on": "y", **{key: LIKELY[key] for key in chosen}}
            try:
                plugin(**keys)
            except SpecError as error:
                refusal = str(error)
            else:
                return keys
    raise SpecError(f"No example of {plugin.short!r} could be made: {refusal}")


def example_question(short: str, **others: Any) -> Any:
    """The example question of the estimand ``short``, with ``others`` of its keys."""
    plugin = find(ESTIMANDS, short)
    return plugin(**example_keys(plugin) | BETTER.get(short, {}) | others)


def example_questions() -> Iterator[Any]:
    """One of each estimand in the folder."""
    return (example_question(short) for short in names(ESTIMANDS))


def graph_for(question: Any) -> str:
    """Which example graph a question is asked of: ``direct``, ``mediated`` or ``dose``."""
    keys = {field.name for field in fields(question)}
    if "through" in keys:
        return "mediated"
    return "dose" if keys & OF_DOSES else "direct"
