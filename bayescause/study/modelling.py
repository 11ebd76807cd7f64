"""From the tables ``[graph]`` and ``[variables]`` to a structural model, with all faults on the way."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bayescause.errors import BayescauseError, GraphError, SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.formula import Formula, Term
from bayescause.graph.names import nearest
from bayescause.graph.text import read_text
from bayescause.plugins import find
from bayescause.scm.priors import Prior
from bayescause.scm.structural_model import StructuralModel, Variable
from bayescause.study.faults import Fault
from bayescause.study.places import path_in_words
from bayescause.study.placing import variable_in
from bayescause.study.plugin_parts import plugged
from bayescause.study.schema import GraphPart, VariablePart
from bayescause.study.toml_text import TomlText
from bayescause.study.unsorted import take_out

__all__ = ["Drawing", "draw_graph", "model_of"]

MECHANISMS = "bayescause.scm.mechanisms"

MOST_SHOWN = 12
"""Variables that a message lists."""


@dataclass(frozen=True)
class Drawing:
    """The graph of a model file.

    Parameters
    ----------
    graph : CausalGraph
    formulas : mapping of str to Formula
    unsorted : tuple of str
        Columns whose place is still open.
    """

    graph: CausalGraph
    formulas: Mapping[str, Formula]
    unsorted: tuple[str, ...] = ()

    def stranger(self, name: str) -> str | None:
        """Why ``name`` is no variable, in a sentence; None if it is one, or may become one when it is sorted."""
        if name in self.graph.nodes or name in self.unsorted:
            return None
        if name in dict(self.graph.groups):
            return f"{name!r} is a group, not a variable. Name one of its members."
        shown = ", ".join(self.graph.nodes[:MOST_SHOWN]) + (" ..." if len(self.graph.nodes) > MOST_SHOWN else "")
        return f"{name!r} is not in the graph.{nearest(name, self.graph.nodes) or f' It has {shown}.'}"


def draw_graph(part: GraphPart, source: TomlText) -> tuple[Drawing | None, list[Fault]]:
    """The graph that ``part`` describes; its lines, and those of its faults, are lines of the file."""
    before = source.line_before_text(("graph", "edges"))
    text, unsorted = take_out(part.edges)
    faults = [
        Fault(("graph", "edges"), f"`? {column.name}` is not sorted yet.", before + column.line) for column in unsorted
    ]
    try:
        declared = read_text("\n" * before + text)
    except GraphError as error:
        return None, [*faults, *map(_graph_fault, error.faults)]
    drawing = Drawing(declared.graph, declared.formulas, tuple(column.name for column in unsorted))
    for at, name in enumerate(part.latent):
        if words := drawing.stranger(name):
            faults.append(Fault(("graph", "latent", at), words))
    latent = declared.graph.latent.union(name for name in part.latent if name in declared.graph.nodes)
    return replace(drawing, graph=replace(declared.graph, latent=latent)), faults


def model_of(
    drawing: Drawing, parts: Mapping[str, VariablePart], source: TomlText
) -> tuple[StructuralModel | None, list[Fault]]:
    """The structural model; None with all faults if there are any."""
    faults = [Fault(("variables", name), words) for name in parts if (words := drawing.stranger(name)) is not None]
    variables: dict[str, Variable] = {}
    for name in drawing.graph.nodes:
        variables[name], found = _variable(name, parts.get(name, VariablePart()), drawing, source)
        faults += found
    paths = [*(("variables", name) for name in parts), *source.lines]
    try:
        model = StructuralModel(drawing.graph, variables)
    except BayescauseError as error:
        places = (variable_in(words, paths) or ("graph", "edges") for words in error.faults)
        return None, [*faults, *map(Fault, places, error.faults)]
    return (None if faults else model), faults


def _variable(name: str, part: VariablePart, drawing: Drawing, source: TomlText) -> tuple[Variable, list[Fault]]:
    mechanism, faults = _mechanism(name, part)
    priors: dict[str, Prior] = {}
    for coefficient, text in part.priors.items():
        try:
            priors[coefficient] = Prior.parse(text)
        except SpecError as error:
            faults += [
                Fault(("variables", name, "priors", coefficient), f"prior of {coefficient!r}: {words}")
                for words in error.faults
            ]
    terms, found = _terms(name, part, drawing, source)
    variable = Variable(
        name,
        kind=part.kind,
        mechanism=mechanism,
        terms=terms,
        priors=priors,
        label=part.label,
        unit=part.unit,
        levels=tuple(part.levels),
        better=part.better,
    )
    return variable, [*faults, *found]


def _mechanism(name: str, part: VariablePart) -> tuple[Any, list[Fault]]:
    """The family that ``part`` names, built from the keys that are its own."""
    at = ("variables", name)
    own = dict(part.model_extra or {})
    beside = tuple(VariablePart.model_fields)
    if part.family is None:
        return None, [Fault((*at, key), _without_family(key, at, beside)) for key in own]
    try:
        family = find(MECHANISMS, part.family)
    except SpecError as error:
        aside = " A function of your own is for Python only: a model file holds data and no code."
        return None, [Fault((*at, "family"), words + aside) for words in error.faults]
    return plugged(family, own, at, beside=beside)


def _without_family(key: str, at: Sequence[str], beside: Sequence[str]) -> str:
    if hint := nearest(key, beside):
        return f"there is no key `{key}` in `{path_in_words(tuple(at))}`.{hint}"
    return f"`{key}` in `{path_in_words(tuple(at))}` can only belong to a family. Write `family = ...` beside it."


def _terms(name: str, part: VariablePart, drawing: Drawing, source: TomlText) -> tuple[tuple[Term, ...], list[Fault]]:
    formula = drawing.formulas.get(name)
    if part.terms is None:
        return (formula.terms if formula else ()), []
    at = ("variables", name, "terms")
    if formula:
        words = f"{name!r} has `terms` here and a formula on line {formula.line}. Keep one of the two."
        return formula.terms, [Fault(at, words)]
    line = source.line(at) or 1
    try:
        declared = read_text("\n" * (line - 1) + "".join(_groups(drawing.graph)) + f'"{name}" ~ {part.terms}')
    except GraphError as error:
        return (), list(map(_graph_fault, error.faults))
    return declared.formulas[name].terms, []


def _groups(graph: CausalGraph) -> Iterator[str]:
    for name, members in graph.groups:
        quoted = " ".join(f'"{member}"' for member in members)
        yield f'"{name}" = {{{quoted}}}; '


def _graph_fault(words: str) -> Fault:
    """A fault of a graph text as a fault of the file: the graph says its line, or lines, itself."""
    at_start = re.match(r"[Ll]ine (\d+): ", words)
    named = at_start or re.search(r"\bline (\d+)", words)
    line = int(named.group(1)) if named else None
    return Fault(("graph", "edges"), words[at_start.end() :] if at_start else words, line)
