import numpy as np
import pytest

from bayescause.inference.ranked import mean_error, rank_quality

TAILS = (0.05, 0.95)


def chains(kind, rng, shape):
    """Draws of one kind, dims (chain, draw)."""
    noise = rng.normal(size=shape)
    match kind:
        case "independent":
            return noise
        case "slow":
            return np.cumsum(noise, axis=1) * 0.3 + noise
        case "alternating":
            return noise * 0.2 + np.where(np.arange(shape[1]) % 2, 1.0, -1.0)
        case "apart":
            return noise + np.arange(shape[0])[:, None]
        case "heavy":
            return rng.standard_cauchy(shape)
        case "tied":
            return rng.poisson(1.0, shape).astype(float)
    return (noise > 0).astype(float)


@pytest.mark.parametrize("kind", ["independent", "slow", "alternating", "apart", "heavy", "tied", "two values"])
@pytest.mark.parametrize("shape", [(4, 1000), (2, 501), (3, 7), (4, 4), (1, 250), (6, 64)])
def test_every_number_is_that_of_arviz(kind, shape):
    from arviz_stats.base import array_stats

    axes = {"chain_axis": 0, "draw_axis": 1}
    for seed in range(5):
        values = chains(kind, np.random.default_rng([seed, *shape]), shape)
        found = *rank_quality(values, TAILS), mean_error(values)
        with np.errstate(all="ignore"):
            expected = (
                array_stats.rhat(values, **axes),
                array_stats.ess(values, **axes, method="bulk"),
                array_stats.ess(values, **axes, method="tail", prob=TAILS),
                array_stats.mcse(values, **axes),
            )
        # Both round in the Fourier transform; nothing else differs.
        assert found == pytest.approx([float(one) for one in expected], rel=1e-9, nan_ok=True)


def test_draws_that_are_no_numbers_say_nothing():
    values = np.random.default_rng(0).normal(size=(4, 100))
    values[1, 3] = np.nan
    assert np.isnan([*rank_quality(values, TAILS), mean_error(values)]).all()
