"""The exponential of a drive, taken once for all nodes and worlds that move every row of a draw alike."""

from collections.abc import Sequence

import numpy as np

from bayescause.scm.design import added_up
from bayescause.scm.mechanism import FloatArray

__all__ = ["exponential"]

FURTHEST = 600.0
"""Distance between two worlds' drives beyond which a product of exponentials would leave the range of numbers."""

LARGEST = 700.0
"""Drives are held below it, where exponentials are finite."""


def exponential(parts: Sequence[FloatArray]) -> FloatArray:
    """``exp`` of the sum of ``parts``, finite.

    Where some parts are the same for every row, and others for every node, the exponential of the sum is a product: one
    exponential for each draw and row, and not for each node as well.

    Parameters
    ----------
    parts : sequence of array, dims ([node,] sample, row), (sample, row or 1) or ()
        As ``drive_parts`` gives them. All but the first are used up.

    Examples
    --------
    >>> by_row, by_node = np.array([[0.0, 1.0]]), np.array([[[0.0]], [[2.0]]])
    >>> np.log(exponential([0.0, by_row, by_node])).round(9).tolist()
    [[[0.0, 1.0]], [[2.0, 3.0]]]
    """
    by_row = [part for part in parts if np.shape(part)[-1:] not in ((), (1,))]
    alike = [part for part in parts if np.shape(part)[-1:] in ((), (1,))]
    if by_row and max(map(np.ndim, alike), default=0) > max(map(np.ndim, by_row)):
        moved = sum(alike, start=np.zeros(()))
        highest = moved.max(axis=0)
        moved = moved - highest
        if moved.min() > -FURTHEST:
            return _exponential(added_up([highest, *by_row])) * np.exp(moved)
    return _exponential(added_up(parts))


def _exponential(drive: FloatArray) -> FloatArray:
    held = np.minimum(drive, LARGEST)
    return np.asarray(np.exp(held, out=held))
