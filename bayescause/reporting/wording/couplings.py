"""What an answer takes for granted of single units, who are never seen both ways, and what is left without it."""

import re
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.query.estimand import Ranging
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.spread import WIDTH_IN_SDS

if TYPE_CHECKING:
    from bayescause.query.effect import Effect
    from bayescause.reporting.wording.names import Names

__all__ = ["taken_for_granted"]

LONGEST = 200
"""Letters of an assumption that are told."""


def taken_for_granted(effect: "Effect", names: "Names") -> Paragraph | None:
    """The assumption that joins the two worlds, and the range without it; None where the question needs none."""
    question = effect.estimand
    coupling = particulars(question).coupling
    if coupling is None:
        return None
    granted = f"The answer takes for granted: {clean(_labelled(coupling, effect, names), LONGEST)}."
    unseen = "Nobody is ever seen both ways, so no data can prove it."
    return Paragraph("What nobody can see?", f"{granted} {unseen}{_without(effect, names)}")


def _labelled(coupling: str, effect: "Effect", names: "Names") -> str:
    """``coupling`` with the user's labels in place of the names of the variables that the question is about."""
    query = effect.estimand.query
    asked = {*query.of, *query.on, *query.through, *(name for chain in query.along for name in chain)}
    known = "|".join(map(re.escape, sorted(asked, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)({known})(?!\w)", lambda found: names.label(found[0]), coupling)


def _without(effect: "Effect", names: "Names") -> str:
    if not isinstance(effect.estimand, Ranging) or effect.posterior is None:
        return ""
    interval = effect.estimand.bounds(effect.posterior).interval()
    low, high = float(interval.low), float(interval.high)
    size = names.size((high - low) / WIDTH_IN_SDS, scale_of=effect.estimand.scale)
    return f" Without it, all that can be said is: between {size.between(low, high)}."
