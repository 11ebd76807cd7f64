"""Whether the data can answer, what that rests on, and the witness where they cannot."""

import re
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.identification.verdict import Identified, NotIdentified, Parametric
from bayescause.query.mediated_questions import level_text
from bayescause.query.proviso import parametric_of
from bayescause.reporting.proof.blocks import Block, Bullets, Code, Prose, Section, Table, told
from bayescause.reporting.wording.cleaning import clean, clean_lines
from bayescause.reporting.wording.names import capital

if TYPE_CHECKING:
    from bayescause.query.estimand import Estimand
    from bayescause.reporting.findings import Answer
    from bayescause.reporting.wording.names import Names

__all__ = ["formula_of", "verdict_section"]

_MEAN = re.compile(r"E\[([^\[\]]*)\]")
"""A mean in a functional: ``E[y | x, z]``."""

_STRATEGIES = {
    "truncated_factorization": "truncated factorisation",
    "adjustment": "adjustment",
    "no_effect": "no path: there is no effect to estimate",
    "front_door": "front door",
    "general": "the general algorithm (ID)",
    "edge_g_formula": "the edge g-formula",
    "randomised_mediators": "mediators drawn by lot",
    "recanting_twins": "twins of the recanting witness",
}


def verdict_section(answer: "Answer", names: "Names", name: str) -> Section:
    """The verdict with its assumptions, or with its witness."""
    verdict = answer.effect.verdict
    if isinstance(verdict, Identified):
        return Section(name, "Can the data answer?", _identified(verdict, answer.effect.estimand, names))
    blocks = _not_identified(verdict)
    if (found := parametric_of(answer.effect)) is not None:
        heading = "Why the drawing alone does not answer, and what the number rests on"
        return Section(name, heading, (*blocks, _taken_for_granted(found)))
    if answer.effect.bounds is None:
        blocks = (*blocks, Prose("Nothing was fitted."))
    return Section(name, "Why the data cannot answer: the proof", blocks)


def formula_of(question: "Estimand", names: "Names") -> str:
    """What ``question`` asks for, in signs and in the user's names of levels; empty if it does not say."""
    query = question.query
    formula = particulars(question).formula.format(
        of=clean(question.of),
        on=clean(question.on),
        low=names.low,
        high=names.high,
        through=", ".join(map(clean, query.through or query.of[1:])),
        given=", ".join(map(clean, particulars(question).given)),
    )
    level = particulars(question).level
    if level is None or not formula:
        return formula
    return f"{formula}, where {clean(question.on)} counts 1 if it is {clean(level_text(level))} and 0 if not"


def _from_the_law(verdict: Identified, question: "Estimand") -> str:
    """The functional; of questions about more than a mean, that of the outcome's law."""
    whole = clean_lines(verdict.functional)
    return _MEAN.sub(r"P(\1)", whole) if particulars(question).quantity else whole


def _identified(verdict: Identified, question: "Estimand", names: "Names") -> tuple[Block, ...]:
    how = ", ".join(_STRATEGIES.get(one, one) for one in (verdict.strategy, *verdict.also))
    sets = verdict.adjustment_sets
    smallest = ""
    if sets:
        enough = ", ".join(clean(one) for one in min(sets, key=len)) or "nothing"
        smallest = f" Enough to hold alike: {enough}."
    rows = tuple(
        (clean(one.text, 300), clean(one.tested_by or "cannot be tested by these data", 200))
        for one in verdict.assumptions
    )
    breakers = ", ".join(clean(one) for one in verdict.would_break)
    return told(
        Prose(f"Yes, if the drawing is right: by {how}.{smallest}"),
        Code("What is computed", formula) if (formula := formula_of(question, names)) else None,
        Code("From the observed law, each world by", _from_the_law(verdict, question)) if verdict.functional else None,
        Table("What the answer rests on", ("It is assumed that", "How the data speak against it"), rows)
        if rows
        else None,
        Prose(f"One of these arrows more, and the data could not answer: {breakers}.") if breakers else None,
    )


def _not_identified(verdict: NotIdentified) -> tuple[Block, ...]:
    hedge = verdict.hedge
    witness = None
    if hedge is not None:
        whole, inner = (", ".join(clean(one) for one in names) for names in (hedge.nodes, hedge.inner))
        witness = Prose(f"Witness: the hedge {{{whole}}} / {{{inner}}} (Shpitser and Pearl 2006, theorem 4).")
    return told(
        Prose(f"{capital(clean(verdict.reason, 600)).rstrip('.')}."),
        Bullets(tuple(f"In the way: {clean(one, 200)}" for one in verdict.in_the_way)) if verdict.in_the_way else None,
        Prose("What would settle it:") if verdict.remedies else None,
        Bullets(tuple(clean(one, 300) for one in verdict.remedies), is_numbered=True) if verdict.remedies else None,
        witness,
    )


def _taken_for_granted(found: Parametric) -> Table:
    untested = "cannot be tested by these data"
    rows = tuple(
        (_spelt_out(one), "how strongly is reported" if " moves " in one else untested) for one in found.assumptions
    )
    return Table(f"By {found.strategy}", ("It is assumed that", "How the data speak against it"), rows)


def _spelt_out(assumption: str) -> str:
    return "every effect is a straight line and the same for all" if assumption == "linear" else clean(assumption, 300)
