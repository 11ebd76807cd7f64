from itertools import combinations, product

import numpy as np
import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors
from bayescause.graph.separation import separated
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import nearest_separator
from bayescause.identification.independences import independences


def random_graph(rng, variables):
    names = tuple("abcdef"[:variables])
    arrows, double = rng.uniform(0.2, 0.7), rng.uniform(0.0, 0.5)
    pairs = list(combinations(rng.permutation(names).tolist(), 2))
    return CausalGraph(
        names,
        tuple(pair for pair in pairs if rng.random() < arrows),
        tuple(pair for pair in pairs if rng.random() < double),
    )


def elementary(names):
    """All (pair | rest) of a set of variables."""
    for pair in combinations(names, 2):
        others = [name for name in names if name not in pair]
        for size in range(len(others) + 1):
            for rest in combinations(others, size):
                yield frozenset(pair), frozenset(rest)


def closure(known, names):
    """What follows by symmetry, decomposition, weak union, contraction and composition, pair by pair."""
    known = set(known)
    while True:
        more = set()
        for i, j, k in product(names, repeat=3):
            if len({i, j, k}) == 3:
                for first, rest in known:
                    if first == {i, j} and k not in rest:
                        if (frozenset({i, k}), rest | {j}) in known:
                            more |= {(frozenset({i, k}), rest), (first, rest | {k})}
                        if (frozenset({i, k}), rest) in known:
                            more |= {(first, rest | {k}), (frozenset({i, k}), rest | {j})}
        if more <= known:
            return known
        known |= more


@pytest.mark.parametrize("seed", range(60))
def test_the_basis_implies_every_separation_of_the_graph(seed):
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, 5 if seed % 4 == 0 else 4)
    basis = {(frozenset({one.a, one.b}), frozenset(one.given)) for one in independences(graph, most=99).entries}
    wanted = {(pair, rest) for pair, rest in elementary(graph.nodes) if separated(graph, *pair, given=rest)}
    assert closure(basis, graph.nodes) == wanted


@pytest.mark.parametrize("seed", range(40))
def test_every_pair_that_a_set_separates_has_one_statement_with_a_minimal_set(seed):
    graph = random_graph(np.random.default_rng(seed), 6)
    found = independences(graph, most=99).entries
    pairs = [pair for pair in combinations(graph.nodes, 2) if nearest_separator(graph, *pair, frozenset(graph.nodes))]
    told = {frozenset({one.a, one.b}) for one in found}
    assert len(told) == len(found)
    assert {frozenset(pair) for pair in pairs} <= told
    for one in found:
        assert separated(graph, one.a, one.b, one.given)
        assert one.a not in ancestors(graph, [one.b])
        assert not any(separated(graph, one.a, one.b, set(one.given) - {name}) for name in one.given)


def test_without_hidden_causes_some_parents_of_the_later_variable_are_held():
    graph = CausalGraph.parse("season -> {promo loyalty}; promo -> traffic -> sales; {loyalty promo} -> sales")
    told = list(map(str, independences(graph, most=99).entries))
    assert told == [
        "loyalty ⊥ promo | season",
        "traffic ⊥ season | promo",
        "traffic ⊥ loyalty | promo",
        "sales ⊥ season | promo, loyalty",
    ]


def test_a_latent_variable_is_projected_out():
    graph = CausalGraph.parse("latent u; u -> {x y}; z -> x")
    assert independences(graph, most=9) == independences(project(graph), most=9)
    assert list(map(str, independences(graph, most=9).entries)) == ["y ⊥ z"]


def test_a_complete_graph_demands_nothing():
    assert independences(CausalGraph.parse("a -> {b c}; b -> c; a <-> c"), most=9).entries == ()


def test_far_pairs_are_left_out_first_and_that_is_said():
    chain = CausalGraph.parse("a -> b -> c -> d -> e")
    found = independences(chain, most=3)
    assert not found.is_whole
    assert list(map(str, found.entries)) == ["c ⊥ a | b", "d ⊥ b | c", "e ⊥ c | d"]


def test_the_order_in_which_a_graph_is_written_decides_only_the_order_of_statements():
    one = CausalGraph.parse("a -> b -> c -> d; a -> e")
    other = CausalGraph.parse("a -> e; c -> d; b -> c; a -> b")
    first, second = (
        {frozenset({one.a, one.b}): set(one.given) for one in independences(graph, most=9).entries}
        for graph in (one, other)
    )
    assert first.keys() == second.keys()
