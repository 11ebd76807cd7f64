"""Averages over the units of a table that is read in blocks: no draw is ever evaluated on all of its rows.

Where the effects of units depend on columns of few different rows, those are averaged over with their counts. Where
not, the average at the posterior mean of the parameters is taken over all rows, and how it changes from draw to draw
over rows chosen at random: the two differ little, so that few rows tell the change (a control variate).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bayescause.compilation.conditions import Condition, mask
from bayescause.compilation.particulars import particulars
from bayescause.errors import ConvergenceWarning, SpecError, warn
from bayescause.inference.randomness import generator
from bayescause.inference.sufficient import row_blocks
from bayescause.inference.telling import Tell, silent
from bayescause.query.averaging import average_effect, set_in, unit_contrasts, with_bystanders
from bayescause.query.contrasts import code_of, resolve_contrast
from bayescause.query.copied_laws import copied
from bayescause.query.dependence import moving_covariates
from bayescause.query.drawn_laws import laws_of
from bayescause.query.many_rows import MANY_ROWS, SHARE, TRIED_DRAWS, TRIED_ROWS
from bayescause.query.nodes_together import node_count
from bayescause.query.population import Population, sample_weights
from bayescause.query.simulator import Simulator
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.compilation.plan import Route
    from bayescause.compilation.stream import Stream
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.contrasts import Contrast
    from bayescause.query.estimand import Estimand

__all__ = ["average_in_stream", "choosing", "narrowed", "narrowed_by_where"]


def choosing(
    question: "Estimand", table: "Table"
) -> tuple[Callable[["Table"], npt.NDArray[np.bool_]] | None, tuple[str, ...]]:
    """Which rows of a block the question is about, and the columns that tell; None if it is about all."""
    condition = None if question.where is None else Condition.parse(question.where)
    level = particulars(question).among
    code = None if level is None else code_of(table, question.of, level)
    if condition is None and code is None:
        return None, ()

    def chosen(block: "Table") -> npt.NDArray[np.bool_]:
        kept = np.ones(block.rows, dtype=bool) if condition is None else mask(condition, block)
        return kept if code is None else kept & (block.columns[question.of] == code)

    looked_at = (*(() if condition is None else condition.columns), *(() if code is None else (question.of,)))
    return chosen, tuple(dict.fromkeys(looked_at))


def narrowed_by_where(question: "Estimand", stream: "Stream") -> "Stream":
    """The rows of ``stream`` that meet the question's ``where``, whatever their treatment."""
    if question.where is None:
        return stream
    condition = Condition.parse(question.where)
    return replace(stream, chosen=lambda block: mask(condition, block), choosing=condition.columns)


def narrowed(question: "Estimand", table: "Table", stream: "Stream") -> "Stream":
    """The rows of ``stream`` that ``question`` is about."""
    chosen, columns = choosing(question, table)
    return stream if chosen is None else replace(stream, chosen=chosen, choosing=columns)


def average_in_stream(question: "Estimand", posterior: "Posterior", route: "Route", tell: Tell = silent) -> FloatArray:
    """Average effect over the units that ``question`` is about, for each draw, dims (sample,).

    Raises
    ------
    DataError
        If the route needs all rows in memory.
    SpecError
        If the question is about nobody.

    Warns
    -----
    ConvergenceWarning
        If the rows held in memory do not tell the average as well as the draws do.
    """
    table = posterior.table
    if table.stream is None:
        raise _refusal(table)
    contrast = resolve_contrast(table, question)
    laws, route = copied(laws_of(posterior, route, contrast.level), route)
    simulator = Simulator(laws, route, tell)
    stream = narrowed(question, table, table.stream)
    names = moving_covariates(laws.design, route, set_in(route, contrast))
    grouped = stream.grouped(names, MANY_ROWS) if names else None
    if names and grouped is None:
        return _anchored(_Average(posterior, contrast, names), simulator, question, stream)
    if grouped is not None:
        units = Population(grouped.columns, grouped.counts)
    else:
        units = Population({}, np.array([_units(stream)]))
    if not units.counts.sum():
        raise SpecError("No unit meets the condition, so there is nobody to average over. Widen it.")
    return average_effect(table, simulator, contrast, units, question.population)


def _refusal(table: "Table") -> Exception:
    if table.stream is not None:
        table.stream.refuse()
    return SpecError(f"The rows of {table.source} are in memory: average over them there.")


def _units(stream: "Stream") -> float:
    if stream.chosen is None:
        return float(stream.units)
    return float(sum(block.counts.sum() for block in stream.blocks(())))


