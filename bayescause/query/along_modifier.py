"""The average effect along one column: at each value, over the units that are nearest to it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.conditions import makes_groups
from bayescause.compilation.particulars import particulars
from bayescause.inference.telling import Tell, silent
from bayescause.query.averaging import unit_contrasts, with_bystanders
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.dependence import moving_covariates
from bayescause.query.doses import grid_of
from bayescause.query.drawn_laws import laws_of
from bayescause.query.many_rows import average_over
from bayescause.query.population import Population, population_of
from bayescause.query.selection import as_draws, units_of
from bayescause.query.simulator import Simulator
from bayescause.scm.counted_quantiles import quantiles_between
from bayescause.surface import called, setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.estimand import Estimand
    from bayescause.scm.mechanism import FloatArray

__all__ = ["effect_along", "nearness", "no_groups", "points_along"]

NEAREST = 0.3
"""Share of the units that are near to a value."""


def effect_along(
    question: Estimand, posterior: Posterior, route: Route, at: Sequence[float], tell: Tell = silent
) -> xr.DataArray:
    """Draws of the average effect where the modifier has each of several values, dims (chain, draw, modifier).

    The modifier is held at the value in the units' mechanisms; whatever else the effect depends on is averaged over the
    units nearest to it.
    """
    import xarray as xr

    table, (modifier,) = posterior.table, particulars(question).given
    if table.stream is not None:
        table.stream.refuse()
    laws, contrast, selected = laws_of(posterior, route), resolve_contrast(table, question), units_of(question, table)
    names = tuple(dict.fromkeys((modifier, *moving_covariates(laws.design, route, (question.of,)))))
    units = population_of(table, names, selected & np.isfinite(table.columns[modifier]))
    simulator, points = Simulator(laws, route, tell), points_along(table, modifier, selected, at)

    @lru_cache(maxsize=1)
    def around(units: Population) -> list[tuple[FloatArray, Mapping[str, FloatArray]]]:
        """Nearness of the units to each point, and their columns there."""
        worlds = (Population({**units.columns, modifier: np.full(units.rows, one)}, units.counts) for one in points)
        columns = (with_bystanders(table, simulator, contrast, world) for world in worlds)
        return [(nearness(units, modifier, one), each) for one, each in zip(points, columns, strict=True)]

    def near_effects(simulator: Simulator, units: Population, block: slice) -> FloatArray:
        """Effects on units times their nearness, point by point, and then the nearness alone."""
        shape = (block.stop - block.start, units.rows)
        effects = [near * unit_contrasts(simulator, contrast, each, block) for near, each in around(units)]
        return np.stack([np.broadcast_to(one, shape) for one in (*effects, *(near for near, _ in around(units)))])

    def averages(sums: FloatArray) -> FloatArray:
        return sums[: len(points)] / sums[len(points) :]

    arrays = 2 * len(points)
    means = average_over(simulator, units, question.population, near_effects, arrays=arrays, told_by=averages)
    found = [as_draws(posterior, one) for one in means]
    axis = xr.DataArray(list(points), dims="modifier", name="modifier")
    return xr.concat(found, dim=axis).transpose("chain", "draw", "modifier")


def nearness(units: Population, modifier: str, point: float) -> FloatArray:
    """Weights of the units around ``point``: tricube, and nothing beyond the nearest share of them, dims (row,).

    References
    ----------
    Cleveland and Devlin (1988), Locally weighted regression, section 2.

    Examples
    --------
    >>> units = Population({"age": np.array([0.0, 1.0, 9.0])}, np.ones(3))
    >>> nearness(units, "age", 0.0).round(2).tolist()
    [1.0, 0.0, 0.0]
    """
    gaps = np.abs(units.columns[modifier] - point)
    order = np.argsort(gaps, kind="stable")
    reached = np.searchsorted(np.cumsum(units.counts[order]), NEAREST * units.counts.sum())
    reach = gaps[order[min(int(reached), len(gaps) - 1)]]
    if reach == 0.0:
        return np.asarray(gaps == 0.0, dtype=float)
    weights = np.clip(1 - (gaps / reach) ** 3, 0.0, None) ** 3
    return weights if weights.sum() > 0 else np.asarray(gaps == gaps.min(), dtype=float)


def no_groups(table: Table, given: Sequence[str]) -> Iterator[str]:
    """That a modifier has too many values for groups of them, and what to ask instead, a sentence each.

    Examples
    --------
    >>> from bayescause.compilation.table import Table
    >>> list(no_groups(Table({"age": np.arange(90.0)}, {"age": "continuous"}, {}), ["age"]))[0][:48]
    "'age' has 90 values, too many for groups of them"
    """
    for name in given:
        if name not in table.columns or makes_groups(name, table):
            continue
        known = np.isfinite(table.columns[name]) & (table.counts > 0)
        values = table.columns[name][known]
        shown = quantiles_between(values, table.counts[known], (0.1, 0.5, 0.9))
        low, middle, high = (float(f"{value:.3g}") for value in shown)
        curve, some = called("cate_curve"), setting("at", (low, middle, high))
        along = "" if len(given) > 1 else f", or for the effect at some of them ({some})"
        yield (
            f"{name!r} has {len(np.unique(values)):,} values, too many for groups of them. Ask for the curve along it "
            f"({curve}){along}; or put a column of groups into the table and the graph, such as {name} above "
            f"{middle:g}."
        )


def points_along(table: Table, modifier: str, selected: np.ndarray, at: Sequence[float]) -> tuple[float, ...]:
    """``at`` if there is any; else values of the modifier among the selected units, or quantiles of them."""
    if at:
        return tuple(at)
    return grid_of(table.chosen(selected), modifier)
