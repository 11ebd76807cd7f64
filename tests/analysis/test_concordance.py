"""Two routes to one answer agree, whatever is asked, and say so in words."""

from dataclasses import replace

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.concordance import MOST
from bayescause.analysis.second_route import SECOND_ROUTES
from bayescause.analysis.thinning import thinned_posterior
from bayescause.errors import SpecError
from bayescause.plugins import find, names
from bayescause.query.answer import ANSWERS
from bayescause.study.study import CrossCheck

# A count between, and an outcome behind a curved link: nothing may be replaced by its mean.
TEXT = "x ~ z; m ~ x + z; y ~ m + x + z"
KINDS = {"m": "count", "y": "binary", "x": "binary"}


def draw_rows(seed, rows=150):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rows)
    x = (z + rng.normal(size=rows) > 0).astype(float)
    m = rng.poisson(np.exp(0.8 * x + 0.5 * z)).astype(float)
    y = (rng.logistic(size=rows) < 0.8 * m + x - 2.0 + 1.5 * z).astype(float)
    return {"z": z, "x": x, "m": m, "y": y}


def fitted(seed, *questions):
    model = bc.StructuralModel.parse(TEXT)
    variables = {name: replace(model.variables[name], kind=kind) for name, kind in KINDS.items()}
    model = replace(model, variables={**model.variables, **variables})
    # Fewer draws than an answer has: every one costs 150 units x 40 counts of what lies between.
    return thinned_posterior(bc.fit(model, draw_rows(seed), questions, seed=seed), 200)


ATE = bc.AverageEffect(of="x", on="y")


@pytest.fixture(scope="module")
def posterior():
    questions = (ATE, bc.NaturalDirectEffect(**THROUGH), bc.NaturalIndirectEffect(**THROUGH, kind="interventional"))
    paths = (
        bc.PathSpecificEffect(of="x", on="y", along=("x -> y",)),
        bc.ControlledDirectEffect(**THROUGH, held={"m": 0}),
    )
    curve = bc.ConditionalCurve(of="x", on="y", given=("z",), at=(-1.0, 1.0))
    return fitted(1, *questions, *paths, curve)


THROUGH = {"of": "x", "on": "y", "through": ("m",)}

QUESTIONS = [
    bc.NaturalDirectEffect(**THROUGH),
    bc.NaturalIndirectEffect(**THROUGH, kind="interventional"),
    bc.PathSpecificEffect(of="x", on="y", along=("x -> y",)),
    bc.ControlledDirectEffect(**THROUGH, held={"m": (0, 2)}),
    bc.ConditionalCurve(of="x", on="y", given=("z",), at=(-1.0, 1.0)),
    bc.AverageEffect(of="x", on="y", where="z > 0", population="sample"),
    bc.EffectOnUntreated(of="x", on="y"),
    bc.RiskRatio(of="x", on="y"),
    bc.OddsRatio(of="x", on="y"),
    bc.PolicyEffect(of="x", on="y", intervention={"rule": {"when": "z > 0", "then": 1, "otherwise": 0}}),
    bc.PolicyEffect(of="x", on="y", intervention={"draw": "bernoulli(0.3)"}, instead=0),
    bc.DoseResponse(of="x", on="y", reference=0),
    bc.Exceedance(of="x", on="y", above=(0.5,)),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.short)
def test_both_routes_give_the_same_answer(posterior, question):
    # Below 4 standard errors: a right pair fails with probability 6e-5 for each number.
    found = bc.concordance(bc.estimate(posterior, question), draws=200)
    assert found.status == "agree", str(found)
    assert found.rows == 150
    assert found.draws == 200


def test_a_law_that_is_given_more_than_its_causes_is_walked_one_variable_after_another():
    # What hides behind m makes its law one given x and c, which the compiled model does not join to y.
    rng = np.random.default_rng(8)
    x, c, noise, own = rng.integers(2, size=200), *rng.normal(size=(3, 200))
    m = x + 0.5 * c + noise
    rows = {"x": x, "c": c, "m": m, "y": m + 0.5 * x + own}
    model = bc.StructuralModel.parse("x -> m -> y; x -> y; latent u; u -> m; c -> m")
    for question in (ATE, bc.NaturalIndirectEffect(of="x", on="y", through=("m",))):
        effect = bc.ask(model, rows, question)
        assert effect.route.keys["m"] == "m given x, c"
        assert bc.concordance(effect).status == "agree"


@pytest.mark.parametrize("name", ["promotion", "kidney_stones", "smoking", "tar", "cholestyramine"])
def test_every_question_of_the_model_files_that_has_two_routes_gets_one_answer(models, name):
    study = bc.Study.read(models / f"{name}.toml")
    findings = bc.run(
        replace(study, sensitivity=(), slices=(), replications=None, decision=None, concordance=CrossCheck())
    )
    told = [answer.concordance for answer in findings.answers]
    expected = "refused" if name == "cholestyramine" else "agree"
    assert [one.status for one in told] == [expected] * len(study.questions), [str(one) for one in told]


