"""The mean outcome if everybody lived under a regime, draw by draw and over one population.

A regime that starts from what a unit would have anyway, or looks at its covariates, is answered where the outcome under
each value is independent of the treatment given the covariates that are averaged over: by an adjustment set (Shpitser,
VanderWeele and Robins 2010, theorem 5; Diaz Munoz and van der Laan 2012; Haneuse and Rotnitzky 2013) or by truncated
factorization, where nothing hidden reaches both the treatment and what lies behind it (Richardson and Robins 2013).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import batched, product

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.dependence import needed_covariates
from bayescause.query.drawn_laws import Laws, laws_of
from bayescause.query.many_rows import average_over
from bayescause.query.population import Population, population_of
from bayescause.query.regimes import Regime
from bayescause.query.simulator import Simulator
from bayescause.scm.mechanism import FloatArray

__all__ = ["World", "average_regimes", "units_and_worlds", "worlds_under"]

MOST_NODES = 512
"""Combinations of drawn values of several variables."""


def average_regimes(
    posterior: Posterior,
    route: Route,
    regimes: Sequence[Regime],
    *,
    population: str,
    selected: np.ndarray | None = None,
    level: float | None = None,
    tell: Tell = silent,
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
    level : float, optional
        Value of the outcome whose chance is asked for in the place of the mean.
    tell : function
        Told in words how far the averages are.

    Returns
    -------
    array, dims (regime, sample)
        In the unit of the outcome.

    Raises
    ------
    DataError
        If a regime gives a variable what it cannot be, or the rows are not in memory.
    """
    laws = laws_of(posterior, route, level)
    units, worlds_of = units_and_worlds(posterior, route, laws, regimes, selected)

    def means(simulator: Simulator, units: Population, block: slice) -> FloatArray:
        return _mean_outcomes(simulator, worlds_of(units), units, block)

    is_static = all(regime.on(route.query.of).is_static for regime in regimes)
    simulator = Simulator(laws, route, tell)
    return average_over(simulator, units, population, means, arrays=len(regimes), by_mechanisms=is_static)


def units_and_worlds(
    posterior: Posterior, route: Route, laws: Laws, regimes: Sequence[Regime], selected: np.ndarray | None
) -> tuple[Population, Callable[[Population], list[list["World"]]]]:
    """The units that are averaged over, and in which worlds each of ``regimes`` puts such units.

    Raises
    ------
    DataError
        If a regime gives a variable what it cannot be, or the rows are not in memory.
    """
    table = posterior.table
    if table.stream is not None:
        table.stream.refuse()
    whole = [regime.on(route.query.of) for regime in regimes]
    for regime in whole:
        for name, action in regime.actions:
            action.check(name, table)
    units = population_of(table, _looked_at(laws, route, whole), selected)

    @lru_cache(maxsize=1)
    def worlds_of(units: Population) -> list[list["World"]]:
        frame = Table(units.columns or {"": np.zeros(units.rows)}, table.kinds, table.levels)
        return [worlds_under(regime, frame) for regime in whole]

    return units, worlds_of


def _looked_at(laws: Laws, route: Route, regimes: Sequence[Regime]) -> tuple[str, ...]:
    needed = needed_covariates(laws.design, route, route.query.of)
    seen = (name for regime in regimes for name in (*regime.natural, *regime.columns))
    return tuple(dict.fromkeys((*needed, *seen)))


type World = tuple[float, dict[str, float | FloatArray]]
"""Weight, and the values that the variables have in it: numbers, or arrays, dims (row,), where units differ."""


def worlds_under(regime: Regime, frame: Table) -> list[World]:
    """The worlds into which ``regime`` puts the units of ``frame``: one, or one a combination of drawn values.

    Raises
    ------
    SpecError
        If there are too many of them.

    Examples
    --------
    >>> from bayescause.query.regimes import set_to_each
    >>> [regime] = set_to_each("dose", (2.0,))
    >>> worlds_under(regime, Table({"dose": np.array([0.0, 1.0])}, {"dose": "continuous"}, {}))
    [(1.0, {'dose': 2.0})]
    """
    found = [(name, action.nodes(name, frame)) for name, action in regime.actions]
    sizes = [range(len(nodes.weights)) for _, nodes in found]
    if np.prod([len(size) for size in sizes]) > MOST_NODES:
        raise SpecError(f"{regime} has more than {MOST_NODES} combinations of drawn values. Draw fewer variables.")
    return [
        (
            float(np.prod([nodes.weights[place] for (_, nodes), place in zip(found, places, strict=True)])),
            {name: _alike(nodes.values[place]) for (name, nodes), place in zip(found, places, strict=True)},
        )
        for places in product(*sizes)
    ]


def _alike(values: FloatArray) -> float | FloatArray:
    return float(values[0]) if (values == values[0]).all() else values


def _mean_outcomes(
    simulator: Simulator, regimes: Sequence[Sequence[World]], units: Population, block: slice
) -> FloatArray:
    """Mean outcome of each unit under each regime, dims (regime, sample, row): as many worlds at once as regimes."""
    total = np.zeros((len(regimes), block.stop - block.start, units.rows))
    worlds = [(number, weight, do) for number, regime in enumerate(regimes) for weight, do in regime]
    for some in batched(worlds, len(regimes)):
        found = simulator.means([do for *_, do in some], units.columns, block)
        for (number, weight, _), means in zip(some, found, strict=True):
            total[number] += weight * means
    return total