@dataclass(frozen=True, eq=False)
class _Average:
    """What is averaged: effects of units that depend on the columns ``names``."""

    posterior: "Posterior"
    contrast: "Contrast"
    names: tuple[str, ...]

    def effects(self, simulator: Simulator, columns: dict[str, FloatArray], draws: slice) -> FloatArray:
        """Effects of units, dims (sample, row)."""
        rows = len(next(iter(columns.values())))
        every = with_bystanders(self.posterior.table, simulator, self.contrast, Population(columns, np.ones(rows)))
        found = unit_contrasts(simulator, self.contrast, every, draws)
        return np.broadcast_to(found, (len(found), rows))


def _anchored(average: _Average, simulator: Simulator, question: "Estimand", stream: "Stream") -> FloatArray:
    centre = simulator.under(simulator.laws.centre)
    anchor, units = _at_centre(average, centre, stream)
    part = _part(question, average, stream)
    rows = _rows_needed(average, simulator, centre, part)
    chosen = Population({name: values[:rows] for name, values in part.columns.items()}, part.counts[:rows])
    before = average.effects(centre, dict(chosen.columns), slice(0, 1))[0]
    shares, found, errors = sample_weights(chosen), [], []
    random = generator(average.posterior.seed, "population")
    for block in simulator.blocks(chosen.rows):
        effects = average.effects(simulator, dict(chosen.columns), block)
        change = effects - before
        mean = change @ shares
        errors.append(np.square(change - mean[:, None]) @ shares / chosen.rows)
        spread = np.square(effects - (effects @ shares)[:, None]) @ shares / (units + 1.0)
        noise = random.standard_normal(len(mean)) if question.population == "superpopulation" else np.zeros(len(mean))
        found.append(anchor + mean + np.sqrt(spread) * noise)
    draws = np.concatenate(found)
    _check_error(float(np.sqrt(np.mean(np.concatenate(errors)))), draws, chosen.rows)
    return draws


def _check_error(error: float, draws: FloatArray, rows: int) -> None:
    allowed = float(draws.std()) / np.sqrt(len(draws))
    if error > allowed:
        text = (
            f"The average over units rests on {rows:,} rows chosen at random, which tell it to {error:.2g}; the draws "
            f"would tell it to {allowed:.2g}. Ask of a random sample of the rows if that matters."
        )
        warn(text, ConvergenceWarning)


def _at_centre(average: _Average, centre: Simulator, stream: "Stream") -> tuple[float, float]:
    """Average effect at the posterior mean over all rows, and the number of units."""
    total = units = 0.0
    nodes = node_count(centre.laws.design, centre.route)
    for block in stream.blocks(average.names):
        for rows in row_blocks(block.rows, nodes + len(average.names)):
            columns = {name: block.columns[name][rows] for name in average.names}
            counts = block.counts[rows]
            total += float(average.effects(centre, columns, slice(0, 1))[0] @ counts) if len(counts) else 0.0
            units += float(counts.sum())
    if not units:
        raise SpecError("No unit meets the condition, so there is nobody to average over. Widen it.")
    return total / units, units


def _part(question: "Estimand", average: _Average, stream: "Stream") -> Population:
    """The rows in memory that the question is about, in random order."""
    table = stream.sample
    chosen, _ = choosing(question, average.posterior.table)
    kept = np.flatnonzero(np.ones(table.rows, dtype=bool) if chosen is None else chosen(table))
    if not len(kept):
        raise SpecError(
            f"None of the {table.rows:,} rows chosen at random meets the condition. Ask of a table of those that do."
        )
    order = generator(average.posterior.seed, "units").permutation(kept)
    return Population({name: table.columns[name][order] for name in average.names}, table.counts[order])


def _rows_needed(average: _Average, simulator: Simulator, centre: Simulator, part: Population) -> int:
    """Rows from which the change between draws is known well within the Monte Carlo error."""
    tried = {name: values[:TRIED_ROWS] for name, values in part.columns.items()}
    draws = slice(0, min(TRIED_DRAWS, simulator.laws.samples))
    change = average.effects(simulator, tried, draws) - average.effects(centre, tried, slice(0, 1))
    spread, moved = float(change.var(axis=1).mean()), float(change.mean(axis=1).var())
    allowed = SHARE**2 * moved / simulator.laws.samples
    wanted = part.rows if allowed == 0.0 else int(np.ceil(min(spread / allowed, part.rows)))
    return min(part.rows, max(wanted, TRIED_ROWS))
