"""The one loop over draws, units and their weights, and what it does where the units are many.

Up to ``MANY_ROWS`` different rows every unit is evaluated under every draw. Beyond them an answer is taken over all
rows at the posterior mean, and its change from draw to draw over rows that are spread evenly among all of them and
stand for all units: as many as keep the error of that within ``SHARE`` of the Monte Carlo error of the draws. The
answer at the mean is a control variate (Owen 2013, Monte Carlo theory, methods and examples, section 8.9).
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bayescause.errors import ConvergenceWarning, warn
from bayescause.inference.randomness import generator
from bayescause.query.few_places import Look, few_places
from bayescause.query.population import Population, drawn_weights
from bayescause.query.simulator import Simulator
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.products import product

__all__ = ["MANY_ROWS", "average_over", "over_population", "weighted_blocks"]

MANY_ROWS = 50_000
"""Different rows above which not every one of them is evaluated under every draw."""

TRIED_DRAWS, TRIED_ROWS = 100, 1_000
"""Draws and rows, twice, that tell how many rows are needed."""

TOLD_DRAWS, TOLD_ROWS = 20, 1_000
"""Draws of which units are looked at before values at few places are taken for those of all units: every unit, or at
even ranks so many of them, others under every draw."""

SHARE = 0.5
"""Error of the rows that were chosen, at most, over the Monte Carlo error of the draws."""

ROUNDING = 1e-9
"""Move of a quantity from draw to draw, over the largest of any, that is rounding."""

BITS = 60
"""Binary digits of the ranks of all columns together, by which rows are put in order."""

type ValuesOf = Callable[[Simulator, Population, slice], FloatArray]
"""Values of units for a block of draws, dims (quantity, sample, row)."""

type Answering = Callable[[Simulator, Population, str], FloatArray]
"""Draws of an answer, dims (quantity, sample), from a simulator, units, and ``"sample"`` or ``"superpopulation"``."""


def weighted_blocks(
    simulator: Simulator,
    units: Population,
    population: str,
    *,
    arrays: int = 1,
    over: Sequence[str] | None = None,
) -> Iterator[tuple[slice, FloatArray]]:
    """Blocks of draws, with the share of each unit in the population of each draw, dims (sample, row).

    Parameters
    ----------
    simulator : Simulator
    units : Population
    population : str
        ``"superpopulation"`` or ``"sample"``.
    arrays : int
        Numbers held at once for each unit.
    over : sequence of str, optional
        What is integrated over; by default what a mean needs.
    """
    rng = generator(simulator.laws.seed, "population")
    for block in simulator.blocks(units.rows * arrays, over):
        yield block, drawn_weights(units, block.stop - block.start, rng, population=population)


def average_over(
    simulator: Simulator,
    units: Population,
    population: str,
    values_of: ValuesOf,
    *,
    arrays: int = 1,
    told_by: Callable[[FloatArray], FloatArray] = np.asarray,
    by_mechanisms: bool = False,
) -> FloatArray:
    """Averages over one population of what ``values_of`` gives for units, dims (quantity, sample).

    Parameters
    ----------
    values_of : function
        Values of units for a block of draws, dims (quantity, sample, row).
    arrays : int
        Numbers held at once for each unit.
    told_by : function
        What the averages are wanted for, such as ratios of them; dims (quantity, sample) both.
    by_mechanisms : bool
        Whether the values follow from the units' columns by the mechanisms on the route alone, so that they are curves
        of a column without corners where the mechanisms are.
    """

    def averages(simulator: Simulator, units: Population, population: str) -> FloatArray:
        if by_mechanisms and (told := _at_places(simulator, units, values_of, arrays)) is not None:
            values, basis = told
            blocks = weighted_blocks(simulator, units, population)
            shares = np.concatenate([product(shares, basis) for _, shares in blocks])
            return told_by(np.einsum("qsp,sp->qs", values, shares))
        blocks = weighted_blocks(simulator, units, population, arrays=arrays)
        found = (np.einsum("qsr,sr->qs", values_of(simulator, units, block), shares) for block, shares in blocks)
        return told_by(np.concatenate(list(found), axis=1))

    return over_population(simulator, units, population, averages)


def _at_places(
    simulator: Simulator, units: Population, values_of: ValuesOf, arrays: int
) -> tuple[FloatArray, FloatArray] | None:
    """Values at few places, dims (quantity, sample, place), and what makes them those of units, dims (row, place)."""

    def values_at(simulator: Simulator, units: Population) -> FloatArray:
        blocks = simulator.blocks(units.rows * arrays)
        return np.concatenate([values_of(simulator, units, block) for block in blocks], axis=1)

    some, looks = simulator.under(simulator.laws.some(TOLD_DRAWS)), None
    for few in few_places(simulator.laws, simulator.route, units):
        looks = _looks(some, units, values_at) if looks is None else looks
        if not few.give(looks, values_at(some, few.units)):
            continue
        values = values_at(simulator, few.units)
        if few.tell(values):
            return values, few.basis
    return None


def _looks(
    simulator: Simulator, units: Population, values_at: Callable[[Simulator, Population], FloatArray]
) -> list[Look]:
    """What units that differ by one column are worth under each draw."""
    if units.rows <= TOLD_ROWS:
        return [Look(slice(None), slice(None), values_at(simulator, units))]
    ((name, values),) = units.columns.items()
    laws, found = simulator.laws, []
    order, step = np.argsort(values, kind="stable"), -(-units.rows // TOLD_ROWS)
    for sample in range(laws.samples):
        rows, one = order[sample * step // laws.samples :: step], slice(sample, sample + 1)
        some = Population({name: values[rows]}, units.counts[rows])
        found.append(Look(one, rows, values_at(simulator.under(laws.part(one)), some)))
    return found


def over_population(simulator: Simulator, units: Population, population: str, answer: Answering) -> FloatArray:
    """Draws of ``answer``, dims (quantity, sample), from all ``units`` or, if they are many, from some that tell it.

    Warns
    -----
    ConvergenceWarning
        If ``MANY_ROWS`` rows do not tell the answer as well as the draws do.
    """
    laws = simulator.laws
    if units.rows <= MANY_ROWS or laws.samples == 1:
        return answer(simulator, units, population)
    rng, order = generator(laws.seed, "units"), _neighbours(units)
    tried = _evenly(order, 2 * TRIED_ROWS, rng)
    halves = (_standing_for(units, half) for half in (tried[::2], tried[1::2]))
    centre, few = (simulator.under(draws) for draws in (laws.centre, laws.some(TRIED_DRAWS)))
    one, other = (answer(few, half, "sample") - answer(centre, half, "sample") for half in halves)
    wanted = 2 * TRIED_ROWS * max(1.0, _excess(one, other, laws.samples)) ** 2
    if SHARE**2 * wanted > MANY_ROWS:
        _warn(SHARE * np.sqrt(wanted / MANY_ROWS))
    some = _standing_for(units, _evenly(order, int(min(wanted, MANY_ROWS)), rng))
    gap = answer(centre, units, "sample") - answer(centre, some, "sample")
    return answer(simulator, some, population) + gap


def _excess(one: FloatArray, other: FloatArray, samples: int) -> float:
    """By how much the mean of changes over both halves of the rows errs, over what it may, dims (quantity, sample)."""
    error, moved = np.sqrt(((one - other) ** 2).mean(axis=1)) / 2, ((one + other) / 2).std(axis=1)
    # What does not move at all, as the chance of anything at the top of a scale, has the error of rounding.
    moves = moved > ROUNDING * np.max(moved, initial=0.0)
    return float(np.max(error[moves] / moved[moves], initial=0.0) * np.sqrt(samples) / SHARE)


def _neighbours(units: Population) -> np.ndarray:
    """Rows in an order in which neighbours are alike in all columns: along Morton's curve through their ranks.

    Rows at even distances in it err less than rows chosen at random (He and Owen 2016, Extensible grids: uniform
    sampling on a space-filling curve).
    """
    # Ranks times two to so many bits are whole numbers of 64 bits.
    bits = min(BITS // max(1, len(units.columns)), 62 - units.rows.bit_length())
    code = np.zeros(units.rows, dtype=np.uint64)
    for place, values in enumerate(units.columns.values()):
        rank = np.searchsorted(np.sort(values), values) * 2**bits // units.rows
        for bit in range(bits):
            code |= (rank.astype(np.uint64) >> np.uint64(bit) & np.uint64(1)) << np.uint64(
                bit * len(units.columns) + place
            )
    return np.argsort(code, kind="stable")


def _evenly(order: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Some ``number`` of the rows at even distances in their ``order``, from a random start."""
    return np.asarray(order[((np.arange(number) + rng.random()) * (len(order) / number)).astype(int)])


def _standing_for(units: Population, rows: np.ndarray) -> Population:
    """The ``rows`` of ``units``, which stand for as many units as all of them."""
    counts = units.counts[rows]
    columns = {name: values[rows] for name, values in units.columns.items()}
    return Population(columns, counts * (units.counts.sum() / counts.sum()))


def _warn(error: float) -> None:
    text = (
        f"The answer rests on {MANY_ROWS:,} rows of all, whose error is {error:.2g} times the Monte Carlo "
        "error of the draws. Ask of a random sample of the rows if that matters."
    )
    warn(text, ConvergenceWarning)
