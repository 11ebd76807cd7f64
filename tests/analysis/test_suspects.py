from bayescause.analysis.suspects import Suspect, added, suspects
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.separation import separated
from bayescause.identification.implications import implications
from bayescause.identification.independences import Independence


def test_the_arrow_that_was_left_out_is_the_one_that_accounts_for_all():
    whole = CausalGraph.parse("season -> {promo loyalty}; promo -> traffic -> sales; season -> sales; loyalty -> sales")
    drawn = CausalGraph.parse("season -> {promo loyalty}; promo -> traffic -> sales; loyalty -> sales")
    demanded = implications(drawn).independences
    failed = [one for one in demanded if not separated(whole, one.a, one.b, one.given)]
    (first, *_) = suspects(drawn, failed)
    assert (first.arrow, len(first.accounts_for)) == ("season -> sales", len(failed))


def test_an_arrow_may_point_either_way_where_no_loop_arises():
    arrows = [one.arrow for one in suspects(CausalGraph.parse("a; b"), [Independence("b", "a")])]
    assert arrows == ["a -> b", "b -> a", "a <-> b"]
    chain = CausalGraph.parse("a -> m -> b")
    assert "b -> a" not in [one.arrow for one in suspects(chain, [Independence("b", "a", ("m",))])]


def test_a_missing_arrow_or_hidden_cause_accounts_for_a_constraint():
    graph = CausalGraph.parse("v1 -> v2 -> v3 -> v4; v2 <-> v4")
    found = suspects(graph, implications(graph).constraints)
    assert found == (Suspect("v1", "v4", "->", (0,)), Suspect("v1", "v4", "<->", (0,)))
    for suspect in found:
        assert not implications(added(graph, suspect)).constraints


def test_an_arrow_is_added():
    graph = CausalGraph.parse("a -> b; c")
    joined = added(graph, Suspect("b", "c", "<->"))
    assert joined.siblings("c") == ("b",)
    assert added(joined, Suspect("c", "b", "<->")) == joined
