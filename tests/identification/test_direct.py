import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.errors import GraphError, GraphWarning
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import topological_order
from bayescause.identification.evaluation import DiscreteLaw, discrete_value
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery

SHOP = "season -> {promo sales}; promo -> traffic -> sales; promo -> sales"


def asked(text, of="promo", on="sales", given=()):
    return identify(CausalGraph.parse(text), CausalQuery((of,), (on,), tuple(given), kind="direct"))


def test_a_direct_effect_is_read_within_groups_of_what_is_on_the_way():
    verdict = asked(SHOP)
    assert (verdict.strategy, verdict.adjustment_sets) == ("adjustment", (("season", "traffic"),))
    assert verdict.functional == ("sum over season, traffic of E[sales | promo, season, traffic] P(season, traffic)")
    assert verdict.would_break == ("promo <-> sales", "traffic <-> sales")
    assert verdict.assumptions[0].text == "nothing unmeasured drives sales together with promo or traffic"
    assert "direct effect of promo on sales" in str(verdict)


def test_where_no_set_is_enough_what_is_on_the_way_is_set_as_well():
    verdict = asked("w -> z -> promo -> sales; w <-> promo; w <-> sales; promo -> traffic -> sales")
    assert (verdict.strategy, verdict.adjustment_sets) == ("general", ())
    assert verdict.notes[0].startswith("traffic set to a level, the same under each promo")


def test_hidden_causes_of_a_mediator_and_the_outcome_end_it():
    verdict = asked(f"{SHOP}; traffic <-> sales")
    assert not verdict.is_identified
    assert str(verdict).startswith(
        "Not identified: no table of these columns, however long, says what promo does to sales directly."
    )
    assert verdict.in_the_way == ("something unmeasured moves both sales and traffic   (line 1: traffic <-> sales)",)


def test_without_an_arrow_there_is_no_direct_effect():
    with pytest.warns(GraphWarning, match="no arrow leads straight from one to the other"):
        verdict = asked("promo -> traffic -> sales")
    assert (verdict.strategy, verdict.would_break) == ("no_effect", ("promo -> sales",))
    assert str(verdict).startswith("No direct effect: by your drawing no arrow leads straight from promo to sales.")


def test_what_goes_through_hidden_mediators_cannot_be_told_from_the_arrow():
    verdict = asked(f"latent mood; promo -> mood -> sales; {SHOP}")
    assert verdict.in_the_way == ("mood, which was not measured, carries part of what promo does to sales",)
    assert verdict.remedies == ("measure mood", "ask for the total effect of promo on sales")


def test_only_one_pair_has_a_direct_effect():
    with pytest.raises(GraphError, match="Ask for one pair at a time"):
        identify(CausalGraph.parse(SHOP), CausalQuery(("promo", "traffic"), ("sales",), kind="direct"))


PAIRS = [(a, b) for a in range(4) for b in range(a + 1, 4)]


def laws(graph, seed):
    """The joint law of binary variables with a hidden fair coin for each double arrow, as it is observed, and the law
    of the last variable where it alone sees the first one set to either level."""
    rng = np.random.default_rng(seed)
    place = {node: index for index, node in enumerate((*graph.nodes, *graph.bidirected, "set"))}
    factors = []
    for name in topological_order(graph):
        inputs = [*graph.parents(name), *(pair for pair in graph.bidirected if name in pair)]
        factors.append((name, inputs, rng.dirichlet(np.ones(2), [2] * len(inputs))))
    coins = [(np.full(2, 0.5), [place[pair]]) for pair in graph.bidirected]
    last, first = graph.nodes[-1], graph.nodes[0]

    def joint(out, arrow_from):
        operands = [part for array, axes in coins for part in (array, axes)]
        for name, inputs, table in factors:
            seen = [arrow_from if (name, other) == (last, first) else other for other in inputs]
            operands += [table, [*(place[other] for other in seen), place[name]]]
        return np.einsum(*operands, [place[name] for name in out])

    return joint(graph.nodes, first), joint(("set", last), "set")


@settings(deadline=None)
@given(st.sets(st.sampled_from(PAIRS)), st.sets(st.sampled_from(PAIRS), max_size=2), st.integers(0, 1_000))
def test_adjustment_sets_what_the_outcome_alone_sees_of_the_treatment(arrows, double, seed):
    names = tuple("abcd")
    named = (tuple((names[a], names[b]) for a, b in sorted(pairs)) for pairs in (arrows | {(0, 3)}, double))
    graph = CausalGraph(names, *named)
    verdict = identify(graph, CausalQuery(("a",), ("d",), kind="direct"))
    if not verdict.is_identified or verdict.strategy != "adjustment":
        return
    observed, acted = laws(graph, seed)
    found = discrete_value(verdict.expression, DiscreteLaw(names, observed, {"d": [0, 1]}))
    np.testing.assert_allclose(found.values, acted[:, 1], rtol=1e-10)
