"""How much of an effect's width comes from units whose kind was hardly ever seen under one of the treatments."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.overlap import diagnostic_model
from bayescause.analysis.thinning import thinned_posterior
from bayescause.compilation.particulars import particulars
from bayescause.query.averaging import average_contrast
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.selection import cells, units_of
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.effect import Effect

__all__ = ["Extrapolation", "extrapolation_of"]

DRAWS = 1_000
"""Draws that are looked at."""


@dataclass(frozen=True)
class Extrapolation:
    """The part that units outside the observed support have in an effect.

    Parameters
    ----------
    units : float
        Their share of the units of the question.
    share : float
        Their part of the effect's variance: the covariance of their sum with the effect, over its variance. With that
        of the other units it adds up to one; it is no more than their share where they are like the others.
    sd_outside, sd_inside : float
        Posterior sd of the average effect among them and among the others, in the unit of the effect.
    """

    units: float
    share: float
    sd_outside: float
    sd_inside: float

    @property
    def words(self) -> str:
        """A few words."""
        if self.units == 0.0:
            return "no unit: every kind was seen under both treatments"
        return (
            f"{100 * self.units:.0f} in 100 units make {100 * self.share:.0f} % of the variance "
            f"(sd {self.sd_outside:.2g} among them, {self.sd_inside:.2g} among the others)"
        )


def extrapolation_of(effect: "Effect") -> Extrapolation | None:
    """The part of units outside; None where the effect is no average of units' differences between two levels.

    Parameters
    ----------
    effect : Effect
        One that was simulated.
    """
    question, route = effect.estimand, effect.route
    is_average = particulars(question).contrast is not None and question.is_average and question.scale == "difference"
    if effect.posterior is None or route is None or not is_average or not route.is_by_unit:
        return None
    posterior = replace(thinned_posterior(effect.posterior, DRAWS), table=effect.posterior.table.sample)
    table = posterior.table
    asked = _units_of(effect, table)
    outside = diagnostic_model(effect, posterior).is_outside & asked
    weight = float(table.counts[outside].sum() / table.counts[asked].sum())
    if weight == 0.0:
        return Extrapolation(0.0, 0.0, 0.0, float(effect.sd()))
    among = _average(effect, posterior, route, outside)
    if weight == 1.0:
        return Extrapolation(1.0, 1.0, float(among.std()), 0.0)
    others = _average(effect, posterior, route, asked & ~outside)
    whole = weight * among + (1.0 - weight) * others
    part = float(np.cov(weight * among, whole)[0, 1] / np.var(whole, ddof=1)) if np.ptp(whole) > 0.0 else weight
    return Extrapolation(weight, float(np.clip(part, 0.0, 1.0)), float(among.std()), float(others.std()))


def _units_of(effect: "Effect", table: "Table") -> np.ndarray:
    asked = units_of(effect.estimand, table)
    if effect.group is None:
        return asked
    return next(selected for label, selected in cells(effect.estimand, table) if label == effect.group)


def _average(effect: "Effect", posterior: "Posterior", route: "Route", kept: np.ndarray) -> FloatArray:
    contrast = resolve_contrast(posterior.table, effect.estimand)
    return average_contrast(posterior, route, contrast, population="sample", selected=kept)
