"""A band says how far from uniform the ranks of a right procedure may stray, for all ranked quantities at once.

Three distances are taken: the largest standardised difference of the empirical distribution (any defect), the
shift of the mean rank (bias) and the change of the ranks' spread (intervals too narrow or too wide). The sup
distance alone sees a posterior sd wrong by a quarter in hardly one of five calibrations of 500 replications.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["BINS", "GRID", "Band", "band", "difference", "distances"]

BINS = 100
"""Cells into which ranks are counted."""

GRID: FloatArray = np.arange(1, BINS) / BINS
"""Points at which the empirical distribution of the ranks is compared with the uniform one."""

RUNS = 40_000
"""Uniform runs from which the band is calibrated."""

ERROR = 0.05
"""Chance that a right procedure leaves the band with any of its quantities."""


@dataclass(frozen=True, eq=False)
class Band:
    """Limits of the three distances.

    Parameters
    ----------
    limits : array, dims (distance,)
        Of the sup distance, the mean and the spread, each in its own standard deviations.
    low, high : array, dims (point,)
        What the sup limit allows the difference at ``GRID``.
    """

    limits: FloatArray
    low: FloatArray
    high: FloatArray


def difference(ranks: FloatArray) -> FloatArray:
    """Empirical distribution of ``ranks`` minus the uniform one, dims (point,), at ``GRID``.

    Examples
    --------
    >>> float(difference(np.full(10, 0.25))[49])
    0.5
    """
    return _difference(_cells(ranks))


def distances(ranks: FloatArray) -> FloatArray:
    """Sup distance, shift of the mean and change of the spread, dims (distance,), in standard deviations.

    Examples
    --------
    >>> even = (np.arange(500) + 0.5) / 500
    >>> bool((distances(even) < 0.1).all())
    True
    """
    return _distances(_cells(ranks))


@lru_cache(maxsize=32)
def band(replications: int, quantities: int) -> Band:
    """Limits that a right procedure exceeds with any of its quantities in 5 of 100 calibrations.

    Parameters
    ----------
    replications : int
        Ranks of each quantity.
    quantities : int
        How many are judged at once; they are taken to be independent, which errs on the lenient side.

    Notes
    -----
    The three limits share one level: that of the smallest p-value among the three distances, taken from
    ``RUNS`` uniform runs (Säilynoja, Bürkner and Vehtari 2022 calibrate their band alike).

    Examples
    --------
    >>> bool((band(100, 20).limits > band(100, 1).limits).all())
    True
    """
    runs = _uniform_runs(replications)
    order = np.argsort(np.argsort(-runs, axis=0), axis=0) + 1.0
    smallest = np.sort((order / RUNS).min(axis=1))
    share = 1.0 - (1.0 - ERROR) ** (1.0 / quantities)
    level = smallest[max(0, int(share * RUNS) - 1)]
    limits = np.quantile(runs, 1.0 - level, axis=0)
    width = limits[0] * np.sqrt(GRID * (1.0 - GRID) / replications)
    return Band(limits, -width, width)


@lru_cache(maxsize=8)
def _uniform_runs(replications: int) -> FloatArray:
    rng = np.random.default_rng(RUNS)
    counts = (rng.multinomial(replications, np.full(BINS, 1.0 / BINS), size=RUNS // 10) for _ in range(10))
    return np.concatenate([_distances(block.astype(float)) for block in counts])


def _cells(ranks: FloatArray) -> FloatArray:
    cells = np.minimum((np.asarray(ranks) * BINS).astype(int), BINS - 1)
    return np.bincount(cells, minlength=BINS).astype(float)


def _difference(counts: FloatArray) -> FloatArray:
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(np.cumsum(counts, axis=-1)[..., :-1] / total - GRID)


def _distances(counts: FloatArray) -> FloatArray:
    replications = float(counts.sum(axis=-1).flat[0])
    middles = (np.arange(BINS) + 0.5) / BINS - 0.5
    shift, spread = middles, middles**2 - (middles**2).mean()
    standardised = _difference(counts) / np.sqrt(GRID * (1.0 - GRID) / replications)
    moments = (np.abs(counts @ score) / np.sqrt(replications * (score**2).mean()) for score in (shift, spread))
    return np.stack([np.abs(standardised).max(axis=-1), *moments], axis=-1)
