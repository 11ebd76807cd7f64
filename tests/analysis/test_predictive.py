"""A wrong likelihood is flagged, a right one rarely; rates by exact binomial bounds over fixed seeds."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from bayescause.analysis import replication
from bayescause.analysis.asking import with_checks
from bayescause.analysis.basis import Basis
from bayescause.analysis.predictive import check_predictive
from bayescause.analysis.predictive_checks import PredictiveCheck, PredictiveChecks
from bayescause.errors import RefusedEffectError
from bayescause.inference.fitting import fit
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

RIGHT = StructuralModel.parse("x ~ z; y ~ x + z")
QUESTION = AverageEffect(of="x", on="y")


def checks_of(outcome, seed=0, *, model=RIGHT, rows=300):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rows)
    x = (z + rng.normal(size=rows) > 0).astype(float)
    posterior = fit(model, {"x": x, "z": z, "y": outcome(rng, x, z)}, [QUESTION], draws=250)
    return check_predictive(posterior, seed=seed)


def flagged(outcome, **options):
    return {check.statistic for check in checks_of(outcome, **options).flagged}


def gaussian(rng, x, z):
    return 2 * x + z + rng.normal(size=len(x))


def test_a_right_model_is_flagged_in_at_most_five_of_a_hundred_data_sets():
    alarms = sum(not checks_of(gaussian, seed, rows=150).is_good for seed in range(25))
    assert alarms <= binom.ppf(0.999, 25, 0.05)


def test_counts_are_no_gaussian():
    seen = flagged(lambda rng, x, z: rng.poisson(np.exp(0.3 + 0.5 * x + 0.4 * z)).astype(float))
    assert {"smallest", "skewness"} <= seen


def test_heavy_tails_are_no_gaussian_and_are_told_once():
    checks = checks_of(lambda rng, x, z: 2 * x + z + rng.standard_t(3, size=len(x)))
    assert "tails heavier than gaussian" in checks.words("y")
    assert not [words for words in checks.words("y") if "largest" in words]


def test_noise_that_grows_with_a_cause_is_no_even_gaussian():
    assert "spread" in flagged(lambda rng, x, z: 2 * x + z + np.exp(0.5 * z) * rng.normal(size=len(x)))


def test_a_curve_that_the_formula_lacks_is_named():
    checks = checks_of(lambda rng, x, z: 2 * x + z**2 + rng.normal(size=len(x)))
    assert checks.words("y")[0].startswith("fit of the mean off along")
    assert "fit of the mean" in {check.statistic for check in checks.flagged}


def test_a_product_with_the_treatment_that_the_formula_lacks_is_named():
    checks = checks_of(lambda rng, x, z: 2 * x * z + rng.normal(size=len(x)))
    assert "fit of the mean off by x along z" in checks.words("y")


def test_a_good_fit_says_so():
    assert checks_of(gaussian).words("y") == ("fit of the mean good",)


def test_a_row_that_stands_for_three_units_is_checked_as_three():
    rng = np.random.default_rng(15)
    columns = {"x": np.tile([0.0, 1.0], 50), "n": np.full(100, 3)}
    columns["y"] = columns["x"] + rng.normal(size=100)
    from bayescause.compilation.checking import tabulate

    model = StructuralModel.parse("y ~ x")
    posterior = fit(model, tabulate(model, columns, frequency="n"), [QUESTION], draws=250)
    assert check_predictive(posterior).rows == 300


def test_many_rows_are_checked_on_a_part_of_them():
    checks = checks_of(gaussian, rows=10_000)
    assert checks.rows == 4_000
    assert checks.replicates == 200


@pytest.fixture
def few_units(monkeypatch):
    """At most 400 units are looked at, a tenth of what it is, so that a tenth of the work says the same."""
    monkeypatch.setattr(replication, "ROWS", 400)
    monkeypatch.setattr(replication, "CELLS", 80_000)


def doses(seed, rows, bend=0.0):
    """Checks of a straight line through doses that answer to z, with a bend along z that it lacks."""
    rng = np.random.default_rng([7, seed])
    z = rng.normal(size=rows)
    x = 0.8 * z + rng.normal(size=rows)
    y = x + 0.5 * z + bend * (z**2 - 1) + rng.normal(size=rows)
    return check_predictive(fit(RIGHT, {"x": x, "z": z, "y": y}, [QUESTION], draws=250), seed=seed)


def is_weak(checks):
    return any(check.is_of_mean for check in checks.flagged)


@pytest.mark.usefixtures("few_units")
@pytest.mark.parametrize("rows", [390, 440, 600, 4_000])
def test_a_right_model_is_as_rarely_doubted_where_a_part_of_the_units_is_looked_at(rows):
    found = [doses(seed, rows) for seed in range(20)]
    assert {checks.rows for checks in found} == {min(rows, 400)}
    # With units that were chosen twice, 17 of 20 answers were weak at 440 rows, and 8 at 600.
    assert sum(is_weak(checks) for checks in found) <= binom.ppf(0.999, 20, 0.05)


@pytest.mark.usefixtures("few_units")
@pytest.mark.parametrize("rows", [390, 440, 4_000])
def test_a_slight_curve_is_seen_whether_all_units_are_looked_at_or_a_part(rows):
    # The bend is 24 in 100 of what the line leaves: a standardised chi-square of about 16 in 400 units.
    assert all(is_weak(doses(seed, rows, bend=0.4)) for seed in range(5))


def test_the_table_has_a_row_a_check():
    checks = checks_of(gaussian)
    assert len(checks.to_dataframe()) == len(checks)
    assert "y: fit of the mean good" in str(checks)


@pytest.mark.parametrize(
    ("statistic", "is_of_mean"),
    [("mean", True), ("fit of the mean", True), ("mean by promo", True), ("tails", False), ("prior scale", False)],
)
def test_an_average_effect_rests_on_the_checks_of_the_mean_and_on_no_others(statistic, is_of_mean):
    check = PredictiveCheck("y", "y", statistic, 1.0, 0.0, 2.0, 0.001, "off", "off")
    assert check.is_of_mean is is_of_mean


def test_an_effect_without_a_posterior_has_nothing_to_check():
    with pytest.raises(RefusedEffectError, match="no posterior to check"):
        check_predictive(None)


def moods(seed, *, curved):
    rng = np.random.default_rng([4, seed])
    z = rng.normal(size=400)
    drive = 1.5 * z**2 - 1.5 if curved else z
    return {"z": z, "mood": np.argmax([rng.gumbel(size=400), drive + rng.gumbel(size=400)], axis=0).choose(["b", "c"])}


def checks_of_moods(seed, *, curved):
    data = moods(seed, curved=curved)
    data["mood"] = np.where(np.arange(400) % 3, data["mood"], "a")
    return check_predictive(fit(StructuralModel.parse("mood ~ z"), data))


def test_a_response_without_an_order_is_checked_level_by_level():
    # A right model is flagged in fewer than 5 of 100 cases: none of three, at these seeds.
    assert all(checks_of_moods(seed, curved=False).is_good for seed in range(3))
    found = checks_of_moods(0, curved=True)
    assert any(check.words == "c: fit of the mean off along z" for check in found.flagged)
    assert {check.statistic for check in found.of("mood")} == {"mean", "fit of the mean", "prior scale"}


ASKED = [AverageEffect(of="x", on=name) for name in ("y", "a", "b", "c")]


@pytest.fixture(scope="module")
def alone_and_among():
    """A slight bend that the mechanism of y lacks: asked about alone, and among right mechanisms of other questions."""
    rng = np.random.default_rng(2)
    z = rng.normal(size=200)
    x = (z + rng.normal(size=200) > 0).astype(float)
    rows = {"x": x, "z": z, "y": 2 * x + z + 0.25 * (z**2 - 1) + rng.normal(size=200)}
    rows |= {name: x + rng.normal(size=200) for name in "abc"}
    model = StructuralModel.parse("x ~ z; y ~ x + z; a ~ x; b ~ x; c ~ x + z")
    return [fit(model, rows, asked, draws=250) for asked in (ASKED[:1], ASKED)]


def test_an_unrelated_question_does_not_turn_a_misfit_green(alone_and_among):
    alone, among = (check_predictive(posterior) for posterior in alone_and_among)
    assert [check.statistic for check in alone.flagged] == ["mean by x"]
    # Corrected for all checks of the file at once it would have passed.
    assert alone.flagged[0].p_value > 0.05 / len(among)
    assert among.of("y") == alone.of("y")


def test_an_effect_is_doubted_for_its_own_mechanisms_alone(alone_and_among):
    posterior = alone_and_among[1]
    checks = check_predictive(posterior)
    effects = [with_checks(estimate(posterior, question), checks) for question in ASKED]
    assert [effect.status for effect in effects] == ["weak", "ok", "ok", "ok"]
    assert "by x along" in effects[0].reasons[0]


def test_mechanisms_that_one_answer_rests_on_share_their_chance_of_a_false_alarm(alone_and_among):
    checks = check_predictive(alone_and_among[1])
    own, both = (checks.about(Basis(keys, frozenset("x"))) for keys in (frozenset("y"), frozenset("ya")))
    assert both.level == pytest.approx(own.level * (len(own) - 1) / (len(both) - 2))  # one of each is of the prior
    other = checks.about(Basis(frozenset("y"), frozenset("z")))
    assert not [check for check in other if check.statistic == "mean by x"]


@pytest.mark.parametrize(("verdict", "said"), [("good", True), ("off", False)])
def test_a_mean_that_is_off_by_the_treatment_is_not_called_good_beside_it(verdict, said):
    whole = PredictiveCheck("y", "y", "fit of the mean", 1.0, 0.5, 2.0, 0.5, "good", "fit of the mean good")
    by = replace(whole, statistic="mean by x", verdict=verdict, words=f"told {verdict}")
    checks = PredictiveChecks((whole, by), level=0.05, replicates=200, rows=10)
    assert checks.words("y") == (("fit of the mean good",) if said else ("told off",))
