"""The parts of a report in order: the owner's screen, the proof of each answer, and what all answers share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.query.group_places import group_told, places_of
from bayescause.query.mediated_questions import manner_of
from bayescause.query.wording import valued
from bayescause.reporting.figures.canvas import Picture
from bayescause.reporting.figures.dots import DOTS, picture_dots, quantile_dots
from bayescause.reporting.proof.blocks import Section
from bayescause.reporting.proof.bounds import bounds_section
from bayescause.reporting.proof.concordance import concordance_section
from bayescause.reporting.proof.curve import curve_picture, curve_section
from bayescause.reporting.proof.doubts import decision_section, doubts_section
from bayescause.reporting.proof.drawing import drawing_section
from bayescause.reporting.proof.effect import axis_of, effect_section
from bayescause.reporting.proof.groups import groups_section
from bayescause.reporting.proof.imagined import imagined_sections
from bayescause.reporting.proof.prior import prior_section
from bayescause.reporting.proof.shared import shared_sections
from bayescause.reporting.proof.verdict import verdict_section
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.imagined import imagined_heading
from bayescause.reporting.wording.imagined_screen import imagined_screen
from bayescause.reporting.wording.names import capital
from bayescause.reporting.wording.screen import Screen, screen
from bayescause.reporting.wording.telling import Told, tell
from bayescause.reporting.wording.whom import condition_told, group_name
from bayescause.reporting.wording.worlds import worlds_of

if TYPE_CHECKING:
    from bayescause.query.effect import Effect
    from bayescause.query.estimand import Estimand
    from bayescause.reporting.findings import Answer, Findings
    from bayescause.reporting.wording.names import Names

__all__ = ["Chapter", "Contents", "contents"]


@dataclass(frozen=True, eq=False)
class Chapter:
    """One answer: what the owner reads, its dots, and its proof.

    Parameters
    ----------
    heading : str
        The question in the user's labels, for pages with several.
    screen : Screen
    dots : Picture, optional
        Of a curve, the curve itself.
    sections : tuple of Section
    """

    heading: str
    screen: Screen
    dots: Picture | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, eq=False)
class Contents:
    """A whole report."""

    title: str
    chapters: tuple[Chapter, ...]
    shared: tuple[Section, ...]


def contents(findings: "Findings") -> Contents:
    """``findings`` as a report that only has to be set."""
    chapters = tuple(
        _chapter(findings, answer, f"a{place}")
        for place, answer in enumerate(findings.answers, start=1)
        if answer is worlds_of(findings, answer)[0]
    )
    imagined = tuple(
        Chapter(imagined_heading(findings, one), imagined_screen(findings, one), None, imagined_sections(one, f"u{at}"))
        for at, one in enumerate(findings.counterfactuals, start=1)
    )
    return Contents(clean(findings.title, 160), (*chapters, *imagined), shared_sections(findings))


def _chapter(findings: "Findings", answer: "Answer", name: str) -> Chapter:
    from bayescause.reporting.wording.names import names_of

    sections: list[Section | None] = [drawing_section(findings, answer, f"{name}-drawing")]
    sections.append(verdict_section(answer, names_of(findings, answer), f"{name}-verdict"))
    sections.append(bounds_section(answer, f"{name}-bounds"))
    sections.append(curve_section(findings, answer, f"{name}-curve"))
    dots = curve_picture(findings, answer, f"{name}-drawn")
    if answer.has_number:
        told = tell(findings, answer)
        dots = _dots(told, f"{name}-dots") if told.may_give_chances else None
        sections += [
            effect_section(findings, answer, f"{name}-effect"),
            groups_section(findings, answer, f"{name}-groups"),
            doubts_section(findings, answer, f"{name}-doubts"),
            decision_section(findings, answer, f"{name}-decision"),
        ]
    sections.append(prior_section(answer, f"{name}-prior"))
    sections.append(concordance_section(answer, f"{name}-concordance"))
    kept = tuple(section for section in sections if section is not None)
    return Chapter(_heading(findings, answer), screen(findings, answer), dots, kept)


def _heading(findings: "Findings", answer: "Answer") -> str:
    from bayescause.reporting.wording.names import names_of

    names, question = names_of(findings, answer), answer.effect.estimand
    is_one = answer.effect.group is not None and len(worlds_of(findings, answer)) == 1
    group = f", {_group(answer.effect, names)}" if is_one else ""
    where = f", where {condition_told(question.where, names.label)}" if question.where else ""
    outcome = valued(question, names.outcome)
    return capital(clean(f"{_titled(question, names)}: {names.treatment} and {outcome}{group}{where}", 200))


def _group(effect: "Effect", names: "Names") -> str:
    places = places_of(effect)
    if particulars(effect.estimand).held:
        return group_told(effect, names.label).strip()
    if not places:
        return group_name(effect.group or "", names.label)
    return ", ".join(f"{names.label(name)}: {level}" for name, level in places)


def _titled(question: "Estimand", names: "Names") -> str:
    """The question as an owner would call it, with the user's labels of what lies on the way."""
    told = manner_of(question, names.label)
    return f"effect {told}" if told else particulars(question).plainly or question.name


def _dots(told: Told, name: str) -> Picture:
    size, turn = told.size, told.turn
    dots = quantile_dots(told.draws)
    filled = int((dots < turn if told.pays_below else dots > turn).sum())
    at = f"{turn:g}" if turn == told.question.null and turn else size.signed(turn) if turn else "zero"
    said = f"{filled} of {DOTS} lie {'below' if told.pays_below else 'above'} {at}"
    line = "no effect"
    if told.decision is not None:
        said += ", where acting pays"
        line = f"{'pays' if told.is_about_money else 'earned back'} {told.pays_where}"
    return picture_dots(
        told.draws * size.scale,
        axis=_axis(told),
        caption=f"Each dot is one chance in twenty: {said}.",
        threshold=turn * size.scale,
        at_threshold=line,
        filled="below" if told.pays_below else "above",
        name=name,
    )


def _axis(told: Told) -> str:
    is_change = told.size.unit and told.question.scale == "difference"
    if told.question.scale == "probability":
        return f"{_titled(told.question, told.names)}, {told.size.unit}"
    return f"change in {told.outcome}, {told.size.unit}" if is_change else axis_of(told.names, told.question)
