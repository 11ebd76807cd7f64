"""Simulation: mechanisms along the causal paths, or one adjusted regression, evaluated forward from the treatment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bayescause.compilation.conditions import Condition
from bayescause.compilation.plan import Route, Task
from bayescause.compilation.tasks import conditional_task, declared_task, nobody_alike
from bayescause.compilation.way import Asked, Proposal
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants, topological_order
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import is_adjustment_set
from bayescause.identification.copies import Copy, copies_of, reference_of
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
                tasks = tuple(_of_copies(model, query, copies))
            case Identified(strategy="truncated_factorization"):
                tasks = tuple(_along_the_paths(model, query))
            case Identified(strategy="adjustment"):
                tasks = tuple(_adjusted(model, query, verdict, _selecting(model.graph, asked)))
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


def _of_copies(model: StructuralModel, query: CausalQuery, copies: Sequence[Copy]) -> Iterator[Task]:
    projected = project(model.graph)
    why = f"on a way from {query.of[0]} to {query.on[0]}, in the nested world of the {query}"
    for copy in copies:
        # Laws of the declared parents alone are mechanisms; what hidden causes bind together is given more.
        is_alone = set(copy.given) == set(model.graph.parents(copy.variable))
        if is_alone and not set(projected.siblings(copy.variable)) & {each.variable for each in copies}:
            yield declared_task(model, copy.variable, why)
        else:
            yield conditional_task(model, copy.variable, copy.given, why)


def _along_the_paths(model: StructuralModel, query: CausalQuery) -> Iterator[Task]:
    graph = project(model.graph)
    on_paths = (set(descendants(graph, query.of)) & set(ancestors(graph, query.on))) - set(query.of)
    why = f"on a causal path from {' and '.join(query.of)} to {' and '.join(query.on)}"
    for name in topological_order(graph):
        if name not in on_paths:
            continue
        # A latent parent makes the declared terms useless; the conditional given what was measured is fitted instead.
        measured = graph.parents(name)
        is_declared = set(measured) == set(model.graph.parents(name))
        yield declared_task(model, name, why) if is_declared else conditional_task(model, name, measured, why)


def _selecting(graph: CausalGraph, asked: Asked) -> tuple[str, ...]:
    """Variables that select the units asked about; they have to be in an adjusted regression as modifiers are."""
    where = asked.where
    return tuple(name for name in Condition.parse(where).columns if name in graph.nodes) if where else ()


def _adjusted(
    model: StructuralModel, query: CausalQuery, verdict: Identified, selecting: tuple[str, ...]
) -> Iterator[Task]:
    after = set(descendants(model.graph, query.of))
    # A set that holds a descendant of the treatment is right for the average effect only, and needs a law of its own.
    usable = [chosen for chosen in verdict.adjustment_sets if not after & set(chosen)]
    if not usable or len(query.on) != 1:
        return
    outcome = query.on[0]
    larger = (tuple(dict.fromkeys((*chosen, *query.given, *selecting))) for chosen in usable)
    adjusted = next((names for names in larger if is_adjustment_set(model.graph, query.of, query.on, names)), None)
    if adjusted is None:
        return
    chosen = {*query.of, *adjusted}
    parents = tuple(name for name in model.graph.nodes if name in chosen)
    why = f"the average of {outcome} given {', '.join(parents)} is what the adjustment formula names"
    is_alone = not project(model.graph).siblings(outcome)
    if is_alone and set(parents) == set(model.graph.parents(outcome)):
        yield declared_task(model, outcome, why)
    else:
        yield conditional_task(model, outcome, parents, why)


def _covariates(graph: CausalGraph, query: CausalQuery, tasks: Sequence[Task]) -> tuple[str, ...]:
    simulated = {task.variable for task in tasks} | set(query.of)
    used = {name for task in tasks for term in task.terms for name in term.variables}
    # What chooses the units of a nested world matters to them only where a law is given it.
    used |= set() if query.is_mediated else set(query.given)
    return tuple(name for name in graph.nodes if name in used - simulated)
