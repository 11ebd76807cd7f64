import numpy as np
import pytest
from arviz_stats.base import array_stats

from bayescause.inference.mixing import effective_draws, effective_in_bulk, effective_in_tails, r_hat

AXES = {"chain_axis": 0, "draw_axis": 1}


def walks(chains, draws, memory):
    walk = np.random.default_rng(draws).normal(size=(chains, draws))
    for step in range(1, draws):
        walk[:, step] += memory * walk[:, step - 1]
    return walk


@pytest.mark.parametrize("memory", [0.0, 0.95, -0.6])
@pytest.mark.parametrize(("chains", "draws"), [(4, 1000), (2, 51), (1, 9), (4, 5)])
def test_the_numbers_are_those_of_arviz(chains, draws, memory):
    # A second implementation of the same definitions: equal but for rounding.
    walk = walks(chains, draws, memory)
    found = [r_hat(walk[None]), effective_in_bulk(walk[None]), effective_draws(walk[None])]
    theirs = [array_stats.rhat(walk, **AXES), *(array_stats.ess(walk, **AXES, method=m) for m in ("bulk", "mean"))]
    assert np.ravel(found) == pytest.approx(np.ravel(theirs), rel=1e-9, nan_ok=True)


def test_effective_draws_of_the_tails_are_those_of_arviz():
    walk = walks(4, 200, 0.9)
    theirs = array_stats.ess(walk, **AXES, method="tail", prob=(0.05, 0.95))
    assert effective_in_tails(walk[None], (0.05, 0.95))[0] == pytest.approx(float(theirs), rel=1e-9)


def test_many_quantities_at_once_have_the_numbers_of_each_alone():
    both = np.stack([walks(4, 100, 0.5), np.round(walks(4, 100, 0.9))])
    alone = [r_hat(one[None])[0] for one in both]
    assert r_hat(both).tolist() == alone


def test_draws_of_few_values_share_their_ranks():
    coins = np.random.default_rng(3).integers(0, 2, (4, 500)).astype(float)
    theirs = array_stats.ess(coins, **AXES, method="bulk")
    assert effective_in_bulk(coins[None])[0] == pytest.approx(float(theirs), rel=1e-9)
