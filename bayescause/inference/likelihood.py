"""The joint log-likelihood of each draw, by the mechanisms' own densities: the same for every engine."""

import numpy as np

from bayescause.compilation.table import Table
from bayescause.inference.arguments import arguments_of
from bayescause.inference.posterior import Parameters
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray

__all__ = ["joint_log_likelihood"]

CELLS = 1_000_000
"""Draws times rows held at once; a kernel makes a few arrays of this size."""


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
    samples = len(drawn.coefficients)
    step = max(1, CELLS // max(1, samples))
    total = np.zeros(samples)
    for start in range(0, table.rows, step):
        total += _block(task, design, table, drawn, slice(start, start + step))
    return total


def _block(task: MechanismDesign, design: Design, table: Table, drawn: Parameters, rows: slice) -> FloatArray:
    columns = {name: values[rows] for name, values in table.columns.items()}
    drives, dispersion, inputs = arguments_of(task, drawn, columns, design)
    # A missing parent makes the drive missing in every draw, so one draw tells which rows are complete.
    complete = (np.isfinite(linear[0]) for linear in drives.values())
    used = np.logical_and.reduce([np.isfinite(columns[task.variable]), *complete])
    values = task.mechanism.log_density(
        columns[task.variable][used],
        {name: linear[:, used] for name, linear in drives.items()},
        dispersion,
        {name: column[used] for name, column in inputs.items()},
    )
    return np.asarray(values @ table.counts[rows][used])
