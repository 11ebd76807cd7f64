"""What an answer takes for granted of single units, who are never seen both ways, and what is left without it."""

from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.query.digits import format_number
from bayescause.query.estimand import Ranging
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.paragraph import Paragraph

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["taken_for_granted"]

LONGEST = 200
"""Letters of an assumption that are told."""


def taken_for_granted(effect: "Effect") -> Paragraph | None:
    """The assumption that joins the two worlds, and the range without it; None where the question needs none."""
    question = effect.estimand
    coupling = particulars(question).coupling
    if coupling is None:
        return None
    granted = f"The answer takes for granted: {clean(coupling, LONGEST)}."
    unseen = "Nobody is ever seen both ways, so no data can prove it."
    return Paragraph("What nobody can see?", f"{granted} {unseen}{_without(effect)}")


def _without(effect: "Effect") -> str:
    if not isinstance(effect.estimand, Ranging) or effect.posterior is None:
        return ""
    interval = effect.estimand.bounds(effect.posterior).interval()
    low, high = (format_number(float(end), 2) for end in (interval.low, interval.high))
    return f" Without it, all that can be said is: between {low} and {high}."
