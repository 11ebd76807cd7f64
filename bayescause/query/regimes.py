"""Regimes: what becomes of each variable that is acted on, and the mean outcome if everybody lived under it.

A regime that starts from what a unit would have anyway, or looks at its covariates, is answered where the outcome under
each value is independent of the treatment given the covariates that are averaged over: by an adjustment set (Shpitser,
VanderWeele and Robins 2010, theorem 5; Diaz Munoz and van der Laan 2012; Haneuse and Rotnitzky 2013) or by truncated
factorization, where nothing hidden reaches both the treatment and what lies behind it (Richardson and Robins 2013).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.compilation.selecting import selection_faults
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import descendants
from bayescause.inference.posterior import Posterior
from bayescause.inference.randomness import generator
from bayescause.query.averaging import MANY_ROWS
from bayescause.query.contrasts import NAMED
from bayescause.query.intervention import Intervention, read_intervention
from bayescause.query.population import Population, bootstrap_weights, population_of, sample_weights
from bayescause.query.simulation import Laws, blocks_of, expected_outcome, laws_of, needed_covariates
from bayescause.scm.mechanism import FloatArray

__all__ = ["AS_IT_IS", "Regime", "average_regimes", "read_also", "regime_concerns", "regime_faults"]

AS_IT_IS: Mapping[str, float] = {"shift": 0.0}
"""The intervention that changes nothing."""

MOST_NODES = 512
"""Combinations of drawn values of several variables."""

FEW = 0.01
"""Share of units, or of what they are drawn from, beyond which values that were never seen are told."""


@dataclass(frozen=True)
class Regime:
    """What becomes of each variable.

    Parameters
    ----------
    actions : tuple of (str, Intervention)
        Variables that are acted on; others are left to themselves.

    Examples
    --------
    >>> print(Regime((("price", read_intervention({"shift": -1})), ("promo", read_intervention(1)))))
    price - 1, promo = 1
    """

    actions: tuple[tuple[str, Intervention], ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Those that are acted on."""
        return tuple(name for name, _ in self.actions)

    @property
    def columns(self) -> tuple[str, ...]:
        """Covariates that are looked at, in which a treatment's own natural value may be."""
        return tuple(dict.fromkeys(name for _, action in self.actions for name in action.columns))

    @property
    def natural(self) -> tuple[str, ...]:
        """Variables of which the value matters that they would have anyway."""
        seen = {name for name, action in self.actions if action.sees_natural} | set(self.columns)
        return tuple(name for name in self.variables if name in seen)

    @property
    def is_static(self) -> bool:
        """Whether it is the same for all units, whatever is known of them."""
        return not self.columns and not self.natural

    def on(self, variables: Sequence[str]) -> "Regime":
        """The same regime, in which the rest of ``variables`` stay as they are."""
        rest = tuple((name, read_intervention(AS_IT_IS)) for name in variables if name not in self.variables)
        return Regime((*self.actions, *rest))

    def __str__(self) -> str:
        return ", ".join(action.told(name) for name, action in self.actions)


def read_also(also: Any) -> tuple[tuple[str, Intervention], ...]:
    """Further variables with what becomes of them, from a mapping or from pairs.

    Raises
    ------
    SpecError
        If it is neither, or one of them is no intervention.

    Examples
    --------
    >>> read_also({"price": {"set": 2}})
    (('price', SetTo(level=2)),)
    """
    pairs = also.items() if isinstance(also, Mapping) else also
    try:
        return tuple((str(name), read_intervention(action)) for name, action in pairs)
    except (TypeError, ValueError) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(f"`also` is {also!r}; write {{ price = {{ shift = -1 }} }}.") from None


def regime_faults(graph: CausalGraph, regime: Regime) -> Iterator[str]:
    """Why ``regime`` makes no sense in ``graph``, a sentence each."""
    acted = [name for name in regime.variables if name in graph.nodes]
    for name in regime.variables:
        if name not in graph.nodes:
            yield f"{name!r} is acted on and not in the graph. Draw it first."
    for name in regime.natural:
        above = [other for other in acted if other != name and name in descendants(graph, [other])]
        if above and name in acted:
            yield (
                f"{' and '.join(map(repr, above))} changes {name!r}, so that there is no value of it that units would "
                f"have anyway once {' and '.join(map(repr, above))} is acted on. Set {name!r} to a value."
            )
    for column in regime.columns:
        if column not in regime.variables:
            for fault in selection_faults(graph, acted, f'"{column}" == 0'):
                yield fault.replace("`where`", "`when`").replace("selects different people", "is different")


def regime_concerns(table: Table, regimes: Sequence[Regime], selected: np.ndarray) -> tuple[str, ...]:
    """Values that regimes give and that were never seen, with how far away they are: a sentence a variable."""
    return tuple(dict.fromkeys(told for regime in regimes for told in _beyond(table, regime, selected)))


