"""Draws of one number from a density that is known at a few places, for many densities at once.

The logarithm's difference from a normal law is taken for a polynomial between those places, and the density for a
straight line between the places of a fine grid. Some draws come from a wide law instead, so that nothing is missed.
"""

from math import lgamma
from typing import NamedTuple

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["NODES", "Wide", "drawn_along"]

NODES = np.linspace(-4.0, 4.0, 5)
"""Places, in sds from the peak, at which a log density is looked at."""

GRID = np.linspace(-5.0, 5.0, 41)
"""Between these the proposed density is a straight line; beyond its ends only the wide law is left."""

BETWEEN = np.linalg.solve(np.vander(NODES).T, np.vander(GRID, len(NODES)).T)
"""Weights of the nodes in the polynomial at each place of the grid, dims (node, place)."""

DEGREES = 3.0
"""Degrees of freedom of the wide law."""

FARTHEST = 200.0
"""Logarithms of how much a density differs from the normal law are put down to this at most."""


class Wide(NamedTuple):
    """A t law from which a share of the draws comes.

    ``middle`` and ``spread``, dims (sample, level), are in sds from the peak.
    """

    share: float
    middle: FloatArray
    spread: FloatArray


def drawn_along(logs: FloatArray, wide: Wide, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Draws, dims (sample, level), from densities with these logarithms at the nodes, and their log densities.

    Parameters
    ----------
    logs : array, dims (node, sample, level)
        Up to a constant of each density.
    wide : Wide
    random : Generator

    Examples
    --------
    >>> normal = np.broadcast_to(-0.5 * NODES[:, None, None] ** 2, (5, 4000, 1))
    >>> wide = Wide(0.001, np.zeros((4000, 1)), np.ones((4000, 1)))
    >>> drawn, logs = drawn_along(normal, wide, np.random.default_rng(0))
    >>> round(float(drawn.std()), 1), round(float(np.exp(-0.5 * drawn**2 - logs).mean() / np.sqrt(2 * np.pi)), 2)
    (1.0, 1.0)
    """
    with np.errstate(invalid="ignore"):
        left = np.moveaxis(logs - logs[len(NODES) // 2], 0, -1) + 0.5 * NODES**2
    log_height = np.clip(np.nan_to_num(left, nan=-FARTHEST), -FARTHEST, FARTHEST) @ BETWEEN - 0.5 * GRID**2
    height = np.exp(log_height - log_height.max(axis=-1, keepdims=True))
    step = GRID[1] - GRID[0]
    cells = 0.5 * step * (height[..., :-1] + height[..., 1:])
    ends = cells.cumsum(axis=-1)
    sought = random.uniform(size=ends.shape[:-1]) * ends[..., -1]
    cell = np.minimum((ends < sought[..., None]).sum(axis=-1), len(GRID) - 2)
    low, high, own, end = (
        np.take_along_axis(part, place[..., None], axis=-1)[..., 0]
        for part, place in ((height, cell), (height, cell + 1), (cells, cell), (ends, cell))
    )
    area = np.clip(sought - end + own, 0.0, own)
    way = 2 * area / (low + np.sqrt(np.maximum(low**2 + 2 * (high - low) * area / step, 0.0)))
    drawn = GRID[cell] + way
    is_wide = random.uniform(size=drawn.shape) < wide.share
    far = wide.middle + wide.spread * random.standard_t(DEGREES, size=drawn.shape)
    drawn = np.where(is_wide, far, drawn)
    return drawn, _log_height(drawn, height, ends[..., -1], wide)


def _log_height(drawn: FloatArray, height: FloatArray, total: FloatArray, wide: Wide) -> FloatArray:
    step = GRID[1] - GRID[0]
    place = np.clip((drawn - GRID[0]) / step, 0, len(GRID) - 1)
    cell = np.minimum(place.astype(int), len(GRID) - 2)
    low, high = (np.take_along_axis(height, at[..., None], axis=-1)[..., 0] for at in (cell, cell + 1))
    straight = np.where(np.abs(drawn) <= GRID[-1], low + (high - low) * (place - cell), 0.0) / total
    constant = np.exp(lgamma((DEGREES + 1) / 2) - lgamma(DEGREES / 2)) / np.sqrt(DEGREES * np.pi)
    gap = (drawn - wide.middle) / wide.spread
    far = constant / wide.spread * (1 + gap**2 / DEGREES) ** (-(DEGREES + 1) / 2)
    return np.asarray(np.log((1 - wide.share) * straight + wide.share * far))
