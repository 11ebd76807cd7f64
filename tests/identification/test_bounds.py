import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.bounds import bounds_method, number_of_types, response_model
from bayescause.identification.verdict import CausalQuery


def model_of(text, **options):
    return response_model(CausalGraph.parse(text), "x", "y", **options)


def test_hidden_causes_of_treatment_and_outcome_make_both_respond():
    found = model_of("z -> x -> y; x <-> y")
    assert (found.district, found.settings, found.strata) == (("x", "y"), ("z",), ())
    assert found.before == ()


def test_a_cause_of_all_members_splits_the_program():
    found = model_of("c -> {z x y}; z -> x -> y; x <-> y")
    assert (found.strata, found.settings, found.is_sharp) == (("c",), ("z",), True)


def test_a_cause_of_the_outcome_alone_does_not_split_the_program_of_an_instrument():
    assert model_of("z -> x -> y; c -> y; x <-> y").strata == ()


@pytest.mark.parametrize("text", ["z -> x -> y; z <-> x; x <-> y", "z <-> x; x -> y; x <-> y"])
def test_hidden_causes_of_instrument_and_treatment_are_as_good_as_an_arrow(text):
    found = model_of(text)
    assert (found.district, found.settings, found.is_sharp) == (("x", "y"), ("z",), True)


def test_hidden_causes_of_instrument_and_outcome_make_it_no_instrument():
    assert model_of("z -> x -> y; z <-> y; x <-> y").strata == ("z",)


def test_hidden_causes_that_do_not_join_all_pairs_leave_bounds_that_may_be_improved():
    assert not model_of("x -> m -> y; x <-> m; x <-> y").is_sharp
    assert model_of("x -> m -> y; {x m y} <-> {x m y}").is_sharp


def test_a_relative_that_the_outcome_does_not_need_may_say_more_of_the_hidden_causes():
    assert not model_of("z -> x -> y; x <-> y; v -> w; y <-> w").is_sharp
    assert model_of("z -> x -> y; {x y w} <-> {x y w}").is_sharp


def test_a_relative_of_the_outcome_alone_is_as_good_as_a_cause_of_it():
    found = model_of("z -> x -> y; x <-> y; y <-> w")
    assert (found.settings, found.is_sharp) == (("z", "w"), True)


def test_an_equality_that_the_factors_do_not_keep_is_given_up():
    # Here P(y | x, m) averaged over x does not depend on z (Verma and Pearl 1990): the program does not use that.
    found = model_of("z -> x -> m -> y; x <-> y")
    assert "x" in found.graph.parents("y")
    assert not found.is_sharp


def test_known_levels_count_the_ways_to_respond():
    graph = CausalGraph.parse("z -> x -> y; x <-> y")
    assert number_of_types(graph, ["x", "y"], [], {"z": 3, "x": 2, "y": 4}) == 2**3 * 4**2


def test_too_many_ways_to_respond_are_refused_with_their_number():
    told = model_of("x -> y; x <-> y", levels={"x": 8, "y": 8})
    assert told.startswith("Units can respond in")


def test_where_it_helps_strata_are_made_at_the_price_of_sharpness():
    found = model_of("z -> x -> y; c -> y; x <-> y", levels={"z": 2, "x": 2, "y": 2, "c": 9})
    assert (found.strata, found.is_sharp) == (("c",), False)


def test_no_bounds_within_groups_that_the_hidden_causes_move():
    told = model_of("c -> y; x -> y; x <-> y; x <-> c; c <-> y", within=("c",))
    assert told.startswith("c is moved by")


def test_several_treatments_have_no_bounds():
    graph = CausalGraph.parse("x -> y; b -> y; x <-> y")
    assert bounds_method(graph, CausalQuery(of=("x", "b"), on=("y",))) is None


def test_a_district_of_many_is_left_alone():
    names = [f"v{number}" for number in range(12)]
    pairs = "; ".join(f"{a} <-> {b}" for a, b in zip(["x", *names], [*names, "y"], strict=True))
    assert isinstance(model_of(f"x -> y; {{{' '.join(names)}}} -> y; {pairs}"), str)
