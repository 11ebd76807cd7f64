"""Which adjustment set is the best: the most precise one, and the cheapest one to measure."""

from collections.abc import Collection, Mapping
from math import inf, isfinite

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import (
    causal_path_variables,
    forbidden_variables,
    is_adjustment_set,
    proper_back_door_graph,
    separating_cliques,
)

__all__ = ["minimum_cost_adjustment_set", "optimal_adjustment_set", "why_no_optimal_set"]

type Nodes = Collection[str]


def optimal_adjustment_set(graph: CausalGraph, of: Nodes, on: Nodes) -> tuple[str, ...] | None:
    """The adjustment set whose estimate has the smallest asymptotic variance, in the order of the graph.

    Parameters
    ----------
    graph : CausalGraph
    of, on : collection of str
        Treatments and outcomes.

    Returns
    -------
    tuple of str, or None
        None if there is no such set, or none that is known to be it; ``why_no_optimal_set`` says why.

    Notes
    -----
    The measured causes of what is on causal paths (Henckel, Perković and Maathuis 2022, theorem 3.13, for linear
    models; Rotnitzky and Smucler 2020, theorem 2, for all). Hidden causes that only variables on causal paths and
    their effects share are of no use to any adjustment set, and do no harm.

    Examples
    --------
    >>> optimal_adjustment_set(CausalGraph.parse("a -> {x b}; b -> y; c -> y; x -> y"), ["x"], ["y"])
    ('b', 'c')
    """
    projected = project(graph)
    return None if _obstacle(projected, of, on) else _causes_of_the_way(projected, of, on)


def why_no_optimal_set(graph: CausalGraph, of: Nodes, on: Nodes) -> str | None:
    """Why ``optimal_adjustment_set`` gives none, as a sentence; None if it gives one.

    Examples
    --------
    >>> why_no_optimal_set(CausalGraph.parse("x -> y; y <-> w"), ["x"], ["y"])
    'Hidden causes that `y` and `w` share leave no set that is known to be the most precise.'
    """
    return _obstacle(project(graph), of, on)


def minimum_cost_adjustment_set(
    graph: CausalGraph,
    of: Nodes,
    on: Nodes,
    *,
    costs: Mapping[str, float] | None = None,
    required: Nodes = (),
    excluded: Nodes = (),
) -> tuple[str, ...] | None:
    """An adjustment set whose costs have the smallest sum, nearest to the outcomes; None if none is enough.

    Parameters
    ----------
    graph : CausalGraph
    of, on : collection of str
        Treatments and outcomes.
    costs : mapping of str to float, optional
        Of measuring a variable, positive; 1 where nothing is said.
    required, excluded : collection of str
        Variables that the set must hold, whatever they cost, and may not hold.

    Raises
    ------
    GraphError
        If a name is not in the graph, or a cost is not a positive number.

    Notes
    -----
    A smallest cut between treatments and outcomes (van der Zander, Liskiewicz and Textor 2019, section 4).

    Examples
    --------
    >>> graph = CausalGraph.parse("a -> {x b}; b -> y; x -> y")
    >>> minimum_cost_adjustment_set(graph, ["x"], ["y"], costs={"a": 5})
    ('b',)
    """
    costs = costs or {}
    _refuse_strange(graph, costs, [*required, *excluded])
    forbidden = forbidden_variables(graph, of, on)
    if (forbidden | graph.latent) & frozenset(required):
        return None
    kept = frozenset(required)
    cliques = separating_cliques(proper_back_door_graph(graph, of, on), of, on, kept)
    allowed = frozenset(graph.observed) - forbidden - frozenset(excluded) - kept
    cut = _smallest_cut(cliques, of, on, {name: costs.get(name, 1) for name in allowed})
    return None if cut is None else tuple(name for name in graph.nodes if name in cut | kept)


def _obstacle(projected: CausalGraph, of: Nodes, on: Nodes) -> str | None:
    on_the_way = causal_path_variables(projected, of, on)
    if not on_the_way:
        return "There is no effect to estimate."
    usable = frozenset(projected.nodes) - forbidden_variables(projected, of, on)
    for name in projected.nodes:
        if name in on_the_way:
            for sibling in projected.siblings(name):
                if sibling in of:
                    return f"No set of covariates is enough: hidden causes drive both `{sibling}` and `{name}`."
                if sibling in usable:
                    return (
                        f"Hidden causes that `{name}` and `{sibling}` share leave no set that is known to be the "
                        "most precise."
                    )
    if not is_adjustment_set(projected, of, on, _causes_of_the_way(projected, of, on)):
        return "No set of covariates is enough."
    return None


def _causes_of_the_way(projected: CausalGraph, of: Nodes, on: Nodes) -> tuple[str, ...]:
    causes = {cause for name in causal_path_variables(projected, of, on) for cause in projected.parents(name)}
    usable = causes - forbidden_variables(projected, of, on)
    return tuple(name for name in projected.nodes if name in usable)


def _smallest_cut(
    cliques: Collection[frozenset[str]], a: Nodes, b: Nodes, costs: Mapping[str, float]
) -> frozenset[str] | None:
    import networkx as nx

    # A variable is an arrow from its way in to its way out, as wide as its cost; a clique is one hub.
    network: nx.DiGraph[tuple[str, object]] = nx.DiGraph()
    network.add_nodes_from([("start", 0), ("end", 0)])
    for name in frozenset().union(*cliques):
        network.add_edge(("in", name), ("out", name), capacity=costs.get(name, inf))
    network.add_edges_from((("hub", index), ("in", name)) for index, clique in enumerate(cliques) for name in clique)
    network.add_edges_from((("out", name), ("hub", index)) for index, clique in enumerate(cliques) for name in clique)
    network.add_edges_from((("start", 0), ("in", name)) for name in a)
    network.add_edges_from((("out", name), ("end", 0)) for name in b)
    try:
        _, (before, beyond) = nx.minimum_cut(network, ("start", 0), ("end", 0))
    except nx.NetworkXUnbounded:
        return None
    return frozenset(name for name in costs if ("in", name) in before and ("out", name) in beyond)


def _refuse_strange(graph: CausalGraph, costs: Mapping[str, float], names: Nodes) -> None:
    known = set(graph.nodes)
    faults = [
        f"`{name}` is not a variable of the graph.{nearest(name, known)}"
        for name in (*costs, *names)
        if name not in known
    ]
    faults += [
        f"The cost of `{name}` is {cost}; it has to be a positive number. Leave out what cannot be had by `excluded`."
        for name, cost in costs.items()
        if not (isfinite(cost) and cost > 0)
    ]
    GraphError.raise_if(faults)
