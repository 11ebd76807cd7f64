"""Effects whose outcome sees the treatment as it was observed: the front door against enumeration and simulation."""

import numpy as np
import pytest

import bayescause as bc

FRONT_DOOR = "x -> m -> y; x <-> y"


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(3)
    u = rng.normal(size=4_000)
    x = u + rng.normal(size=4_000)
    m = 0.8 * x + rng.normal(size=4_000)
    return {"x": x, "m": m, "y": 0.5 * m + 1.5 * u + rng.normal(size=4_000)}


def test_the_front_door_undoes_hidden_confounding(rows):
    effect = bc.ask(bc.StructuralModel.parse(FRONT_DOOR), rows, bc.AverageEffect(of="x", on="y"))
    # Truth .4 by construction (.8 x .5); the plain slope is .4 + 1.5 / 2. Four posterior sds.
    assert abs(float(effect.mean()) - 0.4) < 4 * float(effect.sd())
    assert effect.unadjusted > 1.0


def test_a_curved_outcome_is_averaged_over_the_treatments_that_were_seen(rows):
    yes = {name: values[:200] for name, values in rows.items()}
    yes["y"] = (yes["y"] > 1).astype(float)
    question = bc.AverageEffect(of="x", on="y", contrast=(0, 2), population="sample")
    effect = bc.ask(bc.StructuralModel.parse(FRONT_DOOR), yes, question)
    u, noise, way = np.random.default_rng(4).normal(size=(3, 1_000_000))
    low, high = ((0.5 * (0.8 * x + way) + 1.5 * u + noise > 1).mean() for x in (0, 2))
    # The logistic outcome is an approximation of the probit-like truth: well within .01 here, plus four sds.
    assert abs(float(effect.mean()) - (high - low)) < 0.01 + 4 * float(effect.sd())


def test_mediators_of_several_families_in_series_and_with_a_cause_of_their_own():
    rng = np.random.default_rng(6)
    u, w = rng.normal(size=6_000), rng.integers(0, 3, 6_000)
    x = (u + rng.normal(size=6_000) > 0).astype(float)
    a = rng.poisson(np.exp(0.2 + 0.5 * x + 0.3 * w)).astype(float)
    b = 1 + x + 0.5 * a + rng.normal(size=6_000)
    y = 2 * a + b + 3 * u + rng.normal(size=6_000)
    model = bc.StructuralModel.parse("a ~ x + w; b ~ x + a; y ~ a + b; x <-> y", families={"a": "poisson"})
    question = bc.AverageEffect(of="x", on="y")
    effect = bc.ask(model, {"x": x, "w": w, "a": a, "b": b, "y": y}, question)
    more = (np.exp(0.7) - np.exp(0.2)) * np.exp(0.3 * np.arange(3)).mean()
    assert abs(float(effect.mean()) - (2.5 * more + 1)) < 4 * float(effect.sd())
    assert effect.unadjusted > 2.5 * more + 2
