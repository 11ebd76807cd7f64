"""A curve in words: a table of its points with intervals, and with the band that holds all of it at once."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.particulars import particulars
from bayescause.query.contrasts import sides_of
from bayescause.query.curves import axis_of, point_name, point_told, response_of
from bayescause.query.digits import decimals_for_sentence, format_number
from bayescause.query.estimand import is_of_chance
from bayescause.query.group_places import group_told

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["curve_answer", "curve_table", "unit_of"]


def curve_answer(effect: "Effect") -> str:
    """What the curve says from its first point to its last, as one sentence."""
    question, dim = effect.estimand, effect.curve or ""
    middle, band = effect.median(), effect.band()
    decimals = _decimals(effect)
    points = effect.median()[dim].to_numpy().tolist()
    axis = axis_of(question, dim)
    first, last = (point_told(axis, dim, points[place]) for place in (0, -1))
    ends = [format_number(float(middle[place]), decimals) for place in (0, -1)]
    what = response_of(question, question.on)
    if question.scale != "level":
        what = f"The change in {what}{_against(effect)}"
    elif particulars(question).response:
        what = f"{what[0].upper()}{what[1:]}"
    unit = unit_of(effect)
    said = f"{what} is about {ends[0]} at {first} and {ends[1]} at {last}{f' ({unit})' if unit else ''}"
    under = f",{group_told(effect)}" if effect.group else ""
    return f"{said}{under}; {100 * band.prob:g} % band of the whole curve below."


def _against(effect: "Effect") -> str:
    """Which two levels of the treatment the curve compares, where it compares two."""
    question = effect.estimand
    if particulars(question).contrast is None:
        return ""
    low, high = sides_of(question, None if effect.posterior is None else effect.posterior.table)
    return f", {question.of} = {high} against {low},"


def curve_table(effect: "Effect") -> list[tuple[str, str, str, str]]:
    """Point, median, interval of the point alone, and band of the whole curve, in words."""
    dim, decimals = effect.curve or "", _decimals(effect)
    middle, alone, band = effect.median(), effect.interval(), effect.band()
    return [
        (
            point_name(at),
            format_number(float(middle[place]), decimals),
            f"{_told(alone.low, place, decimals)} to {_told(alone.high, place, decimals)}",
            f"{_told(band.low, place, decimals)} to {_told(band.high, place, decimals)}",
        )
        for place, at in enumerate(middle[dim].to_numpy().tolist())
    ]


def unit_of(effect: "Effect") -> str:
    """Unit of the effect: the outcome's; nothing for chances, or where it has none."""
    model = effect.model
    if model is None or is_of_chance(effect.estimand) or effect.estimand.on not in model.variables:
        return ""
    return model.variables[effect.estimand.on].unit or ("levels" if _is_in_levels(effect) else "")


def _is_in_levels(effect: "Effect") -> bool:
    """Whether the outcome's numbers are places of levels with names."""
    if effect.posterior is None or effect.estimand.scale == "ratio":
        return False
    table, outcome = effect.posterior.table, effect.estimand.on
    return table.kinds.get(outcome) == "ordinal" and bool(table.levels.get(outcome))


def _told(ends: object, place: int, decimals: int) -> str:
    return format_number(float(np.asarray(ends)[place]), decimals)


def _decimals(effect: "Effect") -> int:
    spread, middle = float(effect.sd().max()), float(np.abs(effect.median()).max())
    return decimals_for_sentence(spread, effect.diagnostics.mcse_mean, middle)
