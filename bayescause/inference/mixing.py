"""How well chains mix: rank-normalised R-hat and effective numbers of draws, many quantities at once.

The same numbers as ArviZ gives, from NumPy alone: loading ArviZ's statistics takes longer than drawing a small model.
Definitions are those of Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), with Geyer's (1992) initial monotone
sequence.
"""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["effective_draws", "effective_in_bulk", "effective_in_tails", "r_hat"]

FEWEST = 4
"""Draws of a chain below which nothing can be said."""


def r_hat(draws: FloatArray) -> FloatArray:
    """Rank-normalised split R-hat, the larger of bulk and tails, dims (quantity,).

    Parameters
    ----------
    draws : array, dims (quantity, chain, draw)

    Returns
    -------
    array, dims (quantity,)
        NaN for a single chain, or fewer than four draws.

    References
    ----------
    Vehtari and others (2021), section 3.2 and 3.3.

    Examples
    --------
    >>> r_hat(np.random.default_rng(0).normal(size=(1, 4, 1000))).round(2).tolist()
    [1.0]
    """
    if draws.shape[1] < 2 or draws.shape[2] < FEWEST:
        return np.full(len(draws), np.nan)
    halves = _halved(draws)
    folded = np.abs(halves - np.median(halves, axis=(1, 2), keepdims=True))
    return np.maximum(_between_to_within(_normal_scores(halves)), _between_to_within(_normal_scores(folded)))


def effective_in_bulk(draws: FloatArray) -> FloatArray:
    """Effective number of draws for the centre of each quantity, dims (quantity,); draws have (quantity, chain, draw).

    Examples
    --------
    >>> bool(effective_in_bulk(np.random.default_rng(0).normal(size=(1, 4, 1000)))[0] > 3500)
    True
    """
    return _effective(_normal_scores(_halved(draws)))


def effective_in_tails(draws: FloatArray, probabilities: tuple[float, float]) -> FloatArray:
    """Smaller effective number of draws for two quantiles, dims (quantity,); draws have (quantity, chain, draw)."""
    low, high = np.quantile(draws, probabilities, axis=(1, 2))[..., None, None]
    sides = [_effective(_halved((draws <= edge).astype(float))) for edge in (low, high)]
    return np.minimum(*sides)


def effective_draws(draws: FloatArray) -> FloatArray:
    """Effective number of draws for the mean of each quantity, dims (quantity,); draws have (quantity, chain, draw)."""
    return _effective(_halved(draws))


def _halved(draws: FloatArray) -> FloatArray:
    half = draws.shape[2] // 2
    return np.concatenate([draws[..., :half], draws[..., -half:]], axis=1)


def _normal_scores(draws: FloatArray) -> FloatArray:
    """Normal quantiles of the ranks within each quantity, with Blom's (1958) offset; equal draws share a rank."""
    from scipy.special import ndtri

    flat = draws.reshape(len(draws), -1)
    ranks = np.stack([_ranks(row) for row in flat])
    return np.asarray(ndtri((ranks - 0.375) / (flat.shape[1] + 0.25))).reshape(draws.shape)


def _ranks(row: FloatArray) -> FloatArray:
    order = np.argsort(row, kind="stable")
    ordered = row[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    ends = np.append(starts[1:], len(row))
    ranks = np.empty(len(row))
    ranks[order] = np.repeat((starts + ends + 1) / 2.0, ends - starts)
    return ranks


def _between_to_within(draws: FloatArray) -> FloatArray:
    number = draws.shape[2]
    between = number * np.var(draws.mean(axis=2), axis=1, ddof=1)
    with np.errstate(all="ignore"):  # chains that never move have no variance within
        return np.asarray(np.sqrt((between / np.var(draws, axis=2, ddof=1).mean(axis=1) + number - 1) / number))


def _effective(draws: FloatArray) -> FloatArray:
    """From the autocorrelations of all chains together, dims (quantity,)."""
    quantities, chains, number = draws.shape
    if number < FEWEST // 2:
        return np.full(quantities, np.nan)
    lagged = _autocovariance(draws).mean(axis=1)
    within = lagged[:, 0] * number / (number - 1.0)
    total = within * (number - 1.0) / number
    if chains > 1:
        total = total + np.var(draws.mean(axis=2), axis=1, ddof=1)
    with np.errstate(all="ignore"):
        correlations = 1.0 - (within[:, None] - lagged) / total[:, None]
    size = float(chains * number)
    moves = np.ptp(draws, axis=(1, 2)) >= np.finfo(float).resolution
    return np.array(
        [_of_sequence(row, size) if moving else size for row, moving in zip(correlations, moves, strict=True)]
    )


def _autocovariance(draws: FloatArray) -> FloatArray:
    number = draws.shape[2]
    # Twice the length keeps one end of a chain from being multiplied with the other.
    spectrum = np.fft.rfft(draws - draws.mean(axis=2, keepdims=True), n=_smooth(2 * number), axis=2)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.asarray(np.fft.irfft(power, n=_smooth(2 * number), axis=2)[..., :number] / number)


def _smooth(length: int) -> int:
    """The next length without prime factors above 5, for which a Fourier transform is fast."""
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 1


def _of_sequence(correlations: FloatArray, size: float) -> float:
    """Draws over their autocorrelation time: pairs of lags are added up while they are positive, never growing."""
    if not np.isfinite(correlations[:2]).all():
        return float("nan")
    pairs = max((len(correlations) - 3) // 2, 0) + 1
    # At lag zero the correlation is one, whatever rounding has made of it.
    sums = correlations[1 : 2 * pairs : 2] + np.append(1.0, correlations[2 : 2 * pairs : 2])
    is_spent = sums <= 0.0
    last = int(np.argmax(is_spent)) if is_spent.any() else len(sums) - 1
    rest = max(float(correlations[2 * last]), 0.0) if last else 1.0
    time = -1.0 + 2.0 * float(np.minimum.accumulate(sums[:last]).sum()) + rest
    return float(size / max(time, 1.0 / np.log10(size)))
