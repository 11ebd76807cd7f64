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

__all__ = ["POINTS", "ByDrive", "gathered", "joined"]

POINTS = 512
"""Of the grid. Drives that reach over 40 sds of a normal outcome leave an error of 1e-6 in its chances."""

WORTHWHILE = 4
"""Drives for each point of the grid, from which gathering them is worth its while."""

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
    """

    drive: FloatArray
    dispersion: Mapping[str, FloatArray]
    weights: FloatArray

    @property
    def is_large(self) -> bool:
        """Whether there are many more drives than points of a grid, which they can be put on."""
        return bool(self.drive.size > WORTHWHILE * POINTS * self.drive.shape[-2] and np.isfinite(self.drive).all())


def gathered(whole: ByDrive) -> ByDrive:
    """The same mixture of laws, with ``POINTS`` drives for each draw, dims (sample, point).

    Means of functions that are cubic in the drive are the same.

    Examples
    --------
    >>> found = gathered(ByDrive(np.array([[0.0, 0.3, 1.0]]), {}, np.full((1, 3), 1 / 3)))
    >>> float((found.weights * found.drive**3).sum().round(12)) == round((0.027 + 1.0) / 3, 12)
    True
    """
    drive, weights = np.broadcast_arrays(whole.drive, whole.weights)
    axes = tuple(axis for axis in range(drive.ndim) if axis != drive.ndim - 2)
    low = drive.min(axis=axes)
    step = np.maximum((drive.max(axis=axes) - low) / (POINTS - 3), 1e-12 * (1 + np.abs(low)))
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
    grid = low[:, None] + step[:, None] * np.arange(-1.0, POINTS - 1)
    return ByDrive(grid, whole.dispersion, np.reshape(sums, (samples, POINTS)))


def joined(parts: Sequence[ByDrive]) -> ByDrive:
    """Laws of several blocks of draws, one after another."""
    return ByDrive(
        np.concatenate([part.drive for part in parts]),
        {name: np.concatenate([part.dispersion[name] for part in parts]) for name in parts[0].dispersion},
        np.concatenate([part.weights for part in parts]),
    )
