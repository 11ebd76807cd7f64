"""Weights, their certificate, and draws chosen by them, against closed forms and repeated sampling."""

import numpy as np
import pytest
from scipy import stats

from bayescause.inference.importance import Certificate, choose, inflation, smoothed, tilted_k

DRAWS = 1_000


def weighted(scale, rng, proposals=4_000):
    """Proposals from a t law of 7 degrees of freedom for a standard normal target."""
    points = scale * rng.standard_t(7, proposals)
    return points, smoothed(stats.norm.logpdf(points) - stats.t.logpdf(points, 7, scale=scale))


def test_a_wider_proposal_is_certified():
    _, found = weighted(1.1, np.random.default_rng(1))
    assert found.certificate.doubts == ()
    assert found.weights.sum() == pytest.approx(1.0)


def test_the_evidence_is_the_integral_of_the_target():
    _, found = weighted(1.1, np.random.default_rng(1))
    # The relative error of a mean of 4,000 weights is below 1 / sqrt(2,000).
    assert found.log_evidence == pytest.approx(0.0, abs=4 / np.sqrt(2_000))


def test_a_narrow_proposal_is_doubted_for_its_tails_and_its_few_effective_draws():
    points = 0.1 * np.random.default_rng(1).standard_normal(4_000)
    found = smoothed(stats.t.logpdf(points, 3) - stats.norm.logpdf(points, scale=0.1))
    assert found.certificate.doubts[0].startswith("k-hat is ")
    assert found.certificate.doubts[1].startswith("the importance ESS is ")


@pytest.mark.parametrize(
    ("k", "proposals", "is_trusted"), [(0.45, 4_000, True), (0.55, 4_000, False), (0.4, 50, True), (0.45, 50, False)]
)
def test_k_hat_has_to_be_below_a_half_and_below_what_so_few_proposals_can_tell(k, proposals, is_trusted):
    # 1 - 1 / log10(50) is 0.41 (Vehtari and others 2024, section 3.2.4), 1 - 1 / log10(4,000) is 0.72.
    assert (Certificate(k, 2_000.0, proposals).doubts == ()) == is_trusted


def test_a_target_that_is_zero_everywhere_is_doubted():
    assert smoothed(np.full(100, -np.inf)).certificate.ess == 0


def test_no_proposal_is_chosen_twice_whose_share_is_below_one_draw():
    _, found = weighted(1.1, np.random.default_rng(1))
    assert DRAWS * found.weights.max() < 1
    assert len(set(choose(found.weights, DRAWS, np.random.default_rng(2)).tolist())) == DRAWS


def test_each_proposal_is_chosen_as_often_as_its_weight_says():
    weights = np.array([0.5, 0.25, 0.15, 0.1])
    counted = np.zeros(4)
    for seed in range(2_000):
        counted += np.bincount(choose(weights, 2, np.random.default_rng(seed)), minlength=4)
    # Each count is of 2,000 choices: four binomial errors are below 0.045.
    np.testing.assert_allclose(counted / 4_000, weights, atol=0.0225)


@pytest.mark.parametrize("scale", [1.0, 0.6])
def test_the_error_that_the_weights_give_is_the_spread_of_repeated_means(scale):
    means, errors = [], []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        points, found = weighted(scale, rng, proposals=2 * DRAWS)
        chosen = choose(found.weights, DRAWS, rng)
        values, factors = points[chosen], inflation(DRAWS * found.weights[chosen])
        means.append(values.mean())
        errors.append((factors * (values - values.mean()) ** 2).sum() / DRAWS**2)
    # The sd of 300 means has a relative error of 4 %.
    assert np.std(means) == pytest.approx(np.sqrt(np.mean(errors)), rel=0.16)


@pytest.mark.parametrize(("shape", "power"), [(0.2, 0), (0.3, 1), (0.2, 2)])
def test_the_tail_of_weights_times_an_effect_is_found_from_the_chosen_draws(shape, power):
    rng = np.random.default_rng(3)
    logs = shape * rng.standard_exponential(40_000)
    found = smoothed(logs)
    chosen = choose(found.weights, 4_000, rng)
    values = np.exp(power * logs[chosen]) * rng.choice([-1.0, 1.0], 4_000)
    # k-hat of some 190 tail numbers has a sd of about (1 + k) / 14.
    assert tilted_k(4_000 * found.weights[chosen], values) == pytest.approx(shape * (1 + power), abs=0.3)


def test_weights_vouch_for_an_effect_of_two_steps_by_their_own_tail():
    rng = np.random.default_rng(8)
    expected = rng.uniform(0.5, 1.5, 4_000)
    rare = (rng.random(4_000) < 0.02).astype(float)
    # One in fifty deviates by fifty times as much as the others do, and by no more than one.
    assert tilted_k(expected, rare) < 0
