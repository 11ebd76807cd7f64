"""The drawing that the answer rests on, as a picture and as the text that made it."""

from typing import TYPE_CHECKING

from bayescause.graph.formula import Formula
from bayescause.graph.writing import write_text
from bayescause.identification.verdict import NotIdentified
from bayescause.reporting.figures.graph import Roles, picture_graph
from bayescause.reporting.figures.groups import sketch
from bayescause.reporting.proof.blocks import Code, Section, told
from bayescause.reporting.wording.cleaning import clean, clean_lines
from bayescause.reporting.wording.names import Names, names_of
from bayescause.reporting.wording.refusal import hidden_pairs

if TYPE_CHECKING:
    from bayescause.graph.causal_graph import CausalGraph
    from bayescause.reporting.findings import Answer, Findings
    from bayescause.scm.structural_model import StructuralModel

__all__ = ["drawing_section"]

LARGEST = 60
"""Variables of a graph that is still drawn."""


def drawing_section(findings: "Findings", answer: "Answer", name: str) -> Section | None:
    """The picture and its text; None without a model."""
    if findings.model is None:
        return None
    graph, names = findings.model.graph, names_of(findings, answer)
    roles = _roles(answer, graph)
    picture = None
    if len(graph.nodes) <= LARGEST and {roles.of, roles.on} <= set(graph.nodes):
        picture = picture_graph(graph, roles, names.label, _caption(names, roles, graph), name=name)
    return Section(name, "The drawing", told(picture, Code("The drawing as text", clean_lines(_text(findings.model)))))


def _text(model: "StructuralModel") -> str:
    """Arrows and formulas, in the grammar that reads them back."""
    formulas = {name: Formula(name, one.terms) for name, one in model.variables.items() if one.terms}
    return write_text(model.graph, formulas)


def _roles(answer: "Answer", graph: "CausalGraph") -> Roles:
    question, verdict, route = answer.effect.estimand, answer.effect.verdict, answer.effect.route
    blocked = hidden_pairs(verdict) if isinstance(verdict, NotIdentified) else ()
    return Roles(
        of=question.of,
        on=question.on,
        adjusted=frozenset(route.covariates if route is not None else ()),
        latent=frozenset(graph.latent),
        in_the_way=frozenset(blocked),
    )


def _caption(names: Names, roles: Roles, graph: "CausalGraph") -> str:
    said = [f"Heavy arrows carry what {names.treatment} does to {names.outcome}."]
    seen = sketch(graph, roles.of, roles.on)
    if not seen.heavy:
        said = [f"No arrow leads from {names.treatment} to {names.outcome}."]
    if roles.in_the_way:
        both = " and ".join(names.label(name) for name in next(iter(roles.in_the_way)))
        said.append(f"The heavy dashed bow is in the way: what moves both {both} is not on record.")
    elif roles.adjusted:
        held = [names.label(name) for name in graph.nodes if name in roles.adjusted]
        shown = ", ".join(held[:4]) + (f" and {len(held) - 4} more" if len(held) > 4 else "")
        said.append(f"Outlined dark, and held alike: {clean(shown, 160)}.")
    if seen.hidden and not roles.in_the_way:
        said.append("Dashed: something unmeasured moves both ends.")
    return " ".join(said)
