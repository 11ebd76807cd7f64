"""Simulation: mechanisms along the causal paths, or one adjusted regression, evaluated forward from the treatment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bayescause.compilation.conditions import Condition
from bayescause.compilation.laws import law_task
from bayescause.compilation.plan import Route, Task
from bayescause.compilation.tasks import nobody_alike
from bayescause.compilation.way import Asked, Proposal
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants, district_of, topological_order
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import is_adjustment_set
from bayescause.identification.copies import Copy, copies_of, laws_on_the_way, reference_of
from bayescause.identification.left_alone import is_mechanism
from bayescause.identification.mediated import crossing
from bayescause.identification.verdict import CausalQuery, Identified
from bayescause.scm.structural_model import StructuralModel

__all__ = ["Simulation"]


@dataclass(frozen=True)
class Simulation:
    """For truncated factorization and adjustment (DESIGN section 4), and for the nested worlds of mediated effects."""

    short: ClassVar[str] = "simulation"
    rank: ClassVar[int] = 10

    def propose(self, asked: Asked) -> Proposal | str | None:
        """What to fit; or why not; or None for effects that are identified in another way."""
        model, query, verdict = asked.model, asked.query, asked.verdict
        copies: Sequence[Copy] = ()
        match verdict:
            case Identified() if query.is_mediated:
                copies = copies_of(project(model.graph), query) or ()
                tasks = tuple(_of_copies(asked, copies))
            case Identified(strategy="truncated_factorization"):
                tasks = tuple(_along_the_paths(asked))
            case Identified(strategy="adjustment"):
                tasks = tuple(_past_hidden_causes(asked)) or tuple(_adjusted(asked, verdict))
            case _:
                return None
        if not tasks:
            return None
        refusal = asked.without_mean or nobody_alike(tasks, set(asked.identities) - set(query.of))
        if refusal is not None:
            return refusal
        order = tuple(dict.fromkeys(task.variable for task in tasks))
        keys = {task.variable: task.key for task in tasks}
        route = Route(query, verdict, order, keys, _covariates(model.graph, query, tasks))
        return Proposal(_nested(model, route, copies, tasks) if copies else _with_levels_met(route), tasks)


def _nested(model: StructuralModel, route: Route, copies: Sequence[Copy], tasks: Sequence[Task]) -> Route:
    return replace(
        route,
        keys=dict(route.keys) | {copy.name: task.key for copy, task in zip(copies, tasks, strict=True)},
        copies=tuple(copies),
        references=(reference_of(project(model.graph), route.query.of[0]),),
        met=crossing(copies),
    )


def _with_levels_met(route: Route) -> Route:
    """Where mediators are set besides the treatment, each of their levels has to occur with each of its levels."""
    return replace(route, met=route.query.of[1:])


def _of_copies(asked: Asked, copies: Sequence[Copy]) -> Iterator[Task]:
    query = asked.query
    why = f"on a way from {query.of[0]} to {query.on[0]}, in the nested world of the {query}"
    for copy in copies:
        yield law_task(asked, copy.variable, copy.given, why)


def _along_the_paths(asked: Asked) -> Iterator[Task]:
    query, graph = asked.query, project(asked.model.graph)
    on_paths = (set(descendants(graph, query.of)) & set(ancestors(graph, query.on))) - set(query.of)
    for name in topological_order(graph):
        if name in on_paths:
            # A latent parent makes the declared terms useless; the conditional given what was measured is fitted then.
            yield law_task(asked, name, graph.parents(name), _on_a_path(query))


def _on_a_path(query: CausalQuery) -> str:
    return f"on a causal path from {' and '.join(query.of)} to {' and '.join(query.on)}"


def _past_hidden_causes(asked: Asked) -> Iterator[Task]:
    """Laws along the causal paths where the outcome has its own, and hidden causes bind no two of them together."""
    query, graph = asked.query, project(asked.model.graph)
    if query.kind != "total":
        return
    settled = (*query.given, *_selecting(graph, asked))
    laws = laws_on_the_way(graph, query.of, query.on, beside=settled) or {}
    bound = any(set(district_of(graph, name, laws)) != {name} for name in laws)
    if bound or not all(is_mechanism(asked.model.graph, name, laws[name]) for name in query.on if name in laws):
        return
    for name, given in laws.items():
        yield law_task(asked, name, given, _on_a_path(query))


def _selecting(graph: CausalGraph, asked: Asked) -> tuple[str, ...]:
    """Variables that select the units asked about; they have to be in an adjusted regression as modifiers are."""
    where = asked.where
    return tuple(name for name in Condition.parse(where).columns if name in graph.nodes) if where else ()


def _adjusted(asked: Asked, verdict: Identified) -> Iterator[Task]:
    graph, query, selecting = asked.model.graph, asked.query, _selecting(asked.model.graph, asked)
    after = set(descendants(graph, query.of))
    # A set that holds a descendant of the treatment is right for the average effect only, and needs a law of its own.
    usable = [chosen for chosen in verdict.adjustment_sets if not after & set(chosen)]
    if not usable or len(query.on) != 1:
        return
    outcome = query.on[0]
    larger = (tuple(dict.fromkeys((*chosen, *query.given, *selecting))) for chosen in usable)
    adjusted = next((names for names in larger if is_adjustment_set(graph, query.of, query.on, names)), None)
    if adjusted is None:
        return
    chosen = {*query.of, *adjusted}
    parents = tuple(name for name in graph.nodes if name in chosen)
    why = f"the average of {outcome} given {', '.join(parents)} is what the adjustment formula names"
    yield law_task(asked, outcome, parents, why)


def _covariates(graph: CausalGraph, query: CausalQuery, tasks: Sequence[Task]) -> tuple[str, ...]:
    simulated = {task.variable for task in tasks} | set(query.of)
    used = {name for task in tasks for term in task.terms for name in term.variables}
    # What chooses the units of a nested world matters to them only where a law is given it.
    used |= set() if query.is_mediated else set(query.given)
    return tuple(name for name in graph.nodes if name in used - simulated)
