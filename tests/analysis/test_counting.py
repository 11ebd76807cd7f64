import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from bayescause.analysis.counting import check_count
from bayescause.inference.fitting import fit
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

QUESTION = AverageEffect(of="x", on="y")


def effect_with(noise, text="x ~ z; y ~ x + z", rows=2_000):
    rng = np.random.default_rng(23)
    z = rng.normal(size=rows)
    x = (z + rng.normal(size=rows) > 0).astype(float)
    columns = {"x": x, "z": z, "y": x + z + noise(rng, rows)}
    return estimate(fit(StructuralModel.parse(text), columns, [QUESTION]), QUESTION)


@pytest.fixture(scope="module")
def right():
    return effect_with(lambda rng, rows: rng.normal(size=rows))


def test_the_counts_under_both_treatments_are_those_that_made_the_data(right):
    low, high = check_count(right, 1.0).arms
    # y under do(x) is N(x, sqrt 2); the sampling error of a share of 2,000 units is about 1.2 in 100.
    assert low.per_100 == pytest.approx(100 * norm.sf(1.0 / 2**0.5), abs=5)
    assert high.per_100 == pytest.approx(50.0, abs=5)
    assert low.interval.low < low.per_100 < low.interval.high


def test_a_right_mechanism_passes_by_its_own_noise(right):
    found = check_count(right, 1.0)
    assert found.passes
    assert found.basis == "mechanism"


def test_lumpy_noise_fails_the_mechanism_and_is_replaced_by_the_residuals_that_were_seen():
    found = check_count(effect_with(lambda rng, rows: 3.0 * (rng.uniform(size=rows) > 0.9) - 0.3), 1.5)
    assert found.basis == "observed residuals"
    assert found.passes


def test_noise_that_differs_between_the_arms_passes_in_neither_way():
    rng = np.random.default_rng(24)
    x = np.tile([0.0, 1.0], 1_000)
    columns = {"x": x, "y": x + np.where(x == 1, 3.0, 0.3) * rng.normal(size=2_000)}
    effect = estimate(fit(StructuralModel.parse("y ~ x"), columns, [QUESTION]), QUESTION)
    assert not check_count(effect, 2.0).passes


def test_a_treatment_that_was_hardly_seen_cannot_be_checked():
    rng = np.random.default_rng(25)
    x = (np.arange(100) < 3).astype(float)
    effect = estimate(fit(StructuralModel.parse("y ~ x"), {"x": x, "y": rng.normal(size=100)}, [QUESTION]), QUESTION)
    found = check_count(effect, 0.0)
    assert not found.passes
    assert "seen in only 3 units" in str(found)


def test_what_lies_between_is_simulated_with_its_noise():
    rng = np.random.default_rng(26)
    x = np.tile([0.0, 1.0], 1_000)
    m = x + rng.normal(size=2_000)
    columns = {"x": x, "m": m, "y": 2 * m + rng.normal(size=2_000)}
    effect = estimate(fit(StructuralModel.parse("m ~ x; y ~ m"), columns, [QUESTION]), QUESTION)
    found = check_count(effect, 3.0)
    # y under do(x) is N(2 x, sqrt 5); the sampling error of a share of 1,000 units is about 1.5 in 100.
    truth = [100 * norm.sf((3.0 - 2.0 * level) / 5**0.5) for level in (0, 1)]
    assert [arm.per_100 for arm in found.arms] == pytest.approx(truth, abs=6)
    assert found.passes


def test_more_than_5_kg_is_counted_with_the_residuals_that_were_seen(models):
    people = pd.read_csv(models / "data" / "nhefs.csv")
    text = """
    baseline = {sex race age education smokeintensity smokeyrs exercise active wt71}
    baseline <-> baseline
    qsmk    ~ baseline
    wt82_71 ~ qsmk*smokeintensity + baseline + square(age, smokeintensity, smokeyrs, wt71)
    """
    model = StructuralModel.parse(text, kinds={"categorical": ["education", "exercise", "active"]})
    question = AverageEffect(of="qsmk", on="wt82_71")
    found = check_count(estimate(fit(model, people, [question]), question), 5.0)
    # UX.md 0.4: with the observed residuals 51 against 30 in 100, because the gaussian's count fails its check.
    assert found.basis == "observed residuals"
    assert [arm.per_100 for arm in found.arms] == pytest.approx([30.5, 51], abs=1)
