"""Averages of many units' own effects on a yes-or-no outcome have the law of averages whose ranks are drawn."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
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


def counted(model, cells):
    """The posterior of a table with a column of how often each row was seen, and that of the table written out."""
    times = cells.pop("times")
    short = fit(model, tabulate(model, {**cells, "times": times}, frequency="times"), seed=4)
    return short, fit(model, {name: np.repeat(values, times) for name, values in cells.items()}, seed=4)


@pytest.mark.parametrize("many", [10_000, 0], ids=["ranks drawn", "in closed form"])
def test_units_in_one_row_have_ranks_of_their_own(many, monkeypatch):
    monkeypatch.setattr(individual_effects, "MANY_UNITS", many)
    cells = {"x": np.array([0, 0, 1, 1]), "y": np.array([0, 1, 0, 1]), "times": np.array([160, 140, 110, 190])}
    question = IndividualEffect(of="x", on="y", how="independent")
    short, long = (estimate(one, question) for one in counted(StructuralModel.parse("y ~ x"), cells))
    size, sd = long.draws.size, float(long.sd())
    assert abs(float(short.mean() - long.mean())) < 4 * sd * np.sqrt(2 / size)
    assert abs(float(short.sd()) / sd - 1) < 4 / np.sqrt(size)


@pytest.mark.parametrize(("many", "is_told"), [(ROWS, False), (ROWS - 1, True)])
def test_that_an_average_is_taken_as_normal_is_told(many, is_told, monkeypatch):
    monkeypatch.setattr(individual_effects, "MANY_UNITS", many)
    told = estimate(posterior_of(2), IndividualEffect(of="x", on="y")).assumed
    assert any("600 units is normal" in line for line in told) == is_told
    assert any(line.startswith("coupling: ") for line in told)
