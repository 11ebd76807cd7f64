"""The chance that a latent law, moved by a drive, falls between two cut points: its logarithm and derivatives, stably.

The law is the one whose distribution function is the inverse link: logistic for ``logit``, normal for ``probit``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from bayescause.scm.links import expit, log_expit
from bayescause.scm.mechanism import FloatArray

__all__ = ["INTERVALS", "Bends", "Interval"]


class Bends(NamedTuple):
    """Logarithm of ``F(high) - F(low)`` with its derivatives in ``high`` and ``low``, each with their dims."""

    value: FloatArray
    high: FloatArray
    low: FloatArray
    high_high: FloatArray
    high_low: FloatArray
    low_low: FloatArray


@dataclass(frozen=True)
class Interval:
    """Chances of intervals under one law.

    Parameters
    ----------
    log_chance : callable
        Logarithm of ``F(high) - F(low)`` at two arrays.
    bends : callable
        The same with two derivatives.
    log_below : callable
        Logarithm of ``F`` at a PyTensor variable.
    """

    log_chance: Callable[[FloatArray, FloatArray], FloatArray]
    bends: Callable[[FloatArray, FloatArray], Bends]
    log_below: Callable[[Any], Any]

    def log_chance_tensor(self, high: Any, low: Any) -> Any:
        """Logarithm of ``F(high) - F(low)`` at PyTensor variables, for a law that is even."""
        import pytensor.tensor as pt

        # Both ends are turned to the side on which the distribution function keeps its digits.
        is_right = high + low > 0
        upper = self.log_below(pt.switch(is_right, -low, high))
        return upper + pt.log1mexp(self.log_below(pt.switch(is_right, -high, low)) - upper)


def _logistic_chance(high: FloatArray, low: FloatArray) -> FloatArray:
    # F(high) - F(low) = F(high) F(-low) (1 - exp(low - high)).
    return np.asarray(log_expit(high) + log_expit(-low) + np.log(-np.expm1(low - high)))


def _logistic_bends(high: FloatArray, low: FloatArray) -> Bends:
    gap = high - low
    push = np.exp(-gap) / -np.expm1(-gap)
    pull = -push / -np.expm1(-gap)
    above, below = expit(-high), expit(low)
    return Bends(
        value=_logistic_chance(high, low),
        high=above + push,
        low=-below - push,
        high_high=-above * (1 - above) + pull,
        high_low=-pull,
        low_low=-below * (1 - below) + pull,
    )


def _normal_chance(high: FloatArray, low: FloatArray) -> FloatArray:
    from scipy.special import log_ndtr

    is_right = high + low > 0
    upper = log_ndtr(np.where(is_right, -low, high))
    lower = log_ndtr(np.where(is_right, -high, low))
    return np.asarray(upper + np.log(-np.expm1(lower - upper)))


def _normal_bends(high: FloatArray, low: FloatArray) -> Bends:
    value = _normal_chance(high, low)
    root = 0.5 * np.log(2 * np.pi)
    top, bottom = (np.exp(-0.5 * np.square(end) - root - value) for end in (high, low))
    return Bends(
        value=value,
        high=top,
        low=-bottom,
        high_high=-top * (high + top),
        high_low=top * bottom,
        low_low=bottom * (low - bottom),
    )


def _log_sigmoid(drive: Any) -> Any:
    import pytensor.tensor as pt

    return -pt.softplus(-drive)


def _log_ndtr(drive: Any) -> Any:
    import pytensor.tensor as pt

    root = np.array(np.sqrt(2.0))
    low = pt.log(pt.erfcx(-pt.minimum(drive, 0.0) / root) / 2) - pt.minimum(drive, 0.0) ** 2 / 2
    return pt.switch(drive < 0, low, pt.log1p(-pt.erfc(pt.maximum(drive, 0.0) / root) / 2))


INTERVALS: Mapping[str, Interval] = MappingProxyType(
    {
        "logit": Interval(_logistic_chance, _logistic_bends, _log_sigmoid),
        "probit": Interval(_normal_chance, _normal_bends, _log_ndtr),
    }
)
"""By link."""
