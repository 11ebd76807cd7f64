"""Functionals of mediated effects: laws of districts, each with the value of the treatment that it sees."""

from collections.abc import Sequence

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, topological_order
from bayescause.identification.copies import Copy, copies_of, reference_of, sides_of_districts
from bayescause.identification.functional import (
    At,
    Expression,
    Law,
    free_variables,
    product_of,
    ratio_of,
    sum_of,
)
from bayescause.identification.general import district_laws, functional_of
from bayescause.identification.simple_functionals import covariates
from bayescause.identification.simplifying import mean_of, readable
from bayescause.identification.verdict import CausalQuery

__all__ = [
    "conditions_of_mediators",
    "edge_functional",
    "functional_of_copies",
    "randomised_functional",
    "twin_functional",
]


def edge_functional(projected: CausalGraph, query: CausalQuery) -> Expression:
    """The mean outcome where the paths that carry the effect ``query`` see the treatment, all others its reference.

    Parameters
    ----------
    projected : CausalGraph
    query : CausalQuery
        Of a natural or path-specific effect that is identified.

    Notes
    -----
    The edge g-formula (Shpitser and Tchetgen Tchetgen 2016, theorem 4; Shpitser 2013, theorem 2). Among units that are
    chosen by what the treatment does not move it is that of outcome and condition together, over the observed law of
    the condition (Malinsky, Shpitser and Richardson 2019; Correa, Lee and Bareinboim 2021).

    Examples
    --------
    >>> from bayescause.identification.functional_text import text_of
    >>> graph = CausalGraph.parse("x -> m -> y; x -> y; v <-> m")
    >>> query = CausalQuery(("x",), ("y",), kind="natural_indirect", through=("m",))
    >>> text_of(edge_functional(graph, query), fixed={"x", "y"})
    'sum over m of E[y | x*, m] P(m | x)'
    >>> chosen = CausalQuery(("x",), ("y",), given=("v",), kind="natural_indirect", through=("m",))
    >>> text_of(edge_functional(graph, chosen), fixed={"x", "y", "v"})
    'sum over m of P(m | x, v) E[y | x*, m]'
    """
    copies = copies_of(projected, query) if query.given else None
    if copies is not None:
        return functional_of_copies(projected, query, copies)
    (of,), (on,) = query.of, query.on
    order, asked = topological_order(projected), (*query.on, *query.given)
    sides = sides_of_districts(projected, query)
    laws = district_laws(projected, query.of, asked)
    moved, kept = (
        readable(product_of(laws[district] for district in laws if sides[district] is side), order)
        for side in (True, False)
    )
    parts = (moved, _seeing(kept, of, reference_of(projected, of)))
    needed = ancestors(projected, asked, within=frozenset(projected.nodes) - {of})
    law = sum_of(
        tuple(name for name in order if name in needed and name not in asked),
        product_of(sorted(parts, key=lambda part: on not in free_variables(part))),
    )
    within = ratio_of(law, Law(query.given)) if query.given else law
    return mean_of(within, on) or within


def randomised_functional(projected: CausalGraph, query: CausalQuery) -> Expression | None:
    """The mean outcome under one value of the treatment, with mediators drawn as they are under the other.

    None if one of the two laws is not identified.

    Notes
    -----
    VanderWeele, Vansteelandt and Robins (2014), section 3; Vansteelandt and Daniel (2017), with all mediators drawn
    together.

    Examples
    --------
    >>> from bayescause.identification.functional_text import text_of
    >>> graph = CausalGraph.parse("x -> {l m y}; l -> {m y}; m -> y")
    >>> query = CausalQuery(("x",), ("y",), kind="interventional_direct", through=("m",))
    >>> text_of(randomised_functional(graph, query), fixed={"x", "y"})
    'sum over m of P(m | x*) sum over l of E[y | x, l, m] P(l | x)'
    """
    copies = copies_of(projected, query) if query.given else None
    if copies is not None:
        return functional_of_copies(projected, query, copies)
    (of,), (on,) = query.of, query.on
    before = conditions_of_mediators(projected, query)
    mediators = functional_of(projected, query.of, query.through, before)
    response = functional_of(projected, (of, *query.through), query.on, before)
    if mediators is None or response is None:
        return None
    response, star = mean_of(response, on) or response, reference_of(projected, of)
    if query.kind == "interventional_direct":
        mediators = _seeing(mediators, of, star)
    else:
        response = _seeing(response, of, star)
    averaged = tuple(name for name in before if name not in query.given)
    among = [Law(averaged, query.given)] if averaged else []
    return sum_of((*query.through, *averaged), product_of([response, mediators, *among]))


