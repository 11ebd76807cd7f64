"""Where increasing functions cross zero: many at once, each within its own bracket."""

from collections.abc import Callable

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["first_reached", "first_whole_reached", "root_between"]

SHARP = 1e-7
"""Width at which a bracket is narrow enough, as a share of the first one: far inside any Monte Carlo error."""

STEPS = 100
"""Most narrowings; inverse quadratic interpolation needs about ten, halving thirty."""

ROUNDING = 1e-12
"""A chance this much below the one that is asked for has reached it: sums of weights are not exact."""

type Function = Callable[[FloatArray], FloatArray]


def root_between(function: Function, low: FloatArray, high: FloatArray) -> FloatArray:
    """Where continuous ``function`` is zero between ``low`` and ``high``, at which its signs differ, dims (sample,).

    Halving, hastened by inverse quadratic interpolation where that is safe.

    References
    ----------
    Chandrupatla (1997), A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function
    without using derivatives.

    Examples
    --------
    >>> root_between(lambda x: x**3 - np.array([8.0, 27.0]), np.zeros(2), np.full(2, 10.0)).round(6).tolist()
    [2.0, 3.0]
    """
    width = SHARP * (high - low)
    # The newest point, the one on the other side of zero, and the one that was left behind.
    new, other, left = high, low, low
    at_new, at_other = function(new), function(other)
    at_left, step = at_other, np.full(np.shape(low), 0.5)
    for _ in range(STEPS):
        trial = new + step * (other - new)
        value = function(trial)
        same = np.sign(value) == np.sign(at_new)
        left, at_left = np.where(same, new, other), np.where(same, at_new, at_other)
        other, at_other = np.where(same, other, new), np.where(same, at_other, at_new)
        new, at_new = trial, value
        gap = np.abs(other - new)
        if ((gap <= width) | (at_new == 0)).all():
            break
        step = _next_step((new, other, left), (at_new, at_other, at_left), width)
    return np.where(np.abs(at_new) <= np.abs(at_other), new, other)


def _next_step(places: tuple[FloatArray, ...], values: tuple[FloatArray, ...], width: FloatArray) -> FloatArray:
    (a, b, c), (fa, fb, fc) = places, values
    with np.errstate(all="ignore"):  # where there is no parabola, the interval is halved
        share, rise = (a - b) / (c - b), (fa - fb) / (fc - fb)
        is_safe = (rise**2 < share) & ((1 - rise) ** 2 < 1 - share)
        bend = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        step = np.where(is_safe & np.isfinite(bend), bend, 0.5)
        least = np.minimum(0.5 * width / np.abs(b - a), 0.5)
    least = np.where(np.isfinite(least), least, 0.5)
    return np.clip(step, least, 1 - least)


def first_reached(function: Function, low: FloatArray, high: FloatArray) -> FloatArray:
    """Smallest value at which increasing ``function``, which may jump, reaches zero; by ``high`` it does."""
    width = SHARP * (high - low)
    while (high - low > width).any():
        middle = (low + high) / 2
        if ((middle <= low) | (middle >= high)).all():
            break
        reached = function(middle) >= -ROUNDING
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high


def first_whole_reached(function: Function, low: FloatArray, high: FloatArray) -> FloatArray:
    """Smallest whole number at which increasing ``function`` reaches zero; by ``high``, a whole number, it does.

    Examples
    --------
    >>> first_whole_reached(lambda x: x - 2.5, np.array([0.0]), np.array([9.0])).tolist()
    [3.0]
    """
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        reached = function(middle) >= -ROUNDING
        low, high = np.where(reached, low, middle + 1), np.where(reached, middle, high)
        low = np.minimum(low, high)
    return high
