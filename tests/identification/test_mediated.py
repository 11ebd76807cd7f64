"""Mediated effects: who is told apart, who stands in the way, and what a senseless question hears."""

import pytest

from bayescause.errors import GraphError, GraphWarning
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.copies import copies_of
from bayescause.identification.first_arrows import first_arrows
from bayescause.identification.identify import identify
from bayescause.identification.twins import twins_of
from bayescause.identification.verdict import CausalQuery, Identified

C5 = CausalGraph.parse("x -> {l m y}; l -> {m y}; m -> y")
NATURAL = ("natural_direct", "natural_indirect")
ANALOGUES = ("interventional_direct", "interventional_indirect")


def query(kind, through=(), along=()):
    return CausalQuery(("x",), ("y",), kind=kind, through=through, along=along)


@pytest.mark.parametrize("kind", NATURAL)
def test_c5_names_the_recanting_witness(kind):
    verdict = identify(C5, query(kind, ("m",)))
    assert not verdict.is_identified
    assert verdict.recanting.nodes == ("l",)
    assert {verdict.recanting.carrying, verdict.recanting.other} == {("x", "l", "m", "y"), ("x", "l", "y")}
    assert "interventional analogue" in verdict.remedies[0]
    assert "witness: recanting l" in str(verdict)


@pytest.mark.parametrize("kind", ANALOGUES)
def test_c5_has_interventional_analogues(kind):
    verdict = identify(C5, query(kind, ("m",)))
    assert verdict.strategy == "randomised_mediators"
    assert not any("cross-world" in one.text for one in verdict.assumptions)
    assert "need not add up" in verdict.notes[0]


def test_witness_and_mediator_together_are_told_apart_from_the_rest():
    verdict = identify(C5, query("natural_indirect", ("l", "m")))
    assert verdict.functional == "sum over l, m of E[y | x*, l, m] P(l, m | x)"


def test_a_path_that_parts_from_others_behind_the_treatment_only_is_told_apart():
    assert identify(C5, query("path", along=(("x", "m", "y"),))).is_identified
    assert identify(C5, query("path", along=(("x", "l", "y"),))).recanting.nodes == ("l",)


def test_cross_world_independence_is_counted_once_and_cannot_be_tested():
    verdict = identify(CausalGraph.parse("x -> m -> y; x -> y"), query("natural_direct", ("m",)))
    (assumption,) = [one for one in verdict.assumptions if "cross-world" in one.text]
    assert assumption.tested_by is None


def test_hidden_causes_of_mediator_and_outcome_make_a_recanting_district():
    verdict = identify(CausalGraph.parse("x -> m -> y; x -> y; m <-> y"), query("natural_indirect", ("m",)))
    assert verdict.recanting.nodes == ("m", "y")
    assert "line 1: m <-> y" in verdict.in_the_way[0]


def test_hidden_causes_among_mediators_that_are_taken_together_do_no_harm():
    graph = CausalGraph.parse("x -> {a b y}; {a b} -> y; a <-> b")
    assert identify(graph, query("natural_indirect", ("a", "b"))).is_identified
    assert identify(graph, query("natural_indirect", ("a",))).recanting.nodes == ("a", "b")


def test_mediated_effects_behind_hidden_confounding_are_not_told_by_the_front_door_but_in_total():
    through = identify(CausalGraph.parse("x -> m -> y; x <-> y"), query("natural_indirect", ("m",)))
    assert isinstance(through, Identified)
    assert not any("cross-world" in one.text for one in through.assumptions)
    past = identify(CausalGraph.parse("x -> m -> y; x -> y; x <-> y"), query("natural_direct", ("m",)))
    assert past.hedge is not None


def test_no_way_past_the_mediators_is_no_effect():
    with pytest.warns(GraphWarning, match="past m"):
        verdict = identify(CausalGraph.parse("x -> m -> y"), query("natural_direct", ("m",)))
    assert verdict.strategy == "no_effect"


