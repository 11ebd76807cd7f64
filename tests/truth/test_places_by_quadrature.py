"""Draws of a pooled Gaussian mechanism lie around simulated truths as a posterior by plain quadrature says.

Ranks of truths show draws and luck together: truths that are, by chance, extreme make ranks extreme. Beside the place
of each truth in its own posterior the luck cancels, and what is left is the error of the draws alone.
"""

import numpy as np
import pytest
from scipy.special import ndtr

from bayescause.analysis.refitting import procedure
from bayescause.analysis.simulating import Simulation, simulate
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.scm.structural_model import StructuralModel

REPLICATIONS, DRAWS = 150, 400
RNG = np.random.default_rng(9)
ROWS = {"x": RNG.normal(size=40), "g": RNG.permutation(np.arange(40) % 5), "y": RNG.normal(size=40)}


@pytest.fixture(scope="module")
def simulation():
    model = StructuralModel.parse("y ~ x + (1 | g)", families={"y": "gaussian"})
    table = tabulate(model, ROWS)
    whole = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in whole.tasks if task.key == "y")
    return Simulation(model, table, type(whole)(tasks), derive(model, table, tasks), DRAWS, 11)


def places(truth, response, task):
    """Posterior probability below each true coefficient, over a grid of the logarithms of both sds."""
    columns = np.column_stack([np.ones(40), ROWS["x"] - task.centres[0], *(ROWS["g"] == level for level in range(5))])
    left = response - columns @ np.linalg.lstsq(columns, response)[0]
    start = np.log(left.std())
    found = on_grid(columns, response, task, np.linspace(start - 1.5, start + 2.5, 30), np.linspace(-10, 4, 40))
    kept = [np.flatnonzero((found[0] > found[0].max() - 22).any(axis=other)) for other in (1, 0)]
    fine = [axis[[max(at[0] - 1, 0), min(at[-1] + 1, len(axis) - 1)]] for axis, at in zip(found[1], kept, strict=True)]
    density, _, mean, sd = on_grid(columns, response, task, *(np.linspace(*ends, 44) for ends in fine))
    weights = np.exp(density - density.max()).ravel()
    return weights @ ndtr((truth - mean) / sd) / weights.sum()


def on_grid(columns, response, task, noises, spreads):
    """Log density of both log sds, the axes, and mean and sd of the coefficients given them."""
    noise, spread = (np.exp(each.ravel()) for each in np.meshgrid(noises, spreads, indexing="ij"))
    centre = np.array([task.priors["intercept"].parameters[0], *np.zeros(6)])
    precision = np.ones((noise.size, 7)) / np.square(
        np.column_stack([*(np.full(noise.size, task.priors[name].parameters[1]) for name in task.fixed), *[spread] * 5])
    )
    inner = columns.T @ columns / np.square(noise)[:, None, None] + precision[:, :, None] * np.eye(7)
    pulled = columns.T @ response / np.square(noise)[:, None] + precision * centre
    inverse = np.linalg.inv(inner)
    mean = (inverse @ pulled[..., None])[..., 0]
    misfit = np.square(response - mean @ columns.T).sum(axis=1) / np.square(noise)
    misfit += (precision * np.square(mean - centre)).sum(axis=1)
    density = 0.5 * np.log(precision).sum(axis=1) - 0.5 * np.linalg.slogdet(inner)[1] - 0.5 * misfit
    # Exponential prior of the noise's sd, half normal of the effects', and the Jacobians of both logarithms.
    density += -(len(response) - 1) * np.log(noise) - task.priors["sd"].parameters[0] * noise
    density += np.log(spread) - 0.5 * np.square(spread / task.priors["sd(1|g)"].parameters[0])
    shape = (len(noises), len(spreads))
    return density.reshape(shape), (noises, spreads), mean, np.sqrt(np.diagonal(inverse, axis1=1, axis2=2))


@pytest.mark.long
def test_as_many_draws_lie_below_each_truth_as_quadrature_says(simulation):
    refit, engines = procedure(simulation, "exact")
    assert engines == {"y": "exact"}
    gaps = []
    for number in range(REPLICATIONS):
        simulated = simulate(simulation, number)
        truth = simulated.truth["y"].coefficients[0]
        place = places(truth, simulated.table.columns["y"], simulation.design.mechanisms["y"])
        below = (refit(simulated)["y"].coefficients < truth).mean(axis=0)
        gaps.append((below - place) / np.sqrt(place * (1 - place) / DRAWS))
    # The number of independent draws below is binomial: standardised, its mean is 0 and its mean square 1.
    gaps = np.stack(gaps)
    squares = np.square(gaps)
    assert np.abs(gaps.mean(axis=0)).max() < 4 / np.sqrt(REPLICATIONS)
    np.testing.assert_array_less(np.abs(squares.mean(axis=0) - 1), 4 * squares.std(axis=0) / np.sqrt(REPLICATIONS))
