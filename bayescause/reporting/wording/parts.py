"""How much of an effect goes through the mediators, as an owner would say it."""

from typing import TYPE_CHECKING

from bayescause.query.decomposition import decompose, ways_of_parts
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.rounding import in_one_notation, number

if TYPE_CHECKING:
    from bayescause.query.effect import Effect
    from bayescause.reporting.wording.telling import Told

__all__ = ["parts_of_the_whole"]


def parts_of_the_whole(told: "Told", effect: "Effect") -> Paragraph | None:
    """The whole effect, and what of it comes through the mediators; None where it was not taken apart."""
    parts = decompose(effect)
    if parts is None:
        return None
    names, size = told.names, told.size
    total, direct, indirect = (float(part.median()) for part in (parts.total, parts.direct, parts.indirect))
    manner, others = ways_of_parts(effect, names.label)
    if parts.share is None:
        is_open = f"Whether {names.treatment} changes {names.outcome} on the whole is open, so no share of it is told."
        return Paragraph("How much of it?", is_open)
    said = [size.about(abs(part)) for part in (total, indirect, direct)]
    whole, inside, past = (in_one_notation(one, *said) for one in said)
    what = f"the {'extra' if total > 0 else 'drop of'} {whole}"
    split = f"{_side(inside, indirect * total)} {manner}"
    rest = f"{_side(past, direct * total)} {'past it' if effect.estimand.query.through else others}"
    interval = parts.interval("share")
    low, high = 100 * float(interval.low), 100 * float(interval.high)
    aside = f"The share {manner} is very likely between {number(low, 1.0)} and {number(high, 1.0)} in 100."
    return Paragraph("How much of it?", f"Of {what}, {split} and {rest}.", rest=aside)


def _side(amount: str, sign: float) -> str:
    return f"about {amount} come" if sign > 0 else f"about {amount} are lost"
