"""All minimal sets of variables that separate two sets, in a graph whose edges are cliques."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator

__all__ = ["MOST_STEPS", "minimal_separators"]

type Cliques = list[frozenset[str]]

MOST_STEPS = 20_000_000
"""Nodes visited before the enumeration stops: some seconds of work, the same on every machine."""


def minimal_separators(
    cliques: Iterable[Collection[str]],
    a: Collection[str],
    b: Collection[str],
    *,
    allowed: Collection[str],
    most: float = 1_000,
    steps: float = MOST_STEPS,
) -> Iterator[frozenset[str]]:
    """Every minimal set of ``allowed`` nodes that meets each path from ``a`` to ``b``, lazily.

    Parameters
    ----------
    cliques : iterable of collection of str
        Sets of nodes that are all joined to one another; together they are the graph.
    a, b : collection of str
        Ends.
    allowed : collection of str
        Nodes that a set may hold.
    most, steps : float
        Sets, and visits of nodes, after which the enumeration stops; the sets are the ones closest to ``a``.

    Notes
    -----
    Starting from the separator closest to ``a``, one of its nodes is moved to the side of ``a`` and the separator
    closest to the larger side is taken; every minimal separator is reached so (Shen and Liang 1997; Takata 2010).
    A node that may not be used is eliminated first: its neighbours become a clique.

    Examples
    --------
    >>> chain = [("x", "u"), ("u", "v"), ("v", "y")]
    >>> [sorted(found) for found in minimal_separators(chain, {"x"}, {"y"}, allowed={"u", "v"})]
    [['u'], ['v']]
    """
    graph = _Cliques(_eliminated(cliques, keep=frozenset(allowed) | frozenset(a) | frozenset(b)))
    sources, targets = frozenset(a), frozenset(b)
    first = _close_to(graph, sources, targets)
    if first is None:
        return
    waiting = deque([first])
    seen = {first}
    while waiting:
        separator = waiting.popleft()
        yield separator
        if len(seen) >= most:
            continue
        side = graph.reached(sources, without=separator)
        for node in sorted(separator):
            moved = _close_to(graph, side | {node}, targets)
            if moved is not None and moved not in seen:
                seen.add(moved)
                waiting.append(moved)
            if graph.steps > steps:
                return


def _close_to(graph: "_Cliques", side: frozenset[str], targets: frozenset[str]) -> frozenset[str] | None:
    border = graph.neighbours(side)
    if border & targets:
        return None
    beyond = graph.reached(targets, without=border)
    return border & graph.neighbours(beyond)


class _Cliques:
    """A graph given by its cliques, so that a large clique costs its nodes and not its edges."""

    def __init__(self, cliques: Cliques) -> None:
        self.cliques = cliques
        self.at: dict[str, list[int]] = {}
        self.steps = 0
        for index, clique in enumerate(cliques):
            for node in clique:
                self.at.setdefault(node, []).append(index)

    def neighbours(self, side: frozenset[str]) -> frozenset[str]:
        met = {index for node in side for index in self.at.get(node, ())}
        self.steps += len(side) + sum(len(self.cliques[index]) for index in met)
        return frozenset().union(*(self.cliques[index] for index in met)) - side

    def reached(self, start: frozenset[str], *, without: frozenset[str]) -> frozenset[str]:
        seen = set(start)
        waiting = list(start)
        done: set[int] = set()
        while waiting:
            for index in self.at.get(waiting.pop(), ()):
                if index not in done:
                    done.add(index)
                    new = self.cliques[index] - seen - without
                    self.steps += len(self.cliques[index])
                    seen |= new
                    waiting.extend(new)
        return frozenset(seen)


def _eliminated(cliques: Iterable[Collection[str]], *, keep: frozenset[str]) -> Cliques:
    current: dict[int, frozenset[str]] = dict(enumerate(map(frozenset, cliques)))
    at: dict[str, set[int]] = {}
    for index, clique in current.items():
        for node in clique - keep:
            at.setdefault(node, set()).add(index)
    for node in sorted(at):
        joined = min(at[node])
        members = frozenset().union(*(current.pop(index) for index in at[node]))
        for other in members - keep - {node}:
            at[other] = (at[other] - at[node]) | {joined}
        current[joined] = members - {node}
    return list(current.values())
