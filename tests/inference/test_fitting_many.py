import numpy as np
import pytest

import bayescause as bc


def lines(seed, rows=60):
    x, noise = np.random.default_rng(seed).normal(size=(2, rows))
    return {"x": x, "y": 2 * x + noise}


def test_posteriors_are_those_of_fitting_one_by_one():
    model = bc.StructuralModel.parse("y ~ x")
    many = list(bc.fit_many([(model, lines(seed)) for seed in range(3)], seed=7, workers=1))
    alone = [bc.fit(model, lines(seed), seed=7 + seed) for seed in range(3)]
    assert all(one.draws.equals(other.draws) for one, other in zip(many, alone, strict=True))


def test_columns_of_another_kind_get_a_plan_of_their_own():
    model = bc.StructuralModel.parse("y ~ x")
    coins = {"x": lines(1)["x"], "y": (lines(1)["y"] > 0).astype(float)}
    first, second = bc.fit_many([(model, lines(1)), (model, coins)], workers=1)
    assert [one.design.mechanisms["y"].mechanism.short for one in (first, second)] == ["gaussian", "bernoulli"]


def test_a_faulty_case_fails_when_its_turn_comes():
    model = bc.StructuralModel.parse("y ~ x")
    posteriors = bc.fit_many([(model, lines(1)), (model, {"x": [1.0]})], workers=1)
    assert next(posteriors).is_converged
    with pytest.raises(bc.errors.DataError, match="'y' is not a column"):
        next(posteriors)
