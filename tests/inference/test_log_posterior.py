"""The log posterior of tasks of every family: its value from densities and priors, its derivatives by differences."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.log_posterior import bends_down, log_posterior
from bayescause.inference.newton import find_peaks
from bayescause.scm.structural_model import StructuralModel

RNG = np.random.default_rng(5)
X, Z = RNG.normal(size=(2, 60))
RESPONSES = {
    "bernoulli": (X + RNG.normal(size=60) > 0).astype(float),
    "poisson": RNG.poisson(np.exp(0.5 + 0.3 * X)).astype(float),
    "student_t": X + RNG.standard_t(3, 60),
    "gaussian": 1e6 * (1 + X + RNG.normal(size=60)),
}
PRIORS = {
    "bernoulli": {"x": "student_t(3, 0, 2)"},
    "poisson": {"z": "half_normal(1)"},
    "student_t": {"df": "uniform(1, 30)"},
    "gaussian": {"x": "cauchy(0, 1e6)", "sd": "half_cauchy(1e6)"},
}
each_family = pytest.mark.parametrize("family", RESPONSES)


def target_of(text, data, family, priors):
    model = StructuralModel.parse(text, families={"y": family}, priors={"y": priors})
    table = tabulate(model, data)
    tasks = tuple(task for task in plan(model, kinds=table.kinds).tasks if task.key == "y")
    design = derive(model, table, tasks)
    return log_posterior(design.mechanisms["y"], design, table)


def target_for(family):
    return target_of("y ~ x + z", {"x": X, "z": Z, "y": RESPONSES[family]}, family, PRIORS[family])


@each_family
def test_the_value_is_log_likelihood_plus_log_prior(family):
    target = target_for(family)
    points = np.random.default_rng(6).normal(size=(4, target.size))
    found = target.at(points)
    parameters = target.coordinates.parameters(points)
    likelihood = joint_log_likelihood(target.task, target.design, target.table, parameters)
    np.testing.assert_allclose(found.log_posterior, likelihood + target.coordinates.log_prior(points), rtol=1e-12)
    np.testing.assert_allclose(target.expand(points[0]).value, found.log_posterior[0], rtol=1e-10)


@each_family
def test_the_derivatives_of_the_likelihood_are_those_of_its_value(family):
    target = target_for(family)
    point, step = find_peaks(target, np.random.default_rng(7))[0].place + 0.3, 1e-5
    found, axes = target.expand(point), target.coordinates.axes
    for place in range(target.size):
        above, below = (point + sign * step * np.eye(target.size)[place] for sign in (1, -1))
        priors = [axes[place].prior_curve(at[place]).first for at in (above, below)]
        likelihoods = target.at(np.stack([above, below])).log_likelihood
        own = (likelihoods[0] - likelihoods[1]) / (2 * step) + axes[place].prior_curve(point[place]).first
        # Rounding of a log-likelihood of 1e3 over the step.
        assert found.gradient[place] == pytest.approx(own, rel=1e-5, abs=1e-5)
        second = (target.expand(above).gradient - target.expand(below).gradient) / (2 * step)
        # The slope of a prior is a wide difference, and its bend another: compare what the likelihood gives.
        second[place] += axes[place].prior_curve(point[place]).second - (priors[0] - priors[1]) / (2 * step)
        np.testing.assert_allclose(found.hessian[place], second, rtol=1e-5, atol=1e-5 * np.abs(found.hessian).max())


def test_the_peak_of_a_gaussian_posterior_is_its_mean():
    target = target_of(
        "y ~ x", {"x": X, "y": X}, "gaussian", {"intercept": "normal(0, 1)", "x": "normal(0, 1)", "sd": "fixed(2)"}
    )
    [peak] = find_peaks(target, np.random.default_rng(1))
    matrix = np.column_stack([np.ones(60), X - X.mean()])
    precision = matrix.T @ matrix / 4 + np.eye(2)
    np.testing.assert_allclose(peak.place, np.linalg.solve(precision, matrix.T @ X / 4), rtol=1e-8)
    np.testing.assert_allclose(peak.covariance, np.linalg.inv(precision), rtol=1e-8, atol=1e-12)


def test_the_mass_of_a_gaussian_peak_is_the_evidence():
    fixed = {"intercept": "normal(0, 1)", "x": "fixed(0)", "sd": "fixed(2)"}
    target = target_of("y ~ x", {"x": X, "y": X}, "gaussian", fixed)
    [peak] = find_peaks(target, np.random.default_rng(1))
    covariance = 4 * np.eye(60) + 1.0
    expected = -0.5 * (X @ np.linalg.solve(covariance, X) + np.linalg.slogdet(2 * np.pi * covariance)[1])
    assert peak.log_mass + 0.5 * np.log(2 * np.pi) == pytest.approx(expected, rel=1e-10)


def test_both_peaks_of_two_far_groups_are_found():
    groups = np.repeat([-8.0, 8.0], 10) + np.tile(np.linspace(-0.5, 0.5, 10), 2)
    fixed = {"intercept": "normal(0, 10)", "x": "fixed(0)", "scale": "fixed(0.3)", "df": "fixed(1)"}
    target = target_of("y ~ x", {"x": X[:20], "y": groups}, "student_t", fixed)
    peaks = find_peaks(target, np.random.default_rng(1))
    assert sorted(
        round(float(target.coordinates.parameters(peak.place[None]).coefficients[0, 0])) for peak in peaks
    ) == [-8, 8]


def test_a_density_that_rises_without_end_has_no_peak():
    separated = {"x": X, "y": (X > 0).astype(float)}
    target = target_of("y ~ x", separated, "bernoulli", {"x": "flat()", "intercept": "flat()"})
    assert not any(np.isfinite(peak.log_mass) and np.abs(peak.place).max() < 20 for peak in find_peaks(target, RNG))


def test_several_drives_are_concave_only_if_the_whole_block_is():
    concave = np.array([[-2.0, 1.9], [1.9, -2.0]])
    flat = np.array([[-1.0, 1.0], [1.0, -1.0]])
    saddle = np.array([[-2.0, 2.1], [2.1, -2.0]])
    hidden = np.array([[0.0, 0.5], [0.5, -2.0]])
    assert bends_down(np.stack([concave, flat, np.zeros((2, 2))]))
    assert not bends_down(np.stack([concave, saddle]))
    assert not bends_down(hidden[None])
    random = np.random.default_rng(8).normal(size=(200, 4, 4))
    symmetric = random + random.transpose(0, 2, 1) - 3.0 * np.eye(4)
    expected = [bool((np.linalg.eigvalsh(matrix) <= 0).all()) for matrix in symmetric]
    assert [bends_down(matrix[None]) for matrix in symmetric] == expected
