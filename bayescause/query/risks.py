"""Risks of an outcome that is yes or no under both levels of a question, over the same population."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.contrasts import without_risk
from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.inference.telling import Tell, silent
from bayescause.query.contrasts import at_level, resolve_contrast
from bayescause.query.regime_questions import regime_draws
from bayescause.query.regimes import Regime, set_to_each
from bayescause.query.replaying import means_under
from bayescause.query.selection import units_meant
from bayescause.scm.kinds import LEVELLED

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.estimand import Estimand
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["check_risk", "plain_ratio", "replayed_risks", "risks"]


def risks(
    question: "Estimand", posterior: "Posterior", route: "Route", tell: Tell = silent
) -> "tuple[xr.DataArray, xr.DataArray]":
    """Draws of the outcome's probability at both levels, the reference first, dims (chain, draw) each.

    Raises
    ------
    SpecError
        If the outcome is not yes or no, and no level of it is named.
    """
    check_risk(question, posterior.table)
    low, high = regime_draws(question, _levels(question), posterior, route, tell)
    return low, high


def check_risk(question: "Estimand", table: Table) -> None:
    """Refuse an outcome that is not yes or no, and no level of which is named.

    Raises
    ------
    SpecError
        With what to ask instead.
    """
    told = without_risk(question, table.kinds[question.on])
    SpecError.raise_if([told] if told else [])


def replayed_risks(question: "Estimand", worlds: "Worlds") -> "tuple[FloatArray, FloatArray]":
    """Shares of simulated units with the outcome at both levels, the reference first, dims (sample,) each."""
    low, high = means_under(question, _levels(question), worlds)
    return low, high


def _levels(question: "Estimand") -> list[Regime]:
    return set_to_each(question.of, particulars(question).contrast or ())


def plain_ratio(question: "Estimand", table: Table) -> float | None:
    """The ratio of the groups as they are: of risks, or of odds; None where a group is empty or no one has it."""
    if table.stream is not None or table.kinds[question.of] not in LEVELLED:
        return None
    contrast, selected = resolve_contrast(table, question), units_meant(question, table)
    known = selected & np.isfinite(table.columns[question.on])
    found, outcome = [], at_level(table.columns[question.on], contrast.level)
    for level in (contrast.low, contrast.high):
        rows = known & (table.columns[question.of] == level)
        weight = float(table.counts[rows].sum())
        found.append(float(outcome[rows] @ table.counts[rows]) / weight if weight else float("nan"))
    is_odds = particulars(question).quantity.startswith("odds")
    low, high = (risk / (1 - risk) if is_odds and risk < 1 else risk for risk in found)
    ratio = high / low if low > 0 else float("nan")
    return ratio if np.isfinite(ratio) else None
