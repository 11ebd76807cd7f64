"""Simulation-based calibration of pooled mechanisms: parameters, sds of effects, effects and log-likelihood."""

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
from bayescause.scm.structural_model import StructuralModel

REPLICATIONS = {"exact": 200, "laplace": 200, "nuts": 100}
DRAWS = {"exact": 200, "laplace": 200, "nuts": 500}
"""Of which NUTS, whose draws depend on each other, ranks every fifth, or as many of longer chains."""

RNG = np.random.default_rng(9)
ROWS = {"x": RNG.normal(size=40), "g": RNG.permutation(np.arange(40) % 5)}
SEEN = {"gaussian": RNG.normal(size=40), "bernoulli": RNG.binomial(1, 0.5, 40), "poisson": RNG.poisson(2, 40)}
CASES = {
    "one scale": ("gaussian", "y ~ x + (1 | g)", "exact"),
    "two scales": ("gaussian", "y ~ x + (x | g)", "exact"),
    "yes or no": ("bernoulli", "y ~ x + (1 | g)", "laplace"),
    "counts": ("poisson", "y ~ x + (1 | g)", "laplace"),
    "one scale by NUTS": ("gaussian", "y ~ x + (1 | g)", "nuts"),
    "yes or no by NUTS": ("bernoulli", "y ~ x + (1 | g)", "nuts"),
}


def simulation_of(family, formula, draws):
    model = StructuralModel.parse(formula, families={"y": family})
    table = tabulate(model, ROWS | {"y": SEEN[family]})
    whole = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in whole.tasks if task.key == "y")
    return Simulation(model, table, type(whole)(tasks), derive(model, table, tasks), draws, 5)


def measured(given, simulated):
    """Coefficients, effects, dispersion with the sds of effects, and log-likelihood, dims (sample, quantity)."""
    design = simulated.simulation.design
    likelihood = joint_log_likelihood(design.mechanisms["y"], design, simulated.table, given)
    return np.column_stack([given.coefficients, *given.dispersion.values(), likelihood])


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.sampling if case.endswith("NUTS") else ()) for case in CASES]
)
def test_ranks_are_uniform(case):
    family, formula, engine = CASES[case]
    simulation, replications = simulation_of(family, formula, DRAWS[engine]), REPLICATIONS[engine]
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
    assert len(ranks) > 0.8 * replications
    assert max(float((distances(one) / limits).max()) for one in places) <= 1.0
