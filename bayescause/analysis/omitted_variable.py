"""Omitted-variable bias in partial R2: what something unmeasured can do to an effect, given how strong it is.

Cinelli and Hazlett (2020, JRSS B 82, 39-67), in the form that also holds for linear functionals of a regression
(Chernozhukov, Cinelli, Newey, Sharma and Syrgkanis 2022): the bias is at most
``scale * sqrt(outcome_r2 * treatment_r2 / (1 - treatment_r2))``, with ``scale`` squared the residual variance of
the outcome times the second moment of the effect's Riesz representer. For one coefficient of least squares, scale
is its standard error times the root of its degrees of freedom.
"""

from collections.abc import Callable

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = [
    "adjusted_effect",
    "as_strong_as",
    "largest_bias",
    "multiple_to_reach",
    "partial_r2",
    "robustness_value",
    "significant_robustness_value",
]

type Numbers = FloatArray | float


def partial_r2(strength: Numbers) -> FloatArray:
    """Partial R2 of treatment with outcome, ``strength`` being |effect| / scale (Cohen's f).

    Examples
    --------
    >>> round(float(partial_r2(4.18445 / 783**0.5)), 6)
    0.021873
    """
    squared = np.square(strength)
    return np.asarray(squared / (1.0 + squared))


def robustness_value(strength: Numbers) -> FloatArray:
    """Partial R2 with treatment and outcome, both alike, that moves an effect by ``strength`` scales (section 4).

    Examples
    --------
    >>> round(float(robustness_value(4.18445 / 783**0.5)), 6)
    0.138776
    """
    squared = np.square(strength)
    return np.asarray((np.sqrt(squared**2 + 4.0 * squared) - squared) / 2.0)


def significant_robustness_value(strength: float, degrees_of_freedom: float, alpha: float = 0.05) -> float:
    """What brings the limit of a least-squares interval, not its centre, to the target (section 4).

    Examples
    --------
    >>> round(significant_robustness_value(4.18445 / 783**0.5, 783), 5)
    0.07626
    """
    from scipy.special import stdtrit

    critical = abs(float(stdtrit(degrees_of_freedom - 1.0, alpha / 2.0))) / np.sqrt(degrees_of_freedom - 1.0)
    excess = strength - critical
    if excess <= 0.0:
        return 0.0
    # Where the outcome's R2 would have to exceed one, the treatment's alone decides (Cinelli and Hazlett 2025).
    if strength * critical >= 1.0:
        return float((strength**2 - critical**2) / (1.0 + strength**2))
    return float(robustness_value(excess))


def largest_bias(scale: Numbers, treatment_r2: Numbers, outcome_r2: Numbers) -> FloatArray:
    """Largest bias, in the unit of ``scale``, of an unmeasured cause of the given strengths (section 4)."""
    treatment = np.asarray(treatment_r2, dtype=float)
    return np.asarray(scale * np.sqrt(outcome_r2 * treatment / (1.0 - treatment)))


def adjusted_effect(
    effect: Numbers, scale: Numbers, treatment_r2: Numbers, outcome_r2: Numbers, target: float = 0.0
) -> FloatArray:
    """Effect that remains if the unmeasured cause moved it towards ``target``, in the unit of ``effect``.

    Examples
    --------
    >>> float(adjusted_effect(1.0, 2.0, 0.2, 0.25))
    0.5
    """
    direction = np.sign(np.asarray(effect) - target)
    return np.asarray(effect - direction * largest_bias(scale, treatment_r2, outcome_r2))


def as_strong_as(treatment_r2: Numbers, outcome_r2: Numbers, multiple: Numbers) -> tuple[FloatArray, FloatArray]:
    """Partial R2 with treatment and outcome of something ``multiple`` times as strong as a measured cause.

    Parameters
    ----------
    treatment_r2, outcome_r2 : float or array
        Partial R2 of the measured cause with treatment and with outcome, all else given.
    multiple : float or array

    Returns
    -------
    two arrays
        NaN where nothing can be that strong; the second is at most one.

    Notes
    -----
    Cinelli and Hazlett (2020), section 4.4; all columns of one cause are taken as one block.

    Examples
    --------
    >>> [round(float(r2), 3) for r2 in as_strong_as(0.1, 0.1, 2.0)]
    [0.222, 0.286]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.asarray(treatment_r2) / (1.0 - np.asarray(treatment_r2))
        with_treatment = multiple * odds
        shared = with_treatment * treatment_r2 / (1.0 - multiple * np.asarray(treatment_r2))
        pull = (np.sqrt(multiple) + np.sqrt(shared)) / np.sqrt(1.0 - shared)
        with_outcome = np.minimum(pull**2 * outcome_r2 / (1.0 - np.asarray(outcome_r2)), 1.0)
        possible = (with_treatment < 1.0) & (shared >= 0.0) & (shared < 1.0)
    return np.where(possible, with_treatment, np.nan), np.where(possible, with_outcome, np.nan)


def multiple_to_reach(strength: float, treatment_r2: float, outcome_r2: float) -> float:
    """How many times as strong as a measured cause something has to be to move the effect by ``strength`` scales.

    Infinite where the measured cause is tied to only one of treatment and outcome.

    Examples
    --------
    >>> round(multiple_to_reach(0.5, 0.1, 0.1), 2)
    3.14
    >>> multiple_to_reach(0.5, 0.0, 0.1)
    inf
    """
    if min(treatment_r2, outcome_r2) <= 0.0:
        return float("inf")

    def falls_short(multiple: float) -> bool:
        strengths = as_strong_as(treatment_r2, outcome_r2, multiple)
        return bool(largest_bias(1.0, *strengths) < strength)

    # At this multiple the treatment would be determined by the unmeasured cause, and the bias has no limit.
    return _turning_point(falls_short, (1.0 - treatment_r2) / treatment_r2)


def _turning_point(falls_short: Callable[[float], bool], highest: float) -> float:
    low, high = 0.0, highest
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if falls_short(middle) else (low, middle)
    return high
