"""Averages of many units' own effects on a yes-or-no outcome have the law of averages whose ranks are drawn."""

import numpy as np
import pytest

from bayescause.inference.fitting import fit
from bayescause.query import individual_effects
from bayescause.query.estimands.individual_effect import IndividualEffect
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

ROWS = 600


def posterior_of(levels):
    rng = np.random.default_rng(5)
    z, x = rng.normal(size=ROWS), rng.integers(0, levels, ROWS).astype(float)
    m = 0.5 * x + z + rng.normal(size=ROWS)
    y = (rng.random(ROWS) < 1 / (1 + np.exp(-(m - 0.5 * x)))).astype(float)
    model = StructuralModel.parse("x ~ 1; z ~ 1; m ~ x + z; y ~ m + x", kinds={"continuous": ["x"]})
    return fit(model, {"x": x, "z": z, "m": m, "y": y}, seed=2)


@pytest.mark.parametrize("levels", [2, 3], ids=["one world was seen", "of some neither was seen"])
@pytest.mark.parametrize("how", ["comonotone", "independent"])
def test_the_average_has_the_mean_and_the_spread_of_drawn_ranks(how, levels, monkeypatch):
    posterior, question = posterior_of(levels), IndividualEffect(of="x", on="y", how=how)
    drawn = estimate(posterior, question)
    monkeypatch.setattr(individual_effects, "MANY_UNITS", 0)
    told = estimate(posterior, question)
    size, sd = drawn.draws.size, float(drawn.sd())
    assert not np.array_equal(told.draws, drawn.draws)
    # Both share the parameters' draws; four errors of two means, and of two sds, as if they did not.
    assert abs(float(told.mean() - drawn.mean())) < 4 * sd * np.sqrt(2 / size)
    assert abs(float(told.sd()) / sd - 1) < 4 / np.sqrt(size)
