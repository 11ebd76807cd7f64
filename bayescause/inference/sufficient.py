"""All that a Gaussian regression needs of its rows: one small triangle, made in one pass over blocks of rows.

The triangle R comes from orthogonal transformations of the scaled and centred rows, so that ``R.T @ R`` is their
counts-weighted Gram matrix. Keeping R instead of the Gram matrix keeps twice the digits where columns almost coincide.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.scm.design import Design, MechanismDesign, design_block
from bayescause.scm.mechanism import FloatArray

__all__ = ["Sufficient", "location_of", "log_likelihood", "row_blocks", "summarise"]

CELLS = 2_000_000
"""Numbers of the design matrix held at once: 16 MB."""


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
    """

    triangle: FloatArray
    units: float
    shift: float
    unit: float
    scales: FloatArray
    skipped: int = 0


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
    needed = dict.fromkeys((task.variable, *(name for term in task.terms for name in term.variables)))
    blocks = (
        (
            design_block(task, {name: values[rows] for name, values in block.columns.items()}, design, np),
            block.columns[task.variable][rows],
            block.counts[rows],
        )
        for block in table.blocks(tuple(needed))
        for rows in row_blocks(block.rows, len(task.columns) + 2)
    )
    return _summed(blocks, task, location_of(task.variable, table))


def row_blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices of rows whose design matrices of ``width`` columns stay small."""
    step = max(4 * width, CELLS // width)
    return (slice(start, min(start + step, rows)) for start in range(0, max(rows, 1), step))


def _summed(
    blocks: Iterator[tuple[FloatArray, FloatArray, FloatArray]],
    task: MechanismDesign,
    location: tuple[float, float],
) -> Sufficient:
    shift, unit = location
    scales = np.where(task.scales > 0, task.scales, 1.0)
    width = len(scales) + 2
    triangle, units, skipped = np.zeros((0, width)), 0.0, 0
    for matrix, values, each in blocks:
        weights = each
        rows = np.column_stack([np.ones(len(values)), (matrix - task.centres) / scales, (values - shift) / unit])
        used = np.isfinite(rows).all(axis=1) & (weights > 0)
        if not used.all():
            rows, weights, skipped = rows[used], weights[used], skipped + int((~used).sum())
        rows *= np.sqrt(weights)[:, None]
        triangle, units = np.linalg.qr(np.vstack([triangle, rows]), mode="r"), units + float(weights.sum())
    if units == 0:
        raise DataError(
            f"{task.variable!r} has no row in which it and its predictors are all known; nothing can be fitted."
        )
    return Sufficient(triangle, units, shift, unit, np.concatenate(([1.0], scales)), skipped)


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


def log_likelihood(sufficient: Sufficient, coefficients: FloatArray, sd: FloatArray) -> FloatArray:
    """Joint log-likelihood of all units, dims (sample,), of coefficients (sample, coefficient) in data units."""
    shifted = coefficients - np.concatenate(([sufficient.shift], np.zeros(coefficients.shape[1] - 1)))
    scaled = shifted * sufficient.scales / sufficient.unit
    gaps = scaled @ sufficient.triangle[:, :-1].T - sufficient.triangle[:, -1]
    squares = np.einsum("sr,sr->s", gaps, gaps) * (sufficient.unit / sd) ** 2
    return np.asarray(-0.5 * squares - sufficient.units * (np.log(sd) + 0.5 * np.log(2 * np.pi)))
