"""Bounds from model file to page, and how often their interval holds the true range."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import binom

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.bounds import response_model
from bayescause.identification.response_types import ObservedLaws, effect_bounds, mean_bounds
from bayescause.inference.allowed_laws import Sampler, draw_allowed
from bayescause.query.bounds import Bounds
from bayescause.study.running import run
from bayescause.study.study import Study

INSTRUMENT = response_model(CausalGraph.parse("z -> x -> y; x <-> y"), "x", "y")
LEVELS = {"z": 2, "x": 2, "y": 2}
SURE = 0.001
"""Chance with which a test of a true claim may fail."""


def counted(cells):
    """The table of counts, dims (z, x, y), as the factors P(x | z) and P(y | z, x)."""
    return Sampler(INSTRUMENT, LEVELS, {"x": cells.sum(axis=-1), "y": cells})


def laws_of(factors):
    return ObservedLaws(LEVELS, factors, np.ones(len(factors["x"])))


def bounds_of(factors):
    """Bounds from draws of the factors, as an answer makes them."""
    low, high = effect_bounds(INSTRUMENT, laws_of(factors), (0, 1), (0.0, 1.0))
    at_mean = (xr.DataArray(end) for end in mean_bounds(INSTRUMENT, laws_of(factors), (0, 1), (0.0, 1.0)))
    draws = (xr.DataArray(end[None], dims=("chain", "draw")) for end in (low, high))
    return Bounds(*draws, "response_functions", True, 0.0, 0.0, (), *at_mean)


def from_the_prior(number, rng):
    """Laws that an instrument allows, drawn from the prior that the posterior has."""
    return draw_allowed(counted(np.zeros((2, 2, 2))), rng, number)[0]


def from_response_types(number, rng):
    """Laws of response types whose chances are as likely as any others."""
    chances = rng.dirichlet(np.ones(16), size=number).reshape(-1, 4, 4)
    law = np.zeros((number, 2, 2, 2))
    for x_type, y_type, z in np.ndindex(4, 4, 2):
        x = x_type >> z & 1
        law[:, z, x, y_type >> x & 1] += chances[:, x_type, y_type]
    taken = law.sum(axis=-1)
    return {"x": taken, "y": law / taken[..., None]}


def number_held(truths, *, units, draws, prob, rng):
    """In how many tables, one of each true law, the interval holds the true range."""
    low, high = effect_bounds(INSTRUMENT, laws_of(truths), (0, 1), (0.0, 1.0))
    law = truths["x"][..., None] * truths["y"]
    held = 0
    for place in range(len(low)):
        table = [rng.multinomial(units // 2, arm.ravel() / arm.sum()).reshape(2, 2) for arm in law[place]]
        drawn, _ = draw_allowed(counted(np.array(table, dtype=float)), rng, draws)
        interval = bounds_of(drawn).interval(prob)
        held += float(interval.low) <= low[place] and high[place] <= float(interval.high)
    return held


def test_cholestyramine_has_the_published_bounds_through_its_model_file(models):
    # REFERENCE_NUMBERS E11 in the large-sample limit: each row stands for 1,000 times as many patients.
    study = Study.read(models / "cholestyramine.toml")
    rows = pd.read_csv(models / "data" / "cholestyramine.csv")
    rows["patients"] = 1000 * np.array([0.919 * 172, 0.081 * 172, 0.315 * 165, 0.073 * 165, 0.139 * 165, 0.473 * 165])
    rows["patients"] = rows["patients"].round().astype(int)
    findings = run(study, rows, seed=1)
    bounds = findings.answers[0].effect.bounds
    assert findings.status == "refused"
    # With 337,000 patients the sd of an end is 0.0014, and 4,000 draws have a mean within 0.0001 of it.
    assert float(bounds.low.mean()) == pytest.approx(0.392, abs=0.001)
    assert float(bounds.high.mean()) == pytest.approx(0.780, abs=0.001)


def test_the_interval_holds_the_true_range_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = number_held(from_response_types(60, rng), units=200, draws=200, prob=0.9, rng=rng)
    assert binom.cdf(held, 60, 0.9) > SURE


@pytest.mark.long
@pytest.mark.parametrize("units", [100, 1000])
@pytest.mark.parametrize("truths", [from_the_prior, from_response_types])
def test_the_interval_holds_the_true_range_in_a_thousand_tables(truths, units):
    rng = np.random.default_rng(2)
    held = number_held(truths(1000, rng), units=units, draws=1000, prob=0.9, rng=rng)
    assert binom.cdf(held, 1000, 0.9) > SURE
