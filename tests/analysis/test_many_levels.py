"""A thousand groups go through the whole of ``ask``."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.overlap import overlap
from bayescause.compilation.contrasts import level_value

TRUTH, GROUPS, ROWS = 0.5, 1_000, 20_000


@pytest.fixture(scope="module")
def shops():
    random = np.random.default_rng(1)
    shop, own = random.integers(0, GROUPS, ROWS), random.normal(0, 0.7, GROUPS)
    promo = (random.uniform(size=ROWS) < 1 / (1 + np.exp(-own[shop]))).astype(float)
    sales = 1 + TRUTH * promo + own[shop] + random.normal(size=ROWS)
    named = np.array([f"shop {number}" for number in range(GROUPS)])[shop]
    return {"shop": named, "promo": promo, "sales": sales}


@pytest.fixture(scope="module")
def effect(shops):
    model = bc.StructuralModel.parse("promo ~ shop\nsales ~ promo + (1 | shop)")
    with pytest.warns(bc.errors.OverlapWarning, match="there is nobody to compare them with"):
        return bc.ask(model, shops, bc.AverageEffect(of="promo", on="sales"))


def test_the_effect_of_a_treatment_that_groups_confound_is_found(effect):
    assert effect.posterior.engines == {"sales": "exact"}
    assert abs(effect.mean() - TRUTH) < 4 * effect.sd()


def test_overlap_is_looked_at_among_all_groups(effect):
    assert overlap(effect).is_good


def test_a_level_that_nobody_has_is_refused_without_naming_all_of_them(effect):
    with pytest.raises(bc.errors.DataError) as refusal:
        level_value("nowhere", "shop", effect.posterior.table)
    assert len(str(refusal.value)) < 400
