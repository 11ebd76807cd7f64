"""An offset is added to the drive as it is: answers are those of what is written without it."""

import numpy as np
import pytest
from scipy.special import gammaln

import bayescause as bc
from bayescause.errors import DataError, SpecError
from bayescause.inference.posterior import parameters
from bayescause.scm.mechanisms.poisson import Poisson

ROWS = 200
RAW = {"raw_intercept": "normal(0, 3)", "x": "normal(0, 1)"}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(3)
    x, hours = rng.normal(size=ROWS), np.exp(rng.normal(size=ROWS))
    return {
        "x": x,
        "hours": hours,
        "g": np.array(list("abcd"))[rng.integers(0, 4, ROWS)],
        "y": x + hours + rng.normal(size=ROWS),
        "k": rng.poisson(hours * np.exp(0.3 * x)).astype(float),
    }


def coefficients(text, data, of=None, **said):
    model = bc.StructuralModel.parse(text, **said)
    used = {name: data[name] for name in ("x", "hours", "g", "y", "k") if name in text or name == of}
    posterior = bc.fit(model, used, seed=4)
    return parameters(posterior, text[0]).coefficients


def test_a_straight_line_through_what_is_left(data):
    found = coefficients("y ~ x + offset(hours)", data, priors={"y": RAW})
    rest = coefficients("y ~ x", {**data, "y": data["y"] - data["hours"]}, priors={"y": RAW | {"sd": "half_normal(9)"}})
    assert (found[:, -1] == 1).all()
    # The sds' default priors differ by the responses' spread; 4,000 draws have an error of a sixtieth of an sd.
    sds = rest.std(axis=0)
    assert (np.abs(found[:, :2].mean(axis=0) - rest.mean(axis=0)) < 5 * np.sqrt(2 / 4_000) * sds).all()


def test_the_logarithm_of_an_exposure_is_the_exposure(data):
    families = {"k": "poisson"}
    by_offset = coefficients("k ~ x + offset(log(hours))", data, families=families, priors={"k": RAW})
    mechanism = Poisson(exposure="hours")
    by_exposure = coefficients("k ~ x", data, of="hours", mechanisms={"k": mechanism}, priors={"k": RAW})
    # The same posterior around the same peak from the same random numbers.
    np.testing.assert_allclose(by_offset[:, :2], by_exposure, rtol=1e-6)


def test_what_is_set_moves_the_drive_as_much(data):
    model = bc.StructuralModel.parse("y ~ x + offset(hours)")
    question = bc.AverageEffect(of="hours", on="y", contrast=(1.0, 3.0))
    used = {name: data[name] for name in ("x", "hours", "y")}
    np.testing.assert_allclose(bc.ask(model, used, question).draws, 2.0)


def test_what_never_varied_moves_the_drive_too():
    rng = np.random.default_rng(3)
    x = (rng.random(ROWS) < 0.5).astype(float)
    data = {"x": x, "hours": np.full(ROWS, 8.0), "k": rng.poisson(8 * np.exp(0.2 + 0.3 * x)).astype(float)}
    model = bc.StructuralModel.parse("k ~ x + offset(log(hours))", families={"k": "poisson"})
    question = bc.PolicyEffect(of="x", on="k", intervention=1, instead=0, also={"hours": 4.0})
    effect = bc.ask(model, data, question, seed=1)
    truth = 4 * np.exp(0.5) - 8 * np.exp(0.2)
    assert abs(float(effect.mean()) - truth) < 4 * float(effect.sd())
    assert float(effect.mean()) < 0


def test_only_the_drive_of_the_mean_is_moved(data):
    found = coefficients("k ~ x + offset(log(hours))", data, families={"k": "hurdle"})
    model = bc.StructuralModel.parse("k ~ x + offset(log(hours))", families={"k": "hurdle"})
    names = bc.fit(model, {name: data[name] for name in ("x", "hours", "k")}).design.mechanisms["k"].coefficients
    held = {name: set(found[:, place]) for place, name in enumerate(names) if "offset" in name}
    assert held == {"mean.offset(log(hours))": {1.0}, "presence.offset(log(hours))": {0.0}}


def test_the_compiled_model_holds_it_at_one(data):
    model = bc.StructuralModel.parse("k ~ x + offset(log(hours))", families={"k": "poisson"}, priors={"k": RAW})
    compiled = bc.to_pymc(model, {name: data[name] for name in ("x", "hours", "k")})
    start = compiled.initial_point()
    density = float(compiled.compile_logp(vars=[compiled["k"]], mode="FAST_COMPILE")(start))
    log_mean, k = np.log(data["hours"]), data["k"]
    assert start["k_intercept"] == start["k_x"] == 0.0
    assert density == pytest.approx((k * log_mean - np.exp(log_mean) - gammaln(k + 1)).sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("text", "said", "message"),
    [
        ("y ~ x + offset(g)", {}, "so it is no number to add"),
        ("y ~ offset(log(x))", {}, "needs values above zero"),
        ("g ~ x + offset(hours)", {}, "a drive for each level and none of the mean"),
        ("y ~ offset(x)", {"priors": {"y": {"offset(x)": "normal(0, 1)"}}}, "is known, so 'offset.x.' has no prior"),
        (
            "k ~ offset(x)",
            {"families": {"k": "hurdle"}, "priors": {"k": {"presence.offset(x)": "normal(0, 1)"}}},
            "is known, so 'presence.offset.x.' has no prior",
        ),
        ("g ~ offset(x)", {"families": {"g": "saturated"}}, "a drive for each level and none of the mean"),
    ],
)
def test_what_cannot_be_added_is_refused(text, said, message, data):
    with pytest.raises((DataError, SpecError), match=message):
        coefficients(text, data, **said)
