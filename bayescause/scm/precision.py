"""Observations that are not equally precise: a column of weights, by which the variance of each row is divided."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["precise", "precision_faults", "precision_inputs", "precision_of"]


def precision_inputs(weights: str | None) -> tuple[str, ...]:
    """The column of weights, if there is one."""
    return () if weights is None else (weights,)


def precise(scale: Any, weights: str | None, inputs: Mapping[str, Any]) -> Any:
    """The scale of each row: over the root of its weight, if it has one. A weight of 1/se**2 makes a scale of 1 the se.

    Examples
    --------
    >>> precise(np.array([2.0]), "w", {"w": np.array([1.0, 4.0])}).tolist()
    [2.0, 1.0]
    """
    return scale if weights is None else scale / inputs[weights] ** 0.5


def precision_of(mechanism: Any, columns: Mapping[str, FloatArray]) -> FloatArray:
    """Weight of each row, dims (row,); one where the family has no column of weights."""
    name = getattr(mechanism, "weights", None)
    return np.ones(len(next(iter(columns.values())))) if name is None else columns[name]


def precision_faults(
    family: str, values: FloatArray, weights: str | None, inputs: Mapping[str, FloatArray]
) -> str | None:
    """Weights that are not above zero and finite, in rows that have a value."""
    if weights is None:
        return None
    amount = np.broadcast_to(inputs[weights], values.shape)
    bad = ~np.isnan(values) & ~(np.isfinite(amount) & (amount > 0))
    if not bad.any():
        return None
    row = int(np.argmax(bad))
    return (
        f"must have weights above zero for the {family} family; {weights!r} is {amount[row]:g} in row {row + 1}. "
        "Mend the row, or drop it: a weight says how precise an observation is, so none has weight zero."
    )
