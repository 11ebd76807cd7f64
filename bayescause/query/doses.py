"""Doses: at which levels a dose-response curve is drawn, its draws, and where it leaves what was seen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.nearness import gaps_of
from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.inference.telling import Tell, silent
from bayescause.query.contrasts import code_of, level_name
from bayescause.query.regime_questions import regime_draws
from bayescause.query.regimes import Regime, set_to_each
from bayescause.query.replaying import means_under
from bayescause.scm.counted_quantiles import quantiles_between, quantiles_met
from bayescause.scm.kinds import LEVELLED

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.estimand import Estimand
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["dose_doubts", "dose_draws", "dose_faults", "dose_regimes", "doses_of", "grid_of", "replayed_doses"]

type Level = float | str

GRID = 11
"""Levels of a curve that nobody chose."""

EDGES = (0.05, 0.95)
"""Quantiles of the treatment between which it runs then."""


def doses_of(table: Table, of: str, levels: Sequence[Level]) -> tuple[Level, ...]:
    """``levels`` if there are any; else those that were seen, or quantiles of them where they are many.

    Examples
    --------
    >>> grid = doses_of(Table({"x": np.arange(101.0)}, {"x": "continuous"}, {}), "x", ())
    >>> [round(dose) for dose in grid]
    [5, 14, 23, 32, 41, 50, 59, 68, 77, 86, 95]
    """
    if levels:
        return tuple(levels)
    names = table.levels.get(of, ())
    values = table.sample.columns[of]
    seen = np.unique(values[np.isfinite(values)])
    if table.kinds[of] in LEVELLED and names:
        return tuple(names[int(code)] for code in seen)
    return grid_of(table, of)


def grid_of(table: Table, name: str) -> tuple[float, ...]:
    """Values of a column that were seen, or quantiles of them where they are many.

    Examples
    --------
    >>> grid_of(Table({"x": np.array([2.0, 0.0, 2.0])}, {"x": "count"}, {}), "x")
    (0.0, 2.0)
    """
    values, counts = table.sample.columns[name], table.sample.counts
    known = np.isfinite(values) & (counts > 0)
    seen = np.unique(values[known])
    if len(seen) <= GRID:
        return tuple(seen.tolist())
    quantiles = quantiles_met if table.kinds[name] == "count" else quantiles_between
    return tuple(np.unique(quantiles(values[known], counts[known], np.linspace(*EDGES, GRID))).tolist())


def dose_draws(
    question: "Estimand",
    posterior: "Posterior",
    route: "Route",
    levels: Sequence[Level],
    reference: Level | None,
    tell: Tell = silent,
) -> "xr.DataArray":
    """Draws of the mean outcome at each dose, or of its change from ``reference``, dims (chain, draw, dose)."""
    import xarray as xr

    table, of = posterior.table, question.of
    doses = doses_of(table, of, levels)
    found = regime_draws(question, _regimes(of, doses, reference), posterior, route, tell)
    if reference is not None:
        found = tuple(one - found[-1] for one in found[:-1])
    codes = [code_of(table, of, dose) for dose in doses]
    named = bool(table.levels.get(of))
    labels = [level_name(table, of, code) for code in codes] if named else codes
    return xr.concat(found, dim=xr.DataArray(labels, dims="dose", name="dose")).transpose("chain", "draw", "dose")


def replayed_doses(
    question: "Estimand", worlds: "Worlds", levels: Sequence[Level], reference: Level | None
) -> "FloatArray":
    """The same curve among simulated units, dims (sample, dose)."""
    doses = doses_of(worlds.units, question.of, levels)
    found = means_under(question, _regimes(question.of, doses, reference), worlds)
    return np.stack(found if reference is None else [one - found[-1] for one in found[:-1]], axis=1)


def dose_regimes(table: Table, of: str, levels: Sequence[Level], reference: Level | None) -> tuple[Regime, ...]:
    """The regimes that set the treatment to each dose, and to the reference if there is one."""
    return tuple(_regimes(of, doses_of(table, of, levels), reference))


def _regimes(of: str, doses: Sequence[Level], reference: Level | None) -> list[Regime]:
    asked = doses if reference is None else (*doses, reference)
    return set_to_each(of, asked)


def dose_faults(table: Table, of: str, levels: Sequence[Level], reference: Level | None) -> tuple[str, ...]:
    """Levels that the treatment cannot have, a sentence each."""
    found: dict[str, None] = {}
    for level in (*levels, *(() if reference is None else (reference,))) if of in table.columns else ():
        try:
            code_of(table, of, level)
        except DataError as error:
            found.update(dict.fromkeys(error.faults))
    return tuple(found)


def dose_doubts(table: Table, of: str, levels: Sequence[Level], reference: Level | None) -> tuple[str, ...]:
    """Sentences, if some doses lie beyond what was seen, or in a gap of it."""
    if table.kinds[of] in LEVELLED:
        return ()
    low, high = table.span(of)
    asked = [float(one) for one in (*levels, *(() if reference is None else (reference,)))]
    beyond = [dose for dose in asked if not low <= dose <= high]
    gaps = gaps_of(table, of, asked)
    if not beyond:
        return gaps
    away = max(max(low - dose, dose - high) for dose in beyond)
    told = ", ".join(f"{dose:g}" for dose in sorted(set(beyond)))
    span = f"it runs from {low:g} to {high:g}, up to {away:g} away"
    return (f"{of!r} was never seen at {told}; {span}. The curve there is extrapolated.", *gaps)
