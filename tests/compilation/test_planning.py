from dataclasses import replace
from types import SimpleNamespace

import pytest

from bayescause.compilation.planning import plan
from bayescause.compilation.tasks import default_mechanism
from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel

PROMOTION = """
promo   ~ loyalty + season
traffic ~ promo + season
sales   ~ traffic + promo + loyalty
loyalty <-> season
"""


def ask(of, on, given=()):
    return SimpleNamespace(of=of, on=on, given=given, query=CausalQuery((of,), (on,), given))


def test_only_mechanisms_on_causal_paths_are_fitted():
    chosen = plan(StructuralModel.parse(PROMOTION), [ask("promo", "sales")])
    assert [task.key for task in chosen.tasks] == ["traffic", "sales"]
    assert set(chosen.skipped) == {"promo", "loyalty", "season"}


def test_a_route_simulates_parents_first_and_averages_over_the_rest():
    (route,) = plan(StructuralModel.parse(PROMOTION), [ask("promo", "sales")]).routes
    assert route.verdict.strategy == "truncated_factorization"
    assert route.order == ("traffic", "sales")
    assert route.keys == {"traffic": "traffic", "sales": "sales"}
    assert set(route.covariates) == {"loyalty", "season"}
    assert route.refusal is None


def test_without_questions_every_mechanism_that_may_be_fitted_is():
    chosen = plan(StructuralModel.parse(PROMOTION))
    assert [task.key for task in chosen.tasks] == ["promo", "traffic", "sales"]
    assert "something unmeasured" in chosen.skipped["loyalty"]


def test_a_task_that_two_questions_need_is_planned_once():
    chosen = plan(StructuralModel.parse(PROMOTION), [ask("promo", "sales"), ask("promo", "traffic")])
    assert [task.key for task in chosen.tasks] == ["traffic", "sales"]
    assert len(chosen.routes) == 2


@pytest.mark.filterwarnings("ignore::bayescause.errors.GraphWarning")
def test_no_effect_needs_no_fit():
    (route,) = plan(StructuralModel.parse(PROMOTION), [ask("sales", "promo")]).routes
    assert route.verdict.strategy == "no_effect"
    assert (route.order, route.refusal) == ((), None)


def test_what_is_not_identified_is_refused_and_nothing_is_fitted():
    chosen = plan(StructuralModel.parse("sales ~ promo; promo <-> sales"), [ask("promo", "sales")])
    assert chosen.tasks == ()
    assert chosen.routes[0].refusal


def test_an_adjusted_regression_has_default_terms_and_a_key_of_its_own():
    model = StructuralModel.parse(
        "promo ~ z; sales ~ promo + z + w; w ~ u; w <-> sales", priors={"sales": {"w": "normal(0, 1)"}}
    )
    chosen = plan(model, [ask("promo", "sales")])
    (task,) = chosen.tasks
    assert task.key == "sales given promo, z"
    assert not task.is_declared
    assert not task.priors
    assert chosen.routes[0].covariates == ("z",)


def test_a_modifier_joins_the_regression():
    model = StructuralModel.parse("promo ~ z; sales ~ promo + z + w; w ~ u; w <-> sales")
    (task,) = plan(model, [ask("promo", "sales", given=("u",))]).tasks
    assert "u" in {name for term in task.terms for name in term.variables}


def test_a_variable_that_selects_the_units_joins_the_regression():
    model = StructuralModel.parse("promo ~ z; sales ~ promo + z + w; w ~ u; w <-> sales")
    question = SimpleNamespace(**vars(ask("promo", "sales")), where="u > 3")
    (task,) = plan(model, [question]).tasks
    assert task.key == "sales given promo, z, u, for promo"


def test_a_latent_variable_on_the_path_is_passed_over():
    model = StructuralModel.parse("latent mood; mood ~ promo; sales ~ mood + season")
    (task,) = plan(model, [ask("promo", "sales")]).tasks
    assert task.key == "sales given promo, season"


def test_a_categorical_variable_on_the_path_is_fitted():
    model = StructuralModel.parse("mood ~ promo; sales ~ mood", kinds={"categorical": ["mood"]})
    assert [task.key for task in plan(model, [ask("promo", "sales")]).tasks] == ["mood", "sales"]


def test_a_categorical_outcome_has_no_mean():
    model = StructuralModel.parse("mood ~ promo", kinds={"categorical": ["mood"]})
    assert (
        "mood is categorical: its levels have no order"
        in plan(model, [AverageEffect(of="promo", on="mood")]).routes[0].refusal
    )


