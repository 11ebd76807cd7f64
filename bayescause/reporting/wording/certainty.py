"""How sure the answer is: chances as counts of a hundred, and the plain comparison beside it."""

from bayescause.query.estimand import OfNumberNeeded
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.formulas import rests_on
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.rounding import chance, in_one_notation, money
from bayescause.reporting.wording.telling import Told
from bayescause.reporting.wording.ways import way_of

__all__ = ["comparison", "how_sure"]

FAILED = "We give no chance here, because the practice runs failed."


def how_sure(told: Told) -> Paragraph:
    """The chance that it pays, or that the effect is there at all, if like was compared with like."""
    if not told.may_give_chances:
        return Paragraph("How sure are we?", FAILED)
    if told.is_about_money:
        return _pays(told)
    proviso, manner = _proviso(told), way_of(told.question, told.names)
    outcome = f"{told.outcome} {manner}".strip()
    if not told.has_sign:
        return Paragraph("How sure are we?", f"As sure as the range says, {proviso}.{_worthwhile(told)}")
    if told.is_sure:
        wrong = 1 - max(told.above_null, 1 - told.above_null - told.without)
        what = told.verb.removesuffix("s")
        first = f"The chance that {told.subject} does not {what} {outcome} is {chance(wrong)}, {proviso}."
    else:
        first = f"The chance that {told.subject} raises {outcome} is {chance(told.above_null)}, {proviso}."
    return Paragraph("How sure are we?", f"{first}{_worthwhile(told)}")


def comparison(told: Told, differs_in: str = "") -> Paragraph | None:
    """The plain difference beside the answer, and why it is another number.

    Parameters
    ----------
    told : Told
    differs_in : str
        In what the two groups differed beforehand, most of all; empty if that is not known.
    """
    if told.unadjusted is None:
        return None
    plain, size, groups = told.unadjusted, told.size, _groups(told)
    if told.question.scale != "difference":
        return Paragraph(
            "And a plain comparison?", f"Just comparing {groups} gives {in_one_notation(size.about(plain), groups)}."
        )
    text = _gap(told, differs_in)
    lead = "And a plain comparison?"
    # Where the answer is no clear difference of its own, another one is nothing to explain it away with.
    if _differ(told) and told.is_sure and not isinstance(told.question, OfNumberNeeded):
        opposite = plain * told.mean < 0
        lead = "Why does a plain comparison say the opposite?" if opposite else f"Why not {size.signed(plain)}?"
    return Paragraph(lead, text)


def _differ(told: Told) -> bool:
    gap = abs(told.mean - (told.unadjusted or 0.0)) * told.size.scale
    return gap >= 1.5 * told.size.step


def _gap(told: Told, differs_in: str) -> str:
    plain, size = told.unadjusted or 0.0, told.size
    groups = _groups(told)
    said = in_one_notation(size.signed(plain), groups)
    if not _differ(told):
        return f"Just comparing {groups} gives about the same, {said}."
    they = "Those with more of it" if told.names.is_quantity else "The two"
    because = f" {they} differed beforehand{f', most of all in {differs_in}' if differs_in else ''}."
    if plain * told.mean > 0 and abs(plain) > abs(told.mean):
        rest = size.about(plain - told.mean)
        return f"Just comparing {groups} gives {said}. About {rest} of that would have come anyway.{because}"
    if plain * told.mean > 0:
        return f"Just comparing {groups} gives {said}: too little.{because}"
    return f"Just comparing {groups} gives {said}.{because}"


def _groups(told: Told) -> str:
    names = told.names
    if names.is_quantity:
        return f"{names.many} by how much of {names.treatment} they had, from {names.low} to {names.high},"
    if names.is_plain:
        return f"{names.many} with and without {names.treatment}"
    return f"“{names.high}” with “{names.low}”"


def _pays(told: Told) -> Paragraph:
    decision = told.decision
    if decision is None or decision.probability_pays is None or decision.probability_loses is None:
        return Paragraph("How sure are we?", "Not worked out.")
    lead = (
        f"Chance that it pays: {chance(decision.probability_pays)}. "
        f"Chance that it loses: {chance(decision.probability_loses)}."
    )
    loss = decision.loss_if_loses
    lost = f" If it loses, it loses about {money(loss, clean(decision.money, 20))} a {told.names.one}." if loss else ""
    return Paragraph(lead, f"That holds {_proviso(told)}.{lost}")


def _proviso(told: Told) -> str:
    """On what a chance rests that no draw can tell."""
    found, names = told.parametric, told.names
    if told.through is not None:
        return rests_on(names, told.through)
    if found is None:
        return "if like was compared with like"
    ways = " and ".join(names.label(name) for name in found.instruments)
    reach = "reaches" if len(found.instruments) == 1 else "reach"
    return f"if {ways} {reach} {names.outcome} only through {names.treatment}"


def _worthwhile(told: Told) -> str:
    """How probable a difference is that matters; in both directions where nobody said which one is good."""
    if told.worthwhile is None or told.above_worthwhile is None:
        return ""
    least = told.size.about(told.worthwhile)
    if told.question.scale != "difference":
        return f" The chance that it is at least {least} is {chance(told.above_worthwhile)}."
    return f" The chance that it makes a difference of at least {least} is {chance(told.above_worthwhile)}."
