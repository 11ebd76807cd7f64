import pytest

from bayescause.errors import GraphError, GraphWarning
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.functional_text import text_of
from bayescause.identification.identify import identify
from bayescause.identification.instruments import is_instrument
from bayescause.identification.simple_functionals import path_variables
from bayescause.identification.verdict import CausalQuery, Instrument
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimands.dose_response import DoseResponse
from bayescause.query.estimands.shift_effect import ShiftEffect

SHOP = "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"


def asked(text, of="promo", on="sales", given=()):
    return identify(CausalGraph.parse(text), CausalQuery(tuple(of.split()), tuple(on.split()), tuple(given)))


def test_the_shop_is_answered_by_truncated_factorization():
    verdict = asked(SHOP)
    assert verdict.strategy == "truncated_factorization"
    assert verdict.also == ("adjustment",)
    assert verdict.adjustment_sets == (("loyalty", "season"),)
    assert verdict.functional == (
        "sum over traffic, loyalty, season of "
        "E[sales | promo, loyalty, traffic] P(traffic | promo, season) P(loyalty, season)"
    )
    assert verdict.would_break == ("promo <-> traffic", "promo <-> sales")


def test_confounding_among_covariates_leaves_truncated_factorization_alone():
    verdict = asked("g = {a b c}; g <-> g; promo ~ g; sales ~ promo + g")
    assert verdict.functional == "sum over g of E[sales | promo, g] P(g)"


def test_a_confounded_mediator_is_answered_by_adjustment():
    verdict = asked("season -> {promo sales}; promo -> traffic -> sales; traffic <-> sales")
    assert verdict.strategy == "adjustment"
    assert verdict.functional == "sum over season of E[sales | promo, season] P(season)"


def test_hidden_variables_are_projected_before_districts_are_looked_at():
    assert asked("latent u; u -> {traffic sales}; promo -> traffic -> sales").strategy == "adjustment"
    assert asked("latent m; promo -> m -> sales").functional == "E[sales | promo]"


def test_the_front_door_is_told_by_its_formula_and_all_its_sets():
    verdict = asked("promo -> traffic -> calls -> sales; promo <-> sales")
    assert (verdict.strategy, verdict.adjustment_sets) == ("front_door", ())
    assert verdict.front_door_sets == (("calls",), ("traffic",))
    assert (
        verdict.functional == "sum over calls of P(calls | promo) sum over promo' of E[sales | promo', calls] P(promo')"
    )
    assert verdict.no_optimal_set.startswith("No set of covariates is enough")


def test_the_front_door_ends_with_an_arrow_past_it():
    verdict = asked("promo -> traffic -> sales; promo <-> sales")
    assert verdict.would_break == ("promo <-> traffic", "traffic <-> sales", "promo -> sales")


def test_a_front_door_is_told_beside_what_is_more_precise():
    verdict = asked("season -> {promo sales}; promo -> traffic -> sales")
    assert (verdict.strategy, verdict.also) == ("truncated_factorization", ("adjustment", "front_door"))


def test_an_effect_that_neither_adjustment_nor_front_door_gives_is_left_to_the_general_algorithm():
    verdict = asked("w -> z -> promo -> sales; w <-> promo; w <-> sales")
    assert (verdict.strategy, verdict.front_door_sets) == ("general", ())
    assert verdict.unicode == "[Σ_w E[sales ∣ w, z, promo] P(promo ∣ w, z) P(w)] / [Σ_w P(promo ∣ w, z) P(w)]"
    assert verdict.notes[0].startswith("the formula holds z at a level: by the graph any level gives the same")


def test_the_functional_can_be_evaluated():
    verdict = asked("promo -> traffic -> sales; promo <-> sales")
    assert text_of(verdict.expression, fixed=("promo", "sales")) == verdict.functional


def test_an_instrument_answers_only_with_an_assumption_on_the_shape():
    verdict = asked("lottery -> promo -> sales; promo <-> sales")
    assert not verdict.is_identified
    assert verdict.instruments == (Instrument("lottery"),)
    assert verdict.parametric.strategy == "instrument"
    assert verdict.parametric.assumptions[0] == "linear"
    assert asked("promo -> sales; promo <-> sales").parametric is None


