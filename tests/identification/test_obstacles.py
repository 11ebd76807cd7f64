import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery, Hedge


def refused(text, of="promo", on="sales"):
    verdict = identify(CausalGraph.parse(text), CausalQuery((of,), (on,)))
    assert not verdict.is_identified
    return verdict


def test_the_bow_is_told_by_the_line_that_the_user_wrote():
    verdict = refused("promo ~ season\nsales ~ promo + season\n\npromo <-> sales")
    assert verdict.in_the_way == ("something unmeasured moves both promo and sales   (line 4: promo <-> sales)",)
    assert verdict.hedge == Hedge(("promo", "sales"), ("sales",))
    assert verdict.is_bow
    assert verdict.deletable == ("line 4",)


def test_remedies_are_cheapest_first_and_one_is_not_statistical():
    first, second, third = refused("promo -> sales; promo <-> sales").remedies
    assert first == "measure what decides promo, if that is all that promo <-> sales stands for"
    assert second.startswith("set promo by lot for a while")
    assert third.endswith("with straight-line effects")


def test_a_hidden_variable_that_was_drawn_is_named():
    verdict = refused("latent demand\ndemand -> {promo sales}\npromo -> sales")
    assert verdict.in_the_way == (
        "demand, which was not measured, moves both promo and sales   (line 2: demand -> {promo sales})",
    )
    assert verdict.remedies[0] == "measure demand"
    assert verdict.deletable == ()


def test_another_way_to_the_outcome_is_no_bow():
    assert not refused("promo -> traffic -> sales; promo -> sales; promo <-> sales").is_bow


def test_a_statement_of_many_arrows_is_not_to_be_deleted_as_a_whole():
    verdict = refused("g = {promo sales visits}\ng <-> g\npromo -> sales")
    assert verdict.in_the_way == ("something unmeasured moves both promo and sales   (line 2: g <-> g)",)
    assert verdict.deletable == ("promo <-> sales",)


def test_obstacles_that_only_fall_together_are_told_together():
    verdict = refused("x -> m -> y; x <-> m; x <-> y", of="x", on="y")
    assert verdict.in_the_way == ("something unmeasured moves both x and m   (line 1: x <-> m)",)
    both = refused("x -> m -> y; x <-> y; x <-> m; m <-> y", of="x", on="y")
    assert len(both.in_the_way) == 2


@pytest.mark.parametrize("text", ["x -> y; x <-> y", "x -> m -> y; x <-> m; m <-> y; x <-> y", "z -> x -> y; x <-> y"])
def test_what_may_be_deleted_makes_the_effect_identified(text):
    verdict = refused(text, of="x", on="y")
    graph = CausalGraph.parse(text)
    kept = tuple(pair for pair in graph.bidirected if " <-> ".join(pair) not in verdict.deletable)
    assert identify(CausalGraph(graph.nodes, graph.directed, kept), CausalQuery(("x",), ("y",))).is_identified
