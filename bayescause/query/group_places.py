"""Where one of several effects lies: each variable that makes its group of units, or is held, with its level."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bayescause.compilation.conditions import groups
from bayescause.compilation.particulars import particulars
from bayescause.query.mediated_questions import level_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bayescause.query.effect import Effect

__all__ = ["Places", "group_told", "held_places", "label_of", "places_of"]

type Places = tuple[tuple[str, str], ...]
"""Names of variables with their levels in words."""

type Held = tuple[tuple[str, tuple[float | str, ...]], ...]
"""Variables that are held, each with the levels at which an answer is wanted."""


def label_of(places: Places) -> str:
    """What the group is called in tables and JSON.

    Examples
    --------
    >>> label_of((("sex", "man"), ("ward", "a")))
    'sex = man, ward = a'
    """
    return ", ".join(f"{name} = {level}" for name, level in places)


def held_places(held: Held) -> tuple[Places, ...]:
    """Every combination of the levels at which variables are held, one for each number that is asked for.

    Examples
    --------
    >>> held_places((("ward", ("a", "b")), ("visits", (2.0,))))
    ((('ward', 'a'), ('visits', '2')), (('ward', 'b'), ('visits', '2')))
    """
    return tuple(product(*(tuple((name, level_text(level)) for level in levels) for name, levels in held)))


def places_of(effect: Effect) -> Places:
    """Where the effect of one group lies; empty where a condition made the group, or nothing did."""
    return next((places for places in _possible(effect) if label_of(places) == effect.group), ())


def group_told(effect: Effect, label: Callable[[str], str] = str) -> str:
    """Of which group the effect is, as it stands in a sentence: `` where sex = man``, `` with visits held at 2``.

    Parameters
    ----------
    effect : Effect
        Of one group; of everybody nothing is said.
    label : function
        The user's label of a variable that is held.
    """
    told = particulars(effect.estimand)
    if effect.group is None:
        return ""
    if told.held:
        return f" with {' and '.join(f'{label(name)} held at {level}' for name, level in places_of(effect))}"
    return f" {told.grouping} {effect.group}"


def _possible(effect: Effect) -> Iterable[Places]:
    told = particulars(effect.estimand)
    if effect.group is None:
        return ()
    if told.held:
        return held_places(told.held)
    if told.at and told.given:
        return (((told.given[0], f"{value:g}"),) for value in told.at)
    if not told.given or effect.posterior is None:
        return ()
    table = effect.posterior.table.sample
    return product(
        *([(name, label.removeprefix(f"{name} = ")) for label, _ in groups(name, table)] for name in told.given)
    )
