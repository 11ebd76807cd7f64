"""Simulation-based calibration of each engine, family by family: parameters, linear predictor, log-likelihood."""

import numpy as np
import pytest

from bayescause.analysis.bands import band, distances
from bayescause.analysis.ranks import rank
from bayescause.analysis.refitting import procedure
from bayescause.analysis.simulating import Simulation, simulate
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.errors import ConvergenceError
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.plugins import find, names
from bayescause.scm.design import drives_of
from bayescause.scm.structural_model import StructuralModel

FOLDER = "bayescause.scm.mechanisms"
REPLICATIONS = {"exact": 300, "laplace": 300, "nuts": 100}
DRAWS = {"exact": 200, "laplace": 200, "nuts": 500}
"""Of which NUTS, whose draws depend on each other, ranks every fifth."""

RNG = np.random.default_rng(8)
X = RNG.normal(size=30)
# Responses from which default priors are derived; the data of the replications are drawn from those.
SEEN = {
    "gaussian": RNG.normal(size=30),
    "student_t": RNG.standard_t(4, 30),
    "lognormal": RNG.lognormal(size=30),
    "gamma": RNG.gamma(3, size=30),
    "beta": RNG.beta(2, 3, 30),
    "bernoulli": RNG.binomial(1, 0.5, 30),
    "binomial": RNG.binomial(8, 0.5, 30),
    "poisson": RNG.poisson(2, 30),
    "negative_binomial": RNG.poisson(2 * RNG.gamma(2, 0.5, 30)),
    "categorical": RNG.permutation(np.arange(30) % 3),
    "ordinal": RNG.permutation(np.arange(30) % 4),
    "hurdle": RNG.poisson(1.5, 30) * RNG.binomial(1, 0.7, 30),
    "zero_inflated": RNG.poisson(2, 30) * RNG.binomial(1, 0.7, 30),
    "saturated": np.array(["a", "b", "c"])[RNG.integers(0, 3, 30)],
}


TABLES = ("saturated",)
"""Families of tables, whose parents have levels, and which have no linear predictor that laplace could draw."""

EXACT = ("gaussian", *TABLES)
CASES = [
    *(("exact", family) for family in EXACT),
    *(("laplace", family) for family in SEEN if family not in TABLES),
    *(pytest.param("nuts", family, marks=pytest.mark.sampling) for family in SEEN),
]


def simulation_of(family, draws):
    mechanism = find(FOLDER, "binomial")(trials=8) if family == "binomial" else find(FOLDER, family)()
    model = StructuralModel.parse("y ~ x", mechanisms={"y": mechanism})
    table = tabulate(model, {"x": X > 0 if family in TABLES else X, "y": SEEN[family]})
    whole = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in whole.tasks if task.key == "y")
    design = derive(model, table, tasks)
    return Simulation(model, table, type(whole)(tasks), design, draws, 5)


def measured(given, simulated):
    """Parameters, linear predictors of the first row and log-likelihood under each draw, dims (sample, quantity)."""
    design = simulated.simulation.design
    task, table = design.mechanisms["y"], simulated.table
    first = {name: values[:1] for name, values in table.columns.items()}
    predictors = drives_of(task, given.coefficients, first, design, np).values()
    likelihood = joint_log_likelihood(task, design, table, given)
    return np.column_stack([given.coefficients, *given.dispersion.values(), *predictors, likelihood])


def test_every_family_is_calibrated():
    assert set(SEEN) == set(names(FOLDER))


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
@pytest.mark.parametrize(("engine", "family"), CASES)
def test_ranks_are_uniform(engine, family):
    simulation, replications = simulation_of(family, DRAWS[engine]), REPLICATIONS[engine]
    # NUTS is compiled once for all replications.
    refit, _ = procedure(simulation, engine)
    ranks = []
    for number in range(replications):
        simulated = simulate(simulation, number)
        # Whether draws are certified depends on the data alone, so the ranks of those that are stay uniform.
        try:
            drawn = measured(refit(simulated)["y"], simulated)
        except ConvergenceError:
            continue
        truth = measured(simulated.truth["y"], simulated)[0]
        ranks.append(rank(truth, drawn, simulated.generator("ranks").uniform(size=len(truth))))
    # The quantities of all cases keep within the limits in 95 of 100 runs of a right procedure; this is one seed.
    places = np.stack(ranks, axis=-1)
    limits = band(len(ranks), len(places) * len(CASES)).limits
    assert len(ranks) > 0.95 * replications
    assert max(float((distances(one) / limits).max()) for one in places) <= 1.0
