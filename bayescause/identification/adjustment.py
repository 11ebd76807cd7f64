"""The adjustment criterion: which sets of covariates turn a comparison of groups into an effect."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from math import inf

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.graph.relations import ancestors, descendants, districts
from bayescause.graph.separation import open_path_text
from bayescause.identification.separators import MOST_STEPS, minimal_separators

__all__ = [
    "MOST_SETS",
    "causal_path_variables",
    "direct_adjustment_sets",
    "each_minimal_adjustment_set",
    "forbidden_variables",
    "is_adjustment_set",
    "minimal_adjustment_sets",
    "nearest_separator",
    "proper_back_door_graph",
    "separating_cliques",
    "why_barred",
    "why_barred_directly",
    "why_not",
    "why_not_directly",
]

MOST_SETS = 1_000
"""Minimal adjustment sets that are listed; their number can grow exponentially with the graph."""

type Nodes = Collection[str]


def is_adjustment_set(graph: CausalGraph, of: Nodes, on: Nodes, adjusted: Nodes) -> bool:
    """Whether adjusting for ``adjusted`` gives the effect of ``of`` on ``on``, by the complete criterion.

    Parameters
    ----------
    graph : CausalGraph
    of, on : collection of str
        Treatments and outcomes.
    adjusted : collection of str
        Covariates, all of them measured.

    Raises
    ------
    GraphError
        If a name is not in the graph.

    Notes
    -----
    Shpitser, VanderWeele and Robins (2010), theorem 5, in the form of van der Zander, Liskiewicz and Textor
    (2019), theorem 3.8: no forbidden variable, and separation in the proper back-door graph.

    Examples
    --------
    >>> graph = CausalGraph.parse("season -> {promo sales}; promo -> traffic -> sales")
    >>> is_adjustment_set(graph, ["promo"], ["sales"], ["season"])
    True
    >>> is_adjustment_set(graph, ["promo"], ["sales"], ["season", "traffic"])
    False
    """
    return why_not(graph, of, on, adjusted) is None


def why_not(graph: CausalGraph, of: Nodes, on: Nodes, adjusted: Nodes) -> str | None:
    """Why adjusting for ``adjusted`` does not give the effect, as a sentence; None if it does.

    Parameters
    ----------
    graph : CausalGraph
    of, on : collection of str
        Treatments and outcomes.
    adjusted : collection of str

    Examples
    --------
    >>> graph = CausalGraph.parse("season -> {promo sales}; promo -> sales")
    >>> why_not(graph, ["promo"], ["sales"], [])
    'Adjusting for nothing leaves a path open: promo <- season -> sales.'
    """
    barred = why_barred(graph, of, on, adjusted)
    return barred[0] if barred else _open_path(proper_back_door_graph(graph, of, on), of, on, adjusted)


def why_not_directly(graph: CausalGraph, of: str, on: str, adjusted: Nodes) -> str | None:
    """Why adjusting for ``adjusted`` does not give the direct effect, as a sentence; None if it does.

    Examples
    --------
    >>> why_not_directly(CausalGraph.parse("x -> m -> y; x -> y"), "x", "y", [])
    'Adjusting for nothing leaves a path open: x -> m -> y.'
    """
    barred = why_barred_directly(graph, of, on, adjusted)
    return barred[0] if barred else _open_path(_without_arrows(graph, {(of, on)}), [of], [on], adjusted)


def why_barred(graph: CausalGraph, of: Nodes, on: Nodes, names: Nodes) -> tuple[str, ...]:
    """Why no adjustment set may hold some of ``names``, a sentence for each of those.

    Raises
    ------
    GraphError
        If a name is not in the graph.

    Examples
    --------
    >>> why_barred(CausalGraph.parse("x -> y; latent u; u -> {x y}"), ["x"], ["y"], ["u"])
    ('`u` was not measured.',)
    """
    forbidden = forbidden_variables(graph, of, on)
    reason = "is affected by the treatment on its way to the outcome, or by a variable on that way."
    return _told_of_barred(graph, (*of, *on), names, dict.fromkeys(forbidden, reason))


def why_barred_directly(graph: CausalGraph, of: str, on: str, names: Nodes) -> tuple[str, ...]:
    """Why no set for the direct effect may hold some of ``names``, a sentence for each of those.

    Examples
    --------
    >>> why_barred_directly(CausalGraph.parse("x -> y -> report"), "x", "y", ["report"])
    ('`report` is affected by the outcome.',)
    """
    later = descendants(graph, [on])
    return _told_of_barred(graph, (of, on), names, dict.fromkeys(later, "is affected by the outcome."))


def minimal_adjustment_sets(
    graph: CausalGraph, of: Nodes, on: Nodes, *, required: Nodes = (), excluded: Nodes = ()
) -> tuple[tuple[str, ...], ...]:
    """All adjustment sets of which no part is one, the smallest first, each in the order of the graph.

    Parameters
    ----------
    graph : CausalGraph
    of, on : collection of str
        Treatments and outcomes.
    required : collection of str
        Variables that every set must hold.
    excluded : collection of str
        Variables that no set may hold.

    Returns
    -------
    tuple of tuple of str
        ``((),)`` if nothing has to be adjusted for, ``()`` if no set is enough. At most ``MOST_SETS`` of them, those
        closest to the treatments.

    Examples
    --------
    >>> minimal_adjustment_sets(CausalGraph.parse("a -> {x b}; b -> y; x -> y"), ["x"], ["y"])
    (('a',), ('b',))
    """
    _refuse_unknown(graph, excluded)
    if why_barred(graph, of, on, required):
        return ()
    back_door = proper_back_door_graph(graph, of, on)
    allowed = frozenset(graph.observed) - forbidden_variables(graph, of, on) - frozenset(excluded)
    return _listed(graph, _separating_sets(back_door, of, on, frozenset(required), allowed))


def each_minimal_adjustment_set(
    graph: CausalGraph, of: Nodes, on: Nodes, *, required: Nodes = (), excluded: Nodes = ()
) -> Iterator[tuple[str, ...]]:
    """The sets of ``minimal_adjustment_sets`` one by one and without a cap, those closest to the treatments first.

    The time from one set to the next is polynomial in the size of the graph.

    Parameters
    ----------
    graph : CausalGraph
    of, on : collection of str
        Treatments and outcomes.
    required, excluded : collection of str
        Variables that every set must hold, and that none may.

    Yields
    ------
    tuple of str
        A set, in the order of the graph.

    Examples
    --------
    >>> graph = CausalGraph.parse("a -> {x b}; b -> y; x -> y")
    >>> next(each_minimal_adjustment_set(graph, ["x"], ["y"]))
    ('a',)
    """
    _refuse_unknown(graph, excluded)
    if not why_barred(graph, of, on, required):
        back_door = proper_back_door_graph(graph, of, on)
        allowed = frozenset(graph.observed) - forbidden_variables(graph, of, on) - frozenset(excluded)
        for found in _separating_sets(back_door, of, on, frozenset(required), allowed, most=inf):
            yield tuple(name for name in graph.nodes if name in found)


def direct_adjustment_sets(
    graph: CausalGraph, of: str, on: str, *, required: Nodes = (), excluded: Nodes = ()
) -> tuple[tuple[str, ...], ...]:
    """All minimal sets that leave only the arrow from ``of`` to ``on``: in linear models its coefficient is read so.

    Parameters
    ----------
    graph : CausalGraph
    of, on : str
        Cause and effect.
    required, excluded : collection of str
        Variables that every set must hold, and that none may.

    Notes
    -----
    The single-door criterion (Pearl 2009, theorem 5.3.1): no effect of the outcome, and separation without the arrow.

    Examples
    --------
    >>> direct_adjustment_sets(CausalGraph.parse("x -> m -> y; x -> y"), "x", "y")
    (('m',),)
    """
    if why_barred_directly(graph, of, on, required):
        return ()
    without = _without_arrows(graph, {(of, on)})
    allowed = frozenset(graph.observed) - descendants(graph, [on]) - {of} - frozenset(excluded)
    return _listed(graph, _separating_sets(without, [of], [on], frozenset(required), allowed))


def causal_path_variables(graph: CausalGraph, of: Nodes, on: Nodes) -> frozenset[str]:
    """Variables other than treatments on arrows-only paths from a treatment to an outcome, outcomes included.

    Paths count only from their last treatment on.

    Examples
    --------
    >>> sorted(causal_path_variables(CausalGraph.parse("x -> m -> y -> z"), ["x"], ["y"]))
    ['m', 'y']
    """
    outside = frozenset(graph.nodes) - frozenset(of)
    first = [child for treatment in of for child in graph.children(treatment) if child in outside]
    return descendants(graph, first, within=outside) & ancestors(graph, on, within=outside)


def forbidden_variables(graph: CausalGraph, of: Nodes, on: Nodes) -> frozenset[str]:
    """Variables that no adjustment set may hold: effects of those on causal paths, treatments and outcomes.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> y; m -> report; z -> y")
    >>> sorted(forbidden_variables(graph, ["x"], ["y"]))
    ['m', 'report', 'x', 'y']
    """
    return descendants(graph, causal_path_variables(graph, of, on)) | frozenset(of) | frozenset(on)


def proper_back_door_graph(graph: CausalGraph, of: Nodes, on: Nodes) -> CausalGraph:
    """The graph without the first arrows of the causal paths: what still joins treatment and outcome is confounding.

    Examples
    --------
    >>> print(proper_back_door_graph(CausalGraph.parse("z -> {x y}; x -> m -> y"), ["x"], ["y"]))
    z -> {x y}
    m -> y
    """
    on_paths = causal_path_variables(graph, of, on)
    return _without_arrows(graph, {(a, b) for a, b in graph.directed if a in of and b in on_paths})


def separating_cliques(graph: CausalGraph, a: Nodes, b: Nodes, required: frozenset[str]) -> list[frozenset[str]]:
    """Cliques that a set has to cut to separate ``a`` from ``b`` in ``graph``, once ``required`` is conditioned on.

    Notes
    -----
    Minimal separators lie among the ancestors of the question (van der Zander and others 2019, lemma 4.2), where a
    separator of the augmented graph is one of the graph itself (Richardson 2003, theorem 1).

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> y; y -> report")
    >>> [sorted(clique) for clique in separating_cliques(graph, ["x"], ["y"], frozenset())]
    [['x'], ['m', 'x'], ['m', 'y']]
    """
    upstream = ancestors(graph, [*a, *b, *required])
    return [
        frozenset(district).union(*(graph.parents(node) for node in district)) - required
        for district in districts(graph, upstream)
    ]


def nearest_separator(graph: CausalGraph, a: str, b: str, allowed: frozenset[str]) -> frozenset[str] | None:
    """The minimal set of ``allowed`` variables upstream of ``a`` and ``b`` that separates them, nearest to ``a``.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> n -> y")
    >>> nearest_separator(graph, "y", "x", frozenset({"m", "n"}))
    frozenset({'n'})
    """
    cliques = separating_cliques(graph, [a], [b], frozenset())
    return next(minimal_separators(cliques, [a], [b], allowed=allowed & frozenset().union(*cliques)), None)


def _told_of_barred(graph: CausalGraph, ends: Nodes, names: Nodes, reasons: Mapping[str, str]) -> tuple[str, ...]:
    _refuse_unknown(graph, names)
    told = dict(reasons) | dict.fromkeys(ends, "is part of the question itself.")
    told |= dict.fromkeys(graph.latent, "was not measured.")
    return tuple(f"`{name}` {told[name]}" for name in names if name in told)


def _open_path(graph: CausalGraph, of: Nodes, on: Nodes, adjusted: Nodes) -> str | None:
    path = open_path_text(graph, of, on, adjusted)
    if path is None:
        return None
    return f"Adjusting for {', '.join(adjusted) or 'nothing'} leaves a path open: {path}."


def _without_arrows(graph: CausalGraph, gone: Collection[tuple[str, str]]) -> CausalGraph:
    return CausalGraph(
        graph.nodes,
        tuple(arrow for arrow in graph.directed if arrow not in gone),
        graph.bidirected,
        latent=graph.latent,
    )


def _separating_sets(
    graph: CausalGraph,
    a: Nodes,
    b: Nodes,
    required: frozenset[str],
    allowed: frozenset[str],
    most: float = MOST_SETS,
) -> Iterator[frozenset[str]]:
    cliques = separating_cliques(graph, a, b, required)
    usable = allowed & frozenset().union(*cliques)
    steps = MOST_STEPS if most < inf else inf
    found = minimal_separators(cliques, a, b, allowed=usable, most=most, steps=steps)
    return (separator | required for separator in found)


def _listed(graph: CausalGraph, sets: Iterable[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    ordered = (tuple(name for name in graph.nodes if name in found) for found in islice(sets, MOST_SETS))
    return tuple(sorted(ordered, key=lambda names: (len(names), names)))


def _refuse_unknown(graph: CausalGraph, names: Iterable[str]) -> None:
    known = set(graph.nodes)
    GraphError.raise_if(
        [f"`{name}` is not a variable of the graph.{nearest(name, known)}" for name in names if name not in known]
    )
