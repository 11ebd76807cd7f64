"""The first sentence of the page: the answer, or what to do, or that it cannot be told."""

import re
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.query.estimand import OfNumberNeeded
from bayescause.query.group_places import group_told, places_of
from bayescause.query.no_mean import instead, why_not_learnt
from bayescause.query.number_needed import number_needed, told_number_needed
from bayescause.query.proviso import STRAIGHT
from bayescause.query.wording import may_do, valued
from bayescause.reporting.wording.bounded import range_span
from bayescause.reporting.wording.cleaning import bare, clean
from bayescause.reporting.wording.curve import curve_headline, pair_headline, world_names
from bayescause.reporting.wording.imagined import imagined_headline
from bayescause.reporting.wording.names import Names, capital, names_of
from bayescause.reporting.wording.needed import in_whole_units, range_in_units
from bayescause.reporting.wording.refusal import refusal_headline
from bayescause.reporting.wording.rounding import chance, in_one_notation, money, per_hundred, roughly
from bayescause.reporting.wording.telling import Told, tell
from bayescause.reporting.wording.ways import way_of
from bayescause.reporting.wording.whom import condition_told
from bayescause.reporting.wording.worlds import worlds_of

if TYPE_CHECKING:
    from bayescause.analysis.deciding import Decision
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["first_sentence", "headline", "range_sentence", "weaknesses"]

_SPANNED = {
    "difference": "The average",
    "ratio": "The factor",
    "probability": "The share",
    "level": "It",
}
"""What lies in the range, by scale."""


def headline(findings: "Findings") -> str:
    """One line for a terminal: the first answer with its range, and how often it pays where a decision says so."""
    if not findings.answers and findings.counterfactuals:
        return imagined_headline(findings, findings.counterfactuals[0])
    if not findings.answers:
        return "Nothing was asked."
    answer = findings.answers[0]
    sentence = first_sentence(findings, answer)
    if answer.effect.bounds is not None:
        return f"{sentence} {range_span(names_of(findings, answer), answer.effect.bounds)}"
    if not answer.has_number:
        return sentence
    told = tell(findings, answer)
    chances = ""
    if told.decision is not None and told.decision.probability_pays is not None and told.may_give_chances:
        chances = f" Chance that it pays: {chance(told.decision.probability_pays)}."
    if isinstance(told.question, OfNumberNeeded):
        return sentence
    if not told.has_mean:
        return f"{sentence} {range_sentence(told)}"
    return f"{sentence} Very likely between {_span(told)}.{chances}"


def weaknesses(findings: "Findings") -> list[str]:
    """A line for each answer that is weak, with the first reason; whose it is, where it is not the first answer's."""
    effects = [answer.effect for answer in findings.answers]
    asked = [
        (f"{one.estimand.short} of {one.estimand.of} on {one.estimand.on}", one.status, one.reasons) for one in effects
    ]
    asked += [(f"counterfactual of {one.on}", one.status, one.reasons) for one in findings.counterfactuals]
    weak = [(at, name, reasons) for at, (name, status, reasons) in enumerate(asked) if status == "weak"]
    said = (
        f"Weak: {f'{name}: ' if at else ''}{clean(' '.join(reasons[:1]) or 'the page says why.', 400)}"
        for at, name, reasons in weak
    )
    return list(dict.fromkeys(said))


def first_sentence(findings: "Findings", answer: "Answer") -> str:
    """The answer in the user's labels and unit; with a decision in money, what to do comes first."""
    if answer.effect.curve is not None and not answer.is_nothing:
        worlds = worlds_of(findings, answer)
        if len(worlds) > 1:
            return pair_headline(names_of(findings, answer), [world.effect for world in worlds])
        return curve_headline(names_of(findings, answer), answer.effect)
    if not answer.has_number:
        return refusal_headline(names_of(findings, answer), answer)
    told = tell(findings, answer)
    sentence = _sentence(findings, answer, told)
    if told.parametric is None or not told.has_mean:
        return sentence
    return f"{sentence.removesuffix('.')}, {'' if told.is_sure else 'even '}{STRAIGHT}."


def _sentence(findings: "Findings", answer: "Answer", told: Told) -> str:
    if told.is_about_money and told.decision is not None:
        return f"{_action(told, told.decision)} {_earns(told, told.decision)}"
    counted = number_needed(answer.effect)
    if counted is not None:
        outcome = valued(told.question, told.names.outcome)
        said = told_number_needed(in_whole_units(counted), told.subject, outcome, told.names.many)
        return f"{said}{_whom(answer, told.names)} ({range_in_units(counted, told.names.one)})."
    if not told.has_mean:
        changes = f"{told.subject} changes {told.outcome}{_whom(answer, told.names)}"
        return f"We cannot say by how much {changes}: {why_not_learnt(answer.effect)}. {instead(answer.effect)}"
    if share := particulars(told.question).sentence:
        low, high = world_names(told.names)
        outcome = valued(told.question, told.names.outcome)
        words = {"many": told.names.many, "on": outcome, "low": low, "high": high, "share": per_hundred(told.mean)}
        return told.names.opening(f"{share.format(**words).removesuffix('.')}{_where(answer, told.names)}.")
    if not told.has_sign:
        what = f"{told.names.treatment} on {told.outcome}{_whom(answer, told.names)}"
        return f"{capital(told.question.name)} of {what}: {_amount(told, what)}."
    if not told.is_sure:
        change = f"{told.subject} {may_do(answer.effect, told.outcome)}"
        return f"We cannot say whether {change}{_whom(answer, told.names)}."
    yes = "Yes. " if _asks_for_change(findings.title) and answer is findings.answers[0] else ""
    return f"{yes}{_answer(told, told.names.opening(told.subject), _whom(answer, told.names))}."


