"""The first of a count's two steps: whether there can be anything at all, by the drive called ``presence``."""

from collections.abc import Callable, Mapping

import numpy as np

from bayescause.scm.exposure import log_rate
from bayescause.scm.links import expit
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Moments
from bayescause.scm.priors import Prior

__all__ = ["chance_of_any", "chance_of_none", "none_or_some", "two_step_priors"]


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


def none_or_some(
    values: FloatArray,
    none: Callable[..., FloatArray],
    some: Callable[..., FloatArray],
    *drives: FloatArray,
) -> FloatArray:
    """Log density of counts, dims (..., row): by one function where they are zero, by the other where they are not.

    Each is computed only where it is asked for: most of the time of a fit goes into these logarithms.

    Parameters
    ----------
    values : array, dims (..., row)
    none : function of drives
    some : function of values above zero and drives
    *drives : array, dims (..., row)

    Examples
    --------
    >>> counts, drive = np.array([0.0, 3.0]), np.ones(1)
    >>> none_or_some(counts, lambda drive: -drive, lambda count, drive: count + drive, drive).tolist()
    [-1.0, 4.0]
    """
    shape = np.broadcast_shapes(np.shape(values), *(np.shape(drive) for drive in drives))
    is_shared = np.ndim(values) <= 1  # the same rows for every sample
    rows = np.broadcast_to(values, shape[-1:] if is_shared else shape).ravel()
    samples = int(np.prod(shape[:-1])) if is_shared else 1
    whole = [np.broadcast_to(drive, shape).reshape(samples, len(rows)) for drive in drives]
    at_none, at_some = np.flatnonzero(rows == 0), np.flatnonzero(rows != 0)
    found = np.empty((samples, len(rows)))
    found[:, at_none] = none(*(drive.take(at_none, axis=1) for drive in whole))
    found[:, at_some] = some(rows[at_some], *(drive.take(at_some, axis=1) for drive in whole))
    return found.reshape(shape)
