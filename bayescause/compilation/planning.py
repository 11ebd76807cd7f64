"""Planning: each question is identified, and its verdict becomes fitting tasks and a route through them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bayescause.compilation.conditions import Condition
from bayescause.compilation.plan import Plan, Route, Task
from bayescause.compilation.selecting import selection_faults
from bayescause.errors import SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.formula import Factor, Term
from bayescause.graph.relations import ancestors, descendants, topological_order
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import is_adjustment_set
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery, Identified, NotIdentified
from bayescause.plugins import find, names
from bayescause.scm.mechanism import Mechanism
from bayescause.scm.structural_model import StructuralModel, fittable

__all__ = ["MECHANISMS", "default_mechanism", "plan"]

MECHANISMS = "bayescause.scm.mechanisms"
"""The plug-in folder of families."""


def plan(
    model: StructuralModel,
    questions: Sequence[Any] | None = None,
    *,
    kinds: Mapping[str, str] | None = None,
    identities: Collection[str] = (),
) -> Plan:
    """What has to be fitted, and why.

    Parameters
    ----------
    model : StructuralModel
    questions : sequence of Estimand, optional
        Without any, every mechanism that may be fitted.
    kinds : mapping of str to str, optional
        Kinds of the columns as the table has them, for variables that the model leaves open.
    identities : collection of str, optional
        Columns with a level for almost every unit, as the table has them: no answer may adjust for one.

    Returns
    -------
    Plan
        A route for each question, in their order: one with a ``refusal`` where there can be no number.

    Raises
    ------
    GraphError
        If a question names a variable that the graph does not have, or one that was not measured.
    SpecError
        If a question's ``where`` cannot be read, or looks at the treatment, at what it changes, or outside the graph.

    Examples
    --------
    >>> model = StructuralModel.parse("traffic ~ promo; sales ~ traffic + promo")
    >>> [task.key for task in plan(model).tasks]
    ['promo', 'traffic', 'sales']
    """
    known = {**(kinds or {}), **{name: each.kind for name, each in model.variables.items() if each.kind}}
    if questions is None:
        return _everything(model, known)
    routed = [_route(model, question, known, identities) for question in questions]
    routes = tuple(
        replace(route, where=getattr(question, "where", None))
        for (route, _), question in zip(routed, questions, strict=True)
    )
    tasks = {task.key: task for _, added in routed for task in added}
    ordered = _parents_first(model.graph, tasks)
    return Plan(ordered, routes, _left_out(model, ordered))


def default_mechanism(kind: str) -> Mechanism | None:
    """The family that describes variables of ``kind`` by default; None if there is none yet.

    Examples
    --------
    >>> default_mechanism("binary").short
    'bernoulli'
    """
    families = (find(MECHANISMS, short) for short in names(MECHANISMS))
    family = next((family for family in families if kind in family.default_for), None)
    return None if family is None else family()


def _everything(model: StructuralModel, kinds: Mapping[str, str]) -> Plan:
    reasons = dict(fittable(model))
    for name, reason in reasons.items():
        if reason is None and _lacks_family(model, name, kinds):
            reasons[name] = f"there is no family for {kinds[name]} variables yet"
    free = {name: _declared(model, name, "it may be fitted") for name, reason in reasons.items() if reason is None}
    return Plan(_parents_first(model.graph, free), (), {name: why for name, why in reasons.items() if why is not None})


def _route(
    model: StructuralModel, question: Any, kinds: Mapping[str, str], identities: Collection[str]
) -> tuple[Route, tuple[Task, ...]]:
    query: CausalQuery = question.query
    verdict = identify(model.graph, question)
    SpecError.raise_if(selection_faults(model.graph, query.of, getattr(question, "where", None)))
    match verdict:
        case NotIdentified(reason=reason):
            return Route(query, verdict, refusal=reason), ()
        case Identified(strategy="no_effect"):
            return Route(query, verdict), ()
        case Identified(strategy="truncated_factorization"):
            tasks = tuple(_along_the_paths(model, query))
        case Identified(strategy="adjustment"):
            tasks = tuple(_adjusted(model, query, verdict, _selecting(model.graph, question)))
        case Identified():
            tasks = ()
    refusal = _no_estimator(query, verdict) if not tasks else _no_family(model, tasks, kinds)
    refusal = refusal or _nobody_alike(tasks, set(identities) - set(query.of))
    if refusal is not None:
        return Route(query, verdict, refusal=refusal), ()
    order = tuple(task.variable for task in tasks)
    keys = {task.variable: task.key for task in tasks}
    return Route(query, verdict, order, keys, _covariates(model.graph, query, tasks)), tasks


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
        yield _declared(model, name, why) if is_declared else _conditional(model, name, measured, why)


def _selecting(graph: CausalGraph, question: Any) -> tuple[str, ...]:
    """Variables that select the units asked about; they have to be in an adjusted regression as modifiers are."""
    where = getattr(question, "where", None)
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
        yield _declared(model, outcome, why)
    else:
        yield _conditional(model, outcome, parents, why)


def _declared(model: StructuralModel, name: str, why: str) -> Task:
    variable = model.variables[name]
    return Task(name, name, tuple(variable.terms), variable.mechanism, dict(variable.priors), is_declared=True, why=why)


def _conditional(model: StructuralModel, name: str, parents: Sequence[str], why: str) -> Task:
    terms = tuple(Term((Factor(parent),)) for parent in parents)
    key = f"{name} given {', '.join(parents)}" if parents else f"{name} alone"
    return Task(key, name, terms, model.variables[name].mechanism, {}, is_declared=False, why=why)


def _no_estimator(query: CausalQuery, verdict: Identified) -> str:
    effect = f"the effect of {' and '.join(query.of)} on {' and '.join(query.on)}"
    return f"{effect} is identified (by {verdict.strategy}), but no estimator for it exists yet."


def _no_family(model: StructuralModel, tasks: Sequence[Task], kinds: Mapping[str, str]) -> str | None:
    lacking = [task.variable for task in tasks if _lacks_family(model, task.variable, kinds)]
    if not lacking:
        return None
    first = lacking[0]
    return (
        f"{first} is {kinds[first]} and on a causal path: no family describes such a variable yet. "
        f"Make it 0/1, a count or a number."
    )


def _nobody_alike(tasks: Sequence[Task], identities: Collection[str]) -> str | None:
    used = dict.fromkeys(name for task in tasks for term in task.terms for name in term.variables)
    found = next((name for name in used if name in identities), None)
    if found is None:
        return None
    return (
        f"{found} has a level for almost every row, like an identity: adjusting for it leaves nobody to compare with, "
        "and levels are not pooled yet. Group its levels, or leave it out of the graph."
    )


def _lacks_family(model: StructuralModel, name: str, kinds: Mapping[str, str]) -> bool:
    is_open = model.variables[name].mechanism is None
    return is_open and name in kinds and default_mechanism(kinds[name]) is None


def _covariates(graph: CausalGraph, query: CausalQuery, tasks: Sequence[Task]) -> tuple[str, ...]:
    simulated = {task.variable for task in tasks} | set(query.of)
    used = {name for task in tasks for term in task.terms for name in term.variables} | set(query.given)
    return tuple(name for name in graph.nodes if name in used - simulated)


def _parents_first(graph: CausalGraph, tasks: Mapping[str, Task]) -> tuple[Task, ...]:
    rank = {name: place for place, name in enumerate(topological_order(graph))}
    return tuple(sorted(tasks.values(), key=lambda task: (rank[task.variable], not task.is_declared, task.key)))


def _left_out(model: StructuralModel, tasks: Sequence[Task]) -> dict[str, str]:
    fitted = {task.variable for task in tasks}
    why = "no question needs it: its observed law is used as it is"
    return {name: why for name in model.graph.observed if name not in fitted}
