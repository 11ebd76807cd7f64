"""What has to hold before nodes and arrows are a causal graph: known names, each once, and no loop."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bayescause.graph.names import lookalikes, nearest

__all__ = ["graph_faults", "shortest_cycle"]

type Arrow = tuple[str, str]

LARGEST_GRAPH = 20_000
"""Variables in one graph; identification is still a matter of seconds."""

LARGEST_DRAWING = 5_000
"""Variables of a text, which may come from anywhere; a larger graph is more likely a mistake than a drawing."""

MOST_ARROWS = 500_000
"""Arrows in one graph, hidden common causes included."""

SHOWN = 12
"""Names of a list, or steps of a loop, that a message spells out."""


def graph_faults(
    nodes: Sequence[str],
    directed: Sequence[Arrow],
    bidirected: Sequence[Arrow],
    latent: Iterable[str],
    groups: Sequence[tuple[str, tuple[str, ...]]],
    lines: Mapping[tuple[str, str, str], int],
) -> list[str]:
    """All that keeps the parts from being a causal graph, a sentence each; empty if they are one."""
    if len(nodes) > LARGEST_GRAPH:
        return [f"The graph has {len(nodes):,} variables; at most {LARGEST_GRAPH:,} are taken."]
    if len(directed) + len(bidirected) > MOST_ARROWS:
        return [f"The graph has {len(directed) + len(bidirected):,} arrows; at most {MOST_ARROWS:,} are read."]
    faults = [*_name_faults(nodes), *_group_faults(nodes, groups)]
    faults += _undeclared(nodes, directed, bidirected, latent)
    faults += [
        f"`{a}` {kind} `{a}`{_on_lines([(kind, a, a)], lines)} leads from a variable to itself. Remove it."
        for kind, arrows in (("->", directed), ("<->", bidirected))
        for a, b in arrows
        if a == b
    ]
    known = set(nodes)
    return faults + _loops(nodes, [(a, b) for a, b in directed if a != b and a in known and b in known], lines)


def shortest_cycle(nodes: Iterable[str], directed: Iterable[Arrow]) -> tuple[str, ...]:
    """One shortest directed cycle, its first node repeated at the end; empty if there is none.

    Examples
    --------
    >>> shortest_cycle("abc", [("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")])
    ('a', 'b', 'a')
    """
    core = _Core(nodes, directed)
    best: tuple[str, ...] = ()
    while (start := core.any_node()) is not None and len(best) != 3:
        found = _cycle_through(start, core.after, longest=len(best) - 1 if best else len(core.after) + 1)
        best = found or best
        core.remove(start)
    return best


class _Core:
    """The part of a directed graph in which every node has an arrow in and an arrow out."""

    def __init__(self, nodes: Iterable[str], directed: Iterable[Arrow]) -> None:
        self.after: dict[str, dict[str, None]] = {node: {} for node in nodes}
        self.before: dict[str, dict[str, None]] = {node: {} for node in self.after}
        for a, b in directed:
            self.after[a][b] = None
            self.before[b][a] = None
        for node in list(self.after):
            self._trim(node)

    def any_node(self) -> str | None:
        return next(iter(self.after), None)

    def remove(self, node: str) -> None:
        neighbours = [*self.before.pop(node), *self.after.pop(node)]
        for other in neighbours:
            if other in self.after:
                self.after[other].pop(node, None)
                self.before[other].pop(node, None)
        for other in neighbours:
            self._trim(other)

    def _trim(self, node: str) -> None:
        loose = [node]
        while loose:
            candidate = loose.pop()
            if candidate in self.after and not (self.after[candidate] and self.before[candidate]):
                for other in self.after.pop(candidate):
                    self.before[other].pop(candidate, None)
                    loose.append(other)
                for other in self.before.pop(candidate):
                    if other in self.after:
                        self.after[other].pop(candidate, None)
                        loose.append(other)


def _cycle_through(start: str, after: Mapping[str, Mapping[str, None]], *, longest: int) -> tuple[str, ...]:
    # Breadth first, so the first way back to the start is a shortest one; `longest` counts the start twice.
    came_from: dict[str, str] = {}
    depth = {start: 1}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if depth[node] >= longest:
            return ()
        for child in after[node]:
            if child == start:
                return _walk_back(start, node, came_from)
            if child not in depth:
                came_from[child] = node
                depth[child] = depth[node] + 1
                queue.append(child)
    return ()


def _walk_back(start: str, node: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    backwards = [start, node]
    while backwards[-1] != start:
        backwards.append(came_from[backwards[-1]])
    return tuple(reversed(backwards))


def _loops(nodes: Sequence[str], directed: Sequence[Arrow], lines: Mapping[tuple[str, str, str], int]) -> list[str]:
    cycle = shortest_cycle(nodes, directed)
    if not cycle:
        return []
    steps = cycle if len(cycle) <= SHOWN else (*cycle[: SHOWN - 2], "...", *cycle[-2:])
    where = _on_lines([("->", a, b) for a, b in pairwise(cycle)], lines)
    return [f"The arrows form a loop: {' -> '.join(steps)}{where}. Remove or turn one of them."]


def _name_faults(nodes: Sequence[str]) -> list[str]:
    if not nodes:
        return ["The graph is empty. Write arrows, such as `treatment -> outcome`."]
    faults = []
    if any(not name.strip() for name in nodes):
        faults.append("A variable has an empty name. Give it a name.")
    seen: set[str] = set()
    for name in nodes:
        if name in seen:
            faults.append(f"`{name}` is declared twice. Keep one of the two.")
        seen.add(name)
    faults += [
        f"`{first}` and `{second}` look alike but are two names. Write both the same way, or rename one."
        for first, second in lookalikes(tuple(dict.fromkeys(nodes)))
    ]
    return faults


def _group_faults(nodes: Sequence[str], groups: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    known = set(nodes)
    faults = [
        f"`{name}` is a group and a variable. Rename the group: a group is not a column."
        for name, _ in groups
        if name in known
    ]
    faults += [
        f"`{member}` of the group `{name}` is not a variable of the graph.{nearest(member, known)}"
        for name, members in groups
        for member in members
        if member not in known
    ]
    return faults


def _undeclared(
    nodes: Sequence[str], directed: Sequence[Arrow], bidirected: Sequence[Arrow], latent: Iterable[str]
) -> list[str]:
    known = set(nodes)
    ends = [
        (name, f"`{a}` {kind} `{b}`")
        for kind, arrows in (("->", directed), ("<->", bidirected))
        for a, b in arrows
        if a not in known or b not in known
        for name in (a, b)
    ]
    ends += [(name, "the list of latent variables") for name in sorted(latent)]
    unknown = {name: where for name, where in reversed(ends) if name not in known}
    return [
        f"`{name}` in {where} is not a variable of the graph.{nearest(name, known)} Declare it, or mend the name."
        for name, where in reversed(unknown.items())
    ]


def _on_lines(keys: Iterable[tuple[str, str, str]], lines: Mapping[tuple[str, str, str], int]) -> str:
    numbers = sorted({lines[key] for key in keys if key in lines})
    if not numbers:
        return ""
    word = "line" if len(numbers) == 1 else "lines"
    return f" ({word} {', '.join(map(str, numbers))})"
