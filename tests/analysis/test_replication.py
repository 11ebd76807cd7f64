import numpy as np
import pytest

from bayescause.analysis.replication import replicate, thinned
from bayescause.inference.fitting import fit
from bayescause.inference.posterior import Parameters
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")


def test_replicates_have_the_mean_and_spread_that_they_are_said_to_have():
    rng = np.random.default_rng(29)
    x = rng.normal(size=100)
    seen = replicate(fit(StructuralModel.parse("y ~ x"), {"x": x, "y": 3 * x + rng.normal(size=100)}), "y", seed=0)
    scaled = (seen.values - seen.mean) / seen.spread
    # 100,000 standard normals: standard errors 0.003 and 0.004.
    assert abs(scaled.mean()) < 0.015
    assert np.square(scaled).mean() == pytest.approx(1.0, abs=0.02)


def test_units_without_an_outcome_are_left_out():
    rng = np.random.default_rng(30)
    from bayescause.compilation.checking import tabulate

    model = StructuralModel.parse("y ~ x")
    columns = {"x": rng.normal(size=50), "y": np.where(np.arange(50) < 5, np.nan, rng.normal(size=50))}
    seen = replicate(fit(model, tabulate(model, columns, missing="drop")), "y", seed=0)
    assert len(seen.observed) == 45


def test_thinned_draws_keep_their_rows_together():
    drawn = Parameters(np.arange(20.0)[:, None], {"sd": np.arange(20.0)})
    kept = thinned(drawn, 7, np.random.default_rng(31))
    assert len(kept.coefficients) == 7
    assert np.array_equal(kept.coefficients[:, 0], kept.dispersion["sd"])
