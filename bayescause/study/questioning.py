"""From the tables that ask something (questions, slices, sensitivity, decision) to what they ask, with all faults."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bayescause.compilation.conditions import Condition
from bayescause.compilation.selecting import selection_faults
from bayescause.errors import BayescauseError
from bayescause.graph.relations import descendants
from bayescause.identification.questions import faults_of
from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import Estimand
from bayescause.query.number_needed import better_where
from bayescause.query.rulings import faults_of_ruling, gain_against
from bayescause.query.unit_question import UnitQuestion
from bayescause.study.faults import Fault
from bayescause.study.modelling import Drawing
from bayescause.study.places import Path
from bayescause.study.plugin_parts import chosen, plugged
from bayescause.study.schema import DecisionPart, VariablePart

__all__ = [
    "analyses_of",
    "decided",
    "gain_faults",
    "places_of",
    "questions_of",
    "ruling_faults",
    "slice_faults",
    "unit_questions_of",
]

ESTIMANDS = "bayescause.query.estimands"
SENSITIVITY = "bayescause.analysis.sensitivity"

COUNTERFACTUAL = ("counterfactual", "UnitQuestion")
"""Names of the question about one unit, whose answer is no effect."""

type LineOf = Callable[[Path], int | None]
"""Line of the file at which a key path stands."""

_NAMING = ("of", "on", "given", "through", "benchmarks")
"""Keys whose values are variables of the graph."""


def questions_of(
    parts: Sequence[Mapping[str, Any]], drawing: Drawing | None, line: LineOf
) -> tuple[list[Any], list[Fault]]:
    """The estimands that ``[[questions]]`` asks for; those that cannot be built, or stand twice, are faults."""
    numbered = [(at, parts[at]) for at in places_of(parts)]
    built = [(at, *chosen(ESTIMANDS, "estimand", part, ("questions", at))) for at, part in numbered]
    faults = [fault for _, _, found in built for fault in found]
    faults += _twice([(("questions", at), question) for at, question, _ in built], line)
    if drawing is not None:
        for at, question, _ in built:
            faults += [Fault(("questions", at), words) for words in _senseless(question, drawing)]
        for at, part in numbered:
            faults += _strangers(part, drawing, ("questions", at))
            faults += _unmeasured(part, drawing, ("questions", at))
            faults += _selection(part, drawing, ("questions", at))
    return [question for _, question, _ in built if question is not None], faults


def places_of(parts: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Numbers, from 0, of the questions that are no counterfactual of one unit."""
    return tuple(at for at, part in enumerate(parts) if part.get("estimand") not in COUNTERFACTUAL)


def unit_questions_of(
    parts: Sequence[Mapping[str, Any]], drawing: Drawing | None, line: LineOf
) -> tuple[list[UnitQuestion], list[Fault]]:
    """The counterfactuals of single units that ``[[questions]]`` asks for, with all their faults."""
    asked: dict[Path, UnitQuestion] = {}
    faults: list[Fault] = []
    for at, part in enumerate(parts):
        if part.get("estimand") in COUNTERFACTUAL:
            place = ("questions", at)
            question, found = plugged(UnitQuestion, {k: v for k, v in part.items() if k != "estimand"}, place)
            told = question.faults(drawing.graph) if question is not None and drawing is not None else ()
            faults += [*found, *(Fault(place, words) for words in told)]
            asked |= {} if question is None else {place: question}
    return list(asked.values()), [*faults, *_twice(list(asked.items()), line)]


def analyses_of(
    parts: Sequence[Mapping[str, Any]], drawing: Drawing | None, line: LineOf
) -> tuple[list[Any], list[Fault]]:
    """The analyses that ``[[sensitivity]]`` asks for; those that stand twice are faults."""
    built = [chosen(SENSITIVITY, "kind", part, ("sensitivity", at)) for at, part in enumerate(parts)]
    faults = [fault for _, found in built for fault in found]
    faults += _twice([(("sensitivity", at), analysis) for at, (analysis, _) in enumerate(built)], line)
    if drawing is not None:
        for at, part in enumerate(parts):
            faults += _strangers(part, drawing, ("sensitivity", at))
    return [analysis for analysis, _ in built if analysis is not None], faults


def slice_faults(by: Sequence[str], questions: Sequence[Any], drawing: Drawing, line: LineOf) -> list[Fault]:
    """Slices that cannot be read, stand twice, or are made by the treatment."""
    faults = list(_twice([(("slices", "by", at), text.strip()) for at, text in enumerate(by)], line))
    for at, text in enumerate(by):
        place = ("slices", "by", at)
        try:
            columns = columns_of(text)
        except BayescauseError as error:
            faults += [Fault(place, f"slice {text!r}: {words}") for words in error.faults]
            continue
        for name in columns:
            faults += [Fault(place, words) for words in _made_by_treatment(name, text, questions, drawing)]
    return faults