def test_the_parametric_answer_takes_all_instruments_under_one_condition():
    verdict = asked("w -> {late sales}; late -> promo; early -> promo -> sales; promo <-> sales")
    assert verdict.instruments == (Instrument("late", ("w",)), Instrument("early"))
    assert (verdict.parametric.instruments, verdict.parametric.given) == (("late", "early"), ("w",))
    assert verdict.parametric.assumptions[2] == "early moves promo, within groups of w"


def test_the_most_precise_set_is_told_with_the_verdict():
    verdict = asked("season -> {promo sales}; weather -> sales; promo -> sales")
    assert (verdict.adjustment_sets[0], verdict.optimal_set) == (("season",), ("season", "weather"))
    assert asked(SHOP, given=["loyalty"]).no_optimal_set.endswith("not known for effects within groups.")


def test_an_outcome_that_causes_the_treatment_asks_whether_they_were_swapped():
    with pytest.warns(GraphWarning, match="promo cannot change sales: no arrow leads from one to the other. Swapped?"):
        verdict = asked("sales -> promo")
    assert verdict.strategy == "no_effect"
    assert verdict.functional == "E[sales]"
    assert verdict.notes == ("sales is a cause of promo: were treatment and outcome swapped?",)


def test_variables_without_a_way_between_them_have_no_effect():
    with pytest.warns(GraphWarning):
        verdict = asked("season -> {promo sales}")
    assert (verdict.strategy, verdict.would_break) == ("no_effect", ("promo -> sales",))
    assert verdict.adjustment_sets == (("season",),)


def test_groups_are_part_of_every_set_and_of_the_functional():
    verdict = asked(SHOP, given=["loyalty"])
    assert all("loyalty" in names for names in verdict.adjustment_sets)
    assert verdict.functional.endswith("P(season | loyalty)")


def test_several_treatments_are_answered_together():
    verdict = asked("a -> b -> y; c -> {b y}", of="a b", on="y")
    assert verdict.functional == "sum over c of E[y | b, c] P(c)"


@pytest.mark.parametrize(
    ("of", "on", "given", "message"),
    [
        ("", "sales", [], "needs a treatment and an outcome"),
        ("promo", "promo", [], "`promo` is both treatment and outcome"),
        ("prmo", "sales", [], "The treatment `prmo` is not a variable of the graph. Did you mean `promo`"),
        ("hidden", "sales", [], "The treatment `hidden` is latent"),
        ("promo", "hidden", [], "The outcome `hidden` is latent"),
        ("all", "sales", [], "The treatment `all` is a group of variables"),
        ("promo", "sales", ["traffic"], "`traffic` is a descendant of promo"),
        ("promo", "sales", ["promo"], "`promo` is asked about and conditioned on"),
    ],
)
def test_questions_that_make_no_sense_are_refused_in_words(of, on, given, message):
    with pytest.raises(GraphError, match=message):
        asked(f"{SHOP}; latent hidden; all = {{loyalty season}}", of=of, on=on, given=given)


def test_all_faults_of_a_question_come_at_once():
    with pytest.raises(GraphError) as caught:
        asked(SHOP, of="prmo", on="saels", given=["x"])
    assert len(caught.value.faults) == 3


def test_unknown_kinds_of_effects_are_refused():
    with pytest.raises(GraphError, match="no effects of the kind 'indirect'. Known: total, direct"):
        identify(CausalGraph.parse(SHOP), CausalQuery(("promo",), ("sales",), kind="indirect"))


