"""What families of responses above zero share: which values they take, and where their intercept is by default."""

import math

import numpy as np

from bayescause.scm.mechanism import FloatArray, Moments

__all__ = ["log_middle", "positive_faults"]


def log_middle(moments: Moments) -> float:
    """Logarithm of the mean of a response, on whose scale the intercept is; 0 where there is none.

    Examples
    --------
    >>> log_middle(Moments(mean=1.0, sd=2.0, rows=10))
    0.0
    """
    return math.log(moments.mean) if moments.mean > 0 else 0.0


def positive_faults(family: str, values: FloatArray) -> str | None:
    """Values that are not above zero, or infinite, of a response of ``family``.

    Examples
    --------
    >>> positive_faults("gamma", np.array([2.0, 0.0]))[:76]
    'must be above zero and finite for the gamma family; it also holds [0.0]. Cho'
    """
    strange = np.unique(values[~np.isnan(values) & ~((values > 0) & np.isfinite(values))])
    if not len(strange):
        return None
    return (
        f"must be above zero and finite for the {family} family; it also holds {strange[:3].tolist()}. "
        "Choose family gaussian, or split the question into whether it is zero and how large it is if not."
    )
