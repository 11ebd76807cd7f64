"""Planning: each question is identified, and its verdict becomes fitting tasks and a route through them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bayescause.arguments import NAMES, TEXT, mapping, optional, require
from bayescause.calling import names_its_arguments
from bayescause.compilation.asked import check_asked, check_model
from bayescause.compilation.experiment import used_in_words
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Plan, Route, Task
from bayescause.compilation.remedies import remedy_by_experiment
from bayescause.compilation.selecting import selection_faults
from bayescause.compilation.table import Table
from bayescause.compilation.tasks import declared_task
from bayescause.compilation.way import WAYS, Asked, Proposal, Way
from bayescause.errors import SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import topological_order
from bayescause.identification.identify import identify
from bayescause.identification.verdict import Identified, NotIdentified
from bayescause.plugins import find, names
from bayescause.scm.structural_model import StructuralModel, fittable, grouping
from bayescause.surface import called

__all__ = ["plan", "plan_for"]


@names_its_arguments
def plan(
    model: StructuralModel,
    questions: Sequence[Any] | None = None,
    *,
    kinds: Mapping[str, str] | None = None,
    levels: Mapping[str, tuple[str, ...]] | None = None,
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
    levels : mapping of str to tuple of str, optional
        Names of the codes of discrete columns, as the table has them.
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
    check_model(model)
    require(
        kinds=(kinds, optional(mapping('{"promo": "binary"}', TEXT))),
        levels=(levels, optional(mapping('{"promo": ("no", "yes")}', NAMES))),
        identities=(identities, NAMES),
    )
    known = {**(kinds or {}), **{name: each.kind for name, each in model.variables.items() if each.kind}}
    if questions is None:
        return _everything(model)
    asked = [_asked(model, question, known, levels or {}, identities) for question in check_asked(questions)]
    proposals = [_proposal(each) for each in asked]
    routes = tuple(replace(proposal.route, where=each.where) for proposal, each in zip(proposals, asked, strict=True))
    ordered = _parents_first(model.graph, [task for proposal in proposals for task in proposal.tasks])
    blocks = {block.key: block for proposal in proposals for block in proposal.blocks}
    joint = {name for block in blocks.values() for name in block.variables}
    return Plan(ordered, routes, _left_out(model, ordered, joint), tuple(blocks.values()))


def plan_for(model: StructuralModel, table: Table, questions: Sequence[Any] | None = None) -> Plan:
    """What has to be fitted to ``table``: ``plan`` with all that the table tells of its columns and rows.

    Parameters
    ----------
    model : StructuralModel
    table : Table
    questions : sequence of Estimand, optional

    Raises
    ------
    GraphError, SpecError
        As ``plan`` does.
    """
    planned = plan(model, questions, kinds=table.kinds, levels=table.levels, identities=table.identities)
    if table.experiment is None:
        return planned
    told = tuple(replace(task, why=f"{task.why}; {used_in_words(model, table, task)}") for task in planned.tasks)
    return replace(planned, tasks=told, routes=tuple(_with_remedy(model, table, route) for route in planned.routes))


def _with_remedy(model: StructuralModel, table: Table, route: Route) -> Route:
    if route.refusal is None or table.experiment is None:
        return route
    remedy = remedy_by_experiment(model.graph, route.verdict, table.experiment)
    if remedy is None or not isinstance(route.verdict, NotIdentified):
        return route
    return replace(route, verdict=replace(route.verdict, remedies=(remedy, *route.verdict.remedies)))


def _everything(model: StructuralModel) -> Plan:
    # What levels are pooled over is a name of groups: nothing but a declared family makes it a response as well.
    named = {
        name: "its levels are those of groups that are pooled"
        for name in grouping(model)
        if not model.graph.parents(name) and model.variables[name].mechanism is None
    }
    reasons = {name: why or named.get(name) for name, why in fittable(model).items()}
    free = [declared_task(model, name, "it may be fitted") for name, reason in reasons.items() if reason is None]
    return Plan(_parents_first(model.graph, free), (), {name: why for name, why in reasons.items() if why is not None})


def _asked(
    model: StructuralModel,
    question: Any,
    kinds: Mapping[str, str],
    levels: Mapping[str, tuple[str, ...]],
    identities: Collection[str],
) -> Asked:
    SpecError.raise_if(question.faults(model.graph) if hasattr(question, "faults") else ())
    SpecError.raise_if(selection_faults(model.graph, question.query.of, getattr(question, "where", None)))
    return Asked(model, question, identify(model.graph, question), kinds, levels, identities)


def _proposal(asked: Asked) -> Proposal:
    """The first way that can serve; else a refusal with what the ways said."""
    match asked.verdict:
        case Identified(strategy="no_effect"):
            return Proposal(Route(asked.query, asked.verdict))
    ways: list[Way] = sorted((find(WAYS, short)() for short in names(WAYS)), key=lambda way: way.rank)
    obstacles = []
    for way in ways:
        proposed = way.propose(asked)
        why = _obstacle(asked, proposed.route) if isinstance(proposed, Proposal) else proposed
        if isinstance(proposed, Proposal) and why is None:
            return proposed
        if why is not None:
            obstacles.append(why)
    return Proposal(Route(asked.query, asked.verdict, refusal=_refusal(asked, obstacles)))


def _obstacle(asked: Asked, route: Route) -> str | None:
    """Why the question cannot be answered by ``route``, which serves others; None if it can."""
    allowed = particulars(asked.question).ways
    if allowed is not None and route.way not in allowed:
        return _not_by_this_way(asked, route)
    told: str | None = asked.question.obstacle(route) if hasattr(asked.question, "obstacle") else None
    return told


def _not_by_this_way(asked: Asked, route: Route) -> str:
    return (
        f"The {asked.question.name} is not available by {route.name}: it needs an adjustment set, or mechanisms that "
        f"nothing hidden reaches, along all causal paths. Ask for the average effect ({called('ate')}), which is."
    )


def _refusal(asked: Asked, obstacles: Sequence[str]) -> str:
    match asked.verdict:
        case NotIdentified(reason=reason):
            return " ".join((f"{reason}.", *obstacles)) if obstacles else reason
        case Identified(query=query, strategy=strategy):
            effect = f"the effect of {' and '.join(query.of)} on {' and '.join(query.on)}"
            alone = f"{effect} is identified (by {strategy}), but no estimator for it exists yet."
            return " ".join(obstacles) or alone


def _parents_first(graph: CausalGraph, tasks: Iterable[Task]) -> tuple[Task, ...]:
    unique = {task.key: task for task in tasks}
    rank = {name: place for place, name in enumerate(topological_order(graph))}
    return tuple(sorted(unique.values(), key=lambda task: (rank[task.variable], not task.is_declared, task.key)))


def _left_out(model: StructuralModel, tasks: Sequence[Task], joint: Collection[str]) -> dict[str, str]:
    fitted = {task.variable for task in tasks} | set(joint)
    why = "no question needs it: its observed law is used as it is"
    return {name: why for name in model.graph.observed if name not in fitted}
