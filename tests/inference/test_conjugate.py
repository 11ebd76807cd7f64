from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from bayescause.errors import DataError
from bayescause.inference.conjugate import draw_exact, obstacle
from bayescause.inference.sufficient import summarise
from bayescause.scm.priors import Prior, log_density, moments, support

SAMPLES = 100_000


def simulated(rows, columns, seed=2, unit=1.0):
    rng = np.random.default_rng(seed)
    predictors = {f"x{place}": rng.normal(3, 1, rows) for place in range(columns)}
    return predictors | {"y": unit * (2 + 0.5 * sum(predictors.values(), np.zeros(rows)) + rng.normal(size=rows))}


def by_dense_algebra(case):
    """Evidence, means and sds by normal algebra at each of many residual sds, without any of the engine's shortcuts."""
    matrix, response, task = case.matrix, case.response, case.task
    centre, width = np.array([moments(task.priors[name]) for name in task.coefficients]).T
    low, high = np.clip(support(task.priors["sd"]), response.std() * np.exp(-8), response.std() * np.exp(8))
    # Just inside the ends of a bounded prior; with the trapezoidal rule 601 points are exact for the smooth ones.
    scales = np.linspace(np.log(low) + 1e-12, np.log(high) - 1e-12, 601)
    density, means, variances = [], [], []
    for scale in np.exp(scales):
        marginal = stats.multivariate_normal(
            matrix @ centre, (matrix * width**2) @ matrix.T + scale**2 * np.eye(len(response))
        )
        density.append(marginal.logpdf(response) + log_density(task.priors["sd"], scale) + np.log(scale))
        covariance = np.linalg.inv(np.diag(width**-2) + matrix.T @ matrix / scale**2)
        means.append(covariance @ (centre / width**2 + matrix.T @ response / scale**2))
        variances.append(np.diag(covariance))
    weights = np.exp(np.array(density) - max(density)) * np.where(
        np.abs(scales - scales.mean()) < np.ptp(scales) / 2, 1, 0.5
    )
    evidence = np.log(weights.sum() * (scales[1] - scales[0])) + max(density)
    share = weights / weights.sum()
    mean = share @ np.array(means)
    return (
        evidence,
        mean,
        np.sqrt(share @ (np.array(variances) + (np.array(means) - mean) ** 2)),
        share @ np.exp(scales),
    )


@pytest.mark.parametrize("prior", ["exponential(1)", "half_cauchy(2)", "inverse_gamma(3, 2)", "uniform(0.5, 3)"])
@pytest.mark.parametrize(("rows", "columns"), [(8, 2), (30, 3), (5, 0)])
def test_moments_and_evidence_equal_dense_algebra_under_any_prior_of_the_sd(
    gaussian, exact_moments, rows, columns, prior
):
    case = gaussian(simulated(rows, columns), {"sd": prior})
    found = exact_moments(summarise(case.task, case.design, case.table), case.task)
    evidence, mean, sd, residual = by_dense_algebra(case)
    # The trapezoidal rule of the reference is of second order only where a prior is cut off.
    loose = 1e-4 if prior.startswith("uniform") else 1e-6
    assert found.log_evidence == pytest.approx(evidence, abs=loose)
    assert np.allclose(found.mean, mean, atol=loose)
    assert np.allclose(found.sd, sd, atol=loose)
    assert found.residual_mean == pytest.approx(residual, abs=loose)


@pytest.mark.parametrize(("rows", "columns"), [(8, 3), (6, 9), (1, 1), (200, 4)])
def test_draws_have_the_exact_moments(gaussian, exact_moments, rows, columns):
    case = gaussian(simulated(rows, columns))
    sufficient = summarise(case.task, case.design, case.table)
    exact = exact_moments(sufficient, case.task)
    drawn = draw_exact(sufficient, case.task, np.random.default_rng(0), samples=SAMPLES)
    # Independent draws: five standard errors of a mean; an sd has a relative error of 1 / sqrt(2 S) = 0.2 %.
    assert np.all(np.abs(drawn.coefficients.mean(axis=0) - exact.mean) < 5 * exact.sd / np.sqrt(SAMPLES))
    assert np.allclose(drawn.coefficients.std(axis=0), exact.sd, rtol=0.02)
    assert drawn.sd.mean() == pytest.approx(exact.residual_mean, abs=5 * exact.residual_sd / np.sqrt(SAMPLES))