def test_a_column_that_names_each_unit_is_not_adjusted_for():
    model = StructuralModel.parse("promo ~ shop; sales ~ promo + shop")
    (route,) = plan(model, [ask("promo", "sales")], identities={"shop"}).routes
    assert route.refusal.startswith("shop has a level for almost every row, like an identity: adjusting for it leaves")


def test_the_kind_that_the_data_tell_counts_as_well():
    model = StructuralModel.parse("mood ~ promo")
    assert plan(model, [AverageEffect(of="promo", on="mood")], kinds={"mood": "categorical"}).routes[0].refusal


def test_the_front_door_takes_the_mediator_as_declared_and_the_outcome_with_the_treatment_as_observed():
    front_door = StructuralModel.parse("tar ~ smoking; cancer ~ tar; smoking <-> cancer")
    planned = plan(front_door, [AverageEffect(of="smoking", on="cancer")])
    assert [task.key for task in planned.tasks] == ["tar", "cancer given smoking, tar"]
    assert planned.routes[0].natural == ("cancer",)


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        ("binary", "bernoulli"),
        ("continuous", "gaussian"),
        ("count", "poisson"),
        ("categorical", "categorical"),
        ("ordinal", "ordinal"),
    ],
)
def test_each_kind_has_its_default_family(kind, family):
    assert default_mechanism(kind).short == family


def test_a_law_that_is_not_the_mechanism_keeps_its_terms_and_the_priors_of_what_hidden_causes_leave_alone():
    # Adjustment needs E[y | x, z]; with z <-> y the coefficient of z is not the one that its prior was declared for.
    declared = {"x": "normal(1, 1)", "z": "normal(0, 1)", "x:z": "normal(0, 2)", "sd": "exponential(1)"}
    model = StructuralModel.parse("x ~ z; y ~ x*z; z <-> y", priors={"y": declared})
    (task,) = plan(model, [ask("x", "y")], kinds={"y": "continuous"}).tasks
    assert task.key == "y given x, z"
    assert not task.is_declared
    assert set(task.priors) == {"x", "x:z"}
    assert [str(term) for term in task.terms] == ["x", "z", "x:z"]


@pytest.mark.parametrize("text", ["c ~ 1; x ~ c; y ~ x*w + square(c)", "x ~ c; m ~ x + c; y ~ m*w"])
def test_a_hidden_cause_shared_with_what_no_answer_needs_changes_no_law(text):
    questions, priors = [AverageEffect(of="x", on="y")], {"y": {"w": "normal(0, 1)"}}
    alone = plan(StructuralModel.parse(text, priors=priors), questions)
    beside = plan(StructuralModel.parse(f"{text}; y2 ~ 1; y <-> y2", priors=priors), questions)
    assert [replace(task, why="") for task in beside.tasks] == [replace(task, why="") for task in alone.tasks]
    assert beside.routes[0].covariates == alone.routes[0].covariates
    assert all(task.is_declared for task in beside.tasks)


def test_a_mediator_that_shares_a_hidden_cause_with_a_confounder_leaves_the_outcome_its_mechanism():
    model = StructuralModel.parse("c ~ 1; x ~ c; m ~ x; y ~ x*m; c <-> m", priors={"y": {"x:m": "normal(0, 1)"}})
    mediator, outcome = plan(model, [AverageEffect(of="x", on="y")]).tasks
    assert outcome.is_declared
    assert (mediator.key, [str(term) for term in mediator.terms]) == ("m given c, x", ["x", "c", "x:center(c)"])


def test_units_that_a_hidden_cause_of_the_outcome_selects_need_a_law_given_what_selects_them():
    model = StructuralModel.parse("x ~ z; y ~ x + z; y2 ~ 1; y <-> y2")
    (task,) = plan(model, [AverageEffect(of="x", on="y", where="y2 > 0")]).tasks
    assert [str(term) for term in task.terms] == ["x", "z", "y2", "x:center(y2)"]


@pytest.mark.parametrize(
    ("shops", "terms"),
    [
        ("shop", ["promo", "shop", "(0 + promo | shop)"]),
        ("(1 | shop)", ["promo", "(1 | shop)", "(0 + promo | shop)"]),
        ("(promo | shop)", ["promo", "(1 | shop)", "(0 + promo | shop)"]),
    ],
)
def test_many_levels_and_pooled_ones_meet_the_treatment_in_pooled_products(shops, terms):
    text = f"shop ~ 1; promo ~ shop; sales ~ promo + {shops}; shop <-> sales"
    model = StructuralModel.parse(text, kinds={"categorical": ["shop"]})
    levels = {"shop": tuple(map(str, range(12)))}
    (task,) = plan(model, [AverageEffect(of="promo", on="sales")], levels=levels).tasks
    assert [str(term) for term in task.terms] == terms
