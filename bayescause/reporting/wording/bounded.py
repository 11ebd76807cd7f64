"""The page of an effect that the data bound but do not settle: between which ends, and what follows from that."""

from typing import TYPE_CHECKING

from bayescause.query.bounded import sign_of
from bayescause.query.bounds import AGAINST
from bayescause.reporting.wording.cleaning import bare, clean
from bayescause.reporting.wording.names import Names, Size, capital
from bayescause.reporting.wording.rounding import chance

if TYPE_CHECKING:
    from bayescause.analysis.deciding import Decision
    from bayescause.query.bounds import Bounds
    from bayescause.reporting.findings import Answer

__all__ = ["range_closing", "range_headline", "range_paragraphs", "range_span"]


def range_headline(names: Names, bounds: "Bounds") -> str:
    """The first sentence: the direction where the whole range has one, else that it cannot be told."""
    sign = sign_of(bounds)
    if sign == 0:
        return (
            f"We cannot tell from these data whether {names.treatment} raises or lowers {names.outcome}, "
            f"and more {names.many} of the same would not help."
        )
    verb = "raises" if sign > 0 else "lowers"
    return f"{names.opening(names.treatment)} {verb} {names.outcome}; by how much, these data cannot say."


def range_span(names: Names, bounds: "Bounds") -> str:
    """The range, and that nothing inside it stands out."""
    interval, size = bounds.interval(), _size(names, bounds)
    low, high = float(interval.low), float(interval.high)
    if sign_of(bounds) < 0:
        low, high = -high, -low
    span = size.between(max(low, 0.0), high) if sign_of(bounds) else f"{size.signed(low)} and {size.signed(high)}"
    return f"What they leave open lies between {span}. No number in that range is better supported than another."


def range_paragraphs(names: Names, answer: "Answer", bounds: "Bounds") -> tuple[str, ...]:
    """What the range rests on, what the data say of the drawing, and the decision where the range makes one."""
    tight = "" if bounds.is_sharp else " It may be wider than it has to be."
    rests = (
        f"The range holds in whichever way each {names.one} responds to {names.treatment}: it rests on your drawing "
        f"alone.{tight} More {names.many} of the same make its ends surer; they do not bring them together."
    )
    told = [rests, *(clean(doubt, 300) for doubt in bounds.doubts)]
    if bounds.share_rejected_before > 0:
        told.append(_evidence(bounds))
    if answer.decision is not None:
        told.append(_decided(answer.decision))
    return tuple(told)


def range_closing(names: Names, bounds: "Bounds") -> str:
    """What to go by until it is settled."""
    if sign_of(bounds) == 0:
        return (
            f"Until then neither “{names.treatment} raises {names.outcome}” nor “it lowers it” has support here. "
            "If you must decide now, decide by what each end of the range would cost you."
        )
    return "Until then count on no more than the near end of the range."


def _evidence(bounds: "Bounds") -> str:
    if bounds.support < AGAINST:
        return (
            "Your drawing and these data do not go together well: look at the drawing again before you use the range."
        )
    return "These data could have spoken against your drawing and did not; that does not prove it."


def _decided(decision: "Decision") -> str:
    if decision.recommendation is None or decision.probability_pays is None:
        return f"Whether it pays to {bare(decision.act)} cannot be read off the range: it does at one end only."
    if decision.is_to_act:
        return (
            f"{capital(bare(decision.act))}: even the worst end of the range pays "
            f"({chance(decision.probability_pays)})."
        )
    return f"{capital(bare(decision.instead))}: not even the best end of the range pays."


def _size(names: Names, bounds: "Bounds") -> Size:
    quality = bounds.diagnostics
    error = max(quality["low"].mcse_mean, quality["high"].mcse_mean)
    return names.size(min(float(bounds.low.std()), float(bounds.high.std())) * 2, error)