def range_sentence(told: Told) -> str:
    """Where the average very likely lies, and which levels were compared."""
    compared = ""
    if not told.names.is_plain:
        compared = f", comparing “{told.names.high}” with “{told.names.low}”"
    if not told.has_mean:
        return (
            f"All that can be said of it: it is very likely between {told.size.between(told.low, told.high)}{compared}."
        )
    which = f"The change in {told.names.outcome}" if told.is_about_money else _spanned(told)
    return f"{which} is very likely between {_span(told)}{compared}."


def _span(told: Told) -> str:
    """Both ends, of a fall as its size: the sentence before them has said that it falls."""
    if told.is_sure and told.verb == "lowers" and told.question.scale == "difference" and not told.is_about_money:
        return told.size.between(-told.high, -told.low)
    return told.size.between(told.low, told.high)


def _spanned(told: Told) -> str:
    if isinstance(told.question, OfNumberNeeded):
        return "The difference"
    is_of_mean = not particulars(told.question).quantity or told.question.scale != "difference"
    return _SPANNED[told.question.scale] if is_of_mean else "The change"


def _answer(told: Told, subject: str, whom: str) -> str:
    verb = "multiplies" if told.question.scale == "ratio" else told.verb
    change = f"{verb} {told.outcome} by {_amount(told, subject, told.outcome, whom)}{whom}"
    match told.is_for_better:
        case True:
            return f"{subject} helps: it {change}"
        case False:
            return f"{subject} does harm: it {change}"
        case _:
            return f"{subject} {change}"


def _amount(told: Told, *beside: str) -> str:
    """The size of the mean, in the notation of what is said beside it."""
    return roughly(in_one_notation(told.size.about(told.mean), *beside))


def _action(told: Told, decision: "Decision") -> str:
    return f"{told.hedged(bare(decision.act if decision.is_to_act else decision.instead))}."


def _earns(told: Told, decision: "Decision") -> str:
    subject = _subject(told, decision)
    each = f"a {told.names.one}"
    # What is counted in every hundred is not said by the unit once more: what it earns is.
    of_outcome, of_money = ("", f" {each}") if told.names.is_counted else (f" {each}", "")
    amount = money(abs(decision.net_gain or 0.0), clean(decision.money, 20))
    by = f"{_amount(told, subject, told.names.outcome, amount)}{of_outcome}"
    change = f"{subject} {told.verb} {told.names.outcome} by {by}"
    if not told.is_sure:
        change = f"We cannot say whether {told.names.treatment} raises or lowers {told.names.outcome}"
    if not decision.is_to_act:
        return f"{change}; after costs, to {bare(decision.act)} would lose about {amount} {each}."
    if not told.is_sure:
        return f"{change}, but on balance, after costs, it earns about {amount} {each}."
    return f"{change}, which after costs earns about {amount}{of_money}."


def _subject(told: Told, decision: "Decision") -> str:
    """``It``, where the act already names the treatment."""
    bare = re.sub(r"^(the|a|an) ", "", told.names.treatment.lower())
    return "It" if decision.is_to_act and bare in decision.act.lower() else told.names.opening(told.names.treatment)


def _whom(answer: "Answer", names: Names) -> str:
    """Among whom, where it is not everyone."""
    question = answer.effect.estimand
    told = particulars(question)
    levels = dict(zip(told.contrast or (), (names.low, names.high), strict=False))
    level = None if told.among is None else levels.get(told.among)
    among = f" among those with “{level}”" if level is not None else ""
    manner = way_of(question, names)
    by_way = f" {manner}" if manner else ""
    return f"{by_way}{among}{_where(answer, names)}"


def _where(answer: "Answer", names: Names) -> str:
    """Among which group of units, and at which level of what is held."""
    question, places = answer.effect.estimand, places_of(answer.effect)
    if particulars(question).held:
        told, among = clean(group_told(answer.effect, names.label)), []
    else:
        told, among = "", [f"{names.label(name)} is {clean(level)}" for name, level in places]
        if answer.effect.group is not None and not places:
            among = [condition_told(answer.effect.group, names.label)]
    among += [condition_told(question.where, names.label)] if question.where else []
    return f"{f' {told}' if told else ''}{f' where {" and ".join(among)}' if among else ''}"


def _asks_for_change(title: str) -> bool:
    """Whether yes answers the title: it asks whether something changes, not in which direction."""
    return bool(re.match(r"(does|do|did|can) .*\b(change|affect|influence|alter|matter)\b", title, re.IGNORECASE))
