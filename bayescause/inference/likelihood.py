"""The joint log-likelihood of each draw, by the mechanisms' own densities: the same for every engine."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bayescause.compilation.table import Table
from bayescause.inference.posterior import Parameters
from bayescause.inference.sufficient import row_blocks
from bayescause.scm.abilities import SummedDensity, is_by_terms
from bayescause.scm.design import Design, MechanismDesign, ordinary_matrix
from bayescause.scm.mechanism import FloatArray, Mechanism
from bayescause.scm.pooling import Pool, places_of, varying

__all__ = ["joint_log_likelihood"]

CELLS = 50_000
"""Draws times rows held at once: a kernel's few arrays of this size stay in the processor's cache."""

type Pooled = tuple[str, npt.NDArray[np.intp], FloatArray]
"""A drive, place of each row's effect on it among the coefficients, and what that multiplies, dims (row,) of both."""

ROWS = 500
"""Rows of such a block, at most."""


def joint_log_likelihood(task: MechanismDesign, design: Design, table: Table, drawn: Parameters) -> FloatArray:
    """Log-likelihood of all units, dims (sample,); rows in which a value is missing say nothing.

    Parameters
    ----------
    task : MechanismDesign
    design : Design
    table : Table
    drawn : Parameters
        Draws of the task.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.inference.posterior import parameters
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> data = {"x": np.arange(9.0), "y": np.arange(9.0) ** 2}
    >>> found = fit(StructuralModel.parse("y ~ x"), data)
    >>> task = found.design.mechanisms["y"]
    >>> joint_log_likelihood(task, found.design, found.table, parameters(found, "y")).shape
    (4000,)
    """
    total = np.zeros(len(drawn.coefficients))
    for rows in row_blocks(table.rows, len(task.fixed) + 2):
        columns = {name: values[rows] for name, values in table.columns.items()}
        if not is_by_terms(task.mechanism):
            _add_driven_by_causes(total, task, columns, table.counts[rows], drawn)
            continue
        pooled = [_pooled_rows(task, pool, columns, design) for pool in task.pools]
        some = _Some(ordinary_matrix(task, columns, design), pooled, columns, table.counts[rows])
        _add(total, task, some, drawn)
    return total


class _Some(NamedTuple):
    """Some rows: what the coefficients multiply, their pooled effects, all columns, and the units of each."""

    matrix: FloatArray
    pooled: Sequence[Pooled]
    columns: Mapping[str, FloatArray]
    counts: FloatArray


def _pooled_rows(task: MechanismDesign, pool: Pool, columns: Mapping[str, FloatArray], design: Design) -> Pooled:
    places = places_of(pool.term, columns, design, np) + task.effects_of(pool).start
    return pool.predictor, places, varying(pool.term, columns, design, np)[:, pool.part]


def _add_driven_by_causes(
    total: FloatArray,
    task: MechanismDesign,
    columns: Mapping[str, FloatArray],
    counts: FloatArray,
    drawn: Parameters,
) -> None:
    """The same of a mechanism whose drives are its causes; it looks at blocks of draws itself."""
    used = np.isfinite([columns[name] for name in (task.variable, *task.causes)]).all(axis=0)
    drives = {name: columns[name][used] for name in task.causes}
    dispersion = {name: draws[:, None] for name, draws in drawn.dispersion.items()}
    logs = task.mechanism.log_density(columns[task.variable][used], drives, dispersion, {})
    total += np.broadcast_to(logs, (len(total), int(used.sum()))) @ counts[used]


def _add(
    total: FloatArray,
    task: MechanismDesign,
    some: _Some,
    drawn: Parameters,
) -> None:
    """Add the log-likelihood of some rows to ``total``, block by block of rows and draws."""
    matrix, pooled, columns, counts = some
    log_likelihood = _summed(task.mechanism)
    used = np.flatnonzero(np.isfinite(columns[task.variable]) & np.isfinite(matrix).all(axis=1))
    size = max(1, CELLS // max(1, min(ROWS, len(used))))
    parts = {name: task.fixed_of(name) for name in task.mechanism.predictors}
    for rows in (used[start : start + ROWS] for start in range(0, len(used), ROWS)):
        values, weights, turned = columns[task.variable][rows], counts[rows], matrix[rows].T
        inputs = {name: columns[name][rows] for name in task.mechanism.inputs}
        for samples in (slice(start, start + size) for start in range(0, len(total), size)):
            dispersion = {name: draws[samples, None] for name, draws in drawn.dispersion.items()}
            drives = {name: drawn.coefficients[samples, part] @ turned for name, part in parts.items()}
            for predictor, places, moving in pooled:
                drives[predictor] += drawn.coefficients[samples][:, places[rows]] * moving[rows]
            total[samples] += log_likelihood(values, drives, dispersion, inputs, weights)


def _summed(mechanism: Mechanism) -> Callable[..., FloatArray]:
    """What gives the log-likelihood of all rows together, dims (sample,)."""
    if isinstance(mechanism, SummedDensity):
        return mechanism.log_likelihood
    return lambda *arguments: np.asarray(mechanism.log_density(*arguments[:-1]) @ arguments[-1])