def test_what_is_required_is_in_every_set_and_may_be_named_by_its_group():
    graph = CausalGraph.parse("g = {a b}; a -> {x c}; c -> y; b -> y; x -> y")
    query = CausalQuery(("x",), ("y",))
    assert identify(graph, query, required=["b"]).adjustment_sets == (("a", "b"), ("b", "c"))
    verdict = identify(graph, query, required=["g"])
    assert verdict.adjustment_sets == (("a", "b"),)
    assert verdict.notes == ("only adjustment sets that hold a and b are listed, as asked",)
    assert verdict.no_optimal_set == "Which set that holds a and b is the most precise is not known."


def test_what_is_excluded_counts_as_not_measured_for_every_strategy():
    graph = CausalGraph.parse("a -> {x c}; c -> y; x -> m -> y")
    query = CausalQuery(("x",), ("y",))
    verdict = identify(graph, query, excluded=["a"])
    assert (verdict.adjustment_sets, verdict.optimal_set) == ((("c",),), ("c",))
    assert identify(graph, query, excluded=["a", "c"]).strategy == "front_door"
    refused = identify(graph, query, excluded=["a", "c", "m"])
    assert not refused.is_identified
    assert refused.notes == ("a and c and m left out, as asked: as if not measured",)


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"required": ["traffic"]}, "No set may hold what is required: `traffic` is affected by the treatment"),
        ({"required": ["saeson"]}, "`saeson` is not a variable of the graph. Did you mean `season`"),
        ({"excluded": ["promo"]}, "`promo` is part of the question, so it cannot be left out"),
        ({"required": ["season"], "excluded": ["season"]}, "`season` is both required and excluded"),
    ],
)
def test_sets_that_cannot_be_forced_are_refused_in_words(bounds, message):
    with pytest.raises(GraphError, match=message):
        identify(CausalGraph.parse(SHOP), CausalQuery(("promo",), ("sales",)), **bounds)


def test_relabelling_variables_changes_names_only():
    renamed = asked(SHOP.replace("promo", "p").replace("sales", "s"), of="p", on="s")
    assert renamed.functional.replace("| p,", "| promo,").replace("[s ", "[sales ") == asked(SHOP).functional


def test_an_estimand_is_asked_by_its_query():
    class Asking:
        query = CausalQuery(("promo",), ("sales",))

    assert identify(CausalGraph.parse(SHOP), Asking()).query == Asking.query


def test_variables_on_the_way_come_causes_first():
    graph = CausalGraph.parse(SHOP)
    assert path_variables(graph, CausalQuery(("promo",), ("sales",))) == ("traffic", "sales")


def test_a_long_chain_gets_a_short_verdict():
    verdict = asked("; ".join(f"v{index} -> v{index + 1}" for index in range(3_000)), of="v0", on="v3000")
    assert verdict.strategy == "truncated_factorization"
    assert len(str(verdict)) < 2_000


def test_identification_needs_no_sampling_library():
    import subprocess
    import sys

    code = (
        "import sys, bayescause.identification.identify; "
        "print({'pymc', 'xarray', 'scipy', 'networkx', 'numpy', 'pandas'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_what_the_treatment_changes_is_offered_as_no_instrument():
    graph = CausalGraph.parse("draw -> dose; {age} -> {dose pain}; dose -> {pain sleep}")
    verdict = identify(graph, CausalQuery(("dose",), ("pain",)))
    assert verdict.instruments == (Instrument("draw"),)
    assert "with draw as instrument" in str(verdict)
    # The definition would let sleep serve, within groups of age, which can be adjusted for itself.
    assert is_instrument(graph, "dose", "pain", Instrument("sleep", ("age",)))
    assert verdict.adjustment_sets == (("age",),)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (AverageEffect(of="visits", on="sales"), "both levels of visits occur"),
        (DoseResponse(of="visits", on="sales"), "each level of visits that is asked about occurs"),
        (
            ShiftEffect(of="visits", on="sales", intervention={"shift": 1}),
            "each level of visits that is asked about occurs",
        ),
    ],
)
def test_overlap_is_of_two_levels_only_where_two_are_compared(question, said):
    graph = CausalGraph.parse("season -> {visits sales}; visits -> sales")
    assert f"{said} for every kind of unit" in [one.text for one in identify(graph, question).assumptions]
