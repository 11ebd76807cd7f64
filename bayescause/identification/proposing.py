"""A set of covariates that somebody proposes: whether it is enough, and if not, why and what would be."""

from collections.abc import Collection

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.adjustment import (
    direct_adjustment_sets,
    minimal_adjustment_sets,
    why_not,
    why_not_directly,
)
from bayescause.identification.questions import faults_of, opened
from bayescause.identification.verdict import CausalQuery

__all__ = ["refuse_insufficient", "why_insufficient"]

MOST_SHOWN = 3
"""Sets that a message offers instead."""


def why_insufficient(graph: CausalGraph, query: CausalQuery, adjusted: Collection[str]) -> str | None:
    """Why adjusting for ``adjusted`` does not answer ``query``, with the open path named; None if it does.

    Parameters
    ----------
    graph : CausalGraph
    query : CausalQuery
        What it is conditioned on counts as adjusted for.
    adjusted : collection of str
        Variables, or groups of them.

    Raises
    ------
    GraphError
        If the question makes no sense in the graph, or a name is not in it.

    Examples
    --------
    >>> graph = CausalGraph.parse("season -> {promo sales}; promo -> sales")
    >>> why_insufficient(graph, CausalQuery(("promo",), ("sales",)), [])
    'Adjusting for nothing leaves a path open: promo <- season -> sales.'
    """
    GraphError.raise_if(faults_of(graph, query))
    names = tuple(dict.fromkeys((*opened(graph, adjusted), *query.given)))
    if query.kind == "direct":
        return why_not_directly(graph, query.of[0], query.on[0], names)
    return why_not(graph, query.of, query.on, names)


def refuse_insufficient(graph: CausalGraph, query: CausalQuery, adjusted: Collection[str]) -> None:
    """Insist that ``adjusted`` is enough.

    Raises
    ------
    GraphError
        If it is not: with the reason, and with sets that are.

    Examples
    --------
    >>> graph = CausalGraph.parse("season -> {promo sales}; promo -> sales")
    >>> refuse_insufficient(graph, CausalQuery(("promo",), ("sales",)), ["season"])
    """
    reason = why_insufficient(graph, query, adjusted)
    if reason is not None:
        raise GraphError(f"{reason} {_instead(graph, query)}")


def _instead(graph: CausalGraph, query: CausalQuery) -> str:
    if query.kind == "direct":
        sets = direct_adjustment_sets(graph, query.of[0], query.on[0], required=query.given)
    else:
        sets = minimal_adjustment_sets(graph, query.of, query.on, required=query.given)
    if not sets:
        return f"No set of measured covariates is enough for the {query}."
    offered = "; or ".join(" ".join(names) or "nothing at all" for names in sets[:MOST_SHOWN])
    return f"Enough for the {query} is: {offered}{'; or others' if len(sets) > MOST_SHOWN else ''}."
