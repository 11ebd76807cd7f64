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
    yes = {name: values[:400] for name, values in rows.items()}
    yes["y"] = (yes["y"] > 1).astype(float)
    question = bc.AverageEffect(of="x", on="y", contrast=(0, 2), population="sample")
    effect = bc.ask(bc.StructuralModel.parse(FRONT_DOOR), yes, question)
    u, noise, way = np.random.default_rng(4).normal(size=(3, 1_000_000))
    low, high = ((0.5 * (0.8 * x + way) + 1.5 * u + noise > 1).mean() for x in (0, 2))
    # The logistic outcome is an approximation of the probit-like truth: well within .01 here, plus four sds.
    assert abs(float(effect.mean()) - (high - low)) < 0.01 + 4 * float(effect.sd())
