"""A graph as the reader should see it: groups as one box, arrows between boxes, the causal paths known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayescause.graph.causal_graph import CausalGraph

__all__ = ["Sketch", "sketch"]

MANY = 4
"""Variables with the same arrows that are drawn as one box."""

type Edge = tuple[str, str]


@dataclass(frozen=True)
class Sketch:
    """What is drawn of a graph.

    Parameters
    ----------
    boxes : mapping of str to tuple of str
        Variables in each box; a box of one variable is called after it, one of several after its group.
    arrows, hidden : tuple of (str, str)
        Between boxes, each once.
    tangled : frozenset of str
        Boxes whose own members share hidden causes.
    heavy : frozenset of (str, str)
        Arrows on a causal path from treatment to outcome.
    """

    boxes: Mapping[str, tuple[str, ...]]
    arrows: tuple[Edge, ...]
    hidden: tuple[Edge, ...]
    tangled: frozenset[str]
    heavy: frozenset[Edge]

    @property
    def passed(self) -> frozenset[str]:
        """Boxes on a causal path."""
        return frozenset(box for edge in self.heavy for box in edge)


def sketch(graph: "CausalGraph", of: str, on: str) -> Sketch:
    """Collapse the groups of ``graph`` that neither ``of`` nor ``on`` nor a causal path between them enters."""
    path = _path_edges(graph.directed, of, on)
    kept = {of, on, *(name for edge in path for name in edge)}
    home = _twins(graph, kept, _homes(graph, kept))
    boxes: dict[str, tuple[str, ...]] = {}
    for node in graph.nodes:
        boxes[home[node]] = (*boxes.get(home[node], ()), node)
    arrows = _between(((home[a], home[b]) for a, b in graph.directed))
    hidden = _between((min(home[a], home[b]), max(home[a], home[b])) for a, b in graph.bidirected)
    tangled = frozenset(home[a] for a, b in graph.bidirected if home[a] == home[b])
    heavy = frozenset((home[a], home[b]) for a, b in path)
    return Sketch(boxes, arrows, hidden, tangled, heavy)


def _homes(graph: "CausalGraph", kept: set[str]) -> dict[str, str]:
    home = {node: node for node in graph.nodes}
    for name, members in sorted(graph.groups, key=lambda group: -len(group[1])):
        inside = [member for member in members if member in home]
        alone = all(home[member] == member for member in inside)
        if len(inside) > 1 and alone and not kept & set(inside) and not _would_loop(graph, set(inside)):
            home.update(dict.fromkeys(inside, name))
    return home


def _twins(graph: "CausalGraph", kept: set[str], home: dict[str, str]) -> dict[str, str]:
    """Put ``MANY`` or more variables into one box if the same arrows come from and go to each of them."""
    alike: dict[object, list[str]] = {}
    for node in graph.nodes:
        if node in kept or home[node] != node or node in graph.latent:
            continue
        causes = frozenset(a for a, b in graph.directed if b == node)
        effects = frozenset(b for a, b in graph.directed if a == node)
        alike.setdefault((causes, effects), []).append(node)
    for members in alike.values():
        inside = set(members)
        strange = any((a in inside) != (b in inside) for a, b in graph.bidirected)
        if len(members) >= MANY and not strange:
            home.update(dict.fromkeys(members, f"{len(members)} with the same arrows"))
    return home


def _would_loop(graph: "CausalGraph", inside: set[str]) -> bool:
    """Whether one box for ``inside`` would have an arrow into it and a way back."""
    reached, frontier = set(inside), set(inside)
    while frontier:
        frontier = {b for a, b in graph.directed if a in frontier} - reached
        reached |= frontier
    outside = reached - inside
    return any(a in outside and b in inside for a, b in graph.directed)


def _path_edges(directed: Iterable[Edge], of: str, on: str) -> tuple[Edge, ...]:
    edges = tuple(directed)
    down, up = {of}, {on}
    for _ in edges:
        down |= {b for a, b in edges if a in down}
        up |= {a for a, b in edges if b in up}
    return tuple((a, b) for a, b in edges if a in down and b in up)


def _between(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    return tuple(dict.fromkeys((a, b) for a, b in edges if a != b))
