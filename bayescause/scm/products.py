"""Matrix products on one thread: several threads wait for each other longer than such products take."""

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["product"]

SMALL = 200_000
"""Multiplications up to which OpenBLAS, and with it NumPy, computes a product on one thread (262,144)."""


def product(samples: FloatArray, columns: FloatArray) -> FloatArray:
    """``samples @ columns``, a few samples at a time.

    After a product on several threads, the idle ones keep their processors busy for tens of milliseconds.

    Parameters
    ----------
    samples : array, dims (sample, row)
    columns : array, dims (row, column)

    Examples
    --------
    >>> product(np.ones((3, 2)), np.array([[1.0], [2.0]])).tolist()
    [[3.0], [3.0], [3.0]]
    """
    step = max(2, SMALL // max(1, columns.size))
    found = np.empty((len(samples), columns.shape[1]))
    for start in range(0, len(samples), step):
        np.matmul(samples[start : start + step], columns, out=found[start : start + step])
    return found
