"""Quantiles of a column whose rows stand for several units each: those of the column with all units written out."""

import numpy as np
import numpy.typing as npt

from bayescause.scm.mechanism import FloatArray

__all__ = ["quantiles_between", "quantiles_met"]


def quantiles_met(values: FloatArray, counts: FloatArray, at: npt.ArrayLike) -> FloatArray:
    """Smallest values such that shares ``at`` of the units have no larger one, dims of ``at``: each was met with.

    Parameters
    ----------
    values, counts : array, dims (row,)
        Known values, and the units of each row, of which every row has some.
    at : array
        Between 0 and 1.

    Examples
    --------
    >>> quantiles_met(np.array([5.0, 1.0]), np.array([1.0, 3.0]), [0.5, 0.75, 0.76]).tolist()
    [1.0, 1.0, 5.0]
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(counts[order])
    places = np.searchsorted(reached, np.asarray(at) * reached[-1], side="left")
    return np.asarray(values[order][np.minimum(places, len(values) - 1)])


def quantiles_between(values: FloatArray, counts: FloatArray, at: npt.ArrayLike) -> FloatArray:
    """The same along straight lines between neighbours, as ``np.quantile`` has it, dims (share,).

    Parameters
    ----------
    values, counts : array, dims (row,)
        As in ``quantiles_met``.
    at : array, dims (share,)

    Examples
    --------
    >>> quantiles_between(np.array([5.0, 1.0]), np.array([1.0, 3.0]), [0.5, 0.75]).tolist()
    [1.0, 2.0]
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(counts[order])
    places = np.asarray(at) * (reached[-1] - 1)
    ends = [np.searchsorted(reached, np.minimum(np.floor(places) + step, reached[-1] - 1), "right") for step in (0, 1)]
    # Two neighbours at a time, so that rows of one unit each have NumPy's own numbers to the last digit.
    pairs = zip(*(values[order][end] for end in ends), places - np.floor(places), strict=True)
    return np.array([np.quantile([low, high], share) for low, high, share in pairs])
