"""A curve for the owner: from where to where it goes, and what of it is sure."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.particulars import particulars
from bayescause.query.curves import axis_of, point_name, point_told, response_of
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.names import Names, Size
from bayescause.reporting.wording.paragraph import Paragraph

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["curve_axis", "curve_headline", "curve_paragraphs"]


def curve_headline(names: Names, effect: "Effect") -> str:
    """From where to where the curve goes."""
    dim, middle = effect.curve or "", effect.median()
    points, size = middle[dim].to_numpy().tolist(), _size(names, effect)
    first, last = (_told(size, float(middle[place]), effect) for place in (0, -1))
    start, end = (_place(names, effect, points[place]) for place in (0, -1))
    what = response_of(effect.estimand, names.outcome)
    what = what if effect.estimand.scale == "level" else f"the change in {what}"
    word = particulars(effect.estimand).grouping
    under = f"{word[0].upper()}{word[1:]} {clean(effect.group)} " if effect.group else ""
    what = f"{under}{what}" if under else names.opening(what)
    return f"{what} goes from about {first} at {start} to about {last} at {end}."


def curve_paragraphs(names: Names, effect: "Effect") -> tuple[Paragraph, ...]:
    """Where it is surest and least sure, and that the band is about all of it at once."""
    dim, band = effect.curve or "", effect.band()
    widths = np.asarray(band.high) - np.asarray(band.low)
    points, size = band.low[dim].to_numpy().tolist(), _size(names, effect)
    widest = int(widths.argmax())
    span = size.between(float(band.low[widest]), float(band.high[widest]))
    text = (
        f"The light band in the picture holds the whole curve with a probability of {100 * band.prob:g} in 100, if "
        f"like was compared with like. It is widest at {_place(names, effect, points[widest])}: between {span}."
    )
    return (Paragraph("How sure are we?", text),)


def curve_axis(names: Names, effect: "Effect") -> str:
    """What stands on the axis, in the user's words."""
    dim = effect.curve or ""
    axis = axis_of(effect.estimand, dim)
    return f"{axis} of {names.many}" if dim == "probability" else names.label(axis)


def _place(names: Names, effect: "Effect", at: object) -> str:
    dim = effect.curve or ""
    if dim == "probability":
        return point_told("", dim, at)
    return f"{names.label(axis_of(effect.estimand, dim))} {point_name(at)}"


def _told(size: Size, value: float, effect: "Effect") -> str:
    return size.about(value) if effect.estimand.scale == "level" and value >= 0 else size.signed(value)


def _size(names: Names, effect: "Effect") -> Size:
    return names.size(float(effect.sd().max()), effect.diagnostics.mcse_mean, "difference")
