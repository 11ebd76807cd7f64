from itertools import chain, combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.adjustment import is_adjustment_set, minimal_adjustment_sets
from bayescause.identification.optimal import (
    minimum_cost_adjustment_set,
    optimal_adjustment_set,
    why_no_optimal_set,
)

PAIRS = list(combinations(range(7), 2))


@st.composite
def graphs(draw):
    """Graphs of seven variables in which c affects f; hidden causes are few enough for a best set to exist often."""
    names = tuple("abcdefg")
    arrows = {(2, 5), *draw(st.sets(st.sampled_from(PAIRS), max_size=10))}
    double = draw(st.sets(st.sampled_from(PAIRS), max_size=2))
    return CausalGraph(
        tuple(draw(st.permutations(names))),
        tuple((names[a], names[b]) for a, b in arrows),
        tuple((names[a], names[b]) for a, b in double),
        latent=frozenset(draw(st.sets(st.sampled_from("abdeg"), max_size=1))),
    )


def adjustment_sets(graph):
    free = [name for name in graph.observed if name not in "cf"]
    subsets = chain.from_iterable(combinations(free, size) for size in range(len(free) + 1))
    return [some for some in subsets if is_adjustment_set(graph, ["c"], ["f"], some)]


def covariance(graph, seed):
    """Covariance of a linear model with random weights and noises; double arrows are variables of their own."""
    rng = np.random.default_rng(seed)
    network = nx.DiGraph(list(graph.directed))
    network.add_nodes_from(graph.nodes)
    network.add_edges_from((f"{a}-{b}", end) for a, b in graph.bidirected for end in (a, b))
    order = list(nx.topological_sort(network))
    effects = np.zeros((len(order), len(order)))
    for a, b in network.edges:
        effects[order.index(b), order.index(a)] = rng.uniform(0.3, 1.5) * rng.choice([-1, 1])
    total = np.linalg.inv(np.eye(len(order)) - effects)
    return total @ np.diag(rng.uniform(0.5, 2, len(order))) @ total.T, order


def left_over(matrix, place, given_):
    within = np.ix_(given_, given_)
    return matrix[place, place] - matrix[place, given_] @ np.linalg.solve(matrix[within], matrix[given_, place])


def variance(matrix, order, adjusted):
    """Asymptotic variance of the least-squares estimate (Henckel and others 2022, equation 4)."""
    covariates = [order.index(name) for name in adjusted]
    treatment, outcome = order.index("c"), order.index("f")
    return left_over(matrix, outcome, [treatment, *covariates]) / left_over(matrix, treatment, covariates)


@settings(deadline=None, max_examples=200)
@given(graphs(), st.integers(0, 1_000))
def test_no_set_is_more_precise_than_the_optimal_one(graph, seed):
    best = optimal_adjustment_set(graph, ["c"], ["f"])
    if best is None:
        assert why_no_optimal_set(graph, ["c"], ["f"])
        return
    matrix, order = covariance(graph, seed)
    sets = adjustment_sets(graph)
    assert best in sets
    # Rounding alone: both sides are closed forms.
    assert variance(matrix, order, best) <= min(variance(matrix, order, some) for some in sets) * (1 + 1e-9)


@settings(deadline=None, max_examples=100)
@given(graphs())
def test_without_hidden_causes_there_is_an_optimal_set_wherever_there_is_any(graph):
    open_graph = CausalGraph(graph.nodes, graph.directed)
    assert optimal_adjustment_set(open_graph, ["c"], ["f"]) is not None


@settings(deadline=None, max_examples=150)
@given(graphs(), st.lists(st.integers(1, 6), min_size=7, max_size=7), st.sets(st.sampled_from("abdeg"), max_size=2))
def test_no_set_costs_less_than_the_cheapest(graph, prices, asked):
    costs = dict(zip("abcdefg", map(float, prices), strict=True))
    required, excluded = sorted(asked)[:1], sorted(asked)[1:]
    sets = [some for some in adjustment_sets(graph) if {*required} <= {*some} and not {*excluded} & {*some}]
    found = minimum_cost_adjustment_set(graph, ["c"], ["f"], costs=costs, required=required, excluded=excluded)
    if found is None:
        assert not sets
    else:
        assert found in sets
        assert sum(map(costs.get, found)) == min(sum(map(costs.get, some)) for some in sets)


def test_what_only_the_outcome_feels_makes_it_more_precise():
    graph = CausalGraph.parse("season -> {promo sales}; weather -> sales; promo -> sales; budget -> promo")
    assert minimal_adjustment_sets(graph, ["promo"], ["sales"]) == (("season",),)
    assert optimal_adjustment_set(graph, ["promo"], ["sales"]) == ("season", "weather")


def test_causes_that_mediators_and_outcome_share_in_hiding_do_no_harm():
    graph = CausalGraph.parse("season -> {x y}; x -> m -> y; m <-> y; y -> report; report <-> y")
    assert optimal_adjustment_set(graph, ["x"], ["y"]) == ("season",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x -> y; y <-> w", "Hidden causes that `y` and `w` share leave no set that is known to be the most precise."),
        ("x -> y; x <-> y", "No set of covariates is enough: hidden causes drive both `x` and `y`."),
        ("x -> {m n} -> y; x <-> n", "No set of covariates is enough: hidden causes drive both `x` and `n`."),
        ("x -> y; x <-> m -> y; m <-> w", None),
        ("y -> x", "There is no effect to estimate."),
    ],
)
def test_the_reason_is_said_where_there_is_no_optimal_set(text, reason):
    assert why_no_optimal_set(CausalGraph.parse(text), ["x"], ["y"]) == reason


def test_two_treatments_that_no_covariates_serve_have_none():
    graph = CausalGraph.parse("a -> z -> {b y}; z -> y; a -> y; b -> y; z <-> y")
    assert why_no_optimal_set(graph, ["a", "b"], ["y"])
    assert optimal_adjustment_set(graph, ["a", "b"], ["y"]) is None


def test_the_cheapest_set_is_the_one_that_is_paid_least_for():
    graph = CausalGraph.parse("a -> {x b}; b -> y; x -> y")
    assert minimum_cost_adjustment_set(graph, ["x"], ["y"], costs={"b": 2}) == ("a",)
    assert minimum_cost_adjustment_set(graph, ["x"], ["y"], costs={"a": 2}) == ("b",)
    assert minimum_cost_adjustment_set(CausalGraph.parse("x -> y; x <-> y"), ["x"], ["y"]) is None


@pytest.mark.parametrize(("costs", "message"), [({"a": 0}, "cost of `a` is 0"), ({"aa": 1}, "`aa` is not a variable")])
def test_strange_costs_are_refused(costs, message):
    with pytest.raises(GraphError, match=message):
        minimum_cost_adjustment_set(CausalGraph.parse("a -> {x y}; x -> y"), ["x"], ["y"], costs=costs)
