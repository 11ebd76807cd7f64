import numpy as np
import pymc as pm
import pytest

import bayescause as bc
from bayescause.inference import spreading
from bayescause.inference.convergence import diagnose
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.mechanisms.poisson import Poisson

ERRORS = 5
"""Monte Carlo errors within which nine comparisons stay in all but 1 of 100,000 runs, whatever the seed."""

NUTS = {"engine": "nuts", "chains": 2, "draws": 100, "tune": 100}


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


def counted(monkeypatch):
    import nutpie

    compile_model, calls = nutpie.compile_pymc_model, []

    def compile_and_count(model):
        calls.append(model)
        return compile_model(model)

    monkeypatch.setattr(nutpie, "compile_pymc_model", compile_and_count)
    return calls


def weighted(seed, rows):
    return lines(seed, rows) | {"w": np.random.default_rng(seed).uniform(seed, 9 * seed, rows)}


def counts(seed, rows):
    random = np.random.default_rng(seed)
    return lines(seed, rows) | {"hours": random.uniform(1, 5 * seed, rows), "n": random.poisson(3.0, rows)}


def straight(name, parents, dims):
    drive = pm.Normal("a", 0, 2) + pm.Normal("b", 0, 2) * parents["x"]
    return pm.Normal(name, drive, pm.HalfNormal("sd", 2), dims=dims)


@pytest.mark.sampling
def test_nuts_compiles_once_for_tables_of_any_length_and_priors_and_each_posterior_is_the_exact_one(monkeypatch):
    calls = counted(monkeypatch)
    wide, narrow = (
        bc.StructuralModel.parse("y ~ x; x ~ 1", priors={"y": {"x": f"normal(0, {sd})"}}) for sd in (2, 0.1)
    )
    cases = [(wide, lines(1, 40)), (wide, lines(2, 55)), (narrow, lines(2, 55))]
    many = bc.fit_many(cases, seed=7, workers=1, engine="nuts", draws=500, tune=500)
    for case, found in zip(cases, many, strict=True):
        exact = bc.fit(*case, engine="exact", draws=25_000).draws
        for name in ("y_coefficient", "y_sd"):
            drawn, truth = (each[name].to_numpy().reshape(4, len(each.draw), -1) for each in (found.draws, exact))
            errors = [diagnose(values).mcse_mean for values in np.moveaxis(drawn, -1, 0)]
            # Independent exact draws: their own error is that of the mean of 100,000.
            errors = np.hypot(errors, truth.std(axis=(0, 1)) / np.sqrt(100_000))
            assert np.all(np.abs(drawn.mean(axis=(0, 1)) - truth.mean(axis=(0, 1))) < ERRORS * errors)
    assert len(calls) == 1


@pytest.mark.long
@pytest.mark.sampling
def test_nuts_compiles_once_for_tables_priors_and_weights_and_draws_what_a_fit_alone_draws(monkeypatch):
    calls = counted(monkeypatch)
    precise = {"y": Gaussian(weights="w")}
    shops = np.array([f"shop {number % 5}" for number in range(80)])
    parse = bc.StructuralModel.parse
    text, kinds = "y ~ x + (1 | shop)", {"continuous": ["x"], "categorical": ["shop"]}
    wide, narrow = (
        parse(text, kinds=kinds, mechanisms=precise, priors={"y": {"x": f"normal(0, {sd})"}}) for sd in (2, 0.5)
    )
    cases = [
        (wide, weighted(1, 60) | {"shop": shops[:60]}),
        (wide, weighted(2, 80) | {"shop": shops}),
        (narrow, weighted(2, 80) | {"shop": shops}),
    ]
    many = list(bc.fit_many(cases, seed=7, workers=1, **NUTS))
    assert len(calls) == 1
    alone = bc.fit(*cases[2], seed=9, **NUTS)
    assert many[2].draws.equals(alone.draws)
    assert not many[2].draws["y_sd"].equals(many[1].draws["y_sd"])


@pytest.mark.long
@pytest.mark.sampling
def test_nuts_compiles_once_for_a_function_of_one_s_own(monkeypatch):
    calls = counted(monkeypatch)
    model = bc.StructuralModel.parse("y ~ x", mechanisms={"y": straight})
    cases = [(model, lines(1, 40)), (model, lines(2, 55))]
    many = list(bc.fit_many(cases, seed=7, workers=1, **NUTS))
    assert len(calls) == 1
    assert many[1].draws.equals(bc.fit(*cases[1], seed=8, **NUTS).draws)


@pytest.mark.long
@pytest.mark.sampling
def test_processes_that_compile_once_each_draw_what_a_fit_alone_draws(monkeypatch):
    monkeypatch.setattr(spreading, "CHUNK", 1)
    model = bc.StructuralModel.parse("n ~ x", mechanisms={"n": Poisson(exposure="hours")})
    cases = [(model, counts(seed, 40 + 5 * seed)) for seed in (1, 2, 3, 4)]
    many = list(bc.fit_many(cases, seed=7, workers=2, **NUTS))
    assert many[3].draws.equals(bc.fit(*cases[3], seed=10, **NUTS).draws)
