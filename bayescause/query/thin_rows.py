"""How much of an answer rests on rows of probability tables that few units, or none, tell anything about."""

from dataclasses import dataclass
from math import prod

import numpy as np

from bayescause.compilation.contingency import conditions_of, contingency, level_names, level_values
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.compilation.saturated_model import MASS
from bayescause.compilation.table import Table
from bayescause.identification.evaluation import averaged
from bayescause.inference.posterior import Posterior
from bayescause.query.estimand import Estimand
from bayescause.query.functional_effects import Reading, reading_of
from bayescause.query.joint_laws import CELLS, Tables, law_of_tables, tables_of
from bayescause.scm.mechanism import FloatArray

__all__ = ["FEW_UNITS", "ThinRow", "thin_rows"]

FEW_UNITS = 5.0
"""Units below which the prior, which weighs as much as one, has a say in a row of probabilities."""


@dataclass(frozen=True)
class ThinRow:
    """A row of a table of conditional probabilities that few units tell anything about.

    Parameters
    ----------
    name : str
        ``"y given x = 1, m = 2"``.
    units : float
        Units that were seen there.
    weight : float
        How far the effect moves between the extremes of what this row could be, as a share of the range of the
        outcome: the row's probability, for a row of the outcome.
    """

    name: str
    units: float
    weight: float


def thin_rows(posterior: Posterior, route: Route, question: Estimand) -> tuple[ThinRow, ...]:
    """Rows with fewer than ``FEW_UNITS`` units, the heaviest first; those without weight are left out."""
    if route.block is None:
        return ()
    block, table = posterior.blocks[route.block].block, posterior.table
    read = reading_of(posterior, route, question)
    means = {
        name: values.mean(axis=0, keepdims=True) for name, values in tables_of(posterior, route, slice(400)).items()
    }
    counts = {name: contingency(table, name, block.given[name]) for name in block.variables}
    for name, units in counts.items():
        shapes = units + MASS / units.shape[-1]
        means[name] = (shapes / shapes.sum(axis=-1, keepdims=True)).reshape(means[name].shape)
    is_mean = particulars(question).level is None
    worth = level_values(level_names(table, question.on)) if is_mean else None
    scale = float(np.ptp(worth)) if worth is not None else 1.0
    found = []
    for name, units in counts.items():
        seen = units.reshape(-1, units.shape[-1]).sum(axis=1)
        thin = np.flatnonzero(seen < FEW_UNITS)
        weights = _weights(table, means, name, thin, read, question) / scale
        told = conditions_of(table, block.given[name])
        found += [
            ThinRow(f"{name} given {told[row]}" if told[row] else name, float(seen[row]), float(weight))
            for row, weight in zip(thin, weights, strict=True)
            if weight > 0.0
        ]
    return tuple(sorted(found, key=lambda row: -row.weight))


def _weights(table: Table, means: Tables, name: str, rows: np.ndarray, read: Reading, question: Estimand) -> FloatArray:
    """How far the effect moves as each of ``rows`` goes through certainty of each level, dims (row,)."""
    levels = means[name].shape[-1]
    at_once = max(1, CELLS // (levels * prod(values.shape[-1] for values in means.values())))
    parts = [rows[start : start + at_once] for start in range(0, len(rows), at_once)]
    found = [_moved(table, means, name, part, read, question) for part in parts]
    return np.concatenate(found) if found else np.zeros(0)


def _moved(table: Table, means: Tables, name: str, rows: np.ndarray, read: Reading, question: Estimand) -> FloatArray:
    levels = means[name].shape[-1]
    tried = np.repeat(means[name].reshape(1, -1, levels), len(rows) * levels, axis=0)
    tried[np.arange(len(tried)), np.repeat(rows, levels)] = np.tile(np.eye(levels), (len(rows), 1))
    laws = law_of_tables(table, {**means, name: tried.reshape(-1, *means[name].shape[1:])})
    answer = read(laws)
    free = tuple(each for each in answer.names if each not in particulars(question).given)
    values = averaged(answer, laws, free).values if free else answer.values
    values = np.nan_to_num(values.reshape(len(rows), levels, -1))
    return np.asarray(np.ptp(values, axis=1).max(axis=-1))
