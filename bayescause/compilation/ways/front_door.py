"""The front door: mediators under the treatment as it is set, the outcome given the treatment as it was observed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar

from bayescause.compilation.laws import law_task
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route, Task
from bayescause.compilation.tasks import declared_task, nobody_alike
from bayescause.compilation.way import Asked, Proposal
from bayescause.graph.relations import descendants, topological_order
from bayescause.graph.surgery import project
from bayescause.identification.left_alone import is_mechanism
from bayescause.identification.verdict import Identified
from bayescause.surface import called

__all__ = ["FrontDoor"]


@dataclass(frozen=True)
class FrontDoor:
    """For variables of any family (Pearl 2009, theorem 3.3.4)."""

    short: ClassVar[str] = "front_door"
    rank: ClassVar[int] = 30

    def propose(self, asked: Asked) -> Proposal | str | None:
        """Laws of the mediators and of the outcome; or why not; or None for effects identified in another way."""
        match asked.verdict:
            case Identified(strategy="front_door", front_door_sets=sets):
                through = sets[0]
            case _:
                return None
        if asked.where is not None:
            return (
                "An effect that is identified by the front door is told for all units together, so `where` is not "
                "available for it: leave it out, or ask for the conditional effect "
                f"({called('cate')}) of discrete columns."
            )
        if not asked.is_mean_difference and self.short not in (particulars(asked.question).ways or ()):
            return (
                f"The {asked.question.name} is not available for an effect that is identified by the front door: its "
                f"formula tells of the mean under two levels. Ask for the average effect ({called('ate')})."
            )
        tasks = tuple(_tasks(asked, through))
        refusal = asked.without_mean or nobody_alike(tasks, set(asked.identities) - set(asked.query.of))
        if refusal is not None:
            return refusal
        order = tuple(task.variable for task in tasks)
        used = {name for task in tasks for term in task.terms for name in term.variables}
        covariates = tuple(name for name in asked.model.graph.nodes if name in used - {*order, *asked.query.of})
        keys = {task.variable: task.key for task in tasks}
        route = Route(
            asked.query, asked.verdict, order, keys, covariates, way=self.short, natural=tuple(asked.query.on)
        )
        return Proposal(route, tasks)


def _tasks(asked: Asked, through: Collection[str]) -> Iterator[Task]:
    model, (treatment,), (outcome,) = asked.model, asked.query.of, asked.query.on
    graph = project(model.graph)
    mediators = tuple(name for name in topological_order(graph) if name in through)
    declared = [name for name in mediators if _may_be_declared(asked, name, mediators)]
    # A cause that only some mediators' mechanisms see would count twice: in these, and in what the others are given.
    own = {name for mediator in declared for name in graph.parents(mediator)} - {treatment, *mediators}
    if own and len(declared) < len(mediators):
        declared = [name for name in declared if set(graph.parents(name)) <= {treatment, *mediators}]
    for place, name in enumerate(mediators):
        why = f"the front door from {treatment} to {outcome} goes through {name}"
        if name in declared:
            yield declared_task(model, name, why)
        else:
            yield law_task(asked, name, (treatment, *mediators[:place]), why)
    told = f"{treatment} as it was observed"
    why = f"the front door needs the average of {outcome} given {', '.join(mediators)} and {told}"
    yield law_task(asked, outcome, (treatment, *mediators), why)


def _may_be_declared(asked: Asked, name: str, mediators: Collection[str]) -> bool:
    """Whether the mechanism of ``name`` is its law given the treatment and the mediators before it."""
    model, (treatment,) = asked.model, asked.query.of
    graph = project(model.graph)
    caused = descendants(graph, [treatment]) - {treatment, *mediators}
    measured = set(graph.parents(name))
    is_bound = bool(set(graph.siblings(name)) & set(mediators))
    return is_mechanism(model.graph, name, measured) and not is_bound and not measured & caused
