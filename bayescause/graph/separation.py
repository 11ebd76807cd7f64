"""Which variables a causal graph makes independent, given which others (m-separation)."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.graph.relations import ancestors

__all__ = ["open_path", "open_path_text", "separated"]

type State = tuple[str, bool]
"""A node, and whether the walk came into it by an arrow head."""

type Nodes = str | Collection[str]


def separated(graph: CausalGraph, a: Nodes, b: Nodes, given: Nodes = ()) -> bool:
    """Whether ``a`` and ``b`` are independent given ``given`` in every law that obeys ``graph``.

    Parameters
    ----------
    graph : CausalGraph
    a, b, given : str or collection of str
        Disjoint sets of nodes; one name stands for the set of it.

    Raises
    ------
    GraphError
        If a node is not in the graph, or stands in two of the three sets.

    Notes
    -----
    m-separation (Richardson 2003), by one breadth-first walk in linear time.

    Examples
    --------
    >>> graph = CausalGraph.parse("rain -> wet; sprinkler -> wet")
    >>> separated(graph, "rain", "sprinkler"), separated(graph, "rain", "sprinkler", given="wet")
    (True, False)
    """
    return _open_walk(graph, a, b, given) is None


def open_path(graph: CausalGraph, a: Nodes, b: Nodes, given: Nodes = ()) -> tuple[str, ...] | None:
    """Nodes of one shortest path that ``given`` leaves open between ``a`` and ``b``; None if there is none.

    Examples
    --------
    >>> open_path(CausalGraph.parse("season -> {promo sales}"), "promo", "sales")
    ('promo', 'season', 'sales')
    """
    walk = _open_walk(graph, a, b, given)
    return None if walk is None else walk[::2]


def open_path_text(graph: CausalGraph, a: Nodes, b: Nodes, given: Nodes = ()) -> str | None:
    """The path of ``open_path`` with its arrows; None if there is none.

    Examples
    --------
    >>> open_path_text(CausalGraph.parse("season -> {promo sales}"), "promo", "sales")
    'promo <- season -> sales'
    """
    walk = _open_walk(graph, a, b, given)
    return None if walk is None else " ".join(walk)


def _open_walk(graph: CausalGraph, a: Nodes, b: Nodes, given: Nodes) -> tuple[str, ...] | None:
    starts, goals, conditioned = _checked(graph, a, b, given)
    # A collider is open if it, or an effect of it, is conditioned on. With this rule a shortest open walk is a path.
    opened = ancestors(graph, conditioned)
    came_from: dict[State, tuple[State, str] | None] = {(node, False): None for node in starts}
    queue = deque(came_from)
    while queue:
        state = queue.popleft()
        for arrow, following in _steps(graph, state, conditioned, opened, is_start=came_from[state] is None):
            if following in came_from or following[0] in starts:
                continue
            came_from[following] = (state, arrow)
            if following[0] in goals:
                return _walked(following, came_from)
            queue.append(following)
    return None


def _steps(
    graph: CausalGraph, state: State, conditioned: Collection[str], opened: Collection[str], *, is_start: bool
) -> Iterator[tuple[str, State]]:
    node, came_by_head = state
    is_free = is_start or node not in conditioned
    if is_free:
        for child in graph.children(node):
            yield "->", (child, True)
    if is_start or (node in opened if came_by_head else is_free):
        for parent in graph.parents(node):
            yield "<-", (parent, False)
        for sibling in graph.siblings(node):
            yield "<->", (sibling, True)


def _walked(last: State, came_from: Mapping[State, tuple[State, str] | None]) -> tuple[str, ...]:
    backwards = [last[0]]
    step = came_from[last]
    while step is not None:
        state, arrow = step
        backwards += [arrow, state[0]]
        step = came_from[state]
    return tuple(reversed(backwards))


def _checked(graph: CausalGraph, a: Nodes, b: Nodes, given: Nodes) -> list[dict[str, None]]:
    sets = [dict.fromkeys([nodes] if isinstance(nodes, str) else nodes) for nodes in (a, b, given)]
    known = set(graph.nodes)
    faults = [
        f"`{name}` is not a variable of the graph.{nearest(name, known)}"
        for nodes in sets
        for name in nodes
        if name not in known
    ]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        faults += [
            f"`{name}` stands on two sides of the question. Ask about disjoint sets."
            for name in sets[first]
            if name in sets[second]
        ]
    GraphError.raise_if(faults)
    return sets
