"""Averages of unit-level effects over a population, draw by draw, with the population's uncertainty if asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.contrasts import Contrast
from bayescause.query.copied_laws import copied
from bayescause.query.dependence import moving_covariates, needed_covariates
from bayescause.query.drawn_laws import Laws, laws_of
from bayescause.query.many_rows import average_over
from bayescause.query.population import Population, population_of
from bayescause.query.simulator import Simulator
from bayescause.scm.mechanism import FloatArray

__all__ = [
    "average_contrast",
    "average_effect",
    "both_worlds",
    "by_unit",
    "sample_average_contrast",
    "set_in",
    "unit_contrasts",
    "with_bystanders",
]


def average_contrast(
    posterior: Posterior,
    route: Route,
    contrast: Contrast,
    *,
    population: str,
    selected: np.ndarray | None = None,
    tell: Tell = silent,
) -> FloatArray:
    """Average effect of ``contrast`` over the ``selected`` units, for each draw.

    Parameters
    ----------
    posterior : Posterior
    route : Route
    contrast : Contrast
    population : str
        ``"superpopulation"`` or ``"sample"``.
    selected : bool array, dims (row,), optional
        Units to average over; all of them by default.
    tell : function
        Told in words how far the average is.

    Returns
    -------
    array, dims (sample,)
        In the unit of the outcome.
    """
    table = posterior.table
    laws, route = copied(laws_of(posterior, route, contrast.level), route)
    units = population_of(table, moving_covariates(laws.design, route, set_in(route, contrast)), selected)
    return average_effect(table, Simulator(laws, route, tell), contrast, units, population)


def average_effect(
    table: Table, simulator: Simulator, contrast: Contrast, units: Population, population: str
) -> FloatArray:
    """Average effect over ``units`` that are known by what moves it, for each draw, dims (sample,)."""

    def effects(simulator: Simulator, units: Population, block: slice) -> FloatArray:
        found = unit_contrasts(simulator, contrast, with_bystanders(table, simulator, contrast, units), block)
        return np.broadcast_to(found, (block.stop - block.start, units.rows))[np.newaxis]

    (averages,) = average_over(simulator, units, population, effects, arrays=2, by_mechanisms=True)
    return np.asarray(averages)


def sample_average_contrast(
    laws: Laws, route: Route, contrast: Contrast, table: Table, selected: np.ndarray | None = None
) -> FloatArray:
    """Average effect over exactly the ``selected`` rows of ``table``, for each draw of ``laws``, dims (sample,)."""
    laws, route = copied(replace(laws, level=contrast.level), route)
    units = population_of(table, moving_covariates(laws.design, route, set_in(route, contrast)), selected)
    return average_effect(table, Simulator(laws, route), contrast, units, "sample")


def by_unit(
    posterior: Posterior, route: Route, contrast: Contrast, rows: np.ndarray
) -> Iterator[tuple[np.ndarray, FloatArray]]:
    """Effect of each unit given its covariates, in blocks: (row numbers, draws with dims (sample, row))."""
    table = posterior.table
    laws, route = copied(laws_of(posterior, route, contrast.level), route)
    names = moving_covariates(laws.design, route, set_in(route, contrast))
    simulator, size = Simulator(laws, route), max(1, 4_000_000 // laws.samples)
    for start in range(0, len(rows), size):
        chosen = rows[start : start + size]
        units = Population({name: table.columns[name][chosen] for name in names}, np.ones(len(chosen)))
        columns = with_bystanders(table, simulator, contrast, units)
        blocks = simulator.blocks(units.rows)
        drawn = np.concatenate([unit_contrasts(simulator, contrast, columns, block) for block in blocks])
        yield chosen, np.asarray(np.broadcast_to(drawn, (laws.samples, units.rows)))


def unit_contrasts(
    simulator: Simulator, contrast: Contrast, columns: Mapping[str, FloatArray], block: slice
) -> FloatArray:
    """Effect of each unit given its columns, for the draws of ``block``, dims (sample, row)."""
    low, high = simulator.means(both_worlds(simulator.route, contrast), columns, block)
    return np.asarray(high - low)


def both_worlds(route: Route, contrast: Contrast) -> tuple[dict[str, float], dict[str, float]]:
    """What is set under either level of ``contrast``, the reference first.

    Of a nested world, that of the copies: its reference value of the treatment is the contrast's first in both.
    """
    same = dict(contrast.held) | dict.fromkeys(route.references, contrast.low)
    return {contrast.of: contrast.low, **same}, {contrast.of: contrast.high, **same}


def set_in(route: Route, contrast: Contrast) -> tuple[str, ...]:
    """What is set under both levels of ``contrast``: the treatment, its reference value, mediators that are held."""
    return (contrast.of, *(name for name, _ in contrast.held), *route.references)


def with_bystanders(
    table: Table, simulator: Simulator, contrast: Contrast, units: Population
) -> Mapping[str, FloatArray]:
    """Columns of ``units``, and of whatever else the mechanisms on the route need."""
    # Columns that cancel in the contrast still have to hold something that every term accepts: the first unit's value.
    design, route = simulator.laws.design, simulator.route
    needed = needed_covariates(design, route, set_in(route, contrast))
    return {name: units.columns.get(name, np.full(units.rows, table.sample.columns[name][0])) for name in needed}
