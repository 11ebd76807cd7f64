"""The independences that a graph demands: one for each pair of variables that some set keeps apart."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import topological_order
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import nearest_separator
from bayescause.identification.listing import Listing
from bayescause.notebooks import by_its_words

__all__ = ["Independence", "independence_of", "independences"]


@dataclass(frozen=True)
class Independence:
    """Two variables that are independent given others in every law of a graph.

    Parameters
    ----------
    a : str
        The later of the two in the order of causes before effects.
    b : str
        The earlier.
    given : tuple of str
        What has to be held alike, and no part of it is enough.

    Examples
    --------
    >>> print(Independence("sales", "season", given=("promo",)))
    sales ⊥ season | promo
    """

    a: str
    b: str
    given: tuple[str, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """All variables of the statement."""
        return (self.a, self.b, *self.given)

    @property
    def held(self) -> str:
        """What is held, as a clause: ``"season is held alike"``."""
        return f"{', '.join(self.given)} {'is' if len(self.given) == 1 else 'are'} held alike"

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return f"{self.a} ⊥ {self.b}" + (f" | {', '.join(self.given)}" if self.given else "")


def independences(graph: CausalGraph, *, most: int) -> Listing[Independence]:
    r"""One independence for each pair of measured variables that can be separated, near pairs first.

    Parameters
    ----------
    graph : CausalGraph
        With or without latent nodes.
    most : int
        Statements that are listed. If there are more, pairs that are far from each other in the drawing are left out.

    Notes
    -----
    A pair is separated by the minimal set nearest to its later variable, among the causes of the two (in a graph
    without hidden causes: some of the later one's parents). There are as many statements as separable pairs, which
    without hidden causes is as many as a jointly normal law has constraints, so none is superfluous.

    They imply every other separation of the graph for laws in which variables that are independent of a third one by
    one are so together (compositional semigraphoids: jointly normal laws, for one). Proof by induction along the
    order: let A be an ancestral set with last variable v and Markov blanket m of v in A, all smaller sets done. If A
    is all that is upstream of v and of some b outside m, the statement of (v, b) with its separator Z gives v ⊥ b | m,
    since m \ Z is on v's side of Z, so independent of b given Z, and composes with v. Otherwise an e without effects
    in A can be taken away, and the two smaller sets A \ {e} and A \ {v} give v ⊥ e | A \ {v, e} or, where e is in
    v's district, v ⊥ the rest | m, by composition again. So the ordered local Markov property holds (Richardson
    2003, theorem 2), and with it the global one.

    Examples
    --------
    >>> shop = CausalGraph.parse("season -> {promo loyalty}; promo -> sales; loyalty <-> sales")
    >>> print(*independences(shop, most=10).entries, sep="; ")
    loyalty ⊥ promo | season; sales ⊥ season | promo
    """
    graph = project(graph)
    found: list[Independence] = []
    for a, b in _pairs(graph):
        one = independence_of(graph, a, b)
        if one is None:
            continue
        if len(found) == most:
            return Listing(tuple(found), is_whole=False)
        found.append(one)
    return Listing(tuple(found))


def independence_of(graph: CausalGraph, a: str, b: str) -> Independence | None:
    """The independence of one pair, given the separator nearest to ``a``; None if none separates the two.

    Parameters
    ----------
    graph : CausalGraph
        Without latent nodes.
    a, b : str
        A variable, and one that comes before it.

    Examples
    --------
    >>> print(independence_of(CausalGraph.parse("season -> promo -> sales"), "sales", "season"))
    sales ⊥ season | promo
    """
    separator = nearest_separator(graph, a, b, frozenset(graph.nodes) - {a, b})
    return None if separator is None else Independence(a, b, tuple(name for name in graph.nodes if name in separator))


def _pairs(graph: CausalGraph) -> list[tuple[str, str]]:
    """Pairs without an arrow or double arrow, the nearest first, then in the order of causes before effects."""
    order = topological_order(graph)
    place = {name: index for index, name in enumerate(order)}
    ranked = [
        (distance, place[a], place[b])
        for b in order
        for a, distance in _distances(graph, b)
        if distance > 1 and place[a] > place[b]
    ]
    return [(order[a], order[b]) for _, a, b in sorted(ranked)]


def _distances(graph: CausalGraph, start: str) -> Iterator[tuple[str, int]]:
    """Each variable with its number of arrows to ``start``; those that no path joins are farther than any other."""
    steps = {start: 0}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in (*graph.parents(node), *graph.children(node), *graph.siblings(node)):
            if other not in steps:
                steps[other] = steps[node] + 1
                queue.append(other)
    return ((name, steps.get(name, len(graph.nodes))) for name in graph.nodes)
