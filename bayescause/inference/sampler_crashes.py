"""What samplers throw, told in words that name what the user knows."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from bayescause.compilation.table import Table
from bayescause.errors import ConvergenceError, SamplerCrashError
from bayescause.inference.compiled_nuts import CompiledNuts
from bayescause.scm.abilities import OwnPriors
from bayescause.scm.design import INTERCEPT, Design, MechanismDesign, drives_of

__all__ = ["crashes_in_words"]

TRUTHS = 50
"""Draws from the priors of a Python function under which a row must be possible once."""


@contextmanager
def crashes_in_words(compiled: CompiledNuts, table: Table) -> Iterator[None]:
    """Turn what samplers throw, a Rust panic included, into errors that name what the user knows."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as crash:
        # A panic of Rust code is a BaseException of a class that cannot be imported.
        where = _impossible_start(compiled, table)
        if where:
            raise ConvergenceError(where) from crash
        shapes = ", ".join(
            f"{key!r}: {table.rows:,} rows x {len(task.coefficients) or len(task.mechanism.dispersion)}"
            for key, task in compiled.tasks.items()
        )
        said = " ".join(str(crash).split("Stack backtrace")[0].split())
        raise SamplerCrashError(
            f"The sampler died ({type(crash).__name__}: {said}) on {shapes} coefficients. "
            "Try another seed; if it happens again, please report it with this message."
        ) from crash


def _impossible_start(compiled: CompiledNuts, table: Table) -> str | None:
    """Name the first variable and row whose log-likelihood is not finite at the middle of the priors."""
    for key, task in compiled.tasks.items():
        row = _impossible_row(task, compiled.design, table)
        if row is not None:
            value = float(table.columns[task.variable][row])
            return (
                f"No starting point of {key!r} is possible: row {row + 1} has {task.variable!r} = {value:g}, which has "
                f"probability zero under its family {task.mechanism.short}. Correct the row or choose another family."
            )
    return None


def _impossible_row(task: MechanismDesign, design: Design, table: Table) -> int | None:
    used = ~np.isnan(table.columns[task.variable])
    columns = {name: values[used] for name, values in table.columns.items()}
    if isinstance(task.mechanism, OwnPriors):
        drawn = task.mechanism.prior_draws(TRUTHS, np.random.default_rng(0))
        given = {name: draws[:, None] for name, draws in drawn.items()}
    else:
        given = {name: np.ones((1, 1)) for name in task.mechanism.dispersion}
    start = np.array(
        [task.priors[name].parameters[0] if part == INTERCEPT else 0.0 for name, (_, part) in task.places.items()]
    )
    values = task.mechanism.log_density(
        columns[task.variable],
        drives_of(task, start, columns, design, np),
        given,
        {name: columns[name] for name in task.mechanism.inputs},
    )
    strange = np.flatnonzero(used)[~np.isfinite(np.atleast_2d(values)).any(axis=0)]
    return int(strange[0]) if len(strange) else None
