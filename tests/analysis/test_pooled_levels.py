"""A pooled group that confounds is seen where pooling leaves its mark; unrelated levels are doubted rarely."""

import numpy as np
import pytest
from scipy.stats import binom

import bayescause as bc
from bayescause.analysis.pooled_levels import pooled_levels

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

POOLED = "x ~ g; y ~ x + (1 | g)"
QUESTION = bc.AverageEffect(of="x", on="y")


def schools(seed, levels=200, units=15, *, leaks, slope=1.0):
    """x goes with what its level adds to y, or with something else of the level; the effect of x is ``slope``."""
    rng = np.random.default_rng([11, seed])
    u, v = rng.normal(size=(2, levels, 1))
    x = 0.7 * (u if leaks else v) + rng.normal(size=(levels, units))
    y = slope * x + u + rng.normal(size=(levels, units))
    mean = np.broadcast_to(x.mean(axis=1, keepdims=True), x.shape)
    names = np.repeat([f"g{level}" for level in range(levels)], units)
    return {"g": names, "x": x.ravel(), "y": y.ravel(), "x_mean": mean.ravel()}


def seen(rows, text=POOLED):
    return list(pooled_levels(bc.fit(bc.StructuralModel.parse(text), rows, [QUESTION]), "y", seed=0))


def is_off(found, level=0.01):
    return float((found.replicated > found.observed).mean()) < level


def test_what_pooling_leaves_of_a_confounder_is_nearly_always_seen():
    assert all(is_off(*seen(schools(seed, leaks=True))) for seed in range(5))
    assert all(is_off(*seen(schools(seed, 60, 6, leaks=True))) for seed in range(5))


@pytest.mark.parametrize(("levels", "units"), [(40, 5), (200, 3)])
def test_levels_that_have_nothing_to_do_with_the_treatment_are_rarely_doubted(levels, units):
    alarms = sum(is_off(*seen(schools(seed, levels, units, leaks=False)), level=0.05) for seed in range(20))
    assert alarms <= binom.ppf(0.999, 20, 0.05)


def test_an_answer_that_pooling_leaves_confounded_is_weak_and_says_what_to_do():
    rows = schools(0, leaks=True)
    effect = bc.ask(bc.StructuralModel.parse(POOLED), rows, QUESTION)
    assert abs(float(effect.mean()) - 1.0) > 1.5 * float(effect.sd())
    assert effect.status == "weak"
    told = (
        "y: the pooled levels of g go with x, so that pooling leaves part of their confounding in; write `g` in place"
    )
    assert any(reason.startswith(told) for reason in effect.reasons)
    assert any("pooled: drawn from one law, and have nothing to do with x" in one for one in effect.assumed)


@pytest.mark.parametrize("remedy", ["x ~ g; y ~ x + g", "x ~ g; x_mean ~ g; y ~ x + x_mean + (1 | g)"])
def test_what_is_told_to_do_helps(remedy):
    rows = schools(0, 60, 6, leaks=True)
    effect = bc.ask(bc.StructuralModel.parse(remedy), rows, QUESTION)
    assert abs(float(effect.mean()) - 1.0) < 3.0 * float(effect.sd())
    assert not [reason for reason in effect.reasons if "pooled levels" in reason]


def test_large_levels_are_hardly_pulled_and_nothing_is_said_of_what_moves_no_coefficient():
    (found,) = seen(schools(1, 10, 400, leaks=True))
    assert not found.observed.any()


def test_a_term_that_is_the_same_within_each_level_is_not_compared():
    rows = schools(0, 20, 5, leaks=True)
    assert seen({**rows, "x": rows["x_mean"]}, "y ~ x + (1 | g)") == []


def test_a_group_with_a_level_for_almost_every_row_is_not_told_to_stand_as_it_is():
    rows = schools(2, 400, 2, leaks=True)
    rows["g"][1::4] = [f"own {place}" for place in range(200)]  # 600 levels for 800 rows
    (found,) = seen(rows)
    assert "write `g`" not in found.words[0]
    assert "add the mean of x by g to the table" in found.words[0]


def test_each_group_has_a_check_of_its_own():
    rng = np.random.default_rng(12)
    g, h = np.repeat(np.arange(60), 20), np.tile(np.arange(20), 60)
    u, v = rng.normal(size=60), rng.normal(size=20)
    x = u[g] + rng.normal(size=1_200)
    y = x + u[g] + v[h] + rng.normal(size=1_200)
    rows = {"g": np.char.add("g", g.astype(str)), "h": np.char.add("h", h.astype(str)), "x": x, "y": y}
    by_g, by_h = seen(rows, "y ~ x + (1 | g) + (1 | h)")
    assert (by_g.group, by_h.group) == ("g", "h")
    assert is_off(by_g)
    assert not is_off(by_h)
