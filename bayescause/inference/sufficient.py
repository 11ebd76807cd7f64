"""All that a Gaussian regression needs of its rows: one small triangle, made in one pass over blocks of rows.

The triangle R comes from orthogonal transformations of the scaled and centred rows, so that ``R.T @ R`` is their Gram
matrix, weighted by counts and by the observations' own precisions. Keeping R instead of the Gram matrix keeps twice the
digits where columns almost coincide. Pooled effects are no columns of it: they have sums of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.scm.design import Design, MechanismDesign, ordinary_block
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.precision import precision_of

__all__ = ["Rows", "Sufficient", "location_of", "log_likelihood", "never_varies", "prepared", "row_blocks", "summarise"]

CELLS = 2_000_000
"""Numbers of the design matrix held at once: 16 MB."""


CONSTANT = 1e-13
"""Share of a response's own sd below which its spread is rounding error."""


@dataclass(frozen=True, eq=False)
class Sufficient:
    """Sufficient statistics of ``response ~ 1 + columns`` under Gaussian noise.

    Parameters
    ----------
    triangle : array, dims (row, coefficient + 1)
        Upper triangular, in scaled units: intercept, columns, and the response last.
    units : float
        Sum of the counts of the rows used.
    shift, unit : float
        What was subtracted from the response, and by what it was divided.
    scales : array, dims (coefficient,)
        By what each column was divided; 1 for the intercept.
    skipped : int
        Rows left out because a value is missing.
    log_precision : float
        Sum over units of the logarithm of their weights; 0 where all have weight one.
    """

    triangle: FloatArray
    units: float
    shift: float
    unit: float
    scales: FloatArray
    skipped: int = 0
    log_precision: float = 0.0


class Rows(NamedTuple):
    """Some rows in which all that a task needs is known.

    ``scaled`` holds the intercept, the columns that are not pooled and the response, dims (row, column); ``counts`` and
    ``precision`` are the units of each row and the weight of each of its observations, dims (row,).
    """

    columns: Mapping[str, FloatArray]
    scaled: FloatArray
    counts: FloatArray
    precision: FloatArray
    skipped: int


def summarise(task: MechanismDesign, design: Design, table: Table) -> Sufficient:
    """Sum up the rows of ``table`` for ``task``, block by block.

    Raises
    ------
    DataError
        If no row has all values that the task needs.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> data = {"x": np.arange(9.0), "y": np.arange(9.0) ** 2}
    >>> posterior = fit(StructuralModel.parse("y ~ x"), data)
    >>> task = posterior.design.mechanisms["y"]
    >>> sufficient = summarise(task, posterior.design, posterior.table)
    >>> sufficient.units, sufficient.triangle.shape
    (9.0, (3, 3))
    """
    location, width = location_of(task.variable, table), len(task.fixed) + 1
    triangle, units, skipped, log_precision = np.zeros((0, width)), 0.0, 0, 0.0
    for each in prepared(task, design, table, location):
        rows = each.scaled * np.sqrt(each.counts * each.precision)[:, None]
        triangle, units = np.linalg.qr(np.vstack([triangle, rows]), mode="r"), units + float(each.counts.sum())
        skipped, log_precision = skipped + each.skipped, log_precision + float(each.counts @ np.log(each.precision))
    if units == 0:
        raise DataError(
            f"{task.variable!r} has no row in which it and its predictors are all known; nothing can be fitted."
        )
    return Sufficient(triangle, units, *location, _scales(task), skipped, log_precision)


def prepared(task: MechanismDesign, design: Design, table: Table, location: tuple[float, float]) -> Iterator[Rows]:
    """The rows of ``table`` for ``task`` in the units of its sums, block by block, without those that lack a value.

    ``location`` is what the response is centred and scaled by.
    """
    needed = dict.fromkeys((task.variable, *(name for term in task.terms for name in term.variables)))
    needed |= dict.fromkeys(task.mechanism.inputs)
    shift, unit = location
    scales, width = _scales(task), len(task.fixed) + 1
    for block in table.blocks(tuple(needed)):
        for rows in row_blocks(block.rows, width):
            columns = {name: block.columns[name][rows] for name in needed}
            matrix = (ordinary_block(task, columns, design, np) - task.centres[: len(scales) - 1]) / scales[1:]
            values = (columns[task.variable] - shift) / unit
            scaled = np.column_stack([np.ones(len(values)), matrix, values])
            counts, precision = block.counts[rows], precision_of(task.mechanism, columns)
            known = [np.isfinite(columns[name]) for name in needed]
            used = np.isfinite(scaled).all(axis=1) & (counts > 0) & np.logical_and.reduce(known)
            if not used.all():
                columns = {name: values[used] for name, values in columns.items()}
                scaled, counts, precision = scaled[used], counts[used], precision[used]
            yield Rows(columns, scaled, counts, precision, int((~used).sum()))


def _scales(task: MechanismDesign) -> FloatArray:
    own = task.scales[: len(task.fixed) - 1]
    return np.concatenate(([1.0], np.where(own > 0, own, 1.0)))


def row_blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices of rows whose design matrices of ``width`` columns stay small."""
    step = max(4 * width, CELLS // width)
    return (slice(start, min(start + step, rows)) for start in range(0, max(rows, 1), step))


def location_of(variable: str, table: Table) -> tuple[float, float]:
    """Mean of a column and its sd, 1 where it does not vary: what it is centred and scaled by."""
    if table.stream is not None:
        facts = table.stream.facts[variable]
        return facts.mean, facts.sd if facts.sd > 0 else 1.0
    response, counts = table.columns[variable], table.counts
    known = np.isfinite(response) & (counts > 0)
    if not known.any():
        return 0.0, 1.0
    shift = float(np.average(response[known], weights=counts[known]))
    spread = float(np.sqrt(np.average((response[known] - shift) ** 2, weights=counts[known])))
    return shift, spread if spread > 0 else 1.0


def never_varies(variable: str, design: FloatArray, response: FloatArray, shift: float, unit: float) -> str | None:
    """That a response is the same in every row, in words; None if it varies.

    Parameters
    ----------
    variable : str
    design : array, dims (row, coefficient)
        The intercept first; a few rows that stand for all rows will do.
    response : array, dims (row,)
        In scaled units.
    shift, unit : float
        What was subtracted from the response, and by what it was divided.
    """
    start = design[:, 0]
    level = float(start @ response / (start @ start))
    if np.linalg.norm(response - level * start) > CONSTANT * np.linalg.norm(start):
        return None
    return (
        f"{variable!r} is {shift + unit * level:.6g} in every row: there is nothing to explain. Add rows with another "
        "value; or, if no question is about it, fit with the questions that matter, or take it out of the graph."
    )


def log_likelihood(sufficient: Sufficient, coefficients: FloatArray, sd: FloatArray) -> FloatArray:
    """Joint log-likelihood of all units, dims (sample,), of coefficients (sample, coefficient) in data units."""
    centre = np.concatenate(([sufficient.shift], np.zeros(coefficients.shape[1] - 1)))
    # Coefficients first: a loop over many draws is quicker than many loops over a few coefficients.
    shifted = coefficients.T - centre[:, None]
    gaps = sufficient.triangle[:, :-1] * (sufficient.scales / sufficient.unit) @ shifted
    gaps -= sufficient.triangle[:, -1:]
    squares = (gaps**2).sum(axis=0) * (sufficient.unit / sd) ** 2
    constant = 0.5 * sufficient.log_precision - sufficient.units * 0.5 * np.log(2 * np.pi)
    return np.asarray(constant - 0.5 * squares - sufficient.units * np.log(sd))
