"""Certified draws against dense quadrature, where one or two parameters are free; and what is not certified."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.certified import sample_around_peaks
from bayescause.inference.importance import inflation
from bayescause.inference.log_posterior import log_posterior
from bayescause.inference.randomness import generator
from bayescause.scm.structural_model import StructuralModel

DRAWS = 20_000
RNG = np.random.default_rng(5)
X = RNG.normal(size=40)
TWO_GROUPS = np.repeat([-8.0, 8.0], 5) + np.tile(np.linspace(-0.5, 0.5, 5), 2)

# Family, response, and priors that leave one or two parameters free.
CASES = {
    "logistic": ("bernoulli", (X + RNG.normal(size=40) > 0).astype(float), {}),
    "separated": ("bernoulli", (X > 0).astype(float), {"x": "normal(0, 50)"}),
    "eight rows": ("bernoulli", (X[:8] > -5).astype(float), {}),
    "nothing counted": ("poisson", np.zeros(40), {}),
    "counts, heavy prior": ("poisson", RNG.poisson(2.0, 40).astype(float), {"x": "cauchy(0, 1)"}),
    "three rows, unknown sd": ("gaussian", X[:3], {"x": "fixed(0)", "sd": "half_cauchy(1)"}),
    "a prior with a corner": ("gaussian", X + 0.1, {"x": "laplace(0, 0.02)", "sd": "fixed(1)"}),
    "two groups": (
        "student_t",
        TWO_GROUPS,
        {"x": "fixed(0)", "intercept": "normal(0, 10)", "scale": "fixed(0.5)", "df": "fixed(1)"},
    ),
    "tails": ("student_t", X, {"x": "fixed(0)", "intercept": "fixed(0)"}),
}


def target_of(family, response, priors):
    model = StructuralModel.parse("y ~ x", families={"y": family}, priors={"y": priors})
    table = tabulate(model, {"x": X[: len(response)], "y": response})
    tasks = tuple(task for task in plan(model, kinds=table.kinds).tasks if task.key == "y")
    design = derive(model, table, tasks)
    return log_posterior(design.mechanisms["y"], design, table)


def grid_of(points):
    """An even grid over all that was drawn and as much again, dims (node, axis)."""
    low, high = points.min(axis=0), points.max(axis=0)
    sides = [np.linspace(*ends, 2_001 if points.shape[1] == 1 else 301) for ends in zip(low, high, strict=True)]
    return np.stack([side.ravel() for side in np.meshgrid(*sides)], axis=-1)


def quantiles(values, weights, at):
    order = np.argsort(values)
    return np.interp(at, np.cumsum(weights[order]) - 0.5 * weights[order], values[order])


@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
@pytest.mark.parametrize("case", CASES)
def test_draws_have_the_moments_and_quantiles_of_quadrature(case):
    target = target_of(*CASES[case])
    found = sample_around_peaks(target, generator(1, case), samples=DRAWS)
    nodes = grid_of(found.points)
    logs = target.at(nodes).log_posterior
    weights = np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum()
    effective = DRAWS / inflation(found.expected).mean()
    for place in range(target.size):
        values, drawn = nodes[:, place], found.points[:, place]
        mean = weights @ values
        sd = np.sqrt(weights @ (values - mean) ** 2)
        assert abs(drawn.mean() - mean) < 4 * sd / np.sqrt(effective)
        assert drawn.std() == pytest.approx(sd, rel=0.03)
        # Quantiles of 20,000 draws err by a hundredth of a sd, those of the grid by a part of its step.
        np.testing.assert_allclose(
            np.quantile(drawn, (0.05, 0.95)), quantiles(values, weights, (0.05, 0.95)), atol=0.05 * sd
        )


@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_the_evidence_is_that_of_quadrature():
    target = target_of(*CASES["logistic"])
    found = sample_around_peaks(target, generator(1, "evidence"), samples=DRAWS)
    nodes = grid_of(found.points)
    logs = target.at(nodes).log_posterior
    cell = np.prod(np.ptp(found.points, axis=0) / 300)
    # The mean weight of 20,000 proposals errs by less than 1 / sqrt(10,000).
    assert found.log_evidence == pytest.approx(np.log(np.exp(logs).sum() * cell), abs=0.04)


def test_hardly_any_proposal_stands_twice_among_the_draws():
    found = sample_around_peaks(target_of(*CASES["separated"]), generator(1, "atoms"), samples=4_000)
    assert len(np.unique(found.points[:, 0])) > 0.99 * 4_000


@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
def test_separated_groups_under_flat_priors_are_not_certified():
    priors = {"x": "flat()", "intercept": "flat()"}
    found = sample_around_peaks(target_of("bernoulli", (X > 0).astype(float), priors), generator(1), samples=1_000)
    assert isinstance(found, str)


def test_the_same_random_numbers_give_the_same_draws():
    one, again = (sample_around_peaks(target_of(*CASES["tails"]), generator(3), samples=500) for _ in "12")
    assert np.array_equal(one.points, again.points)
