import numpy as np
import pytest
from scipy import stats

from bayescause.inference.error_law import (
    Errors,
    draw_coefficients,
    log_correlation_prior,
    log_likelihood,
    log_posterior,
    log_prior,
    system_of,
)
from bayescause.scm.priors import log_density

PLACES = Errors(np.array([-0.3, 0.2]), np.array([0.8, -1.5]), np.array([-0.1, 0.4]))


def columns(rows=40, seed=2):
    z, w, v, u = np.random.default_rng(seed).normal(size=(4, rows))
    x = z - w + v
    return {"z": z, "w": w, "x": x, "y": 30 + 0.5 * x + w + 0.7 * v + u}


def covariance(errors, place):
    first, second, correlation = np.exp(errors.log_first[place]), errors.second[place], errors.correlation[place]
    shared = correlation * first * second
    return np.array([[first**2, shared], [shared, second**2]])


@pytest.mark.parametrize("place", [0, 1])
def test_coefficients_are_integrated_out_as_a_normal_law_of_all_rows_says(instrumented, place):
    pair = instrumented(columns(), covariates=("w",))
    design = np.zeros((2 * len(pair.rows), len(pair.location)))
    split = pair.first_size
    design[: len(pair.rows), :split], design[len(pair.rows) :, split:] = pair.rows[:, :split], pair.rows[:, split:]
    spread = design * pair.width**2 @ design.T + np.kron(covariance(PLACES, place), np.eye(len(pair.rows)))
    together = stats.multivariate_normal(design @ pair.location, spread).logpdf(pair.responses.T.ravel())
    # The few rows that stand for all have fewer normalising constants, and the units of the responses.
    size = np.linalg.slogdet(covariance(PLACES, place))[1] + 2 * np.log(2 * np.pi)
    expected = together - 0.5 * (pair.units - len(pair.rows)) * size - pair.units * np.log(pair.scales).sum()
    found = log_posterior(system_of(pair), PLACES) - log_prior(pair, PLACES)
    assert found[place] == pytest.approx(expected)


def test_the_prior_in_the_three_coordinates_has_the_right_jacobian(instrumented):
    pair = instrumented(columns())

    def natural(point):
        errors = Errors(*(np.array([value]) for value in point))
        return np.array([errors.correlation[0], np.exp(point[0]) * pair.scales[0], errors.second[0] * pair.scales[1]])

    point = np.array([-0.3, 0.8, -0.1])
    moves = 1e-6 * np.eye(3)
    jacobian = np.column_stack([(natural(point + move) - natural(point - move)) / 2e-6 for move in moves])
    correlation, first, second = natural(point)
    expected = np.log(abs(np.linalg.det(jacobian))) + log_correlation_prior(np.array(correlation))
    expected += log_density(pair.tasks[0].priors["sd"], first) + log_density(pair.tasks[1].priors["sd"], second)
    assert log_prior(pair, PLACES)[0] == pytest.approx(float(expected), abs=1e-6)


def test_the_prior_of_the_correlation_is_a_density():
    grid = np.linspace(-1, 1, 20_001)[1:-1]
    assert np.trapezoid(np.exp(log_correlation_prior(grid)), grid) == pytest.approx(1.0, abs=1e-6)


def test_the_likelihood_is_that_of_bivariate_errors(instrumented):
    data = columns()
    pair = instrumented(data, covariates=("w",))
    coefficients = np.array([[0.1, 0.9, -1.1, 29.0, 0.4, 1.2], [0.0, 1.0, -1.0, 31.0, 0.6, 0.8]])
    centred = {name: values - values.mean() for name, values in data.items()}
    found = log_likelihood(pair, coefficients, PLACES)
    for place, (a, pi, g, b, beta, h) in enumerate(coefficients):
        v = data["x"] - a - pi * centred["z"] - g * centred["w"]
        u = data["y"] - b - beta * centred["x"] - h * centred["w"]
        size = np.outer(pair.scales, pair.scales)
        law = stats.multivariate_normal(np.zeros(2), covariance(PLACES, place) * size)
        assert found[place] == pytest.approx(law.logpdf(np.column_stack([v, u])).sum())


def test_joint_over_evidence_is_the_density_of_the_draws(instrumented):
    pair = instrumented(columns(), covariates=("w",))
    system, many = system_of(pair), Errors(*(np.repeat(values[:1], 4000) for values in vars(PLACES).values()))
    coefficients = draw_coefficients(system, many, np.random.default_rng(3))
    draws = pair.in_scaled_units(coefficients)
    joint = log_likelihood(pair, coefficients, many) + stats.norm(pair.location, pair.width).logpdf(draws).sum(axis=1)
    evidence = (log_posterior(system, many) - log_prior(pair, many))[0]
    density = stats.multivariate_normal(draws.mean(axis=0), np.cov(draws.T)).logpdf(draws)
    # The moments of 4,000 draws err by 1 or 2 in 100, in each of six dimensions.
    assert np.median(joint - evidence - density) == pytest.approx(0.0, abs=0.05)


def test_fixed_coefficients_stay_where_they_are(instrumented):
    pair = instrumented(columns(), priors={"y": {"x": "fixed(0.25)"}})
    draws = draw_coefficients(system_of(pair), PLACES, np.random.default_rng(3))
    assert draws[:, pair.treatment] == pytest.approx([0.25, 0.25])
