"""Where certified draws are hardest: separation, eight rows, two peaks, a funnel. Whatever draws in the end is right.

Each posterior is known by quadrature, and compared by the share of draws below its quantiles, which exist whatever the
tails. Where the certificate is refused, the reason is recorded and NUTS has drawn.
"""

import numpy as np
import pytest
from scipy import stats
from scipy.special import log_expit, logsumexp

from bayescause.inference.fitting import fit
from bayescause.inference.posterior import parameters
from bayescause.scm.priors import Prior, log_density
from bayescause.scm.structural_model import StructuralModel

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")]

AT = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
NODES = 801


def _agrees(draws, places, log_weights, effective):
    """Whether as many draws lie below each quantile of the quadrature as should, within four standard errors."""
    share = np.exp(log_weights - logsumexp(log_weights))
    reached = np.cumsum(share) - 0.5 * share
    limits = np.interp(AT, reached, places)
    below = (draws[:, None] < limits).mean(axis=0)
    return np.all(np.abs(below - AT) < 4 * np.sqrt(AT * (1 - AT) / effective) + 0.005)


def _told(posterior, key):
    """Which engine drew; where it was NUTS, that the reason stands among the notes."""
    engine = posterior.engines[key]
    assert engine == "laplace" or any(
        f"{key!r} is drawn by nuts" in note and "laplace" in note for note in posterior.notes
    )
    return engine


def _binary(outcome, x, prior):
    """Log density on a grid of intercept and slope that reaches far in both: dims (intercept, slope)."""
    places = np.sinh(np.linspace(-9, 9, NODES))
    stretch = 0.5 * np.log1p(places**2)
    total = (log_density(prior, places) + stretch)[:, None] + (log_density(prior, places) + stretch)
    for value, at in zip(outcome, x - x.mean(), strict=True):
        drive = places[:, None] + places * at
        total += log_expit(drive if value else -drive)
    return places, total


@pytest.mark.parametrize(
    ("outcome", "x"),
    [
        ((np.arange(20) > 9).astype(float), np.linspace(-2, 2, 20)),
        (np.array([0.0, 1, 1, 1, 1, 1, 1, 1]), np.linspace(-1, 1, 8)),
    ],
    ids=["separated", "eight rows"],
)
def test_a_slope_that_the_data_hardly_bound_is_that_of_quadrature(outcome, x):
    prior = {"intercept": "cauchy(0, 2.5)", "x": "cauchy(0, 2.5)"}
    model = StructuralModel.parse("y ~ x", families={"y": "bernoulli"}, priors={"y": prior})
    posterior = fit(model, {"x": x, "y": outcome}, draws=2_500)
    _told(posterior, "y")
    places, density = _binary(outcome, x, Prior.parse("cauchy(0, 2.5)"))
    drawn, found = parameters(posterior, "y").coefficients, posterior.convergence["y"]
    effective = min(found.ess_bulk, found.ess_tail)
    assert _agrees(drawn[:, 1], places, logsumexp(density, axis=0), effective)
    assert _agrees(drawn[:, 0], places, logsumexp(density, axis=1), effective)


def test_a_location_with_heavy_tails_and_far_rows_is_that_of_quadrature():
    values = np.array([-0.3, 0.1, 0.4, 0.2, 6.0, 6.3, 30.0])
    priors = {"intercept": "cauchy(0, 5)", "scale": "fixed(1)", "df": "fixed(1)"}
    posterior = fit(StructuralModel.parse("y ~ 1", families={"y": "student_t"}, priors={"y": priors}), {"y": values})
    _told(posterior, "y")
    places = np.linspace(-60, 90, 20_001)
    density = stats.t.logpdf(values[:, None] - places, 1).sum(axis=0) + log_density(Prior.parse("cauchy(0, 5)"), places)
    found = posterior.convergence["y"]
    effective = min(found.ess_bulk, found.ess_tail)
    assert _agrees(parameters(posterior, "y").coefficients[:, 0], places, density, effective)


def test_a_funnel_is_refused_a_certificate_and_its_fallback_is_that_of_quadrature():
    # One heavy-tailed row a group: near zero the sd is a funnel's neck, and one group is drawn out or not.
    values = np.array([0.0, 0.2, -0.3, 7.0])
    held = {"scale": "fixed(0.5)", "df": "fixed(1.1)", "intercept": "normal(0, 1)", "sd(1|g)": "half_normal(3)"}
    model = StructuralModel.parse("y ~ (1 | g)", families={"y": "student_t"}, priors={"y": held})
    posterior = fit(model, {"g": np.arange(4), "y": values}, draws=2_500)
    assert _told(posterior, "y") == "nuts"
    middles, logs, z = np.linspace(-5, 5, 121), np.linspace(-9, 3, 241), np.linspace(-7, 7, 701)
    noise = stats.norm.logpdf(z) + np.log(z[1] - z[0])
    density = stats.norm.logpdf(middles)[:, None] + log_density(Prior.parse("half_normal(3)"), np.exp(logs)) + logs
    for value in values:
        for place, middle in enumerate(middles):
            gaps = (value - middle - np.exp(logs)[:, None] * z) / 0.5
            density[place] += logsumexp(stats.t.logpdf(gaps, 1.1) - np.log(0.5) + noise, axis=1)
    drawn, found = parameters(posterior, "y"), posterior.convergence["y"]
    effective = min(found.ess_bulk, found.ess_tail)
    assert _agrees(np.log(drawn.dispersion["sd(1|g)"]), logs, logsumexp(density, axis=0), effective)
    assert _agrees(drawn.coefficients[:, 0], middles, logsumexp(density, axis=1), effective)
