import numpy as np
import pytest
from arviz_stats.base import array_stats

from bayescause.errors import SpecError
from bayescause.inference.convergence import assess, diagnose, interval_of, tail_k


@pytest.fixture
def independent():
    return np.random.default_rng(0).normal(5, 2, (4, 1000))


def test_independent_draws_converge(independent):
    found = assess([independent], ["promo"], energy=independent)
    assert found.is_converged
    assert found.reasons == ()
    assert found.ess_bulk > 3000


def test_chains_that_disagree_are_named(independent):
    apart = independent + np.arange(4)[:, None]
    found = assess([independent, apart], ["promo", "traffic"])
    assert not found.is_converged
    assert "R-hat of 'traffic'" in found.reasons[0]


def test_a_slow_chain_has_too_few_effective_draws(independent):
    walk = independent[:, :300].copy()
    for step in range(1, 300):
        walk[:, step] += 0.9 * (walk[:, step - 1] - 5)
    assert any("effective draws of 'promo'" in reason for reason in assess([walk], ["promo"]).reasons)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"divergences": 3}, "3 divergent transitions"),
        ({"too_deep": 2}, "2 transitions reached the greatest tree depth"),
    ],
)
def test_the_sampler_s_own_doubts_count(independent, options, words):
    assert assess([independent], ["promo"], **options).reasons == (words,)


def test_energy_that_hardly_moves_fails_by_e_bfmi(independent):
    drifting = np.cumsum(independent - 5, axis=1)
    found = assess([independent], ["promo"], energy=drifting)
    assert found.e_bfmi is not None
    assert found.e_bfmi < 0.3
    assert "E-BFMI" in found.reasons[0]


def test_a_fixed_parameter_is_exact():
    found = assess([np.ones((4, 100))], ["promo"])
    assert found.is_converged
    assert (found.r_hat, found.ess_bulk) == (1.0, 400.0)


def test_a_single_stuck_value_is_not_taken_for_converged(independent):
    stuck = np.where(np.arange(4)[:, None] == 0, 5.0, independent)
    assert not assess([stuck], ["promo"]).is_converged


def test_the_monte_carlo_error_of_independent_draws_is_sd_over_root_n(independent):
    # The estimated number of effective draws of 4,000 independent ones is within 10 % of them.
    assert diagnose(independent).mcse_mean == pytest.approx(2 / np.sqrt(4000), rel=0.1)


def test_draws_whose_weights_make_each_count_four_times_are_worth_a_quarter_of_them(independent):
    found = diagnose(independent, np.full(independent.shape, 4.0))
    assert (found.ess_bulk, found.ess_tail) == (1_000, 1_000)
    # The sd of 4,000 draws is known to 1 in 90.
    assert found.mcse_mean == pytest.approx(2 / np.sqrt(1_000), rel=0.05)


def test_heavy_tails_show_in_k_hat(independent):
    heavy = np.random.default_rng(1).standard_cauchy((4, 1000))
    assert tail_k(independent) < 0.5
    assert tail_k(heavy) > 0.7


@pytest.mark.parametrize("side", [-1, 1])
def test_one_heavy_tail_is_enough_on_whichever_side(side):
    heavy = side * np.abs(np.random.default_rng(1).standard_cauchy((4, 1000)))
    assert tail_k(heavy) > 0.7


def test_intervals_keep_further_dims_and_hold_their_probability(independent):
    kind, prob, bounds = interval_of(np.stack([independent, 10 * independent], axis=-1), 0.5, "eti")
    assert (kind, prob, bounds.shape) == ("eti", 0.5, (2, 2))
    # The quartiles of N(5, 2); the standard error of a sample quartile is 1.36 sd / sqrt(n) = 0.043.
    assert bounds[0] == pytest.approx([5 - 1.349, 5 + 1.349], abs=0.2)


def test_the_default_interval_is_that_of_arviz(independent):
    assert interval_of(independent)[:2] == ("eti", 0.89)


@pytest.mark.parametrize(("prob", "kind"), [(1.5, "eti"), (0.5, "quantile")])
def test_an_impossible_interval_is_an_error(independent, prob, kind):
    with pytest.raises(SpecError, match="ci_(prob|kind)"):
        interval_of(independent, prob, kind)


def test_draws_that_move_in_steps_have_no_heavy_tail():
    steps = np.random.default_rng(2).integers(0, 3, (4, 1000)).astype(float)
    assert tail_k(steps) < 0
    assert tail_k(np.where(steps > 1, np.random.default_rng(3).standard_cauchy((4, 1000)) ** 2, 0.0)) > 0.7


@pytest.mark.parametrize("kind", ["eti", "hdi"])
def test_intervals_are_arviz_s(independent, kind):
    skewed = np.exp(independent)
    theirs = getattr(array_stats, kind)(skewed.ravel(), 0.8)
    assert interval_of(skewed, 0.8, kind)[2] == pytest.approx(theirs, rel=1e-12)


def test_e_bfmi_is_arviz_s(independent):
    theirs = array_stats.bfmi(independent, chain_axis=0, draw_axis=1).min()
    assert assess([independent], ["promo"], energy=independent).e_bfmi == pytest.approx(theirs, rel=1e-12)


def test_draws_of_few_steps_have_a_mean():
    steps = np.zeros((4, 1_000))
    steps[:, ::40] = 1.0
    assert tail_k(steps) < 0
