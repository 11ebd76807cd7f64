"""Which conditions of a law act in it as the mechanism says, and which stand in for what it is not given as well."""

from collections.abc import Collection
from dataclasses import replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors
from bayescause.graph.separation import separated
from bayescause.graph.surgery import project

__all__ = ["is_mechanism", "left_alone"]


def is_mechanism(graph: CausalGraph, name: str, given: Collection[str]) -> bool:
    """Whether the law of ``name`` given ``given`` is its mechanism.

    It is where its causes are all among ``given``, and what is hidden behind it is independent of ``given``.

    Parameters
    ----------
    graph : CausalGraph
        With or without latent variables.
    name : str
    given : collection of str
        Measured variables, none of them an effect of ``name``.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> y; z -> {x y}; y <-> other")
    >>> is_mechanism(graph, "y", ["x", "z"]), is_mechanism(graph, "y", ["x", "z", "other"])
    (True, False)
    """
    return set(graph.parents(name)) <= set(given) and not _standing_in(graph, name, given)


def left_alone(graph: CausalGraph, name: str, given: Collection[str]) -> frozenset[str]:
    """Causes of ``name`` that change its law given ``given`` in one way only: as they act in its mechanism.

    The others stand in for a cause that is not given, because they change it, or because they tell of it.

    Examples
    --------
    >>> sorted(left_alone(CausalGraph.parse("v -> x; {x v} -> y; v <-> y"), "y", ["x", "v"]))
    ['x']
    """
    return frozenset(graph.parents(name)).intersection(given) - _standing_in(graph, name, given)


def _standing_in(graph: CausalGraph, name: str, given: Collection[str]) -> frozenset[str]:
    """Conditions on which what ``name`` depends on besides ``given`` depends, given the others."""
    kept = frozenset(given)
    # Without its arrows from the conditions, whatever reaches the variable does so by what is not given.
    rest = replace(graph, directed=tuple((a, b) for a, b in graph.directed if b != name or a not in kept))
    seen = ancestors(rest, [*kept, name])
    unseen = frozenset(node for node in seen if node not in kept and node != name)
    within = project(replace(rest, latent=graph.latent | unseen | (frozenset(graph.nodes) - seen)))
    return frozenset(one for one in given if not separated(within, name, one, kept - {one}))
