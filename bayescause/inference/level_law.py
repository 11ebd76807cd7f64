"""Draws of one number from a density that is known at a few places, for many densities at once.

The logarithm's difference from a normal law is taken for a polynomial between those places, and the density over the
normal one for a straight line between knots. Some draws come from a wide law instead, so that nothing is missed.
"""

from itertools import pairwise
from math import lgamma
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from bayescause.scm.mechanism import FloatArray
from bayescause.scm.products import product

__all__ = ["NODES", "Wide", "drawn_along"]

NODES = np.linspace(-4.0, 4.0, 5)
"""Places, in sds from the peak, at which a log density is looked at."""

KNOTS = np.linspace(-6.0, 6.0, 25)
"""Between these the proposed density over the normal one is a straight line; beyond them only the wide law is left."""

STEP = float(KNOTS[1] - KNOTS[0])

CHANCES, NORMALS = ndtr(KNOTS), np.exp(-0.5 * KNOTS**2) / np.sqrt(2 * np.pi)

TOLD = 5.0
"""Where the polynomial ends: further out the density over the normal one stays as it is there."""

WEIGHTS = np.linalg.solve(np.vander(NODES).T, np.vander(np.clip(KNOTS, -TOLD, TOLD), len(NODES)).T).T
"""Of the nodes in the polynomial at each knot, dims (knot, node)."""

RIGHT = ((-np.diff(NORMALS) - KNOTS[:-1] * np.diff(CHANCES)) / STEP)[:, None]
"""Normal probability of each cell, weighed by the way through it: the share of its right height in its mass."""

LEFT = np.diff(CHANCES)[:, None] - RIGHT

LEAST = 0.5
"""Part of a height that is left at least where lines between knots are lowered to lie about a curve, not above it."""

REFINED = 2
"""Steps that make a draw's place exact, beyond rounding."""

ROOT = 1.0 / np.sqrt(2 * np.pi)

DEGREES = 3.0
"""Degrees of freedom of the wide law."""

T_HEIGHT = np.exp(lgamma((DEGREES + 1) / 2) - lgamma(DEGREES / 2)) / np.sqrt(DEGREES * np.pi)

FARTHEST = 200.0
"""Logarithms of how much a density differs from the normal law are put down to this at most."""


type Cells = npt.NDArray[np.intp]


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
    shape, place = logs.shape[1:], np.arange(logs[0].size)
    with np.errstate(invalid="ignore"):
        left = (logs - logs[len(NODES) // 2]).reshape(len(NODES), -1) + 0.5 * NODES[:, None] ** 2
    np.clip(np.nan_to_num(left, copy=False, nan=-FARTHEST), -FARTHEST, FARTHEST, out=left)
    height = product(WEIGHTS, left)
    np.exp(np.minimum(height, FARTHEST, out=height), out=height)
    _lower(height)
    ends = LEFT * height[:-1]
    ends += RIGHT * height[1:]
    for before, here in pairwise(ends):  # a cumulative sum along the knots would go through memory in strides
        np.add(here, before, out=here)
    sought = random.uniform(size=len(place)) * ends[-1]
    cell = (ends[:-1] < sought).sum(axis=0, dtype=np.int8).astype(np.intp)
    before = np.where(cell > 0, ends[cell - 1, place], 0.0)
    drawn = _within(cell, height[cell, place], height[cell + 1, place], sought - before, ends[cell, place] - before)
    is_wide = np.flatnonzero(random.uniform(size=len(drawn)) < wide.share)
    middle, spread = wide.middle.ravel(), wide.spread.ravel()
    drawn[is_wide] = middle[is_wide] + spread[is_wide] * random.standard_t(DEGREES, size=len(is_wide))
    logs_found = _log_height(drawn, height, ends[-1], wide)
    return drawn.reshape(shape), logs_found.reshape(shape)


def _lower(height: FloatArray) -> None:
    """Lower ``height``, dims (knot, ...), so that straight lines between knots lie about a curve, not above it."""
    least, beside = LEAST * height[1:-1], height[2:] + height[:-2]
    height[1:-1] *= 14.0 / 12.0
    beside *= 1.0 / 12.0
    height[1:-1] -= beside
    np.maximum(height[1:-1], least, out=height[1:-1])


def _within(cell: Cells, low: FloatArray, high: FloatArray, area: FloatArray, whole: FloatArray) -> FloatArray:
    """Places in cells, below which there is this much of their whole mass, by Newton's steps from a near guess."""
    start, first, width = KNOTS[cell], CHANCES[cell], np.diff(CHANCES)[cell]
    # The guess takes the density for a straight line of the normal distribution function.
    guess = area * (0.5 * (low + high)) * width / whole
    way = 2 * guess / (low + np.sqrt(np.maximum(low**2 + 2 * (high - low) * guess / width, 0.0)))
    found = ndtri(first + np.minimum(way, width))
    slope = (high - low) / STEP
    flat, given = low - slope * start, area + first * (low - slope * start) - NORMALS[cell] * slope
    for _ in range(REFINED):
        normal = np.exp(-0.5 * found**2) * ROOT
        over = flat * ndtr(found) - slope * normal - given
        found -= over / (normal * (flat + slope * found))
        np.clip(found, start, start + STEP, out=found)
    return np.asarray(found)


def _log_height(drawn: FloatArray, height: FloatArray, total: FloatArray, wide: Wide) -> FloatArray:
    cell = np.clip(((drawn - KNOTS[0]) / STEP).astype(np.intp), 0, len(KNOTS) - 2)
    place = np.arange(len(drawn))
    low, high = height[cell, place], height[cell + 1, place]
    over = np.where(np.abs(drawn) <= KNOTS[-1], low + (high - low) * (drawn - KNOTS[cell]) / STEP, 0.0) / total
    straight = over * np.exp(-0.5 * drawn**2) * ROOT
    spread = wide.spread.ravel()
    gap = (drawn - wide.middle.ravel()) / spread
    far = T_HEIGHT / spread / (1 + gap**2 / DEGREES) ** ((DEGREES + 1) / 2)
    return np.asarray(np.log((1 - wide.share) * straight + wide.share * far))
