"""What could prove the answer wrong: how strong something unmeasured would have to be, at the decision's turn first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.formulas import breaks
from bayescause.reporting.wording.names import capital
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.rounding import times_as
from bayescause.reporting.wording.telling import Told

if TYPE_CHECKING:
    from bayescause.analysis.doubting import Sensitivity
    from bayescause.identification.verdict import Parametric

__all__ = ["LITTLE", "TippingPoint", "doubt", "tipping_point"]

LITTLE = 0.5
"""A hidden cause weaker than this share of a measured one is little to ask for."""

MUCH = 2.0
"""One stronger than this many times is a lot."""


@dataclass(frozen=True)
class TippingPoint:
    """The weakest yardstick at which something turns.

    Parameters
    ----------
    yardstick : str
        The user's label of the measured cause.
    multiple : float
        How many times as strong an unmeasured one has to be.
    target : float
        The effect that then remains, in the unit of the outcome.
    multiple_to_zero : float, optional
        The same for an effect of nothing.
    """

    yardstick: str
    multiple: float
    target: float
    multiple_to_zero: float | None


def tipping_point(told: Told, sensitivities: Sequence["Sensitivity"]) -> TippingPoint | None:
    """The smallest multiple over all yardsticks, for the decision's threshold where there is one, else for nothing."""
    found: list[TippingPoint] = []
    for one in sensitivities:
        for mark in one.benchmarks:
            reach = mark.multiple_to_reach_zero if one.against is None else mark.multiple_to_reach_against
            if reach is not None and math.isfinite(reach):
                target = one.against or 0.0
                found.append(TippingPoint(told.names.label(mark.name), reach, target, mark.multiple_to_reach_zero))
    return min(found, key=lambda point: point.multiple, default=None)


def doubt(told: Told, sensitivities: Sequence["Sensitivity"]) -> Paragraph:
    """What would change the answer or the decision, in the words of a measured cause."""
    lead = "What would change our mind?" if told.is_about_money else "What could prove us wrong?"
    names = told.names
    if told.parametric is not None:
        return Paragraph(lead, _by_instrument(told, told.parametric))
    if told.through is not None:
        return Paragraph(lead, breaks(names, told.through))
    point = tipping_point(told, sensitivities)
    both = f"{names.treatment} and {names.outcome}"
    if point is None:
        return Paragraph(lead, f"Something nobody measured that moves both {both}. {_not_done(sensitivities)}")
    if point.multiple == 0:
        return Paragraph(lead, f"Nothing has to be hidden: the average itself is not past {_turn(told, point)}.")
    moves = f"something nobody measured moves both {both}"
    counts = f"counts {times_as(point.multiple)} much as {point.yardstick}"
    if point.multiple > MUCH:
        text = f"It would take a lot: that {moves}, and {counts}."
        return Paragraph(lead, text, capital(f"then {_consequence(told, point)}."), _still(told, point))
    start = "Little. " if point.multiple < LITTLE else ""
    return Paragraph(lead, f"{start}If {moves} and {counts},", f"{_consequence(told, point)}.", _still(told, point))


def _by_instrument(told: Told, found: "Parametric") -> str:
    names = told.names
    ways = " or ".join(names.label(name) for name in found.instruments)
    return (
        f"That {ways} reaches {names.outcome} in another way than through {names.treatment}, or that "
        f"{names.treatment} does not do the same to all {names.many}. These data cannot show either."
    )


def _consequence(told: Told, point: TippingPoint) -> str:
    decision = told.decision
    if told.is_about_money and decision is not None and point.target:
        act = clean(decision.act, 120).rstrip(".! ")
        return f"it no longer pays to {act}" if decision.is_to_act else f"it pays after all to {act}"
    if point.target:
        return f"only {told.size.about(point.target)} of the effect would remain"
    return "nothing of the effect would remain"


def _still(told: Told, point: TippingPoint) -> str:
    is_first = point.multiple_to_zero is not None and point.multiple_to_zero > point.multiple
    if not (point.target and is_first and told.is_about_money):
        return ""
    return f"It would still {told.verb.removesuffix('s')} {told.names.outcome}."


def _turn(told: Told, point: TippingPoint) -> str:
    return told.size.about(point.target) if point.target else "no effect"


def _not_done(sensitivities: Sequence["Sensitivity"]) -> str:
    if any(one.is_refused for one in sensitivities):
        return "How strong it would have to be cannot be worked out for this model."
    if sensitivities:
        return "Name a measured cause as a yardstick, and this page will say how strong it would have to be."
    return "How strong it would have to be has not been worked out."