def _beyond(table: Table, regime: Regime, selected: np.ndarray) -> Iterator[str]:
    shares = np.where(selected, table.counts, 0.0)
    shares = shares / shares.sum()
    for name, action in regime.actions:
        if table.kinds.get(name) in NAMED:
            continue
        given, (low, high) = action.nodes(name, table), table.span(name)
        away = np.where(shares > 0, np.maximum(low - given.values, given.values - high), 0.0)
        share = float(given.weights @ ((away > 0) @ shares))
        if share > FEW:
            yield (
                f"Under {action.told(name)}, {100 * share:.0f} in 100 units would have {name} where it was never seen, "
                f"up to {away.max():.4g} beyond {low:.4g} to {high:.4g}. The answer there is extrapolated."
            )


def average_regimes(
    posterior: Posterior,
    route: Route,
    regimes: Sequence[Regime],
    *,
    population: str,
    selected: np.ndarray | None = None,
) -> FloatArray:
    """Mean outcome of the ``selected`` units under each regime, for each draw, over the same population.

    Parameters
    ----------
    posterior : Posterior
    route : Route
        One that is simulated.
    regimes : sequence of Regime
    population : str
        ``"superpopulation"`` or ``"sample"``.
    selected : bool array, dims (row,), optional
        Units to average over; all of them by default.

    Returns
    -------
    array, dims (regime, sample)
        In the unit of the outcome.

    Raises
    ------
    DataError
        If a regime gives a variable what it cannot be, or the rows are not in memory.
    """
    laws, table = laws_of(posterior, route), posterior.table
    if table.stream is not None:
        table.stream.refuse()
    whole = [regime.on(route.query.of) for regime in regimes]
    for regime in whole:
        for name, action in regime.actions:
            action.check(name, table)
    units = population_of(table, _looked_at(laws, route, whole), selected)
    frame = Table(units.columns or {"": np.zeros(units.rows)}, table.kinds, table.levels)
    worlds = [_worlds(regime, frame) for regime in whole]
    rng, averages = generator(posterior.seed, "population"), []
    for block in blocks_of(laws, route, units.rows * len(regimes)):
        means = np.stack([_mean_outcome(laws, route, world, units, block) for world in worlds])
        averages.append(_averaged(means, units, population, rng))
    return np.concatenate(averages, axis=1)


def _looked_at(laws: Laws, route: Route, regimes: Sequence[Regime]) -> tuple[str, ...]:
    needed = needed_covariates(laws.design, route, route.query.of)
    seen = (name for regime in regimes for name in (*regime.natural, *regime.columns))
    return tuple(dict.fromkeys((*needed, *seen)))


type World = tuple[float, dict[str, FloatArray]]
"""Weight, and the values that the variables have in it, dims (row,)."""


def _worlds(regime: Regime, frame: Table) -> list[World]:
    found = [(name, action.nodes(name, frame)) for name, action in regime.actions]
    sizes = [range(len(nodes.weights)) for _, nodes in found]
    if np.prod([len(size) for size in sizes]) > MOST_NODES:
        raise SpecError(f"{regime} has more than {MOST_NODES} combinations of drawn values. Draw fewer variables.")
    return [
        (
            float(np.prod([nodes.weights[place] for (_, nodes), place in zip(found, places, strict=True)])),
            {name: nodes.values[place] for (name, nodes), place in zip(found, places, strict=True)},
        )
        for places in product(*sizes)
    ]


def _mean_outcome(laws: Laws, route: Route, worlds: Sequence[World], units: Population, block: slice) -> FloatArray:
    total = np.zeros((block.stop - block.start, units.rows))
    for weight, do in worlds:
        total += weight * expected_outcome(laws, route, do, units.columns, block)
    return total


def _averaged(means: FloatArray, units: Population, population: str, rng: np.random.Generator) -> FloatArray:
    """Averages over units, dims (regime, sample), of ``means``, dims (regime, sample, row)."""
    shares = sample_weights(units)
    if population == "sample":
        return means @ shares
    if units.rows <= MANY_ROWS:
        weights = bootstrap_weights(units, means.shape[1], rng)
        return np.asarray(np.einsum("rsn,sn->rs", means, weights))
    # Means and covariances of Dirichlet-weighted means are exact; with this many rows their law is normal.
    centre = means @ shares
    gaps = means - centre[..., np.newaxis]
    covariance = np.einsum("asn,bsn,n->sab", gaps, gaps, shares) / (units.counts.sum() + 1.0)
    values, vectors = np.linalg.eigh(covariance)
    noise = np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal(values.shape)
    return np.asarray(centre + np.einsum("sab,sb->as", vectors, noise))
