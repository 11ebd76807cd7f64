import copy
import pickle

import pytest

from bayescause.errors import ScaleWarning, SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.formula import Factor, Term
from bayescause.scm.mechanisms.binomial import Binomial
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.priors import Prior
from bayescause.scm.structural_model import StructuralModel, Variable, fittable

PROMOTION = "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic*promo + loyalty; loyalty <-> season"


def test_a_formula_gives_arrows_and_terms():
    model = StructuralModel.parse(PROMOTION)
    assert set(model.graph.parents("sales")) == {"traffic", "promo", "loyalty"}
    assert [str(term) for term in model.variables["sales"].terms] == ["traffic", "promo", "traffic:promo", "loyalty"]


def test_arrows_alone_mean_the_sum_of_the_causes():
    model = StructuralModel.parse("{a b} -> y")
    assert [str(term) for term in model.variables["y"].terms] == ["a", "b"]
    assert model.variables["a"].terms == ()


def test_facts_reach_their_variables():
    model = StructuralModel.parse(
        "y ~ x + group",
        kinds={"categorical": ["group"], "count": ["y"]},
        mechanisms={"y": Binomial(trials="n")},
        priors={"y": {"x": "normal(0, 5)", "group": Prior("normal", (0, 1))}},
        labels={"y": "cures"},
        units={"x": "mg"},
        levels={"group": ["a", "b", "c"]},
        better={"y": "higher"},
    )
    y, group = model.variables["y"], model.variables["group"]
    assert (y.kind, y.mechanism, y.label, y.better) == ("count", Binomial(trials="n"), "cures", "higher")
    assert dict(y.priors) == {"x": Prior("normal", (0, 5)), "group": Prior("normal", (0, 1))}
    assert (group.kind, group.levels, model.variables["x"].unit) == ("categorical", ("a", "b", "c"), "mg")


def test_a_family_is_found_by_its_name():
    assert StructuralModel.parse("y ~ x", families={"y": "gaussian"}).variables["y"].mechanism == Gaussian()


def test_variables_that_are_left_out_are_filled_in():
    graph = CausalGraph.parse("x -> y")
    model = StructuralModel(graph, {"x": Variable("x", kind="binary")})
    assert tuple(model.variables) == ("x", "y")
    assert model.variables["y"].terms == (Term((Factor("x"),)),)


def test_nothing_can_be_written_into_a_model():
    model = StructuralModel.parse("y ~ x", priors={"y": {"x": "normal(0, 5)"}})
    with pytest.raises(TypeError):
        model.variables["z"] = Variable("z")
    with pytest.raises(TypeError):
        model.variables["y"].priors["x"] = Prior("flat")


def test_a_model_can_be_sent_to_a_worker():
    model = StructuralModel.parse(PROMOTION, priors={"sales": {"sd": "half_normal(5)"}})
    assert pickle.loads(pickle.dumps(model)) == model
    assert copy.deepcopy(model) == model


def test_a_product_may_be_named_in_any_order():
    model = StructuralModel.parse(PROMOTION, priors={"sales": {"promo:traffic": "normal(0, 1)"}})
    assert tuple(model.variables["sales"].priors) == ("traffic:promo",)


@pytest.mark.parametrize("key", ["x", "group", "group[b]", "x:group[b]", "intercept", "raw_intercept", "sd"])
def test_coefficients_that_may_exist_may_have_priors(key):
    StructuralModel.parse("y ~ x*group", priors={"y": {key: "lognormal(0, 1)"}})


def test_all_faults_come_at_once():
    with pytest.raises(SpecError) as caught:
        StructuralModel.parse(
            "y ~ x + log(z)",
            priors={"y": {"xx": "normal(0, 1)", "x": "normal(0, 1"}, "zz": {"q": "flat()"}},
            kinds={"cat": ["z"]},
            families={"y": "gausian"},
            better={"x": "up"},
        )
    assert len(caught.value.faults) == 6


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            {"priors": {"sales": {"promoo": "normal(0, 1)"}}},
            r"'sales' has no coefficient 'promoo'. Did you mean `promo`",
        ),
        ({"priors": {"slaes": {"promo": "normal(0, 1)"}}}, r"'slaes' is not in the graph. Did you mean `sales`"),
        ({"priors": {"sales": {"promo": "nromal(0, 1)"}}}, r"'sales', prior of 'promo'.*Did you mean `normal`"),
        ({"priors": {"sales": {"sd": "normal(0, 1)"}}}, r"'sd' is above zero, and normal\(0, 1\) does not keep it"),
        ({"priors": {"sales": {"sd": "fixed(0)"}}}, r"'sd' is above zero, and fixed\(0\)"),
        ({"priors": {"sales": {"sd": "flat()"}}}, r"'sd' is above zero, and flat\(\)"),
        ({"priors": {"sales": {"promo": "beta(1, 2)"}}}, r"'promo' is not bounded by 0 and 1, as beta\(1, 2\) says"),
        ({"priors": {"sales": {"sd": "beta(1, 2)"}}}, r"'sd' is not bounded by 1"),
        (
            {"priors": {"sales": {"intercept": "normal(0, 1)", "raw_intercept": "normal(0, 1)"}}},
            "intercept and raw_intercept, which are one parameter. Keep intercept",
        ),
        ({"families": {"sales": "gausian"}}, "'sales': No 'gausian' among the mechanisms. Did you mean 'gaussian'"),
        (
            {"families": {"sales": "gaussian"}, "mechanisms": {"sales": Gaussian()}},
            "'sales' has a family and a mechanism. Give one",
        ),
        ({"mechanisms": {"sales": 3}}, "'sales': 3 is neither a family nor a function"),
        (
            {"kinds": {"continuous": ["sales"]}, "families": {"sales": "bernoulli"}},
            "'sales' is continuous; the bernoulli family describes binary variables",
        ),
        ({"kinds": {"cathegorical": ["season"]}}, "no kind 'cathegorical'. Did you mean `categorical`"),
        ({"kinds": {"binary": ["promo"], "count": "promo"}}, "'promo' is given two kinds, binary and count"),
        ({"kinds": {"binary": ["promo"]}, "levels": {"promo": ["a", "b", "c"]}}, "'promo' is binary and has 3 levels"),
        ({"levels": {"promo": ["no", "no"]}}, "the level 'no' is named twice"),
        ({"kinds": {"count": ["sales"]}, "levels": {"sales": ["a", "b"]}}, "'sales' is count, so it has no levels"),
        ({"better": {"sales": "more"}}, "better is 'more'. Write 'higher' or 'lower'"),
    ],
)
def test_what_cannot_be_true_is_said_in_words(facts, message):
    with pytest.raises(SpecError, match=message):
        StructuralModel.parse(PROMOTION, **facts)


