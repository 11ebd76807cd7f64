"""The owner's first screen: title, answer, what it means, how sure, for whom, what could be wrong, what to do."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.identification.verdict import NotIdentified
from bayescause.query.dependence import alike_by
from bayescause.reporting.wording.action import what_to_do
from bayescause.reporting.wording.bounded import range_closing, range_span
from bayescause.reporting.wording.certainty import comparison, how_sure
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.contradiction import contradiction
from bayescause.reporting.wording.contrasts import differs_in, works_alike
from bayescause.reporting.wording.couplings import taken_for_granted
from bayescause.reporting.wording.curve import curve_paragraphs, pair_paragraphs
from bayescause.reporting.wording.doubt import doubt, tipping_point
from bayescause.reporting.wording.headline import first_sentence, range_sentence
from bayescause.reporting.wording.lights import lights
from bayescause.reporting.wording.names import Names, names_of
from bayescause.reporting.wording.paragraph import COMPUTED, Light, Paragraph
from bayescause.reporting.wording.parts import parts_of_the_whole
from bayescause.reporting.wording.people import people
from bayescause.reporting.wording.refusal import refusal_remedies, refusal_text, until_then
from bayescause.reporting.wording.telling import tell
from bayescause.reporting.wording.whom import for_whom
from bayescause.reporting.wording.worlds import worlds_of

if TYPE_CHECKING:
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["Screen", "screen"]

TITLE = 160
"""Signs of a title that are shown."""


@dataclass(frozen=True)
class Screen:
    """What the owner reads first; everything else on the page is proof.

    Parameters
    ----------
    title : str
    alarm : str
        Said before any number, where the numbers may not be used; else empty.
    answer : str
        In bold.
    span : str
        The sentence after it; empty without a number.
    paragraphs : tuple of Paragraph
    remedies : tuple of str
        What would settle it, cheapest first, where nothing could be told.
    closing : str
        After the remedies.
    lights : tuple of Light
        Empty where there is no number.
    footing : str
        How many rows, and of what.
    """

    title: str
    alarm: str
    answer: str
    span: str
    paragraphs: tuple[Paragraph, ...]
    remedies: tuple[str, ...]
    closing: str
    lights: tuple[Light, ...]
    footing: str


def screen(findings: "Findings", answer: "Answer") -> Screen:
    """The first screen of ``answer``."""
    if answer.effect.curve is not None and not answer.is_nothing:
        return _curved(findings, answer)
    return _answered(findings, answer) if answer.has_number else _refused(findings, answer)


def _curved(findings: "Findings", answer: "Answer") -> Screen:
    names, worlds = names_of(findings, answer), [one.effect for one in worlds_of(findings, answer)]
    sure = pair_paragraphs(names, worlds) if len(worlds) > 1 else curve_paragraphs(names, answer.effect)
    paragraphs = (_caution(answer), *sure, contradiction(findings, answer))
    return Screen(
        title=clean(findings.title, TITLE),
        alarm=_alarm(answer),
        answer=first_sentence(findings, answer),
        span="",
        paragraphs=tuple(one for one in paragraphs if one is not None),
        remedies=(),
        closing="",
        lights=lights(findings, answer),
        footing=_footing(findings, answer, names),
    )


def _answered(findings: "Findings", answer: "Answer") -> Screen:
    told = tell(findings, answer)
    point = tipping_point(told, answer.sensitivities)
    sure, against = how_sure(told), contradiction(findings, answer)
    # What the answer rests on comes before anything that rests on the answer.
    is_first = against is not None and bool(against.strong)
    paragraphs = (
        _caution(answer),
        against if is_first else None,
        people(told.names, answer.counts),
        sure if told.has_mean else None,
        parts_of_the_whole(told, answer.effect),
        taken_for_granted(answer.effect, told.names),
        comparison(told, differs_in(answer, told.names)) if told.has_mean else None,
        for_whom(
            told,
            answer.slices,
            works_alike=works_alike(answer),
            asked=_asked_by(findings, answer),
            alike_by=alike_by(answer.effect),
        ),
        doubt(told, answer.sensitivities),
        None if is_first else against,
        what_to_do(told, point),
    )
    said = re.search(r"(?:(?:more|less) than )?\d+ in 100", str(sure))
    return Screen(
        title=clean(findings.title, TITLE),
        alarm=_alarm(answer),
        answer=first_sentence(findings, answer),
        span=range_sentence(told),
        paragraphs=tuple(one for one in paragraphs if one is not None),
        remedies=(),
        closing="",
        lights=lights(findings, answer, said[0] if said else ""),
        footing=_footing(findings, answer, told.names),
    )


def _asked_by(findings: "Findings", answer: "Answer") -> tuple[str, ...]:
    """Columns by which other questions ask for the effect of the same on the same."""
    question = answer.effect.estimand
    others = [one.effect.estimand for one in findings.answers if one.effect.draws is not None]
    same = [other for other in others if (other.of, other.on) == (question.of, question.on)]
    return tuple(dict.fromkeys(name for other in same for name in particulars(other).given))


def _refused(findings: "Findings", answer: "Answer") -> Screen:
    names, bounds = names_of(findings, answer), answer.effect.bounds
    closing = until_then(names) if isinstance(answer.effect.verdict, NotIdentified) else ""
    return Screen(
        title=clean(findings.title, TITLE),
        alarm="",
        answer=first_sentence(findings, answer),
        span="" if bounds is None else range_span(names, bounds),
        paragraphs=tuple(Paragraph("", text) for text in refusal_text(names, answer)),
        remedies=refusal_remedies(names, answer),
        closing=closing if bounds is None else range_closing(names, bounds),
        lights=(),
        footing=_footing(findings, answer, names) if bounds is None or findings.table is not None else "",
    )


def _caution(answer: "Answer") -> Paragraph | None:
    """That an answer is weak, where the alarm does not say it already."""
    if answer.effect.status != "weak" or _alarm(answer):
        return None
    return Paragraph("Careful.", f"This answer stands on weak feet. Why: see “{COMPUTED}”.")


def _alarm(answer: "Answer") -> str:
    """A warning before any number, if the draws that made it may not be trusted."""
    posterior = answer.effect.posterior
    if posterior is None:
        return ""
    route = answer.effect.route
    keys = () if route is None else (*route.keys.values(), *((route.block,) if route.block else ()))
    shaky = [key for key in keys if key in posterior.convergence and not posterior.convergence[key].is_converged]
    if not shaky:
        return ""
    return (
        "Do not use the numbers on this page yet. The computation did not settle "
        f"({clean(', '.join(shaky), 120)}). What failed: see “{COMPUTED}”."
    )


def _footing(findings: "Findings", answer: "Answer", names: Names) -> str:
    """How many units it is about, and of how many where it is not about all of them."""
    from bayescause.query.selection import units_asked_about

    if findings.table is None:
        return "Nothing was fitted."
    effect, count = answer.effect, findings.table.units
    # Without draws nobody was asked about; the rows were looked at all the same.
    about = count if effect.posterior is None else units_asked_about(effect.estimand, effect.group, findings.table)
    units = names.many if count != 1 else names.one
    if about is None:
        return f"{count:,} {units} in the table."
    return f"{count:,} {units}." if about == count else f"{about:,} of {count:,} {units}."
