"""Who is upstream and downstream of whom, and who is bound together by hidden causes."""

from collections.abc import Callable, Collection, Iterable

from bayescause.graph.causal_graph import CausalGraph

__all__ = ["ancestors", "descendants", "district_of", "districts", "topological_order"]


def ancestors(graph: CausalGraph, nodes: Iterable[str], *, within: Collection[str] | None = None) -> frozenset[str]:
    """All causes of ``nodes``, direct or not, and ``nodes`` themselves.

    Parameters
    ----------
    graph : CausalGraph
    nodes : iterable of str
    within : collection of str, optional
        Only paths inside this set count.

    Raises
    ------
    GraphError
        If a node is not in the graph.

    Examples
    --------
    >>> sorted(ancestors(CausalGraph.parse("a -> b -> c"), ["b"]))
    ['a', 'b']
    """
    return _reached(graph.parents, nodes, within)


def descendants(graph: CausalGraph, nodes: Iterable[str], *, within: Collection[str] | None = None) -> frozenset[str]:
    """All effects of ``nodes``, direct or not, and ``nodes`` themselves.

    Examples
    --------
    >>> sorted(descendants(CausalGraph.parse("a -> b -> c"), ["b"]))
    ['b', 'c']
    """
    return _reached(graph.children, nodes, within)


def districts(graph: CausalGraph, within: Collection[str] | None = None) -> tuple[tuple[str, ...], ...]:
    """Sets of nodes that hidden common causes bind together, in the order of their first node.

    Examples
    --------
    >>> districts(CausalGraph.parse("a -> b -> c; a <-> c"))
    (('a', 'c'), ('b',))
    """
    inside = frozenset(graph.nodes if within is None else within)
    place = {name: index for index, name in enumerate(graph.nodes)}
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for node in graph.nodes:
        if node in inside and node not in done:
            district = district_of(graph, node, inside)
            done |= district
            found.append(tuple(sorted(district, key=place.__getitem__)))
    return tuple(found)


def district_of(graph: CausalGraph, node: str, within: Collection[str] | None = None) -> frozenset[str]:
    """The nodes that hidden common causes bind to ``node``, and ``node`` itself.

    Examples
    --------
    >>> sorted(district_of(CausalGraph.parse("a -> b -> c; a <-> c"), "a"))
    ['a', 'c']
    """
    return _reached(graph.siblings, [node], within)


def topological_order(graph: CausalGraph) -> tuple[str, ...]:
    """All nodes, causes before effects; otherwise as early as their place in the graph allows.

    Examples
    --------
    >>> topological_order(CausalGraph.parse("sales ~ promo + season; promo ~ season"))
    ('season', 'promo', 'sales')
    """
    order: dict[str, None] = {}
    for root in graph.nodes:
        waiting = [root]
        while waiting:
            if waiting[-1] in order:
                waiting.pop()
                continue
            missing = [parent for parent in graph.parents(waiting[-1]) if parent not in order]
            if missing:
                waiting.extend(reversed(missing))
            else:
                order[waiting.pop()] = None
    return tuple(order)


def _reached(
    neighbours: Callable[[str], tuple[str, ...]], nodes: Iterable[str], within: Collection[str] | None
) -> frozenset[str]:
    waiting = list(nodes)
    seen = set(waiting)
    while waiting:
        for other in neighbours(waiting.pop()):
            if other not in seen and (within is None or other in within):
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)
