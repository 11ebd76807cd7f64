"""The page without a number: we cannot tell, more of the same would not help, why, and what would settle it."""

import re
from typing import TYPE_CHECKING

from bayescause.identification.verdict import NotIdentified
from bayescause.query.bounded import sign_of
from bayescause.query.proviso import other_obstacles
from bayescause.reporting.wording.bounded import range_headline, range_paragraphs
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.names import Names, capital

if TYPE_CHECKING:
    from bayescause.reporting.findings import Answer

__all__ = ["hidden_pairs", "refusal_headline", "refusal_remedies", "refusal_text", "until_then"]


def refusal_headline(names: Names, answer: "Answer") -> str:
    """The first sentence of a page that has no number."""
    if answer.effect.bounds is not None:
        return range_headline(names, answer.effect.bounds)
    if isinstance(answer.effect.verdict, NotIdentified):
        return f"We cannot tell from these data, and more {names.many} of the same would not help."
    if answer.is_nothing:
        return (
            f"By your drawing, {names.treatment} cannot change {names.outcome}: "
            "no arrow leads from one to the other. Swapped?"
        )
    return "We cannot give a number yet."


def refusal_text(names: Names, answer: "Answer") -> tuple[str, ...]:
    """Why, in paragraphs: the user's own line, then two worlds with one table."""
    verdict = answer.effect.verdict
    bounds = answer.effect.bounds
    if isinstance(verdict, NotIdentified) and bounds is not None:
        may_do_nothing = verdict.is_bow and sign_of(bounds) == 0
        why = _two_worlds(names, "So there is a range on this page, and no number.", may_do_nothing=may_do_nothing)
        return (_in_the_way(names, verdict), why, *range_paragraphs(names, answer, bounds))
    if isinstance(verdict, NotIdentified):
        guess = "So there is no number on this page: any number would be a guess in a suit."
        why = _two_worlds(names, guess, may_do_nothing=verdict.is_bow)
        more = clean(other_obstacles(verdict, " ".join(answer.effect.reasons)), 600)
        return (_in_the_way(names, verdict), why, *([more] if more else []))
    if answer.is_nothing:
        told = (
            f"If {names.treatment} was settled before {names.outcome}, an arrow is missing or points the wrong way: "
            "mend the drawing and run this again. If the drawing is right, there is no effect to measure, "
            "whatever the data say."
        )
        return (told,)
    why = " ".join(clean(reason, 400) for reason in answer.effect.reasons)
    return (f"The drawing is not the obstacle. {why}".strip(),)


def refusal_remedies(names: Names, answer: "Answer") -> tuple[str, ...]:
    """What would settle it, cheapest first; the first is not statistical."""
    if not isinstance(answer.effect.verdict, NotIdentified):
        return ()
    treatment, outcome = names.treatment, names.outcome
    record = (
        f"Write down what decided, {_each(names)}, about {treatment}. If that is the whole story and it is on record, "
        "we can answer at once."
    )
    lot = f"For a while, let a lot decide about {treatment}, even for a few {names.many}: chance has no reasons."
    accident = f"Tell us of something that shifted {treatment} by accident and can reach {outcome} in no other way."
    # A range has used the accidents that are in the drawing already.
    has_used_it = answer.effect.bounds is not None and bool(answer.effect.verdict.instruments)
    return (record, lot) if has_used_it else (record, lot, accident)


def until_then(names: Names) -> str:
    """What has support here: neither."""
    return (
        f"Until then neither “{names.treatment} changes {names.outcome}” nor “it does not” has support here. "
        "If you must decide now, decide by what it costs to be wrong."
    )


def hidden_pairs(verdict: NotIdentified) -> tuple[tuple[str, str], ...]:
    """Names on both sides of each ``<->`` that stands in the way."""
    found = (re.search(r'("[^"]+"|[^\s(:;]+) <-> ("[^"]+"|[^\s);,]+)', text) for text in verdict.in_the_way)
    return tuple((one[1].strip('"'), one[2].strip('"')) for one in found if one)


def _in_the_way(names: Names, verdict: NotIdentified) -> str:
    pairs = hidden_pairs(verdict)
    if pairs:
        first, second = (names.label(name) for name in pairs[0])
        told = f"According to your drawing, something we have no record of decides both {first} and {second}."
    else:
        told = "According to your drawing, something we have no record of stands in the way."
    lines = [clean(_statement(text), 160) for text in verdict.in_the_way]
    return f"{told} You drew it in {' and in '.join(lines)}." if lines else told


def _statement(text: str) -> str:
    """The user's own line in a sentence: ``line 4: promo <-> sales``."""
    found = re.search(r"\((line \d+: .*)\)\s*$", text)
    return found[1] if found else text


def _two_worlds(names: Names, so: str, *, may_do_nothing: bool) -> str:
    one = _article(names.one)
    if may_do_nothing:
        worlds = f"Two worlds, one where {names.treatment} changes {names.outcome} and one where it does not,"
    else:
        worlds = f"Two worlds in which {names.treatment} works differently"
    return (
        f"{capital(one)} with {names.treatment} and {one} without it may differ for that reason alone. {worlds} could "
        f"have sent us this same table. {so}"
    )


def _each(names: Names) -> str:
    return f"{names.one} by {names.one}"


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
