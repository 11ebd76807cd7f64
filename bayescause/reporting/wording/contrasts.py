"""What model and table say of the two groups: whether the effect may differ, and in what they differed beforehand."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bayescause.query.dependence import moving_covariates
from bayescause.query.wording import centre
from bayescause.reporting.wording.names import Names
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.inference.posterior import Posterior
    from bayescause.reporting.findings import Answer

__all__ = ["differs_in", "works_alike"]

CLEAR = 0.1
"""Difference of a covariate's means, in its sds, from which the groups are said to differ."""


def works_alike(answer: "Answer") -> bool:
    """Whether the fitted mechanisms take the effect to be the same for everyone: it depends on no column."""
    posterior, route = answer.effect.posterior, answer.effect.route
    if posterior is None or route is None or not route.is_by_unit or not answer.effect.estimand.is_average:
        return False
    return not moving_covariates(posterior.design, route, route.query.of)


def differs_in(answer: "Answer", names: Names) -> str:
    """The covariate that does most to set the plain difference apart from the effect; empty if none is clear.

    Weighed by how much the groups differ in it and how much it has to do with the outcome; those that would pull the
    plain difference the other way are left out.
    """
    posterior, route = answer.effect.posterior, answer.effect.route
    if posterior is None or route is None or not route.covariates:
        return ""
    gap = (answer.effect.unadjusted or 0.0) - centre(answer.effect)
    shifts = {name: _shift(posterior, answer, name) for name in route.covariates}
    shifts = {name: shift for name, shift in shifts.items() if shift * gap > 0}
    name, size = max(shifts.items(), key=lambda pair: abs(pair[1]), default=("", 0.0))
    return names.label(name) if abs(size) > 0 else ""


def _shift(posterior: "Posterior", answer: "Answer", name: str) -> float:
    """Bias that a straight line would give the plain difference through this column; 0 for unordered categories."""
    table, question = posterior.table.sample, answer.effect.estimand
    if table.kinds.get(name) == "categorical" or name not in table.columns:
        return 0.0
    treatment, outcome, column = (table.columns[one] for one in (question.of, question.on, name))
    known = np.isfinite(outcome) & np.isfinite(column)
    high = treatment > np.average(treatment, weights=table.counts)
    spread = _moment(column, column, table.counts, known) ** 0.5
    if spread == 0 or not (high & known).any() or not (~high & known).any():
        return 0.0
    gap = _mean(column, table.counts, high & known) - _mean(column, table.counts, ~high & known)
    tie = _moment(column, outcome, table.counts, known)
    return gap * tie / spread**2 if abs(gap) > CLEAR * spread else 0.0


def _mean(column: FloatArray, counts: FloatArray, rows: npt.NDArray[np.bool_]) -> float:
    return float(np.average(column[rows], weights=counts[rows]))


def _moment(first: FloatArray, second: FloatArray, counts: FloatArray, rows: npt.NDArray[np.bool_]) -> float:
    """Covariance of two columns over the units of some rows."""
    gaps = (column[rows] - _mean(column, counts, rows) for column in (first, second))
    return float(np.average(np.prod(list(gaps), axis=0), weights=counts[rows]))
