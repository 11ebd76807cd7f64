"""One joint law in one topological order, and where the user's own mechanism is one of its factors."""

import itertools

import numpy as np
import pytest

from bayescause.compilation.functionals import conditionals_of_law, is_stated, serves_as_factor
from bayescause.graph.causal_graph import CausalGraph
from bayescause.scm.structural_model import StructuralModel

NAPKIN = "w -> z -> x -> y; w <-> x; w <-> y"


def test_a_variable_is_given_its_district_so_far_and_that_districts_causes():
    verma = CausalGraph.parse("a -> b -> c -> d; b <-> d")
    assert dict(conditionals_of_law(verma, "abcd")) == {"a": (), "b": ("a",), "c": ("b",), "d": ("a", "b", "c")}


def test_variables_outside_the_functional_are_projected_out():
    graph = CausalGraph.parse("u -> {x y}; x -> m -> y; x -> side; age -> m")
    assert dict(conditionals_of_law(graph, ["x", "m", "y"])) == {"x": (), "m": ("x",), "y": ("x", "m")}


@pytest.mark.parametrize("text", [NAPKIN, "a -> b -> c -> d; b <-> d", "x -> m -> y; x <-> y"])
def test_the_product_of_the_conditionals_is_the_joint_law_of_a_model_with_hidden_causes(text):
    rng = np.random.default_rng(1)
    graph = CausalGraph.parse(text)
    hidden = {f"u{place}": pair for place, pair in enumerate(graph.bidirected)}
    causes = {name: (*graph.parents(name), *(u for u, pair in hidden.items() if name in pair)) for name in graph.nodes}
    names = (*hidden, *graph.nodes)
    order = (*hidden, *conditionals_of_law(graph, graph.nodes))
    chances = {name: rng.random((2,) * len(causes.get(name, ()))) for name in names}
    joint = np.zeros((2,) * len(graph.nodes))
    for world in itertools.product((0, 1), repeat=len(names)):
        at = dict(zip(names, world, strict=True))
        ones = {name: chances[name][tuple(at[cause] for cause in causes.get(name, ()))] for name in order}
        share = np.prod([ones[name] if at[name] else 1 - ones[name] for name in order])
        joint[tuple(at[name] for name in graph.nodes)] += share
    product = np.ones_like(joint)
    for name, given in conditionals_of_law(graph, graph.nodes).items():
        both, alone = (_margin(joint, graph.nodes, kept) for kept in ((*given, name), given))
        product *= both / alone
    np.testing.assert_allclose(product, joint, rtol=1e-12)


def _margin(joint, nodes, kept):
    gone = tuple(place for place, name in enumerate(nodes) if name not in kept)
    return joint.sum(axis=gone, keepdims=True)


def test_an_arrow_is_no_statement_about_a_mechanism_and_a_family_or_a_product_is():
    model = StructuralModel.parse("b ~ a; c ~ a*b; d ~ a", families={"d": "bernoulli"})
    assert [is_stated(model, name) for name in "abcd"] == [False, False, True, True]


def test_a_mechanism_serves_where_it_is_the_conditional_and_nothing_hidden_reaches_it():
    model = StructuralModel.parse(NAPKIN)
    assert serves_as_factor(model, "z", ["w"])
    assert not serves_as_factor(model, "x", ["w", "z"])
