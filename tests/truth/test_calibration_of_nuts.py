"""Simulation-based calibration of NUTS, compiled once for all replications, by Python functions as mechanisms."""

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest

from bayescause.analysis.bands import band, distances
from bayescause.analysis.ranks import rank
from bayescause.analysis.refitting import procedure
from bayescause.analysis.simulating import Simulation, simulate
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.scm.structural_model import StructuralModel

REPLICATIONS = 100
DRAWS = 500
"""Of which every fifth is ranked, so that they are nearly independent."""

RNG = np.random.default_rng(10)
# Rows from which nothing but the causes are taken; the data of the replications are drawn from the priors.
ROWS = {"x": RNG.normal(size=30), "z": RNG.normal(size=30), "visits": RNG.poisson(2, 30), "sales": RNG.normal(size=30)}
OUTCOMES = ("visits", "sales")


def visits(name, parents, dims):
    """Counts, with a vector of slopes."""
    slope = pm.Normal("slope", [0.0, 0.5], 0.5, shape=2)
    drive = pm.Normal("a", 1, 0.5) + slope[0] * parents["x"] + slope[1] * parents["z"]
    return pm.Poisson(name, pt.exp(drive), dims=dims)


def sales(name, parents, dims):
    """A cause that saturates, under skewed noise, downstream of another function."""
    most, half = pm.Gamma("most", 3, 1), pm.LogNormal("half", 0.5, 0.5)
    mu = most * parents["visits"] / (half + parents["visits"]) + pm.Normal("b", 0, 1) * parents["x"]
    return pm.AsymmetricLaplace(name, b=pm.Gamma("rate", 4, 2), kappa=pm.LogNormal("skew", 0, 0.4), mu=mu, dims=dims)


def simulation():
    model = StructuralModel.parse("visits ~ x + z; sales ~ visits + x", mechanisms={"visits": visits, "sales": sales})
    table = tabulate(model, ROWS)
    whole = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in whole.tasks if task.key in OUTCOMES)
    return Simulation(model, table, type(whole)(tasks), derive(model, table, tasks), DRAWS, 5)


def measured(given, simulated):
    """Parameters of both functions and their log-likelihoods under each draw, dims (sample, quantity)."""
    design, found = simulated.simulation.design, []
    for key in OUTCOMES:
        likelihood = joint_log_likelihood(design.mechanisms[key], design, simulated.table, given[key])
        found += [*given[key].dispersion.values(), likelihood]
    return np.column_stack(found)


@pytest.mark.long
@pytest.mark.sampling
@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_ranks_of_functions_are_uniform():
    whole = simulation()
    refit, engines = procedure(whole, "nuts")
    assert set(engines.values()) == {"nuts"}
    ranks = []
    for number in range(REPLICATIONS):
        simulated = simulate(whole, number)
        truth, drawn = measured(simulated.truth, simulated)[0], measured(refit(simulated), simulated)
        ranks.append(rank(truth, drawn, simulated.generator("ranks").uniform(size=len(truth))))
    # All quantities keep within the limits in 95 of 100 runs of a right procedure; this is one seed.
    places = np.stack(ranks, axis=-1)
    limits = band(len(ranks), len(places)).limits
    assert max(float((distances(one) / limits).max()) for one in places) <= 1.0
