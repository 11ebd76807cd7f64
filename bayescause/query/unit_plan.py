"""Which mechanisms a counterfactual of one unit needs, and whether their noises are the unit's own."""

from collections.abc import Collection
from dataclasses import dataclass

from bayescause.errors import SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants, district_of, topological_order
from bayescause.graph.surgery import cut_incoming, project
from bayescause.inference.posterior import Posterior

__all__ = ["UnitPlan", "mechanism_keys", "shared_noise", "unit_plan"]


@dataclass(frozen=True)
class UnitPlan:
    """What is done with each variable in a counterfactual of one unit; each tuple has parents first.

    Parameters
    ----------
    moved : tuple of str
        Variables that the action reaches on its way to the outcome.
    blank : tuple of str
        Those of ``moved`` of which nothing was observed, nor of what they lead to: their noise is anybody's.
    missing : tuple of str
        Variables that were not observed and have to be known to tell the noise of the others.
    drawn : tuple of str
        These, and observed variables that tell something of them.
    """

    moved: tuple[str, ...]
    blank: tuple[str, ...]
    missing: tuple[str, ...]
    drawn: tuple[str, ...]

    @property
    def needed(self) -> tuple[str, ...]:
        """Variables whose mechanisms have to be fitted."""
        return tuple(dict.fromkeys((*self.moved, *self.drawn)))


def unit_plan(graph: CausalGraph, *, do: Collection[str], on: str, known: Collection[str]) -> UnitPlan:
    """What a counterfactual needs, given what is ``known`` of the unit.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> y; z -> y")
    >>> found = unit_plan(graph, do=["x"], on="y", known=["x", "y", "z"])
    >>> found.moved, found.missing, found.drawn
    (('m', 'y'), ('m',), ('m', 'y'))
    """
    measured = project(graph)
    order = topological_order(measured)
    seen = set(known) & set(measured.nodes)
    within = cut_incoming(measured, do)
    moved = (set(descendants(within, do)) & set(ancestors(within, [on]))) - set(do)
    blank = {name for name in moved if not descendants(measured, [name]) & seen}
    missing = _missing(measured, moved - blank, seen)
    if on not in moved and on not in seen:
        missing |= _missing(measured, {on}, seen)
    # The other causes of a blank variable have to be known as well: they are as they were.
    causes = {cause for name in blank for cause in within.parents(name)} - moved - set(do)
    missing |= _missing(measured, causes - seen, seen)
    missing = _closed(measured, missing, seen)
    telling = {child for name in missing for child in measured.children(name) if child in seen}
    return UnitPlan(
        *(tuple(name for name in order if name in part) for part in (moved, blank, missing, missing | telling))
    )


def _missing(graph: CausalGraph, needed: Collection[str], seen: Collection[str]) -> set[str]:
    """Unseen variables among ``needed`` and among what drives them."""
    family = {*needed, *(parent for name in needed for parent in graph.parents(name))}
    return family - set(seen)


def _closed(graph: CausalGraph, missing: set[str], seen: Collection[str]) -> set[str]:
    """With the unseen causes of those, and the unseen variables through which something seen tells of them."""
    telling = ancestors(graph, list(seen)) if seen else frozenset()
    waiting, found = list(missing), set(missing)
    while waiting:
        name = waiting.pop()
        children = graph.children(name)
        others = {*graph.parents(name), *(child for child in children if child in telling)}
        others |= {parent for child in children if child in telling for parent in graph.parents(child)}
        fresh = others - set(seen) - found
        found |= fresh
        waiting += fresh
    return found


def shared_noise(graph: CausalGraph, needed: Collection[str]) -> str | None:
    """Why the noise of a variable is not the unit's own, as a sentence; None if that of all of them is."""
    measured = project(graph)
    for name in needed:
        others = sorted(district_of(measured, name) - {name})
        if others:
            return (
                f"A counterfactual of one unit needs the mechanism of {name} itself, and hidden causes bind its noise "
                f"to that of {' and '.join(others)}."
            )
    return None


def mechanism_keys(posterior: Posterior, needed: Collection[str]) -> dict[str, str]:
    """Task key of each variable's law given all its measured causes.

    Raises
    ------
    SpecError
        If the posterior does not hold one of them.
    """
    measured = project(posterior.model.graph)
    keys, absent = {}, []
    for name in needed:
        causes = set(measured.parents(name))
        found = (
            key
            for key, task in posterior.design.mechanisms.items()
            if task.variable == name and {each for term in task.terms for each in term.variables} == causes
        )
        key = next(found, None)
        if key is None:
            absent.append(name)
        else:
            keys[name] = key
    if absent:
        raise SpecError(
            f"The posterior does not hold the mechanism of {', '.join(absent)}. Fit all of them: leave the questions "
            "out of `fit`."
        )
    return keys
