"""Which arrows out of the treatment start the paths that carry an effect, and where paths of both sorts part."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, topological_order
from bayescause.identification.path_patterns import PathPattern, State, pattern_of
from bayescause.identification.verdict import CausalQuery, Recanting

__all__ = ["FirstArrows", "first_arrows"]

type Place = tuple[str, State]
"""A node, and what is remembered of the path up to it."""


@dataclass(frozen=True)
class FirstArrows:
    """The treatment's effects, by what the paths carry that start with the arrow to them.

    Parameters
    ----------
    moved : tuple of str
        All paths to the outcome that start with the arrow to one of them carry the effect.
    kept : tuple of str
        None of them does.
    recanting : Recanting, optional
        Where some paths that start with the same arrow do and some do not.
    """

    moved: tuple[str, ...]
    kept: tuple[str, ...]
    recanting: Recanting | None = None


def first_arrows(projected: CausalGraph, query: CausalQuery) -> FirstArrows:
    """Sort the arrows out of the treatment of the path-specific effect ``query``.

    Parameters
    ----------
    projected : CausalGraph
        Without latent nodes.
    query : CausalQuery

    Notes
    -----
    Avin, Shpitser and Pearl (2005), theorem 2: without hidden common causes the effect is identified if and only if
    no arrow starts paths of both sorts. Of the variables at which such paths part, the last is the witness.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> {l m y}; l -> {m y}; m -> y")
    >>> query = CausalQuery(("x",), ("y",), kind="natural_indirect", through=("m",))
    >>> first_arrows(graph, query).recanting
    Recanting(nodes=('l',), carrying=('x', 'l', 'm', 'y'), other=('x', 'l', 'y'))
    """
    (of,), (on,) = query.of, query.on
    pattern = pattern_of(query)
    walks = _Walks(projected, of, on, pattern)
    moved: list[str] = []
    kept: list[str] = []
    mixed: list[str] = []
    for child in walks.nexts(of):
        sorts = walks.sorts[(child, pattern.step(pattern.start, child))]
        (mixed if len(sorts) == 2 else moved if True in sorts else kept).append(child)
    return FirstArrows(tuple(moved), tuple(kept), walks.recanting() if mixed else None)


class _Walks:
    """All paths from treatment to outcome, folded: places that are alike for what comes after are one."""

    def __init__(self, graph: CausalGraph, of: str, on: str, pattern: PathPattern) -> None:
        self.of, self.on, self.pattern = of, on, pattern
        inside = ancestors(graph, [on], within=frozenset(graph.nodes) - {of})
        self.children = {name: [other for other in graph.children(name) if other in inside] for name in (*inside, of)}
        self.rank = {name: index for index, name in enumerate(topological_order(graph))}
        self.before = self._places()
        self.sorts = self._sorted(self.before)

    def nexts(self, node: str) -> Iterable[str]:
        """Nodes after ``node`` from which the outcome can be reached."""
        return self.children[node] if node != self.on else ()

    def _places(self) -> Mapping[Place, Place]:
        """Every place that is reached, with one before it."""
        start = (self.of, self.pattern.start)
        found: dict[Place, Place] = {start: start}
        waiting = [start]
        while waiting:
            node, state = here = waiting.pop()
            for child in self.nexts(node):
                place = (child, self.pattern.step(state, child))
                if place not in found:
                    found[place] = here
                    waiting.append(place)
        return found

    def _sorted(self, places: Collection[Place]) -> Mapping[Place, frozenset[bool]]:
        """Of what sorts the paths are that go on from each place: carrying the effect (True) or not."""
        sorts: dict[Place, frozenset[bool]] = {}
        for node, state in sorted(places, key=lambda place: -self.rank[place[0]]):
            here = [self.pattern.carries(state)] if node == self.on else []
            further = (sorts[(child, self.pattern.step(state, child))] for child in self.nexts(node))
            sorts[(node, state)] = frozenset(here).union(*further)
        return sorts

    def recanting(self) -> Recanting:
        """The last variable at which paths part that start with the same arrow, and two of these."""
        parting = [place for place in self.before if len(self.sorts[place]) == 2 and place[0] != self.of]
        witness = max(parting, key=lambda place: self.rank[place[0]])
        carrying, other = ((*self._way_to(witness), *self._way_on(witness, carrying=sort)) for sort in (True, False))
        return Recanting((witness[0],), carrying, other)

    def _way_to(self, place: Place) -> tuple[str, ...]:
        way = [place[0]]
        while self.before[place] != place:
            place = self.before[place]
            way.append(place[0])
        return tuple(reversed(way))

    def _way_on(self, place: Place, *, carrying: bool) -> tuple[str, ...]:
        way: list[str] = []
        while place[0] != self.on:
            steps = ((child, self.pattern.step(place[1], child)) for child in self.nexts(place[0]))
            place = next(step for step in steps if carrying in self.sorts[step])
            way.append(place[0])
        return tuple(way)
