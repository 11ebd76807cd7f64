"""Overlap of regimes and curves: whether the values that are given were seen for units of the same kind."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.treatment_model import is_unlike
from bayescause.query.estimand import Assigning
from bayescause.query.regimes import assigned_by
from bayescause.query.selection import units_of

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["SOME", "strangest"]

SOME = 0.05
"""Share of units beyond which values that were hardly ever seen for their kind are told. It is more than for two
levels: a shift by one residual sd takes 2 in 100 units there, and is no reason to worry."""


def strangest(effect: "Effect") -> tuple[float, str] | None:
    """The largest share of units that are given what was hardly ever seen for their kind, and by what, in words.

    Parameters
    ----------
    effect : Effect
        Of a question that gives values to units.

    Returns
    -------
    tuple of float and str, optional
        None where the question gives no values, or nothing was fitted.
    """
    return max(_shares(effect), key=lambda found: found[0], default=None)


def _shares(effect: "Effect") -> Iterator[tuple[float, str]]:
    question, posterior, route = effect.estimand, effect.posterior, effect.route
    if posterior is None or route is None or not isinstance(question, Assigning):
        return
    table = posterior.table.sample
    weights = np.where(units_of(question, table), table.counts, 0.0)
    for given in (each for regime in question.regimes(table) for each in assigned_by(regime, table)):
        kept = tuple(name for name in route.covariates if name in table.columns and name != given.variable)
        unlike = is_unlike(table, given.variable, given.nodes.values, kept)
        yield float(given.nodes.weights @ unlike @ weights / weights.sum()), given.told
