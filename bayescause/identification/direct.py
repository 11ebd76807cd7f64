"""Direct effects: what the arrow from treatment to outcome does by itself, past everything on the way."""

from dataclasses import replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import quoted
from bayescause.graph.relations import ancestors, descendants
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import direct_adjustment_sets
from bayescause.identification.breaking import breaking_arrows
from bayescause.identification.general import find_hedge
from bayescause.identification.listing import Listing
from bayescause.identification.obstacles import refusal
from bayescause.identification.simple_functionals import adjustment_functional, observed_functional, path_variables
from bayescause.identification.strategies import by_the_general_algorithm, identified, nothing_unmeasured, overlap
from bayescause.identification.verdict import Assumption, CausalQuery, Identified, NotIdentified, Verdict

__all__ = ["judged_directly", "with_mediators_held"]

NO_OPTIMAL = "Which set is the most precise is not known for direct effects."

type Sets = tuple[tuple[str, ...], ...]


def judged_directly(graph: CausalGraph, query: CausalQuery, adjustment_sets: Sets) -> Verdict:
    """The verdict on the direct effect of one treatment on one outcome.

    Parameters
    ----------
    graph : CausalGraph
    query : CausalQuery
        Of the kind ``"direct"``.
    adjustment_sets : tuple of tuple of str
        The sets of ``direct_adjustment_sets``.

    Notes
    -----
    Adjustment gives what the outcome would be if the treatment were set for this arrow alone and everything else
    stayed as it is; in linear models that is the arrow's coefficient (Pearl 2009, theorem 5.3.1). The general
    algorithm gives what it would be if also all that is on the way were set: the controlled direct effect (Pearl
    2001).

    Examples
    --------
    >>> graph = CausalGraph.parse("promo -> traffic -> sales; promo -> sales")
    >>> judged_directly(graph, CausalQuery(("promo",), ("sales",), kind="direct"), (("traffic",),)).functional
    'sum over traffic of E[sales | promo, traffic] P(traffic)'
    """
    projected = project(graph)
    (of,), (on,) = query.of, query.on
    if on not in graph.children(of):
        return _without_arrow(projected, query, adjustment_sets)
    hidden = _hidden_on_the_way(graph, of, on)
    if hidden:
        return _not_told_apart(query, hidden)
    if adjustment_sets:
        return _by_adjustment(projected, query, adjustment_sets)
    held = with_mediators_held(projected, query)
    hedge = find_hedge(projected, held.of, held.on, held.given)
    if hedge is None:
        return _generally(projected, query, held)
    return replace(
        refusal(graph, held, hedge, Listing()),
        query=query,
        reason=f"two worlds in which {of} works differently on {on} would show exactly the same table",
    )


def with_mediators_held(projected: CausalGraph, query: CausalQuery) -> CausalQuery:
    """The question in which everything on the way from treatment to outcome is set as well.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> y; x -> y")
    >>> with_mediators_held(graph, CausalQuery(("x",), ("y",), kind="direct")).of
    ('x', 'm')
    """
    mediators = tuple(name for name in path_variables(projected, query) if name not in query.on)
    return CausalQuery((*query.of, *mediators), query.on, query.given)


def _hidden_on_the_way(graph: CausalGraph, of: str, on: str) -> tuple[str, ...]:
    """Unmeasured variables on a way from ``of`` to ``on`` on which nothing was measured."""
    inside = graph.latent | {of, on}
    between = descendants(graph, [of], within=inside) & ancestors(graph, [on], within=inside)
    return tuple(name for name in graph.nodes if name in between & graph.latent)


def _not_told_apart(query: CausalQuery, hidden: tuple[str, ...]) -> NotIdentified:
    (of,), (on,) = query.of, query.on
    names, were = " and ".join(hidden), "was" if len(hidden) == 1 else "were"
    return NotIdentified(
        query,
        f"two worlds, one in which {of} works on {on} by itself and one in which it works through {names}, would show "
        "exactly the same table",
        in_the_way=(f"{names}, which {were} not measured, carries part of what {of} does to {on}",),
        remedies=(f"measure {names}", f"ask for the total effect of {of} on {on}"),
    )


def _without_arrow(projected: CausalGraph, query: CausalQuery, adjustment_sets: Sets) -> Identified:
    (of,), (on,) = query.of, query.on
    return replace(
        identified(projected, query, "no_effect", observed_functional(query)),
        adjustment_sets=adjustment_sets,
        assumptions=(Assumption(f"no arrow leads straight from {of} to {on}"),),
        would_break=(f"{quoted(of)} -> {quoted(on)}",),
        no_optimal_set="There is no effect to estimate.",
    )


def _by_adjustment(projected: CausalGraph, query: CausalQuery, adjustment_sets: Sets) -> Identified:
    (of,), (on,) = query.of, query.on
    smallest = adjustment_sets[0]
    on_the_way = tuple(name for name in smallest if name in descendants(projected, [of]))
    absent = [("<->", name, on) for name in (of, *on_the_way) if on not in projected.siblings(name)]
    return replace(
        identified(projected, query, "adjustment", adjustment_functional(projected, query, smallest)),
        adjustment_sets=adjustment_sets,
        assumptions=(*_nothing_unmeasured(query, on_the_way), overlap(query, has_covariates=bool(smallest))),
        would_break=breaking_arrows(projected, absent, lambda other: _is_answered(other, query)),
        no_optimal_set=NO_OPTIMAL,
        notes=(f"the arrow {quoted(of)} -> {quoted(on)} alone: all else that {of} does stays as it is in the data",),
    )


def _nothing_unmeasured(query: CausalQuery, on_the_way: tuple[str, ...]) -> tuple[Assumption, ...]:
    if not on_the_way:
        return nothing_unmeasured(query)
    whom = " or ".join((*query.of, *on_the_way)) if len(on_the_way) < 4 else f"{query.of[0]} or what is on the way"
    return (Assumption(f"nothing unmeasured drives {query.on[0]} together with {whom}"),)


def _generally(projected: CausalGraph, query: CausalQuery, held: CausalQuery) -> Identified:
    verdict = by_the_general_algorithm(projected, held)
    mediators = " and ".join(held.of[1:])
    note = (
        f"{mediators} set to a level, the same under each {query.of[0]}: the controlled direct effect, level by level"
    )
    return replace(verdict, query=query, no_optimal_set=NO_OPTIMAL, notes=(note, *verdict.notes))


def _is_answered(projected: CausalGraph, query: CausalQuery) -> bool:
    (of,), (on,) = query.of, query.on
    if direct_adjustment_sets(projected, of, on, required=query.given):
        return True
    held = with_mediators_held(projected, query)
    return find_hedge(projected, held.of, held.on, held.given) is None
