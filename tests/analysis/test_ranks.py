import numpy as np

from bayescause.analysis.ranks import coverage, rank


def test_the_truth_between_two_of_three_draws_has_two_of_four_gaps_below_it():
    assert rank(np.array([2.5]), np.array([[1.0], [2.0], [3.0]]), np.array([0.0])).tolist() == [0.5]


def test_a_truth_tied_with_every_draw_is_put_anywhere():
    ties = np.ones((9, 2))
    assert rank(np.ones(2), ties, np.array([0.0, 1.0])).tolist() == [0.0, 1.0]


def test_ranks_of_a_right_posterior_are_uniform():
    rng = np.random.default_rng(1)
    places = rank(rng.normal(size=20_000), rng.normal(size=(9, 20_000)), rng.uniform(size=20_000))
    # Standard error of the mean of 20,000 uniforms is 0.002.
    assert abs(places.mean() - 0.5) < 0.008


def test_coverage_counts_the_ranks_between_the_tails():
    assert coverage(np.array([0.01, 0.03, 0.5, 0.99])) == 0.5
