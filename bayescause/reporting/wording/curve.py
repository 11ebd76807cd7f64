"""A curve for the owner: from where to where it goes, and what of it is sure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.particulars import particulars
from bayescause.query.curves import axis_of, point_name, response_of
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.names import Names, Size, capital, plural
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.rounding import in_one_notation, roughly
from bayescause.reporting.wording.spread import spread_of

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = [
    "compared_levels",
    "curve_axis",
    "curve_headline",
    "curve_paragraphs",
    "curve_size",
    "pair_headline",
    "pair_paragraphs",
    "world_names",
]

MIDDLE = 0.5
"""The share of the median."""

WHOLE = 1_000
"""From this size on points of a curve are told as whole numbers."""


def curve_headline(names: Names, effect: "Effect") -> str:
    """From where to where the curve goes."""
    dim, middle = effect.curve or "", effect.median()
    points, size = middle[dim].to_numpy().tolist(), curve_size(names, effect)
    heights = [_told(size, float(middle[place]), effect) for place in (0, -1)]
    start, end = (_place(names, effect, points[place]) for place in (0, -1))
    what = response_of(effect.estimand, names.outcome)
    what = what if effect.estimand.scale == "level" else f"the change in {what}"
    reference = particulars(effect.estimand).reference
    against = (
        compared_levels(names, effect) if reference is None else f"compared with {_place(names, effect, reference)}"
    )
    what = f"{what}, {against}," if against else what
    first, last = (in_one_notation(one, what, *heights, start, end) for one in heights)
    return f"{names.opening(what)} goes from {first} at {start} to {last} at {end}."


def compared_levels(names: Names, effect: "Effect") -> str:
    """Which two levels the curve compares, the one of interest first; empty where it compares none."""
    if particulars(effect.estimand).contrast is None or effect.estimand.scale == "level":
        return ""
    low, high = world_names(names)
    return f"{high} against {low}"


def pair_headline(names: Names, worlds: Sequence["Effect"]) -> str:
    """Where the curves of both worlds, the reference first, are farthest apart, and how high they are there."""
    effect = worlds[0]
    dim, heights = effect.curve or "", [world.median() for world in worlds]
    place = int(np.abs(heights[0].to_numpy() - heights[-1].to_numpy()).argmax())
    size = curve_size(names, effect)
    at = _point(effect, heights[0][dim].to_numpy().tolist()[place])
    what = response_of(effect.estimand, names.outcome).replace("a value", at)
    told = [
        (_told(size, float(height[place]), effect), world)
        for height, world in zip(heights, world_names(names), strict=True)
    ]
    beside = [what, *(text for pair in told for text in pair)]
    said = [f"{in_one_notation(amount, *beside)} {world}" for amount, world in told]
    return f"{names.opening(what)} is {' and '.join(said)}: there the two are farthest apart."


def world_names(names: Names) -> tuple[str, str]:
    """Both worlds in words, the reference first: ``without the promotion``, ``with “9.5”``."""
    if names.is_plain:
        return f"without {names.treatment}", f"with {names.treatment}"
    return f"with “{names.low}”", f"with “{names.high}”"


def curve_paragraphs(names: Names, effect: "Effect") -> tuple[Paragraph, ...]:
    """How sure all of the curve is at once, and where it is least sure."""
    sure = f"With a probability of {100 * effect.band().prob:g} in 100 the whole curve lies inside its band"
    text = f"{sure}, if like was compared with like. The band is widest {_widest(names, effect)}."
    return (Paragraph("How sure are we?", text),)


def pair_paragraphs(names: Names, worlds: Sequence["Effect"]) -> tuple[Paragraph, ...]:
    """The same of the curves of both worlds, each of which has a band of its own."""
    chance = f"{100 * worlds[0].band().prob:g} in 100"
    sure = f"With a probability of {chance} each of the two curves lies inside its own band"
    widest = (
        f"{word}, it is widest {_widest(names, world)}" for word, world in zip(world_names(names), worlds, strict=True)
    )
    text = f"{sure}, if like was compared with like. {capital('; '.join(widest))}."
    return (Paragraph("How sure are we?", text),)


def _widest(names: Names, effect: "Effect") -> str:
    dim, band = effect.curve or "", effect.band()
    place = int((np.asarray(band.high) - np.asarray(band.low)).argmax())
    span = curve_size(names, effect).between(float(band.low[place]), float(band.high[place]))
    return f"at {_place(names, effect, band.low[dim].to_numpy().tolist()[place])}: between {span}"


def curve_axis(names: Names, effect: "Effect") -> str:
    """What stands on the axis, in the user's words."""
    dim = effect.curve or ""
    axis = axis_of(effect.estimand, dim)
    unit = _unit(effect, axis)
    unit = "" if _names_its_unit(names, effect) else unit
    return f"{axis} of {names.many}" if dim == "probability" else f"{names.label(axis)}{f', {unit}' if unit else ''}"


def _place(names: Names, effect: "Effect", at: object) -> str:
    dim = effect.curve or ""
    if dim == "probability" and isinstance(at, float):
        return "the middle" if at == MIDDLE else f"the point below which {100 * at:g} in 100 {names.many} lie"
    point = _point(effect, at)
    return point if _names_its_unit(names, effect) else f"{names.label(axis_of(effect.estimand, dim))} {point}"


def _names_its_unit(names: Names, effect: "Effect") -> bool:
    """Whether what stands on the axis is called what its unit is called, so that one of them is enough."""
    axis = axis_of(effect.estimand, effect.curve or "")
    unit = _unit(effect, axis).lower()
    return bool(unit) and names.label(axis).lower() in (unit, plural(unit))


def _point(effect: "Effect", at: object) -> str:
    """A point of the axis with its unit, as a person would write it."""
    if not isinstance(at, int | float):
        return clean(str(at))
    text = f"{at:,.0f}" if abs(at) >= WHOLE else point_name(at)
    unit = _unit(effect, axis_of(effect.estimand, effect.curve or ""))
    unit = unit if abs(at) == 1 else plural(unit)
    return f"{text.replace('-', '−', 1)} {unit}".strip()


def _unit(effect: "Effect", axis: str) -> str:
    variables = {} if effect.model is None else effect.model.variables
    return clean(variables[axis].unit or "", 40) if axis in variables else ""


def _told(size: Size, value: float, effect: "Effect") -> str:
    said = size.about(value) if effect.estimand.scale == "level" and value >= 0 else size.signed(value)
    return roughly(said)


def curve_size(names: Names, effect: "Effect") -> Size:
    """How the heights of the curve are rounded, and in which unit they are said."""
    return names.size(*spread_of(effect), "difference")
