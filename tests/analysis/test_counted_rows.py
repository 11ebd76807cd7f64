"""Analyses of a table whose rows stand for several units are those of the same table with all units written out."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.extrapolation import extrapolation_of
from bayescause.analysis.overlap import overlap
from bayescause.compilation.checking import tabulate

QUESTION = bc.AverageEffect(of="x", on="y", population="sample")
pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")


@pytest.fixture(scope="module")
def both():
    """An effect in 120 rows that are counted one to nine times, and in all units; all with much z are treated."""
    rng = np.random.default_rng(4)
    z, w, noise = rng.normal(size=(3, 120))
    x = ((rng.random(120) < 0.5) | (z > 1)).astype(float)
    rows = {"z": z, "w": w, "x": x, "y": x * (1 + z) + z + w + noise}
    # Units without a comparable one stand in rows that count more often than others.
    times = np.where(np.abs(z) > 1, 9, rng.integers(1, 4, 120))
    model = bc.StructuralModel.parse("x ~ z + w; y ~ x*z + w")
    short = tabulate(model, rows | {"times": times}, frequency="times")
    long = {name: np.repeat(values, times) for name, values in rows.items()}
    return [bc.estimate(bc.fit(model, each, [QUESTION], seed=1), QUESTION) for each in (short, long)]


def test_the_effect_and_the_plain_difference(both):
    counted, spelt = both
    np.testing.assert_allclose(counted.draws, spelt.draws, rtol=1e-8)
    assert counted.unadjusted == pytest.approx(spelt.unadjusted)


def test_overlap(both):
    counted, spelt = map(overlap, both)
    assert 0.02 < spelt.share_outside < 0.98
    assert counted.share_outside == pytest.approx(spelt.share_outside)
    assert (counted.lowest, counted.highest) == pytest.approx((spelt.lowest, spelt.highest), rel=1e-6)
    assert counted.region == spelt.region != ()
    assert (counted.units, counted.treated, counted.untreated) == (spelt.units, spelt.treated, spelt.untreated)


def test_units_that_are_extrapolated_to(both):
    counted, spelt = map(extrapolation_of, both)
    for name in ("units", "share", "sd_outside", "sd_inside"):
        assert getattr(counted, name) == pytest.approx(getattr(spelt, name))


def test_the_bound_of_a_hidden_cause(both):
    counted, spelt = (bc.sensitivity(effect, benchmarks=["w"]) for effect in both)
    assert counted.estimate == pytest.approx(spelt.estimate)
    assert counted.standard_error == pytest.approx(spelt.standard_error)
    assert counted.robustness[0].mean == pytest.approx(spelt.robustness[0].mean)
    for one, other in zip(counted.benchmarks[0].bounds, spelt.benchmarks[0].bounds, strict=True):
        assert (one.adjusted, one.adjusted_mean) == pytest.approx((other.adjusted, other.adjusted_mean))


def test_slices(both):
    counted, spelt = (bc.slice_by(effect, ["w > 0"]).to_dataframe() for effect in both)
    assert counted["units"].tolist() == spelt["units"].tolist()
    assert counted["mean"].tolist() == pytest.approx(spelt["mean"].tolist())


def test_what_the_width_owes_to_the_prior(both):
    counted, spelt = map(bc.prior_share, both)
    assert counted.share == pytest.approx(spelt.share)


def test_predictive_checks(both):
    counted, spelt = (bc.check_predictive(effect.posterior).to_dataframe() for effect in both)
    assert set(counted["statistic"]) >= {"mean", "sd", "mean by x", "prior scale"}
    for name in ("observed", "low", "high", "p_value"):
        assert counted[name].tolist() == pytest.approx(spelt[name].tolist())


def test_practice_runs(both):
    counted, spelt = (
        bc.calibrate(effect.model, effect.posterior.table, [QUESTION], replications=60, draws=100) for effect in both
    )
    assert [one.ranks.tolist() for one in counted] == [one.ranks.tolist() for one in spelt]
    # A right procedure is within the band of all its quantities in 95 of 100 runs; this is one seed.
    assert counted.passes


@pytest.mark.parametrize("question", [bc.DoseResponse(of="z", on="y"), bc.Distribution(of="x", on="y")])
def test_where_curves_are_drawn_that_nobody_chose(both, question):
    counted, spelt = (bc.ask(effect.model, effect.posterior.table, question, seed=1) for effect in both)
    assert counted.draws[counted.curve].values.tolist() == spelt.draws[spelt.curve].values.tolist()
