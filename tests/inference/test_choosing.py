"""Engines in turn: the cheapest that can and that vouches for its draws."""

import numpy as np
import pytest

from bayescause.errors import ConvergenceError, SpecError
from bayescause.inference.choosing import engines_for
from bayescause.inference.fitting import fit
from bayescause.inference.posterior import parameters
from bayescause.scm.structural_model import StructuralModel

X = np.linspace(-2, 2, 30)
SEPARATED = {"x": X, "y": (X > 0).astype(float)}
FLAT = {"y": {"x": "flat()", "intercept": "flat()"}}


@pytest.fixture(scope="module")
def open_model():
    return StructuralModel.parse("y ~ x", families={"y": "bernoulli"}, priors=FLAT)


def test_engines_are_tried_from_the_cheapest_to_the_one_that_can_everything():
    assert [engine.short for engine in engines_for("auto")] == ["exact", "laplace", "nuts"]


def test_an_engine_that_is_named_says_when_it_cannot_vouch_for_its_draws(open_model):
    with pytest.raises(ConvergenceError, match=r"'laplace' cannot vouch for its draws of 'y': .*\. Use engine='auto'"):
        fit(open_model, SEPARATED, engine="laplace")


def test_an_engine_that_is_named_says_what_it_cannot_draw(open_model):
    with pytest.raises(SpecError, match="'exact' cannot draw 'y': its family is bernoulli"):
        fit(open_model, SEPARATED, engine="exact")


def test_the_certificate_stands_among_the_statistics():
    found = fit(StructuralModel.parse("y ~ x"), SEPARATED)
    assert float(found.sample_stats["y_pareto_k"]) < 0.5
    assert float(found.sample_stats["y_importance_ess"]) > 1_000
    assert found.sample_stats["y_expected_copies"].dims == ("chain", "draw")


@pytest.mark.long
@pytest.mark.sampling
def test_what_laplace_cannot_vouch_for_is_drawn_by_nuts_with_the_reason():
    # Two rows and priors without a mean: tails in every direction.
    priors = {"y": {"sd": "half_cauchy(1)", "x": "cauchy(0, 1)", "intercept": "cauchy(0, 1)"}}
    model = StructuralModel.parse("y ~ x", families={"y": "gaussian"}, priors=priors)
    found = fit(model, {"x": X[14:16], "y": np.array([0.0, 1.0])}, seed=1)
    assert found.engines["y"] == "nuts"
    assert any("laplace cannot, because k-hat is" in note for note in found.notes)
    medians = np.median(parameters(found, "y").coefficients, axis=0)
    # From quadrature on a grid of 161 x 161 x 121 nodes; the quartiles are 0.6 and 3 apart.
    np.testing.assert_allclose(medians, [0.36, 0.64], atol=0.3)
