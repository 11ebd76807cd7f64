"""Graphs made from graphs: arrows cut, variables dropped, unmeasured variables projected out."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import topological_order

__all__ = ["cut_incoming", "cut_outgoing", "project", "subgraph"]


def cut_incoming(graph: CausalGraph, nodes: Collection[str]) -> CausalGraph:
    """The graph under do(``nodes``): no arrow, hidden or not, points at them any more.

    Examples
    --------
    >>> print(cut_incoming(CausalGraph.parse("z -> x -> y; x <-> y"), ["x"]))
    z
    x -> y
    """
    cut = frozenset(nodes)
    return replace(
        graph,
        directed=tuple((a, b) for a, b in graph.directed if b not in cut),
        bidirected=tuple((a, b) for a, b in graph.bidirected if not {a, b} & cut),
    )


def cut_outgoing(graph: CausalGraph, nodes: Collection[str]) -> CausalGraph:
    """The graph in which ``nodes`` have no effects; hidden common causes stay.

    Examples
    --------
    >>> cut_outgoing(CausalGraph.parse("z -> x -> y; x <-> y"), ["x"]).directed
    (('z', 'x'),)
    """
    cut = frozenset(nodes)
    return replace(graph, directed=tuple((a, b) for a, b in graph.directed if a not in cut))


def subgraph(graph: CausalGraph, nodes: Collection[str]) -> CausalGraph:
    """The graph of ``nodes`` only, with the arrows among them.

    Examples
    --------
    >>> subgraph(CausalGraph.parse("a -> b -> c"), {"a", "b"}).directed
    (('a', 'b'),)
    """
    kept = frozenset(nodes)
    return replace(
        graph,
        nodes=tuple(name for name in graph.nodes if name in kept),
        directed=tuple((a, b) for a, b in graph.directed if a in kept and b in kept),
        bidirected=tuple((a, b) for a, b in graph.bidirected if a in kept and b in kept),
        latent=graph.latent & kept,
        groups=_groups_within(graph, kept),
    )


def project(graph: CausalGraph) -> CausalGraph:
    """The graph of the measured variables that says the same about them: the latent projection.

    Notes
    -----
    A hidden variable becomes arrows from its causes to its effects and double arrows among its effects
    (Verma 1993; Shpitser and Pearl 2006, section 2).

    Examples
    --------
    >>> print(project(CausalGraph.parse("latent u; u -> {x y}; x -> y")))
    x -> y
    x <-> y
    """
    if not graph.latent:
        return graph
    directed = dict.fromkeys(graph.directed)
    bidirected = dict.fromkeys(graph.bidirected)
    for hidden in topological_order(graph):
        if hidden in graph.latent:
            directed, bidirected = _without(hidden, directed, bidirected)
    kept = frozenset(graph.observed)
    return replace(
        graph,
        nodes=graph.observed,
        directed=tuple(directed),
        bidirected=tuple(dict.fromkeys(_turned(bidirected, graph))),
        latent=frozenset(),
        groups=_groups_within(graph, kept),
    )


type Arrows = dict[tuple[str, str], None]


def _without(hidden: str, directed: Arrows, bidirected: Arrows) -> tuple[Arrows, Arrows]:
    parents = [a for a, b in directed if b == hidden]
    children = [b for a, b in directed if a == hidden]
    siblings = [a if b == hidden else b for a, b in bidirected if hidden in (a, b)]
    directed = {arrow: None for arrow in directed if hidden not in arrow}
    bidirected = {arrow: None for arrow in bidirected if hidden not in arrow}
    directed |= dict.fromkeys((parent, child) for parent in parents for child in children)
    bidirected |= dict.fromkeys((a, b) for i, a in enumerate(children) for b in children[i + 1 :])
    bidirected |= dict.fromkeys((a, b) for a in siblings for b in children if a != b)
    return directed, bidirected


def _turned(bidirected: Iterable[tuple[str, str]], graph: CausalGraph) -> list[tuple[str, str]]:
    place = {name: index for index, name in enumerate(graph.nodes)}
    return [(a, b) if place[a] < place[b] else (b, a) for a, b in bidirected]


def _groups_within(graph: CausalGraph, kept: frozenset[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    inside = ((name, tuple(member for member in members if member in kept)) for name, members in graph.groups)
    return tuple((name, members) for name, members in inside if members)
