"""Which single arrow, missing from a graph, would account for what the data speak against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.separation import separated
from bayescause.graph.surgery import project
from bayescause.identification.independences import Independence
from bayescause.identification.verma import Constraint

__all__ = ["Suspect", "suspects", "with_arrow"]

MOST_FAILURES = 20
"""Failed statements whose pairs are suspected, the clearest first."""


@dataclass(frozen=True)
class Suspect:
    """An arrow that the graph does not have.

    Parameters
    ----------
    arrow : str
        In the grammar of graph texts: ``"a -> b"`` or ``"a <-> b"``.
    accounts_for : tuple of int
        Places of the failed statements that a graph with the arrow would not make.
    """

    arrow: str
    accounts_for: tuple[int, ...]


def suspects(graph: CausalGraph, failed: Sequence[Independence | Constraint]) -> tuple[Suspect, ...]:
    """Arrows that would account for failed statements, those that account for most of them first.

    Parameters
    ----------
    graph : CausalGraph
    failed : sequence of Independence or Constraint
        The clearest first.

    Examples
    --------
    >>> graph = CausalGraph.parse("a -> b; c -> d")
    >>> failed = [Independence("c", "b"), Independence("c", "a"), Independence("d", "a")]
    >>> suspects(graph, failed)[0]
    Suspect(arrow='a -> c', accounts_for=(0, 1, 2))
    """
    graph = project(graph)
    found = [
        Suspect(
            f"{b} {kind} {a}", tuple(place for place, one in enumerate(failed) if _accounts(graph, kind, b, a, one))
        )
        for kind, b, a in dict.fromkeys(_candidates(failed))
    ]
    return tuple(sorted(found, key=lambda one: -len(one.accounts_for)))


def with_arrow(graph: CausalGraph, kind: str, b: str, a: str) -> CausalGraph:
    """``graph`` with one arrow more; ``b`` comes before ``a``, so that no loop arises."""
    if kind == "->":
        return replace(graph, directed=(*graph.directed, (b, a)))
    return replace(graph, bidirected=(*graph.bidirected, (b, a)))


def _candidates(failed: Sequence[Independence | Constraint]) -> Iterator[tuple[str, str, str]]:
    for one in failed[:MOST_FAILURES]:
        if isinstance(one, Independence):
            yield from (("->", one.b, one.a), ("<->", one.b, one.a))
        else:
            yield from (("->", name, one.variable) for name in one.free_of)


def _accounts(graph: CausalGraph, kind: str, b: str, a: str, statement: Independence | Constraint) -> bool:
    if isinstance(statement, Constraint):
        return a == statement.variable and b in statement.free_of
    return not separated(with_arrow(graph, kind, b, a), statement.a, statement.b, statement.given)
