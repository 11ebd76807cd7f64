"""Counts of units above a line under both treatments, told only where the model predicts that very count."""

from typing import TYPE_CHECKING

from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.names import Names, plural
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.rounding import per_hundred

if TYPE_CHECKING:
    from bayescause.analysis.counting import UnitCounts

__all__ = ["people"]


def people(names: Names, counts: "UnitCounts | None") -> Paragraph | None:
    """Natural frequencies of units; None where there are none or their own check did not pass."""
    if counts is None or not counts.passes or len(counts.arms) != 2:
        return None
    reference, other = counts.arms
    line = f"“{clean(counts.level)}”" if counts.level else f"{counts.threshold:,.6g} {plural(names.unit)}".strip()
    high, low = f"{per_hundred(other.per_100 / 100)}", f"{per_hundred(reference.per_100 / 100)}"
    gap = round(other.per_100) - round(reference.per_100)
    more = f" That is about {abs(gap)} {'more' if gap > 0 else 'fewer'} in every 100." if gap else ""
    treated, untreated = f"With all of them at “{names.high}”", f"with all of them at “{names.low}”"
    if names.is_plain:
        treated, untreated = f"With {names.treatment} for all of them", "without it"
    return Paragraph(
        f"In {names.many}.",
        f"Take 100 {names.many} like those in the data. {treated}, about {high} have {names.outcome} above "
        f"{line}; {untreated}, about {low}.{more}",
    )
