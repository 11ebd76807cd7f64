"""Replicated data: what a fitted mechanism would have given for the same parents, draw by draw."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bayescause.analysis.standing import Standing
from bayescause.analysis.thinning import rows_of_units
from bayescause.compilation.table import Table
from bayescause.inference.arguments import Arguments, arguments_of
from bayescause.inference.posterior import Parameters, Posterior, parameters
from bayescause.inference.randomness import generator
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray

__all__ = ["Replicated", "counts_where_known", "expect", "replicate", "replicate_levels", "respond", "thinned"]

CELLS = 400_000
"""Replicated values held at once, when there are few enough rows for ``MOST`` data sets."""

FEWEST, MOST = 200, 1_000
"""Replicated data sets at least and at most: p-values go down to 2 / data sets."""

ROWS = 4_000
"""Units beyond which a random part of them is replicated."""


@dataclass(frozen=True, eq=False)
class Replicated:
    """One response as seen and as replicated.

    Parameters
    ----------
    key : str
    variable : str
    parents : tuple of str
        Columns that the mechanism uses.
    columns : mapping of str to array, dims (row,)
        Of the units that were looked at; a row that stands for several units is repeated.
    observed : array, dims (row,)
    values : array, dims (sample, row)
    mean, spread : array, dims (sample, row)
        Expected value and sd of each unit; median and scaled interquartile range where the variance may not exist.
    """

    key: str
    variable: str
    parents: tuple[str, ...]
    columns: Mapping[str, FloatArray]
    observed: FloatArray
    values: FloatArray
    mean: FloatArray
    spread: FloatArray

    @cached_property
    def seen(self) -> Standing:
        """The data beside what each draw expects of them."""
        return Standing(self.observed[None, :], self.mean, self.spread)

    @cached_property
    def replicated(self) -> Standing:
        """The replicates beside what their own draw expects of them."""
        return Standing(self.values, self.mean, self.spread)


def replicate(posterior: Posterior, key: str, *, seed: int) -> Replicated:
    """Draw data sets from the fitted task ``key``, given the parents as observed."""
    return _replicated(posterior, key, seed)[0]


def replicate_levels(posterior: Posterior, key: str, *, seed: int) -> Iterator[tuple[str, Replicated]]:
    """The same of a response whose levels have no order: each level's name, and whether each unit is at it."""
    seen, arguments = _replicated(posterior, key, seed)
    mechanism = posterior.design.mechanisms[key].mechanism
    for code, level in enumerate(posterior.design.levels[seen.variable]):
        log_chance = mechanism.log_density(np.full(len(seen.observed), float(code)), *arguments)
        chance = np.broadcast_to(np.exp(log_chance), seen.values.shape)
        yield (
            level,
            replace(
                seen,
                observed=(seen.observed == code).astype(float),
                values=(seen.values == code).astype(float),
                mean=chance,
                spread=np.maximum(np.sqrt(chance * (1.0 - chance)), 1e-12),
            ),
        )


def _replicated(posterior: Posterior, key: str, seed: int) -> tuple[Replicated, Arguments]:
    task, random = posterior.design.mechanisms[key], generator(seed, "replicate", key)
    rows = rows_of_units(counts_where_known(posterior.table, task), ROWS, random)
    columns = {name: values[rows] for name, values in posterior.table.columns.items()}
    drawn = parameters(posterior, key)
    wanted = int(np.clip(CELLS // max(1, len(rows)), FEWEST, MOST))
    given = thinned(drawn, wanted, random)
    arguments = arguments_of(task, given, columns, posterior.design)
    shape = (len(given.coefficients), len(rows))
    uniform = random.uniform(size=shape)
    mean, spread = _centre_and_spread(task, arguments, shape)
    values = np.broadcast_to(task.mechanism.quantile(uniform, *arguments), shape)
    seen = Replicated(key, task.variable, _parents(task), columns, columns[task.variable], values, mean, spread)
    return seen, arguments


def _parents(task: MechanismDesign) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for term in task.terms for name in term.variables))


def respond(
    task: MechanismDesign,
    given: Parameters,
    columns: Mapping[str, FloatArray],
    design: Design,
    random: np.random.Generator,
) -> FloatArray:
    """One response of each row under each draw of the parameters, dims (sample, row), in the variable's unit.

    Columns have dims (row,) or (sample, row).
    """
    shape = (len(given.coefficients), next(iter(columns.values())).shape[-1])
    uniform = random.uniform(size=shape)
    return np.asarray(
        np.broadcast_to(task.mechanism.quantile(uniform, *arguments_of(task, given, columns, design)), shape)
    )


def expect(task: MechanismDesign, given: Parameters, columns: Mapping[str, FloatArray], design: Design) -> FloatArray:
    """Mean response of each row under each draw of the parameters, dims (sample, row), in the variable's unit."""
    shape = (len(given.coefficients), next(iter(columns.values())).shape[-1])
    return np.asarray(np.broadcast_to(task.mechanism.mean(*arguments_of(task, given, columns, design)), shape))


def thinned(drawn: Parameters, wanted: int, random: np.random.Generator) -> Parameters:
    """At most ``wanted`` of the draws, chosen at random without replacement."""
    samples = len(drawn.coefficients)
    if samples <= wanted:
        return drawn
    chosen = np.sort(random.choice(samples, wanted, replace=False))
    return Parameters(drawn.coefficients[chosen], {name: draws[chosen] for name, draws in drawn.dispersion.items()})


def counts_where_known(table: Table, task: MechanismDesign) -> FloatArray:
    """Units of each row, dims (row,): none where the response, or something that it answers to, is missing."""
    needed = (task.variable, *_parents(task), *task.mechanism.inputs)
    known = np.logical_and.reduce([np.isfinite(table.columns[name]) for name in needed])
    return np.where(known, table.counts, 0.0)


def _centre_and_spread(
    task: MechanismDesign, arguments: Arguments, shape: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    variance = task.mechanism.variance(*arguments)
    if np.isfinite(variance).all():
        mean, spread = task.mechanism.mean(*arguments), np.sqrt(variance)
    else:
        low, mean, high = (
            task.mechanism.quantile(np.full((1, 1), probability), *arguments) for probability in (0.25, 0.5, 0.75)
        )
        spread = (high - low) / 1.349
    # A unit that cannot vary (a binomial count of no trials) has no residual to look at.
    return np.broadcast_to(mean, shape), np.maximum(np.broadcast_to(spread, shape), 1e-12)