def twin_functional(projected: CausalGraph, query: CausalQuery) -> Expression | None:
    """The mean outcome where the paths that carry the effect ``query`` see the treatment, with twins of witnesses.

    Parameters
    ----------
    projected : CausalGraph
        Without variables that were not measured.
    query : CausalQuery
        Of a kind of path.

    Returns
    -------
    Expression or None
        A sum over the twins' laws; None if twins cannot be drawn.

    Notes
    -----
    Vo, Williams, Liu, Rudolph and Diaz (2024): each twin is drawn from the law of its variable given what it sees.

    Examples
    --------
    >>> from bayescause.identification.functional_text import text_of
    >>> graph = CausalGraph.parse("x -> {l m y}; l -> {m y}; m -> y")
    >>> query = CausalQuery(("x",), ("y",), kind="interventional_path", along=(("x", "l", "y"),))
    >>> text_of(twin_functional(graph, query), fixed={"x", "y"})
    'sum over m of [sum over l* of P(l* | x*) P(m | x*, l*)] sum over l of P(l | x) E[y | x*, l, m]'
    """
    copies = copies_of(projected, query)
    return None if copies is None else functional_of_copies(projected, query, copies)


def functional_of_copies(projected: CausalGraph, query: CausalQuery, copies: Sequence[Copy]) -> Expression:
    """The mean outcome where each copy is drawn from its law, averaged over what comes before the treatment.

    Parameters
    ----------
    projected : CausalGraph
    query : CausalQuery
    copies : sequence of Copy
        Those of ``query``.

    Examples
    --------
    >>> from bayescause.identification.functional_text import text_of
    >>> graph = CausalGraph.parse("x -> m -> y; x -> y; m <-> v")
    >>> query = CausalQuery(("x",), ("y",), given=("v",), kind="interventional_direct", through=("m",))
    >>> text_of(functional_of_copies(graph, query, copies_of(graph, query)), fixed={"x", "y", "v"})
    'sum over m of P(m | x*, v) E[y | x, m]'
    """
    (on,) = query.on
    before = tuple(name for name in conditions_of_mediators(projected, query) if name not in query.given)
    factors: list[Expression] = [Law(before, query.given)] if before else []
    for copy in copies:
        law: Expression = Law((copy.variable,), copy.given)
        own = {copy.variable: copy.name} if copy.name != copy.variable else {}
        for name, level in (dict(copy.reads) | own).items():
            law = At(name, level, law)
        factors.append(law)
    # Twins first: what is summed over alone stays beside the law that it belongs to.
    twins = sorted((copy.name for copy in copies if copy.name != on), key=lambda name: name in projected.nodes)
    expression = product_of(factors)
    for name in (*twins, *before):
        expression = sum_of((name,), expression)
    return mean_of(expression, on) or expression


def conditions_of_mediators(projected: CausalGraph, query: CausalQuery) -> tuple[str, ...]:
    """Measured variables before the treatment within whose groups mediators are drawn: those that laws on the way need.

    Examples
    --------
    >>> graph = CausalGraph.parse("c -> {x m y}; x -> m -> y; a -> x")
    >>> conditions_of_mediators(graph, CausalQuery(("x",), ("y",), kind="interventional_direct", through=("m",)))
    ('c',)
    """
    copies = copies_of(projected, query)
    if copies is None:
        return tuple(dict.fromkeys((*covariates(projected, CausalQuery(query.of, query.on)), *query.given)))
    moved = {*query.of, *(copy.variable for copy in copies)}
    used = {name for copy in copies for name in copy.given} - moved
    return tuple(name for name in projected.nodes if name in used)


def _seeing(law: Expression, of: str, star: str) -> Expression:
    return At(of, star, law) if of in free_variables(law) else law
