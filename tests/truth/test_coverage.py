"""Intervals of the default population cover the population's effect as often as they say (DESIGN, section 4)."""

import numpy as np
import pytest
from scipy.stats import binom

import bayescause as bc

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")]

REPLICATIONS, ROWS, PROB = 400, 200, 0.9


def covered(text, truth, population):
    """How many intervals hold ``truth``; chance alone stays within the returned bounds in 999 of 1,000 studies."""
    model = bc.StructuralModel.parse(text)
    question = bc.AverageEffect(of="x", on="y", population=population)
    hits = 0
    for number in range(REPLICATIONS):
        rng = np.random.default_rng([31, number])
        z = rng.normal(1, 1, ROWS)
        x = (rng.random(ROWS) < 1 / (1 + np.exp(1 - z))).astype(float)
        m = 0.5 * x + z + rng.normal(size=ROWS)
        y = 1 + 2 * x + 1.5 * x * z + 0.5 * x * m + z + rng.normal(size=ROWS)
        posterior = bc.fit(model, {"z": z, "x": x, "m": m, "y": y}, [question], seed=number, chains=2, draws=500)
        interval = bc.estimate(posterior, question).interval(ci_prob=PROB, ci_kind="eti")
        hits += float(interval.low) <= truth(z) <= float(interval.high)
    return hits, binom.ppf([0.0005, 0.9995], REPLICATIONS, PROB)


# The effect of a unit is 2 + 1.5 z + 0.5 (0.5 + z) = 2.25 + 2 z, and z is one on average in the population.
MEDIATED = "x ~ z; m ~ x + z; y ~ x*z + m*x + m + z"


def test_superpopulation_intervals_cover_the_effect_in_the_population():
    hits, (fewest, most) = covered(MEDIATED, lambda _: 4.25, "superpopulation")
    assert fewest <= hits <= most


def test_sample_intervals_cover_the_effect_among_the_rows_and_not_that_in_the_population():
    hits, (fewest, most) = covered(MEDIATED, lambda z: 2.25 + 2 * z.mean(), "sample")
    assert fewest <= hits <= most
    assert covered(MEDIATED, lambda _: 4.25, "sample")[0] < fewest
