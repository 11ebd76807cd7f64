"""What to do: the decision in the user's own words, what it leaves out, and what would settle the doubt."""

from typing import TYPE_CHECKING

from bayescause.reporting.wording.cleaning import bare, clean
from bayescause.reporting.wording.doubt import TippingPoint
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.rounding import chance
from bayescause.reporting.wording.telling import IF_IT_HOLDS, Told

if TYPE_CHECKING:
    from bayescause.analysis.deciding import Decision

__all__ = ["LOT_BELOW", "what_to_do"]

LOT_BELOW = 1.0
"""A hidden cause weaker than a measured one makes drawing by lot worth its trouble."""


def what_to_do(told: Told, point: TippingPoint | None) -> Paragraph | None:
    """The recommendation; None where nothing is to be decided."""
    decision = told.decision
    if decision is None or decision.recommendation is None:
        return None
    lead = "What to do next." if told.is_about_money else "What to do."
    text = f"{told.hedged(bare(decision.recommendation))}."
    if not told.is_about_money and decision.threshold is not None:
        text = _without_money(told, decision)
    return Paragraph(lead, f"{text}{_lot(told, point)}", aside=_left_out(decision))


def _without_money(told: Told, decision: "Decision") -> str:
    asked = f"You asked whether to {bare(decision.act)}, which is earned back {told.pays_where}."
    answer = "Yes" if decision.is_to_act else f"No: {bare(decision.instead)}"
    held = f", {IF_IT_HOLDS}" if told.is_weak else ""
    chances = ""
    if told.may_give_chances and decision.probability_pays is not None:
        chances = f" The chance that it is earned back is {chance(decision.probability_pays)}."
    return f"{asked} {answer}{held}.{chances}"


def _lot(told: Told, point: TippingPoint | None) -> str:
    if point is None or point.multiple >= LOT_BELOW:
        return ""
    return (
        f" For a while, in a few {told.names.many}, let a lot decide about {told.names.treatment}: "
        "that settles the doubt above."
    )


def _left_out(decision: "Decision") -> str:
    if not decision.leaves_out:
        return ""
    words = clean(decision.leaves_out, 200).rstrip(".")
    return f"This page leaves out: {words[:1].lower()}{words[1:]}."