def test_a_continuous_treatment_is_shifted_and_followed_by_both_routes():
    rng = np.random.default_rng(3)
    z, noise, own = rng.normal(size=(3, 300))
    x = 1.0 + 0.5 * z + 0.3 * noise
    rows = {"z": z, "x": x, "y": np.square(x) + z + own}
    model = bc.StructuralModel.parse("x ~ z; y ~ x + square(x) + z")
    shift = bc.ShiftEffect(of="x", on="y", intervention={"shift": 0.5})
    drawn = bc.PolicyEffect(of="x", on="y", intervention={"draw": "normal(1, 0.3)"})
    curve = bc.DoseResponse(of="x", on="y")  # at quantiles of what was seen
    for question in (shift, drawn, curve):
        found = bc.concordance(bc.ask(model, rows, question), draws=100, rows=300)
        assert found.status == "agree", str(found)


def test_groups_are_compared_one_by_one_and_held_values_too():
    rng = np.random.default_rng(4)
    x, z, noise = rng.integers(2, size=200), rng.integers(3, size=200), rng.normal(size=200)
    rows = {"x": x, "z": z, "y": x * (1.0 + z) + noise}
    model = bc.StructuralModel.parse("y ~ x*z")
    groups = bc.concordance(bc.ask(model, rows, bc.ConditionalEffect(of="x", on="y", given=("z",))))
    held = bc.concordance(bc.ask(model, rows, bc.ConditionalEffect(of="x", on="y", given=("z",), at=(0.5, 1.5))))
    assert (groups.status, held.status) == ("agree", "agree")
    assert groups.to_dataframe()["label"].tolist() == ["z = 0", "z = 1", "z = 2"]
    assert held.to_dataframe()["label"].tolist() == ["z = 0.5", "z = 1.5"]


def test_a_front_door_of_other_families_is_walked_in_two_steps():
    rng = np.random.default_rng(5)
    u, a, b, c = rng.normal(size=(4, 400))
    x = u + a
    m = 0.8 * x + b
    rows = {"x": x, "m": m, "y": 0.5 * m + u + c}
    model = bc.StructuralModel.parse("x -> m -> y; x <-> y")
    effect = bc.ask(model, rows, bc.AverageEffect(of="x", on="y"))
    assert effect.route.way == "front_door"
    assert bc.concordance(effect).status == "agree"


def test_a_question_without_a_second_route_is_refused_in_words(posterior):
    worlds = bc.concordance(bc.estimate(posterior, bc.ProbabilityOfNecessity(of="x", on="y")))
    zero = bc.ask(bc.StructuralModel.parse("x; y"), {"x": [0, 1, 0], "y": [1.5, 2.0, 2.5]}, ATE)
    assert worlds.is_refused
    assert str(worlds).startswith("No second route: The probability of necessity is about one unit in two worlds")
    assert bc.concordance(zero).reason == "The graph alone gives the answer: nothing was computed."
    assert worlds.to_dataframe().empty


def test_too_small_a_budget_is_an_error(posterior):
    with pytest.raises(SpecError, match="`draws` is 5; it must be a whole number of at least 20"):
        bc.concordance(bc.estimate(posterior, ATE), draws=5)


def test_every_second_route_belongs_to_a_way_that_answers():
    assert set(names(SECOND_ROUTES)) <= set(names(ANSWERS))
    assert all(find(SECOND_ROUTES, name).short == name for name in names(SECOND_ROUTES))


def test_it_prints_both_routes_with_the_threshold(posterior):
    found = bc.concordance(bc.estimate(posterior, ATE), draws=100, rows=100)
    told = str(found)
    assert f"below {MOST:g} MCSE is agreement" in told
    assert "pm.do on the compiled PyMC model" in told
    assert told.splitlines()[0] in found._repr_html_()


@pytest.mark.long
def test_laws_that_cannot_be_drawn_for_all_draws_at_once_are_replayed_one_by_one():
    rng = np.random.default_rng(6)
    x = np.tile([0.0, 1.0], 60)
    y = np.where(rng.random(120) < 0.4, 0, 1 + rng.poisson(np.exp(0.3 + 0.5 * x)))
    model = bc.StructuralModel.parse("y ~ x")
    hurdle = replace(model.variables["y"], mechanism=find("bayescause.scm.mechanisms", "hurdle")(), kind="count")
    effect = bc.ask(replace(model, variables={**model.variables, "y": hurdle}), {"x": x, "y": y}, ATE)
    assert bc.concordance(effect, draws=100).status == "agree"