@pytest.mark.parametrize(
    ("text", "asked", "words"),
    [
        ("x -> y; z -> y", query("natural_direct", ("z",)), "no way leads from x to z"),
        ("x -> y; x -> z", query("natural_direct", ("z",)), "no way leads from z to y"),
        ("x -> {y z}; y -> z", query("natural_direct", ("z",)), "no way leads from z to y"),
        ("x -> m -> y", query("natural_direct", ("q",)), "`q` is not a variable"),
        ("latent m; x -> m -> y", query("natural_direct", ("m",)), "mediator `m` is latent"),
        ("x -> m -> y", query("natural_direct"), "needs `through`"),
        ("x -> m -> y", query("natural_direct", ("y",)), "treatment or the outcome itself"),
        ("x -> m -> y", query("natural_direct", ("m", "m")), "more than once"),
        ("x -> m -> y", query("path", along=(("x", "y"),)), "no arrow x -> y"),
        ("x -> m -> y", query("path", along=(("m", "x"),)), "points the other way"),
        ("x -> m -> y; z -> m", query("path", along=(("z", "m"),)), "No path from x to y holds z -> m"),
        ("x -> a -> b -> y", query("path", ("b", "a")), "Look at the order"),
        ("x -> m -> y", query("path"), "needs `along`"),
        ("x -> m -> y", query("total", ("m",)), "belong to mediated effects"),
        ("x -> m -> y; x -> g", CausalQuery(("x",), ("y",), ("g",), "natural_direct", ("m",)), "descendant"),
        ("x -> m -> y; w -> y", CausalQuery(("x", "w"), ("y",), (), "natural_direct", ("m",)), "one pair at a time"),
    ],
)
def test_a_senseless_question_hears_why(text, asked, words):
    with pytest.raises(GraphError, match=words):
        identify(CausalGraph.parse(text), asked)


def test_no_adjustment_set_can_be_required_of_a_mediated_effect():
    with pytest.raises(GraphError, match="no adjustment set"):
        identify(CausalGraph.parse("c -> {x y}; x -> m -> y"), query("natural_direct", ("m",)), required=["c"])


def test_mediators_in_their_order_carry_the_paths_that_pass_them_so():
    graph = CausalGraph.parse("x -> {a b y}; a -> b -> y")
    assert first_arrows(graph, query("path", ("a", "b"))).moved == ("a",)
    assert set(first_arrows(graph, query("path", ("b",))).moved) == {"a", "b"}


def test_a_long_ladder_is_judged_path_by_path_without_walking_each_path():
    """2 to the power of 200 paths lead from x to y."""
    rungs = "; ".join(f"{{a{i} b{i}}} -> {{a{i + 1} b{i + 1}}}" for i in range(200))
    graph = CausalGraph.parse(f"x -> {{a0 b0}}; {rungs}; {{a200 b200}} -> y")
    assert identify(graph, query("path", along=(("x", "a0"),))).is_identified
    assert identify(graph, query("natural_indirect", ("a200",))).recanting.nodes[0] in {"a199", "b199"}


PATH = (("x", "l", "y"),)


def test_c5_has_an_analogue_along_a_path_that_the_witness_forbids():
    verdict = identify(C5, query("interventional_path", along=PATH))
    assert verdict.strategy == "recanting_twins"
    assert "l drawn anew" in verdict.notes[0]
    assert "twins of the recanting witness" in str(verdict)
    assert len(verdict.would_break) == 6  # any two of x, l, m and y
    assert len(verdict.assumptions) == 7
    for arrow in verdict.would_break:
        graph = CausalGraph.parse(f"x -> {{l m y}}; l -> {{m y}}; m -> y; {arrow}")
        assert not identify(graph, query("interventional_path", along=PATH)).is_identified
    assert 'kind="interventional"' in identify(C5, query("path", along=PATH)).remedies[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l <-> m", "binds l and m together"),
        ("l <-> y", "binds l and y together"),
        ("x <-> m", "nothing is known where the whole is not"),
    ],
)
def test_no_twins_are_drawn_of_what_hidden_causes_bind(text, words):
    graph = CausalGraph.parse(f"x -> {{l m y}}; l -> {{m y}}; m -> y; {text}")
    verdict = identify(graph, query("interventional_path", along=PATH))
    assert not verdict.is_identified
    assert words in verdict.reason
    assert any("total effect" in remedy for remedy in verdict.remedies) or verdict.hedge is not None


def test_twins_may_share_hidden_causes_with_what_was_there_before():
    graph = CausalGraph.parse("c -> {x y}; x -> {l m y}; l -> {m y}; m -> y; c <-> l")
    assert "P(l* | c, x*)" in identify(graph, query("interventional_path", along=PATH)).functional


