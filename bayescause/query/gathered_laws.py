"""Units and nodes whose laws differ by one drive alone, gathered at points of that drive.

The distribution function of a population is a sum over units and over the nodes of what is integrated, and each
quantile asks for it some ten times. Where the outcome's law depends on a unit by its drive alone, the weight of each
drive is spread once over the four nearest points of an even grid, by cubic interpolation: the sum over the grid is that
over all units and nodes, up to the error of a cubic between points (Hockney and Eastwood 1988, Computer simulation
using particles, section 5-2, assign mass to a mesh so).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bayescause.scm.mechanism import FloatArray
from bayescause.scm.normal_nodes import normal_nodes

__all__ = ["POINTS", "ByDrive", "gathered", "is_worthwhile", "joined"]

POINTS = 512
"""Of the grid. Drives that reach over 40 sds of a normal outcome leave an error of 1e-6 in its chances."""

WORTHWHILE = 4
"""Drives for each point of the grid, from which gathering them is worth its while."""

REACH = 7.5
"""Sds of noise by which the grid is wider than the drives."""

NARROW = 0.9
"""Steps of the grid in an sd of noise, below which a bell is not summed over its points."""

CUBIC = np.array([[0, -2, 3, -1], [6, -3, -6, 3], [0, 6, 3, -3], [0, -1, 0, 1]]) / 6.0
"""Lagrange's cubics through the points at -1, 0, 1 and 2: coefficients of the powers of the place between 0 and 1."""


@dataclass(frozen=True, eq=False)
class ByDrive:
    """Laws that differ by one drive.

    Parameters
    ----------
    drive : array, dims ([node,] sample, row)
    dispersion : mapping of str to array, dims (sample, 1)
    weights : array
        Of nodes and units, in one shape with ``drive`` after broadcasting.
    noise : array, dims (sample, 1), optional
        Sd of normal noise that each drive has besides.
    """

    drive: FloatArray
    dispersion: Mapping[str, FloatArray]
    weights: FloatArray
    noise: FloatArray | None = None

    @property
    def is_large(self) -> bool:
        """Whether there are many more drives than points of a grid, which they can be put on."""
        drives = self.drive.size // self.drive.shape[-2]
        nodes = 1 if self.noise is None else len(normal_nodes()[0])
        return is_worthwhile(drives * nodes) and bool(np.isfinite(self.drive).all())


def is_worthwhile(drives: int) -> bool:
    """Whether so many drives of one draw, those at nodes of noise included, are worth gathering."""
    return drives > WORTHWHILE * POINTS


def gathered(whole: ByDrive) -> ByDrive:
    """The same mixture of laws, with ``POINTS`` drives for each draw, dims (sample, point).

    Means of functions that are cubic in the drive are the same.

    Parameters
    ----------
    whole : ByDrive
        Drives with dims ([node,] sample, row): finite, and best many more than points.

    Returns
    -------
    ByDrive
        Even grids of each sample between its smallest and its largest drive, and a point beyond on either side.

    Examples
    --------
    >>> found = gathered(ByDrive(np.array([[0.0, 0.3, 1.0]]), {}, np.full((1, 3), 1 / 3)))
    >>> float((found.weights * found.drive**3).sum().round(12)) == round((0.027 + 1.0) / 3, 12)
    True
    """
    drive, weights = np.broadcast_arrays(whole.drive, whole.weights)
    axes = tuple(axis for axis in range(drive.ndim) if axis != drive.ndim - 2)
    noise = np.zeros(drive.shape[-2]) if whole.noise is None else whole.noise[:, 0]
    low, high = drive.min(axis=axes) - REACH * noise, drive.max(axis=axes) + REACH * noise
    step = np.maximum((high - low) / (POINTS - 3), 1e-12 * (1 + np.abs(low)))
    samples = len(low)
    place = (drive - low[:, None]) / step[:, None]
    left = np.minimum(place.astype(np.intp), POINTS - 4)
    place -= left
    left += (np.arange(samples) * POINTS)[:, None]
    power, moments = np.array(weights), []
    for _ in range(4):
        moments.append(np.bincount(left.ravel(), power.ravel(), minlength=samples * POINTS))
        power *= place
    sums = sum(np.roll(share, shift) for shift, share in enumerate(CUBIC @ np.stack(moments)))
    grid, sums = low[:, None] + step[:, None] * np.arange(-1.0, POINTS - 1), np.reshape(sums, (samples, POINTS))
    return ByDrive(grid, whole.dispersion, sums if whole.noise is None else _spread(sums, noise / step))


def _spread(weights: FloatArray, sd: FloatArray) -> FloatArray:
    """``weights`` on an even grid, each spread as normal noise spreads it; ``sd`` is in steps, dims (sample,)."""
    places = np.minimum(np.arange(2 * POINTS), 2 * POINTS - np.arange(2 * POINTS))
    bell = np.exp(-0.5 * (places / np.maximum(sd, NARROW)[:, None]) ** 2)
    bell /= bell.sum(axis=1, keepdims=True)
    # Points more than an sd apart do not tell a bell: there three of them get its variance.
    three = (places == 0) + ((places == 1) / 2 - (places == 0)) * sd[:, None] ** 2
    kernel = np.where(sd[:, None] < NARROW, three, bell)
    both = np.fft.rfft(weights, 2 * POINTS, axis=1) * np.fft.rfft(kernel, axis=1)
    return np.fft.irfft(both, 2 * POINTS, axis=1)[:, :POINTS]


def joined(parts: Sequence[ByDrive]) -> ByDrive:
    """Laws of several blocks of draws, one after another.

    Parameters
    ----------
    parts : sequence of ByDrive
        At least one; drives with dims (sample, point) and as many points each, as ``gathered`` gives them.

    Returns
    -------
    ByDrive
        With the samples of all parts.

    Examples
    --------
    >>> two = ByDrive(np.zeros((2, 3)), {"sd": np.ones((2, 1))}, np.full((2, 3), 1 / 3))
    >>> joined([two, two]).drive.shape, joined([two, two]).dispersion["sd"].shape
    ((4, 3), (4, 1))
    """
    return ByDrive(
        np.concatenate([part.drive for part in parts]),
        {name: np.concatenate([part.dispersion[name] for part in parts]) for name in parts[0].dispersion},
        np.concatenate([part.weights for part in parts]),
    )
