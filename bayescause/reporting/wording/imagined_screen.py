"""The owner's screen of a counterfactual: where it would have been, what it was, and what leaves the answer open."""

from typing import TYPE_CHECKING

from bayescause.query.counterfactual_wording import is_yes_or_no
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.imagined import imagined_headline, level_of, one_of, size_of
from bayescause.reporting.wording.names import plural
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.rounding import chance, in_one_notation
from bayescause.reporting.wording.screen import Screen

if TYPE_CHECKING:
    from bayescause.query.counterfactual import Counterfactual
    from bayescause.reporting.findings import Findings

__all__ = ["imagined_screen"]

LONGEST = 400
"""Letters of a reason that are shown."""


def imagined_screen(findings: "Findings", found: "Counterfactual") -> Screen:
    """What the owner reads first of a counterfactual."""
    paragraphs = (
        (_why_not(found),)
        if found.draws is None
        else (_careful(found), _compared(findings, found), _open(findings, found), _unseen(findings, found))
    )
    return Screen(
        title=clean(findings.title, 160),
        alarm="",
        answer=imagined_headline(findings, found),
        span="",
        paragraphs=tuple(one for one in paragraphs if one is not None),
        remedies=(),
        closing="",
        lights=(),
        footing=_footing(findings),
    )


def _compared(findings: "Findings", found: "Counterfactual") -> Paragraph | None:
    was = found.unit.get(found.on)
    if was is None:
        return Paragraph("What was it?", "Nobody recorded it of this one: what was recorded is all that this rests on.")
    if isinstance(was, str) or is_yes_or_no(found):
        return Paragraph("What was it?", f"It was “{level_of(findings, found.on, was)}”.")
    size = size_of(findings, found)
    gap = found.mean() - was
    plain = f"{was:,.6g} {size.unit}".strip()
    if round(abs(gap) / size.step) == 0:
        return Paragraph("What was it?", f"It was {plain}: about the same.")
    way, chances = ("more", found.probability(was)) if gap > 0 else ("less", 1 - found.probability(was))
    told = f"It was {plain}. About {size.about(gap)} {way}, is the best guess; the chance that it would have been {way}"
    return Paragraph("What was it?", f"{told} is {chance(chances)}.")


def _open(findings: "Findings", found: "Counterfactual") -> Paragraph | None:
    if found.noise_sd == 0 and found.parameter_sd == 0:
        return None
    if found.noise_sd == 0:
        text = "What was recorded tells all of its own circumstances; what is left open, more data would settle."
        return Paragraph("What leaves it open?", text)
    size = size_of(findings, found)
    if is_yes_or_no(found):
        text = "The circumstances of this one are not known to the last: no data on others would settle that."
        return Paragraph("What leaves it open?", text)
    said = [size.about(sd) for sd in (found.noise_sd, found.parameter_sd)]
    noise, parameters = (in_one_notation(one, *said) for one in said)
    text = (
        f"Its own circumstances, which no data on others would settle (give or take {noise}), and "
        f"what the data leave open of how things work (give or take {parameters})."
    )
    return Paragraph("What leaves it open?", text)


def _unseen(findings: "Findings", found: "Counterfactual") -> Paragraph:
    unseen = "Nobody is ever seen both ways, so no data can prove it."
    granted = "that this one keeps what set it apart from others like it"
    if found.coupling is not None:
        granted = f"how discrete values hang together in one {one_of(findings)} ({found.coupling})"
    text = f"The answer takes for granted {granted}. {unseen}"
    return Paragraph("What nobody can see?", f"{text}{_without(findings, found)}")


def _without(findings: "Findings", found: "Counterfactual") -> str:
    if found.bounds is None:
        return ""
    interval = found.bounds.interval()
    low, high = float(interval.low), float(interval.high)
    if is_yes_or_no(found):
        return f" Without it, all that can be said is: a chance between {chance(low)} and {chance(high)}."
    return f" Without it, all that can be said of its mean is: between {size_of(findings, found).between(low, high)}."


def _careful(found: "Counterfactual") -> Paragraph | None:
    if found.status != "weak":
        return None
    return Paragraph("Careful.", " ".join(clean(reason, LONGEST) for reason in found.reasons))


def _why_not(found: "Counterfactual") -> Paragraph:
    return Paragraph("Why?", " ".join(clean(reason, LONGEST) for reason in found.reasons))


def _footing(findings: "Findings") -> str:
    if findings.table is None:
        return ""
    count = findings.table.units
    return f"Learnt from {count:,} {plural(one_of(findings)) if count != 1 else one_of(findings)}."
