"""Averages of unit-level effects over a population, draw by draw, with the population's own uncertainty where it is asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Posterior
from bayescause.query.population import Population, bootstrap_weights, population_of, sample_weights
from bayescause.query.simulation import blocks_of, expected_outcome, moving_covariates, needed_covariates
from bayescause.scm.mechanism import FloatArray

__all__ = ["Contrast", "MANY_ROWS", "average_contrast", "average_outcome", "by_unit", "unit_spread"]

MANY_ROWS = 50_000
"""Distinct covariate rows above which the Bayesian bootstrap of a mean is replaced by its normal limit."""

POPULATION_STREAM = crc32(b"population")
"""Child of the posterior's seed from which population weights are drawn."""


@dataclass(frozen=True)
class Contrast:
    """Two levels of a treatment as numbers: the reference and the level of interest, in the unit of the data."""

    of: str
    low: float
    high: float


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
    units = population_of(posterior.table, moving_covariates(posterior, route, (contrast.of,)), selected)
    return _average(posterior, route, units, population, lambda block: _difference(posterior, route, contrast, units, block))


def average_outcome(
    posterior: Posterior,
    route: Route,
    level: tuple[str, float],
    *,
    population: str,
    selected: np.ndarray | None = None,
) -> FloatArray:
    """Mean outcome of the ``selected`` units if all of them had the treatment at ``level``, dims (sample,)."""
    name, value = level
    units = population_of(posterior.table, needed_covariates(posterior, route, (name,)), selected)
    return _average(
        posterior,
        route,
        units,
        population,
        lambda block: expected_outcome(posterior, route, {name: value}, units.columns, block),
    )


def by_unit(
    posterior: Posterior, route: Route, contrast: Contrast, rows: np.ndarray
) -> Iterator[tuple[np.ndarray, FloatArray]]:
    """Effect of each unit given its covariates, in blocks: (row numbers, draws with dims (sample, row))."""
    names = moving_covariates(posterior, route, (contrast.of,))
    samples = posterior.draws.sizes["chain"] * posterior.draws.sizes["draw"]
    size = max(1, 4_000_000 // samples)
    for start in range(0, len(rows), size):
        chosen = rows[start : start + size]
        units = Population({name: posterior.table.columns[name][chosen] for name in names}, np.ones(len(chosen)))
        blocks = [_difference(posterior, route, contrast, units, block) for block in blocks_of(posterior, route, len(chosen))]
        yield chosen, np.broadcast_to(np.concatenate(blocks), (samples, len(chosen)))


def unit_spread(posterior: Posterior, route: Route, contrast: Contrast, selected: np.ndarray | None = None) -> float:
    """Largest difference between two units' posterior mean effects, in the unit of the outcome."""
    units = population_of(posterior.table, moving_covariates(posterior, route, (contrast.of,)), selected)
    blocks = [_difference(posterior, route, contrast, units, block) for block in blocks_of(posterior, route, units.rows)]
    return float(np.ptp(np.concatenate(blocks).mean(axis=0)))


def _difference(
    posterior: Posterior, route: Route, contrast: Contrast, units: Population, block: slice
) -> FloatArray:
    columns = _with_bystanders(posterior, route, contrast, units)
    high = expected_outcome(posterior, route, {contrast.of: contrast.high}, columns, block)
    low = expected_outcome(posterior, route, {contrast.of: contrast.low}, columns, block)
    return high - low


def _with_bystanders(
    posterior: Posterior, route: Route, contrast: Contrast, units: Population
) -> Mapping[str, FloatArray]:
    # Columns that cancel in the contrast still have to hold something that every term accepts: the first unit's value.
    table = posterior.table.columns
    needed = needed_covariates(posterior, route, (contrast.of,))
    return {name: units.columns.get(name, np.full(units.rows, table[name][0])) for name in needed}


def _average(
    posterior: Posterior,
    route: Route,
    units: Population,
    population: str,
    mean_of: Callable[[slice], FloatArray],
) -> FloatArray:
    rng = np.random.default_rng(np.random.SeedSequence(posterior.seed, spawn_key=(POPULATION_STREAM,)))
    averages = []
    for block in blocks_of(posterior, route, units.rows):
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