def test_the_coefficients_depend_on_each_other_as_the_posterior_says(gaussian):
    case = gaussian(simulated(12, 2), {"sd": "fixed(1)"})
    drawn = draw_exact(
        summarise(case.task, case.design, case.table), case.task, np.random.default_rng(1), samples=SAMPLES
    )
    expected = np.linalg.inv(np.diag([2.0**-2, 1.5**-2, 1.5**-2]) + case.matrix.T @ case.matrix)
    # Five standard errors of a covariance of independent draws are below 5 * sqrt(2 / S) of the variances.
    assert np.allclose(np.cov(drawn.coefficients.T), expected, atol=0.023 * np.diag(expected).max())


def test_flat_priors_are_the_limit_of_wide_ones_and_equal_least_squares(gaussian, exact_moments):
    flat = dict.fromkeys(["intercept", "x0", "x1"], "flat()")
    case = gaussian(simulated(40, 2), flat | {"sd": "fixed(1)"})
    found = exact_moments(summarise(case.task, case.design, case.table), case.task)
    assert np.allclose(found.mean, np.linalg.lstsq(case.matrix, case.response)[0], rtol=1e-12)
    assert np.allclose(found.sd, np.sqrt(np.diag(np.linalg.inv(case.matrix.T @ case.matrix))), rtol=1e-12)


def test_flat_and_proper_priors_may_stand_side_by_side(gaussian, exact_moments):
    data = simulated(15, 3)
    mixed = gaussian(data, {"intercept": "flat()", "x1": "flat()"})
    wide = gaussian(data, {"intercept": "normal(0, 1e5)", "x1": "normal(0, 1e5)"})
    found, limit = (exact_moments(summarise(case.task, case.design, case.table), case.task) for case in (mixed, wide))
    assert np.allclose(found.mean, limit.mean, atol=1e-6)
    assert np.allclose(found.sd, limit.sd, rtol=1e-6)
    # A flat prior has density one where the wide one has 1 / (1e5 sqrt(2 pi)), twice.
    assert found.log_evidence - limit.log_evidence == pytest.approx(2 * np.log(1e5 * np.sqrt(2 * np.pi)), abs=1e-6)


def test_a_fixed_coefficient_stays_where_it_is(gaussian):
    case = gaussian(simulated(20, 2), {"x0": "fixed(0.25)"})
    drawn = draw_exact(summarise(case.task, case.design, case.table), case.task, np.random.default_rng(0), samples=50)
    assert drawn.coefficients[:, 1] == pytest.approx(0.25, rel=1e-12)
    assert drawn.coefficients[:, 2].std() > 0


@pytest.mark.parametrize("unit", [1e-9, 1e12])
def test_the_unit_of_the_response_changes_nothing(gaussian, unit):
    names = ("intercept", "x0", "x1")
    plain = gaussian(simulated(30, 2), dict.fromkeys(names, "normal(0, 2)"))
    scaled = gaussian(
        simulated(30, 2, unit=unit),
        dict.fromkeys(names, f"normal(0, {2 * unit!r})") | {"sd": f"exponential({1 / unit!r})"},
    )
    one, other = (
        draw_exact(summarise(case.task, case.design, case.table), case.task, np.random.default_rng(3), samples=100)
        for case in (plain, scaled)
    )
    assert np.allclose(other.coefficients / unit, one.coefficients, rtol=1e-8)
    assert other.log_evidence == pytest.approx(one.log_evidence - 30 * np.log(unit), rel=1e-9)


