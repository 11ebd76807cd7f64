"""R-hat and effective sample sizes by ranks, in NumPy alone: an answer does not wait for more of SciPy than it needs.

Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), "Rank-normalization, folding, and localization"; the sum of
autocorrelations is cut off as by Geyer (1992), sections 3.3 and 3.4. A test holds every number against ArviZ's.
"""

from functools import cache

import numpy as np

from bayescause.scm.mechanism import FloatArray
from bayescause.scm.normal_quantile import normal_quantile

__all__ = ["mean_error", "rank_quality", "tail_size"]

FEWEST = 4
"""Draws of a chain below which nothing can be said."""

BLOM = 3 / 8
"""Offset of the ranks, so that their normal scores have about unit variance (Blom 1958)."""


def rank_quality(values: FloatArray, tails: tuple[float, float]) -> tuple[float, float, float]:
    """R-hat and the effective sample sizes of bulk and tails of draws, which are ranked once for all of them.

    R-hat is the larger one of the ranks of halved chains and of the ranks of their distances from the median (eq. 14);
    the bulk's size is that of the ranks (section 4), the tails' is ``tail_size``.

    Parameters
    ----------
    values : array, dims (chain, draw)
    tails : tuple of float
        Probabilities of the two quantiles.

    Returns
    -------
    tuple of float
        NaN for fewer than four draws, and for values that are no numbers; R-hat of one chain is NaN too.

    Examples
    --------
    >>> r_hat, bulk, tail = rank_quality(np.random.default_rng(0).normal(size=(4, 1000)), (0.05, 0.95))
    >>> r_hat < 1.01, bulk > 3500, tail > 3000
    (True, True, True)
    """
    if _says_nothing(values):
        return float("nan"), float("nan"), float("nan")
    halves = _halved(values)
    scores, folded = _normal_scores(halves), np.abs(halves - np.median(halves))
    r_hat = max(_r_hat(scores), _r_hat(_normal_scores(folded))) if len(values) > 1 else float("nan")
    return r_hat, _size(scores), tail_size(values, tails)


def tail_size(values: FloatArray, tails: tuple[float, float]) -> float:
    """The smaller effective sample size of "no larger than this quantile", dims (chain, draw); section 4.3.

    Examples
    --------
    >>> tail_size(np.random.default_rng(0).normal(size=(4, 1000)), (0.05, 0.95)) > 3000
    True
    """
    if _says_nothing(values):
        return float("nan")
    below = (values <= quantile for quantile in np.quantile(values, tails))
    return min(_size(_halved(one.astype(float))) for one in below)


def mean_error(values: FloatArray) -> float:
    """Monte Carlo error of the mean of draws, dims (chain, draw), in their unit.

    Examples
    --------
    >>> round(mean_error(np.random.default_rng(0).normal(size=(4, 1000))), 3)
    0.016
    """
    if _says_nothing(values):
        return float("nan")
    return float(np.std(values, ddof=1) / np.sqrt(_size(_halved(values))))


def _says_nothing(values: FloatArray) -> bool:
    return values.shape[1] < FEWEST or bool(np.isnan(values).any())


def _halved(values: FloatArray) -> FloatArray:
    half = values.shape[1] // 2
    return np.concatenate([values[:, :half], values[:, -half:]])


def _normal_scores(values: FloatArray) -> FloatArray:
    """Normal quantiles of the ranks, ties sharing theirs, dims of ``values``."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    doubled = 2 * np.cumsum(counts) - counts + 1
    return np.asarray(_scores(values.size)[doubled - 2][places].reshape(values.shape))


@cache
def _scores(size: int) -> FloatArray:
    """Normal quantiles of the ranks 1, 1.5, 2, ..., ``size``."""
    ranks = np.arange(2, 2 * size + 1) / 2
    return normal_quantile((ranks - BLOM) / (size + 1 - 2 * BLOM))


def _r_hat(values: FloatArray) -> float:
    draws = values.shape[1]
    within = values.var(axis=1, ddof=1).mean()
    between = values.mean(axis=1).var(ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.sqrt(between / within + (draws - 1) / draws))


def _size(values: FloatArray) -> float:
    """Effective sample size of chains, each of them half of one that was drawn."""
    if np.ptp(values) < np.finfo(float).resolution:
        return float(values.size)
    chains, draws = values.shape
    covariances = _autocovariance(values)
    within = covariances[0] * draws / (draws - 1)
    total = covariances[0] + (values.mean(axis=1).var(ddof=1) if chains > 1 else 0.0)
    correlations = 1.0 - (within - covariances) / total
    correlations[0] = 1.0
    # Sums of neighbours of a reversible chain are positive and fall: the first that is not ends what is believed.
    last = max(1, (draws - 1) // 2)
    pairs = correlations[0 : 2 * last : 2] + correlations[1 : 2 * last : 2]
    kept = int(np.argmax(pairs <= 0)) if (pairs <= 0).any() else last - 1
    rest = correlations[2 * kept] if pairs[kept] >= 0 else max(float(correlations[2 * kept]), 0.0)
    times = 2.0 * np.minimum.accumulate(pairs[:kept]).sum() + rest - 1.0
    return float(values.size / max(float(times), 1.0 / np.log10(values.size)))


def _autocovariance(values: FloatArray) -> FloatArray:
    """Mean autocovariance of the chains at each lag, dims (lag,)."""
    draws = values.shape[1]
    padded = 1 << (2 * draws - 1).bit_length()
    spectrum = np.fft.rfft(values - values.mean(axis=1, keepdims=True), n=padded, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).mean(axis=0)
    return np.asarray(np.fft.irfft(power, n=padded)[:draws] / draws)
