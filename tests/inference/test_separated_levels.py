"""Levels that a cause tells apart without an error: only the prior bounds their log odds, and flat ones do not.

The reference weights draws from the priors by the likelihood, which is at most one and written out by hand: it needs no
peak, no derivative and no tail.
"""

import numpy as np
import pytest
from scipy.special import expit, log_softmax

from bayescause.errors import ConvergenceError
from bayescause.inference.fitting import fit
from bayescause.inference.posterior import parameters
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

LEVELS = ("bus", "car", "walk")
CODES = np.repeat([0, 1, 2], 2)
X = CODES - 1.0
AT = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
PROPOSALS = 400_000
FLAT = {"intercept": "flat()", "x": "flat()"}
NORMAL = {"intercept": "normal(0, 2.5)", "x": "normal(0, 2.5)"}
CAUCHY = {"intercept": "cauchy(0, 2.5)", "x": "cauchy(0, 2.5)"}
GAP = {"gap2": "half_cauchy(2)"}


def fitted(kind, priors, rows=slice(None), **options):
    model = StructuralModel.parse("y ~ x", kinds={kind: ["y"]}, levels={"y": list(LEVELS)}, priors={"y": priors})
    return fit(model, {"x": X[rows], "y": np.array(LEVELS)[CODES[rows]]}, **options)


def log_chances(kind, drawn, x):
    """Of the three levels of a row, dims (sample, level), by the formulas of the textbooks."""
    if kind == "categorical":
        car, walk = (drawn[:, 2 * place] + drawn[:, 2 * place + 1] * x for place in (0, 1))
        return log_softmax(np.stack([np.zeros(len(drawn)), car, walk], axis=-1), axis=-1)
    drive, gap = drawn[:, 0] + drawn[:, 1] * x, drawn[:, 2]
    with np.errstate(divide="ignore"):
        return np.log(np.stack([expit(-drive), expit(drive) - expit(drive - gap), expit(drive - gap)], axis=-1))


def reference(kind, draw, rows=slice(None)):
    """Draws from the priors, dims (sample, parameter), and their weights given the rows."""
    rng = np.random.default_rng(8)
    drawn = 2.5 * draw(rng, (PROPOSALS, 4 if kind == "categorical" else 3))
    if kind == "ordinal":
        drawn[:, 2] = np.abs(2.0 * rng.standard_cauchy(PROPOSALS))
    total = sum(log_chances(kind, drawn, at)[:, code] for at, code in zip(X[rows], CODES[rows], strict=True))
    weights = np.exp(total - total.max())
    return drawn, weights / weights.sum()


def assert_agrees(posterior, drawn, weights):
    """As many draws lie below each quantile of the reference as should."""
    told, found = parameters(posterior, "y"), posterior.convergence["y"]
    values = np.column_stack([told.coefficients, *told.dispersion.values()])
    # Four standard errors of both sides together, each of which knows how many independent draws its own are worth.
    effective = 1 / (1 / min(found.ess_bulk, found.ess_tail) + np.square(weights).sum())
    for place, column in enumerate(values.T):
        order = np.argsort(drawn[:, place])
        limits = np.interp(AT, np.cumsum(weights[order]), drawn[order, place])
        below = (column[:, None] < limits).mean(axis=0)
        assert np.all(np.abs(below - AT) < 4 * np.sqrt(AT * (1 - AT) / effective))


@pytest.mark.parametrize(("kind", "priors"), [("categorical", FLAT), ("ordinal", FLAT | GAP)])
def test_separated_levels_under_flat_priors_are_refused_in_words(kind, priors):
    with pytest.raises(
        ConvergenceError, match=r"'laplace' cannot vouch for its draws of 'y': k-hat is .*engine='auto'"
    ):
        fitted(kind, priors, engine="laplace")


@pytest.mark.parametrize(("kind", "priors"), [("categorical", NORMAL), ("ordinal", NORMAL | GAP)])
def test_separated_levels_under_proper_priors_are_those_of_the_weighted_priors(kind, priors):
    posterior = fitted(kind, priors, engine="laplace")
    assert_agrees(posterior, *reference(kind, np.random.Generator.standard_normal))


@pytest.mark.long
@pytest.mark.sampling
@pytest.mark.parametrize(("kind", "priors"), [("categorical", CAUCHY), ("ordinal", CAUCHY | GAP)])
def test_where_the_certificate_fails_nuts_draws_levels_and_says_why(kind, priors):
    # One row a level and priors without a mean.
    rows = slice(None, None, 2)
    posterior = fitted(kind, priors, rows, draws=2_500)
    assert posterior.engines["y"] == "nuts"
    assert any(
        "'y' is drawn by nuts" in note and "laplace cannot, because k-hat is" in note for note in posterior.notes
    )
    assert_agrees(posterior, *reference(kind, np.random.Generator.standard_cauchy, rows))
