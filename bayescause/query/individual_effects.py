"""Effects on single units: each keeps the noise that was observed of it, while its treatment is set to two levels."""

from collections.abc import Iterator, Mapping

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Posterior
from bayescause.inference.randomness import generator
from bayescause.inference.telling import Tell, silent
from bayescause.query.abduction import abducted, arguments_in, predicted
from bayescause.query.contrasts import Contrast
from bayescause.query.dependence import needed_covariates
from bayescause.query.drawn_laws import Laws, laws_of
from bayescause.query.many_rows import over_population
from bayescause.query.population import Population
from bayescause.query.simulator import Simulator
from bayescause.query.unit_chances import average_by_chances, is_by_chances
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.noise import has_atoms

__all__ = ["average_of_units", "individual_contrasts", "told_of_average", "why_not_individual"]

MANY_UNITS = 10_000
"""Units whose ranks are not drawn one by one where their average is normal around what they leave open."""

CELLS = 100_000
"""Numbers held at once of one variable: 0.8 MB, which memory allocators hand out again without asking the system."""


def why_not_individual(route: Route) -> str | None:
    """Why units have no effects of their own by ``route``, as a sentence; None if they have."""
    strategy = getattr(route.verdict, "strategy", None)
    if strategy == "truncated_factorization":
        return None
    return (
        "The effect on one unit needs the mechanism of every variable between treatment and outcome, with a noise "
        f"of its own; here the effect is identified by {str(strategy).replace('_', ' ')} only, for averages."
    )


def individual_contrasts(
    posterior: Posterior, route: Route, contrast: Contrast, rows: np.ndarray, *, coupling: str
) -> Iterator[tuple[np.ndarray, FloatArray]]:
    """Draws of each unit's own effect, in blocks: (row numbers, draws with dims (sample, row)).

    Parameters
    ----------
    posterior : Posterior
    route : Route
        With the mechanisms between treatment and outcome.
    contrast : Contrast
    rows : array, dims (row,)
        Row numbers of the table.
    coupling : str
        A name of ``bayescause.query.abduction.COUPLINGS``.
    """
    laws, units = laws_of(posterior, route), _units(posterior, route, contrast, rows)
    for some, effects in _in_blocks(Simulator(laws, route), contrast, units, coupling):
        yield rows[some], effects


def _units(posterior: Posterior, route: Route, contrast: Contrast, rows: np.ndarray) -> Population:
    """Each of the ``rows`` as it was seen."""
    names = (contrast.of, *needed_covariates(posterior.design, route, (contrast.of,)), *route.order)
    columns = {name: posterior.table.columns[name][rows] for name in names}
    return Population(columns, posterior.table.counts[rows])


def _in_blocks(
    simulator: Simulator, contrast: Contrast, units: Population, coupling: str
) -> Iterator[tuple[slice, FloatArray]]:
    laws, route = simulator.laws, simulator.route
    size = max(1, CELLS // laws.samples)
    for start in range(0, units.rows, size):
        some = slice(start, start + size)
        rng = generator(laws.seed, "units", str(start))
        columns = {name: values[some] for name, values in units.columns.items()}
        yield some, _contrasts(laws, route, contrast, columns, coupling, rng)
        simulator.tell(f"asking for {route.order[-1]}: {min(start + size, units.rows):,} of {units.rows:,} units")


def average_of_units(
    posterior: Posterior, route: Route, contrast: Contrast, rows: np.ndarray, *, coupling: str, tell: Tell = silent
) -> FloatArray:
    """Average of the own effects of exactly these units, dims (sample,).

    Where every unit's noise is known the average is that of a function of the units, which some of many tell. Ranks
    that are drawn are a part of the answer's spread, by as many of them as there are units; of many units whose outcome
    is yes or no that part is known without drawing them.
    """

    def averages(simulator: Simulator, units: Population, _: str) -> FloatArray:
        samples = simulator.laws.samples
        total = np.zeros(samples)
        for some, effects in _in_blocks(simulator, contrast, units, coupling):
            total += np.broadcast_to(units.counts[some] * effects, (samples, effects.shape[-1])).sum(axis=1)
        return (total / units.counts.sum())[np.newaxis]

    laws, units = laws_of(posterior, route), _units(posterior, route, contrast, rows)
    simulator = Simulator(laws, route, tell)
    if _is_normal(laws, route, units):
        return average_by_chances(simulator, contrast, units, coupling)
    is_drawn = any(
        has_atoms(laws.design.mechanisms[route.keys[name]].mechanism) or np.isnan(units.columns[name]).any()
        for name in route.order
    )
    if is_drawn:
        (found,) = averages(simulator, _one_by_one(units), "sample")
    else:
        (found,) = over_population(simulator, units, "sample", averages)
    return np.asarray(found)


def told_of_average(posterior: Posterior, route: Route, contrast: Contrast, rows: np.ndarray) -> tuple[str, ...]:
    """What is assumed of the average of the own effects of these units, in words."""
    units = _units(posterior, route, contrast, rows)
    if not _is_normal(laws_of(posterior, route), route, units):
        return ()
    number = f"{units.counts.sum():,.0f}"
    return (
        f"the average of {number} units is normal around what their causes tell, by as much as their ranks leave open",
    )


def _is_normal(laws: Laws, route: Route, units: Population) -> bool:
    return float(units.counts.sum()) > MANY_UNITS and is_by_chances(laws, route, units)


def _one_by_one(units: Population) -> Population:
    """Each unit in a row of its own: units that look alike do not share their ranks."""
    times = units.counts.astype(int)
    columns = {name: np.repeat(values, times) for name, values in units.columns.items()}
    return Population(columns, np.ones(times.sum()))


def _contrasts(
    laws: Laws,
    route: Route,
    contrast: Contrast,
    columns: Mapping[str, FloatArray],
    coupling: str,
    rng: np.random.Generator,
) -> FloatArray:
    for name in route.order:
        columns = {**columns, name: _filled(laws, route.keys[name], name, columns, rng)}
    units = abducted(laws, route.keys, columns, ranks=rng.random, coupling=coupling)
    outcome, was = route.order[-1], columns[contrast.of]
    if not np.isin(was, (contrast.low, contrast.high)).all():
        high, low = (
            predicted(laws, route.keys, route.order, {contrast.of: level}, columns, units)[outcome]
            for level in (contrast.high, contrast.low)
        )
        return high - low
    # One of the two worlds is the one that was seen, so that only the other has to be predicted.
    other = {contrast.of: np.where(was == contrast.high, contrast.low, contrast.high)}
    change = predicted(laws, route.keys, route.order, other, columns, units)[outcome] - columns[outcome]
    return np.where(was == contrast.high, -1.0, 1.0) * change


def _filled(laws: Laws, key: str, name: str, columns: Mapping[str, FloatArray], rng: np.random.Generator) -> FloatArray:
    """The column, with a draw in place of each value that is missing: of such a unit the noise is anybody's."""
    absent = np.isnan(columns[name])
    if not absent.any():
        return columns[name]
    arguments = arguments_in(laws, key, {**columns, name: np.zeros(len(absent))})
    drawn = laws.design.mechanisms[key].mechanism.quantile(rng.random((laws.samples, len(absent))), *arguments)
    return np.where(absent, drawn, columns[name])
