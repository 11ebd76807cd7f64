import numpy as np
import pytest

from bayescause.inference.error_draws import draw_errors
from bayescause.inference.error_law import Errors, draw_coefficients, log_posterior, system_of

SAMPLES = 4000


def instrumented_columns(rows, strength, correlation, seed, instruments=1):
    random = np.random.default_rng(seed)
    z, (v, e) = random.normal(size=(instruments, rows)), random.normal(size=(2, rows))
    x = strength * z.sum(axis=0) + v
    y = 0.5 * x + correlation * v + np.sqrt(1 - correlation**2) * e
    names = ["z", "z2", "z3"][:instruments]
    return dict(zip(names, z, strict=True)) | {"x": x, "y": y}, tuple(names)


CASES = {
    "strong": (200, 0.5, 0.6, 1),
    "weak": (200, 0.1, 0.8, 1),
    "no strength": (200, 0.0, 0.95, 1),
    "few rows": (12, 0.3, 0.5, 1),
    "several": (300, 0.05, -0.9, 3),
}


def by_quadrature(system, draws):
    """Means and variances of (log sd of v, correlation, log t) on a grid around what was drawn."""
    places = [np.linspace(values.min() - np.ptp(values) / 4, values.max() + np.ptp(values) / 4, 45)
              for values in (draws.log_first, np.arcsinh(3 * draws.slope), draws.log_rest)]  # fmt: skip
    first, slope, rest = (axis.ravel() for axis in np.meshgrid(*places))
    errors = Errors(first, np.sinh(slope) / 3, rest)
    log_weights = log_posterior(system, errors) + np.log(np.cosh(slope))
    weights = np.exp(log_weights - log_weights.max())
    values = np.array([first, errors.correlation, rest])
    mean = values @ weights / weights.sum()
    return mean, (values - mean[:, None]) ** 2 @ weights / weights.sum()


@pytest.mark.parametrize("case", CASES)
def test_draws_have_the_moments_of_the_density(instrumented, case):
    data, names = instrumented_columns(*CASES[case][:3], seed=4, instruments=CASES[case][3])
    system = system_of(instrumented(data, instruments=names))
    draws = draw_errors(system, np.random.default_rng(5), samples=SAMPLES)
    values = np.array([draws.errors.log_first, draws.errors.correlation, draws.errors.log_rest])
    mean, variance = by_quadrature(system, draws.errors)
    # Four Monte Carlo errors of a mean; the quadrature errs far less.
    assert values.mean(axis=1) == pytest.approx(mean, abs=float(4 * np.sqrt(variance.max() / SAMPLES)))
    assert values.var(axis=1) == pytest.approx(variance, rel=0.15)
    assert draws.pareto_k < 0.5
    assert draws.accepted > 0.2


def test_draws_have_no_ties(instrumented):
    data, _ = instrumented_columns(100, 0.3, 0.5, 6)
    draws = draw_errors(system_of(instrumented(data)), np.random.default_rng(1), samples=1000)
    assert len(np.unique(draws.errors.slope)) == 1000


def test_units_of_measurement_change_nothing_but_the_unit(instrumented):
    data, _ = instrumented_columns(100, 0.3, 0.5, 7)
    other = data | {"x": 1e6 * data["x"] + 5e6, "y": data["y"] / 1e3}
    effects = []
    for columns in (data, other):
        pair = instrumented(columns)
        system, random = system_of(pair), np.random.default_rng(8)
        found = draw_errors(system, random, samples=500)
        effects.append(draw_coefficients(system, found.errors, random)[:, pair.treatment])
    assert effects[1] * 1e9 == pytest.approx(effects[0], rel=1e-4, abs=1e-4)


def test_a_prior_that_fixes_the_effect_leaves_the_rest_to_be_drawn(instrumented):
    data, _ = instrumented_columns(100, 0.3, 0.5, 9)
    draws = draw_errors(
        system_of(instrumented(data, priors={"y": {"x": "fixed(0.5)"}})), np.random.default_rng(1), samples=500
    )
    assert draws.accepted > 0.5


def test_the_evidence_is_the_integral_of_the_density(instrumented):
    data, _ = instrumented_columns(50, 0.5, 0.5, 10)
    system = system_of(instrumented(data))
    found = [draw_errors(system, np.random.default_rng(seed), samples=SAMPLES).log_evidence for seed in (1, 2)]
    axes = [np.linspace(-1.0, 0.5, 30), np.linspace(-5, 5, 150), np.linspace(-1.0, 0.5, 30)]
    places = np.meshgrid(*axes)
    height = np.exp(log_posterior(system, Errors(*(axis.ravel() for axis in places))) - found[0])
    cell = np.prod([axis[1] - axis[0] for axis in axes])
    # Weights vary by a few tenths, so thousands of them err by less than one in a hundred.
    assert found[0] == pytest.approx(found[1], abs=0.02)
    assert height.sum() * cell == pytest.approx(1.0, abs=0.02)
