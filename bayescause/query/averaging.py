"""Averages of unit-level effects over a population, draw by draw, with the population's uncertainty if asked for."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.inference.posterior import Posterior
from bayescause.inference.randomness import generator
from bayescause.query.contrasts import Contrast
from bayescause.query.copied_laws import copied
from bayescause.query.population import Population, bootstrap_weights, population_of, sample_weights
from bayescause.query.simulation import (
    Laws,
    blocks_of,
    expected_outcome,
    laws_of,
    moving_covariates,
    needed_covariates,
)
from bayescause.scm.mechanism import FloatArray

__all__ = [
    "MANY_ROWS",
    "average_contrast",
    "average_over",
    "by_unit",
    "sample_average_contrast",
    "set_in",
    "unit_contrasts",
    "unit_spread",
    "with_bystanders",
]

MANY_ROWS = 50_000
"""Distinct covariate rows above which the Bayesian bootstrap of a mean is replaced by its normal limit."""


def average_contrast(
    posterior: Posterior,
    route: Route,
    contrast: Contrast,
    *,
    population: str,
    selected: np.ndarray | None = None,
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

    Returns
    -------
    array, dims (sample,)
        In the unit of the outcome.
    """
    table = posterior.table
    laws, route = copied(laws_of(posterior, route), route)
    units = population_of(table, moving_covariates(laws.design, route, set_in(route, contrast)), selected)
    columns = with_bystanders(table, laws, route, contrast, units)
    return average_over(
        posterior, laws, route, units, population, lambda block: unit_contrasts(laws, route, contrast, columns, block)
    )


def sample_average_contrast(
    laws: Laws, route: Route, contrast: Contrast, table: Table, selected: np.ndarray | None = None
) -> FloatArray:
    """Average effect over exactly the ``selected`` rows of ``table``, for each draw of ``laws``, dims (sample,)."""
    laws, route = copied(laws, route)
    units = population_of(table, moving_covariates(laws.design, route, set_in(route, contrast)), selected)
    columns = with_bystanders(table, laws, route, contrast, units)
    shares = sample_weights(units)
    blocks = blocks_of(laws, route, units.rows)
    return np.concatenate([unit_contrasts(laws, route, contrast, columns, block) @ shares for block in blocks])


def by_unit(
    posterior: Posterior, route: Route, contrast: Contrast, rows: np.ndarray
) -> Iterator[tuple[np.ndarray, FloatArray]]:
    """Effect of each unit given its covariates, in blocks: (row numbers, draws with dims (sample, row))."""
    table = posterior.table
    laws, route = copied(laws_of(posterior, route), route)
    names = moving_covariates(laws.design, route, set_in(route, contrast))
    size = max(1, 4_000_000 // laws.samples)
    for start in range(0, len(rows), size):
        chosen = rows[start : start + size]
        units = Population({name: table.columns[name][chosen] for name in names}, np.ones(len(chosen)))
        yield chosen, _all_unit_contrasts(table, laws, route, contrast, units)


def unit_spread(posterior: Posterior, route: Route, contrast: Contrast, selected: np.ndarray | None = None) -> float:
    """Largest difference between two units' posterior mean effects, in the unit of the outcome."""
    laws, route = copied(laws_of(posterior, route), route)
    units = population_of(posterior.table, moving_covariates(laws.design, route, set_in(route, contrast)), selected)
    return float(np.ptp(_all_unit_contrasts(posterior.table, laws, route, contrast, units).mean(axis=0)))


def _all_unit_contrasts(table: Table, laws: Laws, route: Route, contrast: Contrast, units: Population) -> FloatArray:
    columns = with_bystanders(table, laws, route, contrast, units)
    blocks = blocks_of(laws, route, units.rows)
    drawn = np.concatenate([unit_contrasts(laws, route, contrast, columns, block) for block in blocks])
    return np.asarray(np.broadcast_to(drawn, (laws.samples, units.rows)))


def unit_contrasts(
    laws: Laws, route: Route, contrast: Contrast, columns: Mapping[str, FloatArray], block: slice
) -> FloatArray:
    """Effect of each unit given its columns, for the draws of ``block``, dims (sample, row).

    Of a nested world, that of the copies: its reference value of the treatment is the contrast's first in both.
    """
    same = dict(contrast.held) | dict.fromkeys(route.references, contrast.low)
    high = expected_outcome(laws, route, {contrast.of: contrast.high, **same}, columns, block)
    return high - expected_outcome(laws, route, {contrast.of: contrast.low, **same}, columns, block)


def set_in(route: Route, contrast: Contrast) -> tuple[str, ...]:
    """What is set under both levels of ``contrast``: the treatment, its reference value, mediators that are held."""
    return (contrast.of, *(name for name, _ in contrast.held), *route.references)


def with_bystanders(
    table: Table, laws: Laws, route: Route, contrast: Contrast, units: Population
) -> Mapping[str, FloatArray]:
    """Columns of ``units``, and of whatever else the mechanisms on the route need."""
    # Columns that cancel in the contrast still have to hold something that every term accepts: the first unit's value.
    needed = needed_covariates(laws.design, route, set_in(route, contrast))
    return {name: units.columns.get(name, np.full(units.rows, table.sample.columns[name][0])) for name in needed}


def average_over(
    posterior: Posterior,
    laws: Laws,
    route: Route,
    units: Population,
    population: str,
    mean_of: Callable[[slice], FloatArray],
) -> FloatArray:
    """Average of what ``mean_of`` gives for the units, dims (sample, row), with the population's own uncertainty."""
    rng = generator(posterior.seed, "population")
    averages = []
    for block in blocks_of(laws, route, units.rows):
        values = mean_of(block)
        if population == "sample":
            averages.append(values @ sample_weights(units))
        elif units.rows > MANY_ROWS:
            averages.append(_normal_limit(values, units, rng))
        else:
            averages.append((bootstrap_weights(units, len(values), rng) * values).sum(axis=1))
    return np.concatenate(averages)


def _normal_limit(values: FloatArray, units: Population, rng: np.random.Generator) -> FloatArray:
    # Mean and variance of a Dirichlet-weighted mean are exact; with this many rows its law is normal.
    shares = sample_weights(units)
    mean = values @ shares
    variance = ((values - mean[:, None]) ** 2) @ shares / (units.counts.sum() + 1.0)
    return np.asarray(mean + np.sqrt(variance) * rng.standard_normal(len(mean)))
