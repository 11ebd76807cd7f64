"""The plain difference: what a naive comparison of the treatment groups says, shown beside every identified effect."""

import numpy as np

from bayescause.compilation.table import Table
from bayescause.query.contrasts import NAMED, Contrast
from bayescause.scm.mechanism import FloatArray

__all__ = ["plain_difference"]


def plain_difference(table: Table, outcome: str, contrast: Contrast, selected: np.ndarray) -> float | None:
    """Difference of the mean outcomes at the two levels, or slope of the outcome on a numeric treatment, scaled.

    Parameters
    ----------
    table : Table
    outcome : str
    contrast : Contrast
    selected : bool array, dims (row,)
        Units that the question is about.

    Returns
    -------
    float, optional
        In the unit of the outcome. None if a level has no unit, or a numeric treatment does not vary.
    """
    known = selected & np.isfinite(table.columns[outcome])
    values, treatment, counts = (a[known] for a in (table.columns[outcome], table.columns[contrast.of], table.counts))
    if table.kinds[contrast.of] in NAMED:
        sides = [(values[treatment == level], counts[treatment == level]) for level in (contrast.high, contrast.low)]
        if any(weights.sum() == 0 for _, weights in sides):
            return None
        high, low = (float(np.average(side, weights=weights)) for side, weights in sides)
        return high - low
    slope = _slope(values, treatment, counts)
    return None if slope is None else slope * (contrast.high - contrast.low)


def _slope(values: FloatArray, treatment: FloatArray, counts: FloatArray) -> float | None:
    if len(values) == 0 or np.ptp(treatment) == 0:
        return None
    centred = treatment - np.average(treatment, weights=counts)
    return float((counts * centred * values).sum() / (counts * centred**2).sum())
