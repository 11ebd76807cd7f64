"""Eight schools (Rubin 1981): known standard errors, one pooled scale; the exact answer by quadrature (E12)."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import halfcauchy

from bayescause.inference.fitting import fit
from bayescause.inference.posterior import parameters
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.structural_model import StructuralModel

EFFECT = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
ERROR = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
THETA = (6.212, 4.940, 3.927, 4.757, 3.616, 4.043, 6.297, 4.854)
PRIORS = {"intercept": "normal(0, 5)", "sd": "fixed(1)", "sd(1|school)": "half_cauchy(5)"}
DRAWS = 10_000


def _density(tau):
    covariance = np.diag(ERROR**2 + tau**2) + 25.0
    square = EFFECT @ np.linalg.solve(covariance, EFFECT)
    return halfcauchy(scale=5).pdf(tau) * np.exp(-0.5 * (np.linalg.slogdet(2 * np.pi * covariance)[1] + square))


def _moment(power):
    return quad(lambda tau: tau**power * _density(tau), 0, np.inf, epsabs=0, epsrel=1e-9, limit=500)[0]


@pytest.fixture(scope="module", name="posterior")
def _posterior():
    model = StructuralModel.parse(
        "effect ~ (1 | school)", mechanisms={"effect": Gaussian(weights="precision")}, priors={"effect": PRIORS}
    )
    data = {"effect": EFFECT, "school": list("ABCDEFGH"), "precision": 1 / ERROR**2}
    return fit(model, data, draws=DRAWS)


def _within(draws, expected, rounding=5e-4):
    return abs(draws.mean() - expected) < 4 * draws.std() / np.sqrt(draws.size) + rounding


def test_the_mean_the_scale_and_the_eight_effects_are_those_of_quadrature(posterior):
    drawn = parameters(posterior, "effect")
    middle, tau = drawn.coefficients[:, 0], drawn.dispersion["sd(1|school)"]
    assert posterior.engines["effect"] == "exact"
    # Four Monte Carlo errors of 40,000 independent draws, and the rounding of the published digits.
    assert _within(middle, 4.397)
    assert _within(tau, 3.597)
    assert all(_within(middle + drawn.coefficients[:, 1 + at], theta) for at, theta in enumerate(THETA))
    # The mean squared deviation errs by its own sd over the root of the number of draws.
    assert abs(middle.std() - 3.318) < 4 * 3.318 / np.sqrt(2 * middle.size) + 5e-4


def test_the_evidence_and_the_sd_of_the_scale_are_those_of_quadrature(posterior):
    mass = _moment(0)
    mean, square = _moment(1) / mass, _moment(2) / mass
    tau = parameters(posterior, "effect").dispersion["sd(1|school)"]
    assert mean == pytest.approx(3.597, abs=1e-3)
    assert float(posterior.sample_stats["effect_log_evidence"]) == pytest.approx(np.log(mass), abs=1e-6)
    squares = (tau - mean) ** 2
    assert abs(squares.mean() - (square - mean**2)) < 4 * squares.std() / np.sqrt(tau.size)
