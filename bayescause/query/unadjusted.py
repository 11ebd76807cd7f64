"""The plain difference: what a naive comparison of the treatment groups says, shown beside every identified effect."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.observing import Moments
from bayescause.compilation.particulars import particulars
from bayescause.compilation.stream import Stream
from bayescause.compilation.table import Table
from bayescause.query.contrasts import Contrast, at_level, resolve_contrast
from bayescause.query.mediated_questions import is_mediated
from bayescause.query.risks import plain_ratio
from bayescause.query.selection import units_meant
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.query.estimand import Estimand

__all__ = ["naive_comparison", "naive_difference", "plain_difference"]


def naive_comparison(question: "Estimand", table: Table) -> float | None:
    """What a naive comparison says on the scale of ``question``; None where there is none."""
    told = particulars(question)
    if told.contrast is None:
        return None
    if question.scale == "ratio":
        return plain_ratio(question, table)
    # Groups that differ in the treatment say nothing of a part of its effect.
    is_mean = question.scale == "difference" and told.is_of_mean and not is_mediated(question)
    return naive_difference(question, table, resolve_contrast(table, question)) if is_mean else None


def naive_difference(question: "Estimand", table: Table, contrast: Contrast) -> float | None:
    """The plain difference among the units that meet the question's ``where``, whether rows are held or read."""
    if table.stream is None:
        return plain_difference(table, question.on, contrast, units_meant(question, table))
    if contrast.level is not None:
        return None
    from bayescause.query.streaming import narrowed_by_where

    stream = narrowed_by_where(question, table.stream)
    if table.kinds[contrast.of] in LEVELLED:
        return _streamed_difference(stream, question.on, contrast)
    slope = _streamed_slope(stream, question.on, contrast.of)
    return None if slope is None else slope * (contrast.high - contrast.low)


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
    values = at_level(values, contrast.level)
    if table.kinds[contrast.of] in LEVELLED:
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


def _streamed_difference(stream: Stream, outcome: str, contrast: Contrast) -> float | None:
    sides = {level: Moments(1) for level in (contrast.low, contrast.high)}
    for block in stream.blocks((outcome, contrast.of)):
        values, treatment = block.columns[outcome], block.columns[contrast.of]
        for level, moments in sides.items():
            rows = (treatment == level) & np.isfinite(values)
            moments.add(values[rows, None], block.counts[rows])
    if any(moments.weight[0] == 0 for moments in sides.values()):
        return None
    return float(sides[contrast.high].mean[0] - sides[contrast.low].mean[0])


def _streamed_slope(stream: Stream, outcome: str, treatment: str) -> float | None:
    """Slope by sums around the means of all rows, so that no digits are lost."""
    shift, sums = stream.facts[treatment].mean, np.zeros(5)
    level = stream.facts[outcome].mean
    for block in stream.blocks((outcome, treatment)):
        known = np.isfinite(block.columns[outcome])
        x, y = block.columns[treatment][known] - shift, block.columns[outcome][known] - level
        sums += np.stack([np.ones_like(x), x, y, x * x, x * y]) @ block.counts[known]
    units, x_sum, y_sum, squares, products = sums.tolist()
    spread = squares - x_sum**2 / units if units else 0.0
    return (products - x_sum * y_sum / units) / spread if spread > 0 else None
