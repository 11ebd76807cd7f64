import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayescause.analysis.omitted_variable import (
    adjusted_effect,
    as_strong_as,
    largest_bias,
    multiple_to_reach,
    partial_r2,
    robustness_value,
    significant_robustness_value,
)

DARFUR = 4.18445 / 783**0.5
"""|t| / sqrt(df) of REFERENCE_NUMBERS S1."""

shares = st.floats(0.01, 0.6)


def test_darfur_as_published():
    assert partial_r2(DARFUR) == pytest.approx(0.0218731, abs=1e-6)
    assert robustness_value(DARFUR) == pytest.approx(0.1387764, abs=1e-6)
    assert significant_robustness_value(DARFUR, 783) == pytest.approx(0.0762580, abs=1e-6)


@given(st.floats(0.001, 10.0))
def test_a_confounder_as_strong_as_the_robustness_value_removes_the_effect(strength):
    r2 = robustness_value(strength)
    assert adjusted_effect(strength, 1.0, r2, r2) == pytest.approx(0.0, abs=1e-9)


def test_an_effect_that_is_not_significant_needs_no_confounder():
    assert significant_robustness_value(0.01, 100) == 0.0


def test_the_long_regression_differs_from_the_short_one_by_the_bias():
    rng = np.random.default_rng(4)
    hidden = rng.normal(size=500)
    treatment = 0.7 * hidden + rng.normal(size=500)
    outcome = treatment + 0.5 * hidden + rng.normal(size=500)
    long, short = slope(outcome, treatment, hidden), slope(outcome, treatment)
    with_treatment = r2_of(hidden, treatment)
    with_outcome = r2_of(residual(hidden, treatment), residual(outcome, treatment))
    scale = np.sqrt(np.sum(residual(outcome, treatment) ** 2) / np.sum(residual(treatment) ** 2))
    assert largest_bias(scale, with_treatment, with_outcome) == pytest.approx(short - long, rel=1e-9)


@given(shares, shares, st.floats(0.05, 2.0))
def test_the_tipping_multiple_gives_the_bias_that_is_needed(with_treatment, with_outcome, strength):
    multiple = multiple_to_reach(strength, with_treatment, with_outcome)
    reached = largest_bias(1.0, *as_strong_as(with_treatment, with_outcome, multiple * (1 - 1e-9)))
    assert reached == pytest.approx(strength, rel=1e-4)


def test_a_benchmark_tied_to_one_end_only_never_tips():
    assert multiple_to_reach(0.5, 0.0, 0.3) == np.inf
    assert multiple_to_reach(0.5, 0.3, 0.0) == np.inf


def test_nothing_is_so_strong_that_it_explains_more_than_all_of_the_treatment():
    with_treatment, with_outcome = as_strong_as(0.4, 0.1, 3.0)
    assert np.isnan(with_treatment)
    assert np.isnan(with_outcome)


def residual(values: np.ndarray, *others: np.ndarray) -> np.ndarray:
    matrix = np.column_stack([np.ones(len(values)), *others])
    return values - matrix @ np.linalg.lstsq(matrix, values, rcond=None)[0]


def slope(outcome: np.ndarray, treatment: np.ndarray, *others: np.ndarray) -> float:
    left = residual(treatment, *others)
    return float(left @ outcome / (left @ left))


def r2_of(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.corrcoef(first, second)[0, 1] ** 2)
