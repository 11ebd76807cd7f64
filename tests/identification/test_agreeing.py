from itertools import chain, combinations

import numpy as np
import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.adjustment import is_adjustment_set
from bayescause.identification.agreeing import agree
from bayescause.identification.functional import Law, Mean, Product, Sum
from bayescause.identification.identify import identify
from bayescause.identification.random_laws import random_laws
from bayescause.identification.verdict import CausalQuery, NotIdentified

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.GraphWarning")

EFFECT = CausalQuery(("x",), ("y",))


def random_graph(seed):
    rng = np.random.default_rng(seed)
    names = rng.permutation(["x", "y", "a", "b", "c"]).tolist()
    pairs = list(combinations(names, 2))
    arrows = tuple(pair for pair in pairs if rng.random() < 0.5)
    return CausalGraph(tuple(names), arrows, tuple(pair for pair in pairs if rng.random() < 0.15))


def standardized(over):
    response = Mean("y", ("x", *over))
    return Sum(over, Product((response, Law(over)))) if over else response


def test_a_standardized_mean_is_the_effect_just_where_the_adjustment_criterion_says_so():
    # Complete for graphs with hidden causes: Shpitser, VanderWeele and Robins (2010), theorem 5.
    said = []
    for seed in range(60):
        graph = random_graph(seed)
        verdict = identify(graph, EFFECT)
        if isinstance(verdict, NotIdentified):
            continue
        for over in chain.from_iterable(combinations("abc", number) for number in range(4)):
            is_right = agree(graph, standardized(over), verdict.expression, "y")
            assert is_right == is_adjustment_set(graph, ["x"], ["y"], over), (str(graph), over)
            said.append(is_right)
    assert 50 < sum(said) < len(said) - 50


def test_the_front_door_and_the_back_door_agree_where_both_are_open():
    both = CausalGraph.parse("u -> {x y}; x -> m -> y")
    door = identify(CausalGraph.parse("x -> m -> y; x <-> y; u"), EFFECT).expression
    assert agree(both, door, identify(both, EFFECT).expression, "y")
    assert not agree(CausalGraph.parse("u -> {x y m}; x -> m -> y"), door, standardized(("u",)), "y")


def test_values_with_a_name_of_their_own_are_compared_level_by_level():
    graph = CausalGraph.parse("x -> m -> y; x -> y")
    direct, indirect = (
        identify(graph, CausalQuery(("x",), ("y",), kind=kind, through=("m",))).expression
        for kind in ("natural_direct", "natural_indirect")
    )
    assert agree(graph, direct, direct, "y")
    assert not agree(graph, direct, indirect, "y")


@pytest.mark.parametrize("arrow", ["x <-> m15", "m1 <-> m15"])
def test_formulas_that_differ_by_what_reaches_through_a_long_chain_do_not_agree(arrow):
    chain = " -> ".join(["x", *(f"m{place}" for place in range(1, 16)), "y"])
    told = identify(CausalGraph.parse(chain), EFFECT).expression
    graph = CausalGraph.parse(f"{chain}; {arrow}")
    assert not agree(graph, told, identify(graph, EFFECT).expression, "y")


def test_a_formula_of_too_many_variables_is_not_said_to_agree():
    names = tuple(f"z{place}" for place in range(21))
    graph = CausalGraph((*names, "x", "y"), (("x", "y"),))
    assert not agree(graph, standardized(names), standardized(names), "y")


def test_random_laws_keep_the_independences_of_their_graph_and_no_others():
    law = random_laws(CausalGraph.parse("x -> {y z}; y <-> w"), 2)
    joint = law.probability

    def spoiled(kept):
        """How far the joint law of these is from that of x with z and y independent given it."""
        p = joint.sum(axis=tuple(axis for axis, name in enumerate(law.names, 1) if name not in kept))
        given_x = p / p.sum(axis=(2, 3), keepdims=True)
        return np.abs(given_x - given_x.sum(axis=3, keepdims=True) * given_x.sum(axis=2, keepdims=True)).max()

    assert law.names == ("x", "y", "z", "w")
    assert spoiled({"x", "y", "z"}) < 1e-12
    assert spoiled({"x", "z", "w"}) < 1e-12
    assert spoiled({"x", "y", "w"}) > 1e-3