def test_where_nothing_recants_the_analogue_is_the_natural_effect_without_its_assumption():
    graph = CausalGraph.parse("x -> m -> y; x -> y")
    natural, analogue = (identify(graph, query(kind, along=(("x", "m"),))) for kind in ("path", "interventional_path"))
    assert analogue.functional == natural.functional
    assert len(natural.assumptions) - len(analogue.assumptions) == 1
    assert not any("cross-world" in one.text for one in analogue.assumptions)


def test_copies_of_two_worlds_draw_what_both_need_twice():
    copies = copies_of(C5, query("interventional_indirect", ("m",)))
    assert [copy.name for copy in copies] == ["l*", "m", "l", "y"]
    assert [dict(copy.reads) for copy in copies] == [{}, {"l": "l*"}, {"x": "x*"}, {"x": "x*"}]


def test_no_two_twins_share_a_name_and_none_has_a_variable_s():
    graph = CausalGraph.parse('x -> {l "l*" m y}; l -> {"l*" m y}; "l*" -> {m y}; m -> y')
    asked = query("interventional_path", along=(("x", "l", "y"),))
    twins = twins_of(graph, asked, "x*")
    names = [twin.name for twin in twins]
    assert len(set(names)) == len(names) > 4
    assert all(twin.name == twin.variable or twin.name not in graph.nodes for twin in twins)


def where(given, kind="natural_indirect", through=("m",), **others):
    return CausalQuery(("x",), ("y",), given, kind, through, **others)


@pytest.mark.parametrize(
    ("text", "asked", "told"),
    [
        ("x -> m -> y; x -> y; v <-> m", where(("v",)), "sum over m of P(m | x, v) E[y | x*, m]"),
        ("x -> m -> y; x -> y; v <-> y", where(("v",)), "sum over m of P(m | x) E[y | x*, m, v]"),
        (
            "x -> m -> y; x -> y; c -> v; c <-> m",
            where(("v",)),
            "sum over c of P(c | v) sum over m of P(m | x, c) E[y | x*, m]",
        ),
        # Nothing binds v to what is on the way, once what it tells of is looked at.
        (
            "x -> m -> y; x -> y; c -> {v m y}",
            where(("v",)),
            "sum over c of P(c | v) sum over m of P(m | x, c) E[y | x*, m, c]",
        ),
        ("x -> m -> y; x -> y; v -> x", where(("v",)), "sum over m of P(m | x) E[y | x*, m]"),
        (
            "x -> m -> y; x -> y; v <-> m",
            where(("v",), "interventional_indirect"),
            "sum over m of P(m | x, v) E[y | x*, m]",
        ),
    ],
)
def test_laws_of_what_shares_hidden_causes_with_a_condition_are_given_it(text, asked, told):
    found = identify(CausalGraph.parse(text), asked)
    assert found.functional == told


@pytest.mark.parametrize("kind", ["natural_indirect", "path"])
def test_a_condition_that_hidden_causes_bind_to_mediator_and_outcome_makes_a_district_recant(kind):
    graph = CausalGraph.parse("x -> m -> y; x -> y; v <-> m; v <-> y")
    assert identify(graph, where((), kind)).is_identified
    found = identify(graph, where(("v",), kind))
    assert set(found.recanting.nodes) == {"v", "m", "y"}
    assert "among units that are chosen by v" in found.reason
    assert found.remedies[0].startswith("leave the condition on v out")


@pytest.mark.parametrize("kind", ["natural_indirect", "interventional_indirect", "path", "interventional_path"])
def test_a_condition_that_hidden_causes_bind_to_treatment_and_mediator_is_refused(kind):
    graph = CausalGraph.parse("x -> m -> y; x -> y; v <-> m; v <-> x")
    assert identify(graph, where((), kind)).is_identified
    found = identify(graph, where(("v",), kind))
    assert not found.is_identified
    assert found.remedies[0].startswith("leave the condition on v out")


def test_mediators_are_drawn_among_units_that_are_alike_in_what_matters_to_the_outcome_alone():
    """c is no cause of m, and tells of the hidden one."""
    graph = CausalGraph.parse("x -> m -> y; c -> y; c <-> m")
    copies = copies_of(graph, where((), "interventional_indirect"))
    assert next(copy for copy in copies if copy.variable == "m").given == ("x", "c")
