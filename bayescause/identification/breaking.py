"""Which arrow more would end identification: what the user claims by leaving it out."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import quoted

__all__ = ["Arrow", "breaking_arrows"]

MOST_WORK = 10_000
"""Variables, over all trials, in the graphs in which an absent arrow is tried."""

MOST_TRIED = 20
"""Absent arrows that are tried."""

type Arrow = tuple[str, str, str]
"""``"->"`` or ``"<->"``, and its two ends."""


def breaking_arrows(
    projected: CausalGraph, absent: Sequence[Arrow], is_answered: Callable[[CausalGraph], bool]
) -> tuple[str, ...]:
    """Those of the ``absent`` arrows with which ``is_answered`` no longer holds, in the grammar of graph texts.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> y")
    >>> breaking_arrows(graph, [("<->", "x", "y")], lambda other: not other.bidirected)
    ('x <-> y',)
    """
    bare = replace(projected, lines={}, statements={})
    tried = absent[: min(MOST_TRIED, 1 + MOST_WORK // len(bare.nodes))]
    return tuple(
        f"{quoted(a)} {kind} {quoted(b)}" for kind, a, b in tried if not is_answered(_with_arrow(bare, (kind, a, b)))
    )


def _with_arrow(graph: CausalGraph, arrow: Arrow) -> CausalGraph:
    kind, a, b = arrow
    if kind == "->":
        return replace(graph, directed=(*graph.directed, (a, b)))
    return replace(graph, bidirected=(*graph.bidirected, (a, b)))
