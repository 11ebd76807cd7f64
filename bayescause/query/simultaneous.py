"""Simultaneous bands: regions that hold a whole curve with a given posterior probability."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from bayescause.scm.mechanism import FloatArray

__all__ = ["simultaneous_band"]

SIDES: tuple[Literal["right"], Literal["left"]] = ("right", "left")


def simultaneous_band(draws: FloatArray, prob: float) -> tuple[FloatArray, FloatArray]:
    """Ends of the narrowest equal-tailed band that holds at least ``prob`` of the drawn curves as a whole.

    At each point the band runs between the same two order statistics of the draws; a curve counts as inside only if it
    is inside everywhere. So the band is calibrated on the draws themselves, and needs no normal approximation.

    Parameters
    ----------
    draws : array, dims (sample, point)
        Drawn curves.
    prob : float
        Between 0 and 1.

    Returns
    -------
    low, high : array, dims (point,)

    References
    ----------
    Montiel Olea and Plagborg-Moller (2019), Simultaneous confidence bands: theory, implementation, and an application
    to SVARs, section 4.3 (Bayesian); Besag, Green, Higdon and Mengersen (1995), Bayesian computation and stochastic
    systems, section 6.3.

    Examples
    --------
    >>> curves = np.random.default_rng(1).normal(size=(999, 1)) * np.ones((1, 5))
    >>> low, high = simultaneous_band(curves, 0.9)
    >>> bool(np.isclose(low[0], np.quantile(curves[:, 0], 0.05), atol=0.01))
    True
    """
    samples = len(draws)
    ordered = np.sort(draws, axis=0)
    # Ties get the rank that counts them as inside.
    below, above = (_ranks(ordered, draws, side) for side in SIDES)
    depth = np.sort(np.minimum(below, samples - above).min(axis=0))
    outside = int(np.floor((1 - prob) * samples))
    # Where values are met again and again, more than half of what may be outside could be cut on one side of a point:
    # the band never is narrower than the equal-tailed interval of a point.
    deepest = max(1, min(int(depth[min(outside, samples - 1)]), outside // 2 + 1, (samples + 1) // 2))
    return ordered[deepest - 1], ordered[samples - deepest]


def _ranks(ordered: FloatArray, draws: FloatArray, side: Literal["left", "right"]) -> npt.NDArray[np.intp]:
    pairs = zip(ordered.T, draws.T, strict=True)
    return np.stack([np.searchsorted(column, values, side=side) for column, values in pairs])
