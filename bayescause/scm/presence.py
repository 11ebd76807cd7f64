"""The first of a count's two steps: whether there can be anything at all, by the drive called ``presence``."""

from collections.abc import Mapping

import numpy as np

from bayescause.scm.exposure import log_rate
from bayescause.scm.links import expit
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Moments
from bayescause.scm.priors import Prior

__all__ = ["chance_of_any", "chance_of_none", "two_step_priors"]


def chance_of_any(drives: Mapping[str, FloatArray]) -> FloatArray:
    """Inverse logit of the presence, dims of the drive.

    Examples
    --------
    >>> chance_of_any({"presence": np.zeros(1)}).tolist()
    [0.5]
    """
    return np.asarray(expit(drives["presence"]))


def chance_of_none(drives: Mapping[str, FloatArray]) -> FloatArray:
    """What is left of one, dims of the drive, without cancellation where it is small.

    Examples
    --------
    >>> bool(0 < chance_of_none({"presence": np.full(1, 50.0)})[0] < 1e-20)
    True
    """
    return np.asarray(expit(-drives["presence"]))


def two_step_priors(moments: Moments, exposure: str | None) -> DefaultPriors:
    """Priors by rule of a count with the drives ``mean``, on the log scale, and ``presence``, in log odds."""
    return DefaultPriors(
        intercept=Prior("normal", (log_rate(moments, exposure), 2.5)),
        slope_scale=1.0,
        dispersion={},
        intercepts={"presence": Prior("normal", (0, 2.5))},
        slope_scales={"presence": 2.5},
    )