def test_a_flat_prior_is_allowed_with_a_warning():
    with pytest.warns(ScaleWarning, match=r"'sales': the prior of 'promo' is flat\(\), which is no probability"):
        StructuralModel.parse(PROMOTION, priors={"sales": {"promo": "flat()"}})


def test_terms_that_leave_out_a_cause_are_an_error():
    variable = Variable("y", terms=(Term((Factor("x"),)),))
    with pytest.raises(SpecError, match="terms of 'y' leave out its cause 'z'. Add z to the formula, or take away"):
        StructuralModel(CausalGraph.parse("{x z} -> y"), {"y": variable})


def test_terms_that_use_something_else_are_an_error():
    variable = Variable("y", terms=(Term((Factor("x"),)), Term((Factor("zz"),))))
    with pytest.raises(SpecError, match="use 'zz', which is not a cause of 'y' in the graph. Add the arrow zz -> y"):
        StructuralModel(CausalGraph.parse("x -> y"), {"y": variable})


def test_a_column_of_trials_that_the_graph_has_must_be_a_cause():
    bought = {"y": Binomial(trials="visits")}
    with pytest.raises(SpecError, match="family of 'y' uses 'visits', which is in the graph and not a cause of 'y'"):
        StructuralModel.parse("visits ~ x; y ~ x", mechanisms=bought)
    variable = Variable("y", mechanism=bought["y"], terms=(Term((Factor("x"),)),))
    assert StructuralModel(CausalGraph.parse("x -> visits -> y; x -> y"), {"y": variable})


def test_a_variable_that_was_not_measured_has_neither_family_nor_priors():
    with pytest.raises(SpecError) as caught:
        StructuralModel.parse("latent u; u -> y", families={"u": "gaussian"}, priors={"u": {"sd": "half_normal(1)"}})
    assert [fault.split(",")[0] for fault in caught.value.faults] == ["'u' was not measured"] * 2


def test_a_variable_must_stand_under_its_own_name():
    with pytest.raises(SpecError, match="under 'y' is called 'x'"):
        StructuralModel(CausalGraph.parse("x -> y"), {"y": Variable("x")})


def test_a_mechanism_may_be_fitted_where_no_hidden_cause_reaches_it():
    reasons = fittable(StructuralModel.parse(PROMOTION + "; sales <-> staff; latent u; latent v; u -> {a b}; v -> w"))
    assert {name for name, reason in reasons.items() if reason is None} == {"promo", "traffic"}
    assert reasons["loyalty"] == "something unmeasured moves both loyalty and season"
    assert reasons["sales"] == "something unmeasured moves both sales and staff"
    assert reasons["a"] == "something unmeasured moves both a and b"
    assert reasons["w"] == "its cause v was not measured"
    assert reasons["u"] == "it was not measured"


def test_a_prior_may_name_a_level_that_only_the_data_will_tell():
    priors = {"y": {"north.x": "normal(0, 1)", "x": "normal(0, 2)", "south.intercept": "normal(0, 1)"}}
    assert StructuralModel.parse("y ~ x", kinds={"categorical": ["y"]}, priors=priors)
    assert StructuralModel.parse("y ~ x", kinds={"ordinal": ["y"]}, priors={"y": {"gap7": "exponential(1)"}})


@pytest.mark.parametrize("key", ["north.z", "west.x", "gap2", "xx"])
def test_a_prior_of_no_level_and_no_coefficient_is_refused_where_the_levels_are_declared(key):
    with pytest.raises(SpecError, match=f"'y' has no coefficient '{key}'"):
        StructuralModel.parse(
            "y ~ x",
            kinds={"categorical": ["y"]},
            levels={"y": ["south", "north"]},
            priors={"y": {key: "exponential(1)"}},
        )
