"""Curves without corners from their values at Chebyshev's points.

The series through such values falls geometrically where the curve is smooth, and its last coefficients say how far it
is from the curve, if nothing in that is narrower than the points' distance (Trefethen 2013, Approximation theory and
approximation practice, chapters 4 and 8).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["ChebyshevPoints", "chebyshev_points", "last_of", "summed"]

LAST = 3
"""Coefficients by which a series is judged."""

CELLS = 8_000
"""Numbers held at once by a sum: they stay in the fastest cache."""


@dataclass(frozen=True, eq=False)
class ChebyshevPoints:
    """Some points of the interval from -1 to 1, both ends among them.

    Parameters
    ----------
    places : array, dims (point,)
        From 1 down.
    series : array, dims (degree, point)
        What gives the coefficients of the polynomial through values at the points.
    """

    places: FloatArray
    series: FloatArray

    def through(self, values: FloatArray) -> FloatArray:
        """Coefficients of Chebyshev's polynomials, dims (..., degree), of curves with ``values``, dims (..., point)."""
        return np.asarray(values @ self.series.T)

    def basis(self, at: FloatArray) -> FloatArray:
        """What gives the values ``at`` other places, dims (place,), from those at the points: dims (place, point)."""
        return np.asarray(np.polynomial.chebyshev.chebvander(at, len(self.places) - 1) @ self.series)


@cache
def chebyshev_points(number: int) -> ChebyshevPoints:
    """So many points, at least two.

    Examples
    --------
    >>> points = chebyshev_points(3)
    >>> points.places.round(9).tolist(), points.through(points.places**2).round(9).tolist()
    ([1.0, 0.0, -1.0], [0.5, 0.0, 0.5])
    """
    angles = np.pi * np.arange(number) / (number - 1)
    halved = np.where(np.isin(np.arange(number), (0, number - 1)), 0.5, 1.0)
    cosines = np.cos(np.outer(np.arange(number), angles))
    return ChebyshevPoints(np.cos(angles), 2.0 / (number - 1) * np.outer(halved, halved) * cosines)


def last_of(series: FloatArray) -> FloatArray:
    """Largest of the last coefficients, in size, dims (...), of ``series``, dims (..., degree)."""
    return np.asarray(np.abs(series[..., -LAST:]).max(axis=-1))


def summed(series: FloatArray, at: FloatArray) -> FloatArray:
    """Values of one curve a sample, by Clenshaw's recurrence in blocks, dims of ``at``.

    Parameters
    ----------
    series : array, dims (sample, degree)
    at : array, dims (..., sample, row)
        Between -1 and 1.

    Examples
    --------
    >>> summed(np.array([[0.5, 0.0, 0.5]]), np.array([[0.5, 1.0]])).tolist()
    [[0.25, 1.0]]
    """
    found = np.empty(at.shape)
    size = max(1, CELLS // max(1, at.size // len(series)))
    for start in range(0, len(series), size):
        some = slice(start, start + size)
        here, double = np.zeros(found[..., some, :].shape), 2.0 * at[..., some, :]
        before, spare = np.zeros_like(here), np.empty_like(here)
        for degree in range(series.shape[1] - 1, 0, -1):
            np.multiply(double, here, out=spare)
            spare -= before
            spare += series[some, degree, None]
            here, before, spare = spare, here, before
        double *= 0.5
        double *= here
        double -= before
        np.add(double, series[some, :1], out=found[..., some, :])
    return found