def columns_of(text: str) -> tuple[str, ...]:
    """Columns that a slice looks at: ``"sex"`` or those of a condition such as ``"age > 50"``."""
    return Condition.parse(text).columns if any(mark in text for mark in "<>=!") else (text.strip().strip('"'),)


def decided(part: DecisionPart, questions: Sequence[Any]) -> tuple[int | None, list[Fault]]:
    """Number of the question that the decision is about, from 0."""
    names = [f"{question.short} of {question.of} on {question.on}" for question in questions]
    if part.question is None:
        if len(questions) == 1:
            return 0, []
        known = " or ".join(f"`question = {name!r}`" for name in names)
        return None, [Fault(("decision",), f"there are {len(questions)} questions. Say which one decides: {known}.")]
    shorts = [question.short for question in questions]
    matching = [at for at, name in enumerate(names) if part.question == name]
    matching = matching or [at for at, short in enumerate(shorts) if part.question == short]
    if len(matching) == 1:
        return matching[0], []
    known = ", ".join(map(repr, names))
    return None, [
        Fault(("decision", "question"), f"no single question is called {part.question!r}. There are: {known}.")
    ]


def ruling_faults(part: DecisionPart) -> list[Fault]:
    """What is wrong with the decision whatever it is about."""
    return [Fault(("decision", key), words) for key, words in faults_of_ruling(part).items()]


def gain_faults(part: DecisionPart, question: Estimand, outcome: VariablePart | None) -> Iterator[Fault]:
    """That the decision counts as a gain what the outcome calls worse."""
    if outcome is None:
        better = better_where(question, None)
    else:
        better = better_where(question, outcome.better, kind=outcome.kind, levels=outcome.levels)
    fault = gain_against(part.gain, question.on, better)
    if fault is not None:
        yield Fault(("decision", "gain"), fault)


def _senseless(question: Any, drawing: Drawing) -> Iterator[str]:
    """Why a question makes no sense in the graph, where all of its variables are in it."""
    if hasattr(question, "faults"):
        yield from question.faults(drawing.graph)
    if question is None:
        return
    query: CausalQuery = question.query
    names = {*query.of, *query.on, *query.given, *query.through, *(name for chain in query.along for name in chain)}
    if names <= set(drawing.graph.observed):
        yield from faults_of(drawing.graph, query)


def _twice(asked: Sequence[tuple[Path, Any]], line: LineOf) -> Iterator[Fault]:
    """What asks for the same as something that stands before it; what could not be built is None."""
    for at, (place, one) in enumerate(asked):
        first = next((before for before, other in asked[:at] if one is not None and other == one), None)
        if first is not None:
            yield Fault(place, f"this asks the same as line {line(first)}. Take one of the two away.")


def _strangers(part: Mapping[str, Any], drawing: Drawing, at: Path) -> Iterator[Fault]:
    for key in _NAMING:
        for name in _listed(part.get(key)):
            # A group is a good yardstick for a hidden cause: all of its members at once.
            is_group = key == "benchmarks" and name in dict(drawing.graph.groups)
            if not is_group and (words := drawing.stranger(name)):
                yield Fault((*at, key), words)


def _unmeasured(part: Mapping[str, Any], drawing: Drawing, at: Path) -> Iterator[Fault]:
    for key in ("of", "on", "given", "through"):
        for name in _listed(part.get(key)):
            if name in drawing.graph.latent:
                yield Fault(
                    (*at, key),
                    f"{name!r} is latent: it was not measured, so nothing can be asked of it. Ask about another.",
                )


def _selection(part: Mapping[str, Any], drawing: Drawing, at: Path) -> Iterator[Fault]:
    where = part.get("where")
    # A column that is not sorted yet is a fault of its own.
    if isinstance(where, str) and not any(name in where for name in drawing.unsorted):
        for words in selection_faults(drawing.graph, _listed(part.get("of")), where):
            yield Fault((*at, "where"), words)


def _listed(value: Any) -> list[str]:
    names = value if isinstance(value, list) else [value]
    return [name for name in names if isinstance(name, str)]


def _made_by_treatment(name: str, text: str, questions: Sequence[Any], drawing: Drawing) -> Iterator[str]:
    if words := drawing.stranger(name):
        yield f"slice {text!r}: {words} Only of a variable of the graph it is known whether the treatment changes it."
    if name in drawing.graph.latent:
        yield f"slice {text!r}: {name!r} is latent, so nobody knows who belongs to which slice."
    for treatment in dict.fromkeys(question.of for question in questions):
        if name == treatment:
            yield f"slice {text!r} is by the treatment itself: an effect compares its levels. Slice by something else."
        elif {name, treatment} <= set(drawing.graph.nodes) and name in descendants(drawing.graph, (treatment,)):
            yield (
                f"slice {text!r}: {name!r} is a descendant of {treatment!r}, so its groups are different people "
                "under each treatment. Slice by something that was settled before."
            )
