"""The rows that one task needs, each different one once with its count: where covariates are discrete, few are left."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.scm.design import MechanismDesign

__all__ = ["counted", "distinct_rows", "needed_by"]

MOST = 200_000
"""Different rows, at most, of a table that is read in blocks."""

TRIED = 2_000
"""Rows that are looked at first: where more than half of them differ, all are kept."""


def distinct_rows(task: MechanismDesign, table: Table) -> Table:
    """Rows of ``table`` in which all that ``task`` needs is known, equal ones put together.

    Parameters
    ----------
    task : MechanismDesign
    table : Table

    Returns
    -------
    Table
        With the columns of the task only; ``frequency`` holds the counts.

    Raises
    ------
    DataError
        If no row has all values that the task needs, or there are too many rows to be held and most of them differ.

    Examples
    --------
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> posterior = fit(StructuralModel.parse("y ~ x"), {"x": [0, 1] * 50, "y": [0, 1, 1, 0] * 25})
    >>> found = distinct_rows(posterior.design.mechanisms["y"], posterior.table)
    >>> found.rows, found.units
    (4, 100)
    """
    names = needed_by(task)
    table = counted(task, table) or table
    columns = [table.columns[name] for name in names]
    used = np.logical_and.reduce([table.counts > 0, *(np.isfinite(values) for values in columns)])
    if not used.any():
        raise DataError(
            f"{task.variable!r} has no row in which it and its predictors are all known; nothing can be fitted."
        )
    kept, counts = [values[used] for values in columns], table.counts[used]
    first, group = _groups(kept)
    if len(first) < len(counts):
        kept, counts = [values[first] for values in kept], np.bincount(group, weights=counts)
    kinds = {name: table.kinds[name] for name in names}
    return replace(table, columns=dict(zip(names, kept, strict=True)), kinds=kinds, frequency=counts)


def needed_by(task: MechanismDesign) -> tuple[str, ...]:
    """Columns that the likelihood of ``task`` looks at, its variable first."""
    parents = (name for term in task.terms for name in term.variables)
    return tuple(dict.fromkeys((task.variable, *parents, *task.mechanism.inputs)))


def counted(task: MechanismDesign, table: Table, most: int | None = None) -> Table | None:
    """The rows of ``task`` in memory: ``table`` itself, or the different rows of one that is read in blocks.

    None if those are more than ``most``, ``MOST`` by default.
    """
    return table if table.stream is None else table.stream.grouped(needed_by(task), most=MOST if most is None else most)


def _groups(columns: list[npt.NDArray[np.float64]]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """First row of each group of equal rows, and the group of each row."""
    rows = len(columns[0])
    alone = np.arange(rows)
    if rows > TRIED:
        tried = np.linspace(0, rows - 1, TRIED).astype(int)
        if len(_coded([values[tried] for values in columns])[0]) > TRIED / 2:
            return alone, alone
    return _coded(columns)


def _coded(columns: list[npt.NDArray[np.float64]]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    code = np.zeros(len(columns[0]), dtype=np.intp)
    first = np.zeros(1, dtype=np.intp)
    for values in columns:
        levels, places = np.unique(values, return_inverse=True)
        # Codes are made small after each column, so that their product stays below rows squared.
        _, first, code = np.unique(code * len(levels) + places, return_index=True, return_inverse=True)
    return first, code
