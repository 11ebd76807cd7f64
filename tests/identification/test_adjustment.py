from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.adjustment import (
    MOST_SETS,
    direct_adjustment_sets,
    each_minimal_adjustment_set,
    forbidden_variables,
    is_adjustment_set,
    minimal_adjustment_sets,
    why_barred,
    why_not,
    why_not_directly,
)

PAIRS = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), max_size=11)
SHOP = "season -> {promo sales}; promo -> traffic -> sales; traffic -> queue"


@st.composite
def questions(draw):
    order = draw(st.permutations([f"v{index}" for index in range(7)]))
    arrows, double = draw(PAIRS), draw(st.sets(st.sampled_from(list(combinations(range(7), 2))), max_size=3))
    latent = draw(st.sets(st.sampled_from(order[3:]), max_size=2))
    graph = CausalGraph(
        tuple(sorted(order)),
        tuple((order[a], order[b]) for a, b in arrows),
        tuple((order[a], order[b]) for a, b in double),
        latent=frozenset(latent),
    )
    ends = draw(st.permutations([name for name in graph.nodes if name not in latent]))
    return graph, ends[: draw(st.integers(1, 2))], ends[2:3]


def subsets(names):
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


@settings(deadline=None, max_examples=60)
@given(questions())
def test_minimal_sets_are_all_valid_sets_without_a_valid_part(question):
    graph, of, on = question
    covariates = [name for name in graph.observed if name not in (*of, *on)]
    valid = [set(some) for some in subsets(covariates) if is_adjustment_set(graph, of, on, some)]
    minimal = [some for some in valid if not any(other < some for other in valid)]
    found = minimal_adjustment_sets(graph, of, on)
    assert sorted(map(sorted, minimal)) == sorted(map(sorted, found))


@settings(deadline=None, max_examples=40)
@given(questions())
def test_required_variables_are_in_every_minimal_set(question):
    graph, of, on = question
    covariates = [name for name in graph.observed if name not in (*of, *on)]
    required = covariates[:1]
    valid = [set(some) for some in subsets(covariates) if {*required} <= {*some}]
    valid = [some for some in valid if is_adjustment_set(graph, of, on, some)]
    minimal = [some for some in valid if not any(other < some for other in valid)]
    found = minimal_adjustment_sets(graph, of, on, required=required)
    assert sorted(map(sorted, minimal)) == sorted(map(sorted, found))


def test_sets_come_smallest_first_and_in_the_order_of_the_graph():
    graph = CausalGraph.parse("c; b; a; {b a} -> {x m}; m -> y; c -> {x d}; d -> y; x -> y")
    found = minimal_adjustment_sets(graph, ["x"], ["y"])
    assert found == (("c", "m"), ("m", "d"), ("b", "a", "d"), ("c", "b", "a"))


@settings(deadline=None, max_examples=60)
@given(questions())
def test_sets_one_by_one_are_those_of_the_list(question):
    one_by_one = list(each_minimal_adjustment_set(*question))
    assert sorted(one_by_one) == sorted(minimal_adjustment_sets(*question))


def test_sets_one_by_one_are_not_cut_at_the_cap():
    ways = "; ".join(f"x <- a{index} -> b{index} -> y" for index in range(10))
    sets = each_minimal_adjustment_set(CausalGraph.parse(f"x -> y; {ways}"), ["x"], ["y"])
    assert next(sets) == tuple(f"a{index}" for index in range(10))
    assert len(set(sets)) == 2**10 - 1


def test_the_empty_set_is_told_from_no_set():
    assert minimal_adjustment_sets(CausalGraph.parse("x -> y"), ["x"], ["y"]) == ((),)
    assert minimal_adjustment_sets(CausalGraph.parse("x -> y; x <-> y"), ["x"], ["y"]) == ()


@pytest.mark.parametrize(
    ("adjusted", "reason"),
    [
        (["season"], None),
        ([], "Adjusting for nothing leaves a path open: promo <- season -> sales."),
        (["season", "traffic"], "`traffic` is affected by the treatment on its way to the outcome"),
        (["season", "queue"], "`queue` is affected by the treatment on its way to the outcome, or by a variable on"),
        (["sales"], "`sales` is part of the question itself."),
    ],
)
def test_a_set_is_refused_with_the_reason(adjusted, reason):
    found = why_not(CausalGraph.parse(SHOP), ["promo"], ["sales"], adjusted)
    assert found == reason or (found is not None and found.startswith(reason))


def test_an_unknown_covariate_is_an_error():
    with pytest.raises(GraphError, match="Did you mean `season`"):
        is_adjustment_set(CausalGraph.parse(SHOP), ["promo"], ["sales"], ["saeson"])


def test_latent_covariates_cannot_be_adjusted_for():
    graph = CausalGraph.parse(f"latent season; {SHOP}")
    assert why_not(graph, ["promo"], ["sales"], ["season"]) == "`season` was not measured."
    assert minimal_adjustment_sets(graph, ["promo"], ["sales"]) == ()


def test_forbidden_variables_are_the_effects_of_those_on_the_way():
    assert forbidden_variables(CausalGraph.parse(SHOP), ["promo"], ["sales"]) == {"promo", "traffic", "queue", "sales"}


def test_a_direct_effect_needs_its_mediators():
    assert direct_adjustment_sets(CausalGraph.parse("x -> m -> y; x -> y; m <-> y"), "x", "y") == ()


def test_exponentially_many_sets_are_cut_at_a_cap():
    ways = "; ".join(f"x <- a{index} -> b{index} -> y" for index in range(30))
    found = minimal_adjustment_sets(CausalGraph.parse(f"x -> y; {ways}"), ["x"], ["y"])
    assert len(found) == MOST_SETS


def test_a_large_clique_of_hidden_causes_is_one_set():
    members = " ".join(f"v{index}" for index in range(500))
    graph = CausalGraph.parse(f"g = {{{members}}}; g <-> g; g -> x; g -> y; x -> y")
    assert minimal_adjustment_sets(graph, ["x"], ["y"]) == (tuple(f"v{index}" for index in range(500)),)


@pytest.mark.parametrize(
    ("adjusted", "reason"),
    [
        (["season", "traffic"], None),
        (["season"], "Adjusting for season leaves a path open: promo -> traffic -> sales."),
        (["season", "traffic", "report"], "`report` is affected by the outcome."),
        (["promo"], "`promo` is part of the question itself."),
    ],
)
def test_a_set_for_the_direct_effect_is_refused_with_the_reason(adjusted, reason):
    graph = CausalGraph.parse("season -> {promo sales}; promo -> traffic -> sales; promo -> sales -> report")
    assert why_not_directly(graph, "promo", "sales", adjusted) == reason


def test_every_name_that_no_set_may_hold_is_told():
    told = why_barred(CausalGraph.parse(SHOP), ["promo"], ["sales"], ["season", "traffic", "promo"])
    assert [sentence.split()[0] for sentence in told] == ["`traffic`", "`promo`"]