def test_the_order_of_the_rows_changes_no_draw(gaussian):
    data = simulated(30, 3)
    turned = {name: values[::-1] for name, values in data.items()}
    one, other = (
        draw_exact(summarise(case.task, case.design, case.table), case.task, np.random.default_rng(3), samples=100)
        for case in (gaussian(data, {"x1": "flat()"}), gaussian(turned, {"x1": "flat()"}))
    )
    assert np.allclose(one.coefficients, other.coefficients, rtol=1e-9)


@pytest.mark.parametrize("noise", [1e-4, 1e-8, 0.0])
def test_columns_that_nearly_coincide_share_what_the_data_say_of_their_sum(gaussian, noise):
    rng = np.random.default_rng(4)
    x = rng.normal(size=100)
    case = gaussian({"x": x, "twin": x + noise * rng.normal(size=100), "y": 3 * x + rng.normal(size=100)})
    found = draw_exact(summarise(case.task, case.design, case.table), case.task, np.random.default_rng(0), samples=4000)
    total = found.coefficients[:, 1] + found.coefficients[:, 2]
    assert total.mean() == pytest.approx(np.polyfit(x, case.response, 1)[0], abs=0.05)
    # Along their difference the data say nothing: it keeps its prior sd, 1.5 sqrt(2), here within 5 %.
    assert (found.coefficients[:, 1] - found.coefficients[:, 2]).std() == pytest.approx(1.5 * np.sqrt(2), rel=0.05)


def test_hundreds_of_levels_are_one_decomposition(gaussian, exact_moments):
    rng = np.random.default_rng(6)
    level = np.arange(600) % 200
    dummies = {f"v{place}": (level == place).astype(float) for place in range(1, 200)}
    case = gaussian(
        dummies | {"y": level % 2 + rng.normal(size=600)}, dict.fromkeys(dummies, "flat()") | {"intercept": "flat()"}
    )
    found = exact_moments(summarise(case.task, case.design, case.table), case.task)
    means = np.array([case.response[level == place].mean() for place in range(200)])
    assert np.allclose(found.mean[1:], means[1:] - means[0])


def test_the_evidence_integrates_to_one_over_the_data(gaussian, exact_moments):
    def density(value):
        case = gaussian({"y": np.array([value])}, {"sd": "gamma(4, 4)"})
        return np.exp(exact_moments(summarise(case.task, case.design, case.table), case.task).log_evidence)

    assert integrate.quad(density, -30, 30, limit=200)[0] == pytest.approx(1, abs=1e-6)


def test_a_response_without_residual_is_an_error_that_names_the_predictors(gaussian):
    x = np.arange(20.0)
    case = gaussian({"x": x, "y": 2 * x + 1})
    with pytest.raises(DataError, match="'y' is determined exactly by its predictors 'x'"):
        draw_exact(summarise(case.task, case.design, case.table), case.task, np.random.default_rng(0), samples=1)


@pytest.mark.parametrize("value", [3.0, 0.1])
def test_a_response_that_never_varies_has_nothing_to_explain(gaussian, value):
    case = gaussian({"x": np.arange(20.0), "y": np.full(20, value)})
    with pytest.raises(DataError, match=f"'y' is {value:g} in every row: there is nothing to explain"):
        draw_exact(summarise(case.task, case.design, case.table), case.task, np.random.default_rng(0), samples=1)


def test_flat_priors_on_columns_that_coincide_are_an_error_that_names_them(gaussian):
    x = np.arange(20.0)
    case = gaussian({"x": x, "twin": x, "y": np.sin(x)}, {"x": "flat()", "twin": "flat()"})
    with pytest.raises(DataError, match="do not determine 'x', 'twin'"):
        draw_exact(summarise(case.task, case.design, case.table), case.task, np.random.default_rng(0), samples=1)


def test_a_prior_that_is_not_normal_is_named_as_the_obstacle(gaussian):
    case = gaussian(simulated(10, 1), {"x0": "student_t(3, 0, 1)"})
    assert "the prior of 'x0' is student_t(3, 0, 1)" in (obstacle(case.task) or "")
    assert obstacle(replace(case.task, priors=dict(case.task.priors) | {"x0": Prior("normal", (0, 1))})) is None
