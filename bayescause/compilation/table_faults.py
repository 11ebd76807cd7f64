"""Where the faults of a table stand: in which file, and in which of its rows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bayescause.compilation.frames import Frame, places
from bayescause.errors import DataError
from bayescause.scm.mechanism import FloatArray, Mechanism
from bayescause.scm.structural_model import StructuralModel

__all__ = ["mechanism_faults", "named", "naming_file"]

MOST_DISTINCT = 10_000
"""Different rows that are looked at one by one to say which of them are at fault."""


@contextmanager
def naming_file(data: Any) -> Iterator[None]:
    """Faults of ``data`` with the name of its file, if it has one and they do not tell it themselves.

    Examples
    --------
    >>> with naming_file("/lake/weeks.csv"):
    ...     raise DataError("'promo' is infinite in line 3.")
    Traceback (most recent call last):
    ...
    bayescause.errors.DataError: weeks.csv: 'promo' is infinite in line 3.
    """
    try:
        yield
    except DataError as error:
        told = named(data, error.faults)
        if told == error.faults:
            raise
        raise type(error)(*told) from None


def named(data: Any, faults: Sequence[str]) -> tuple[str, ...]:
    """``faults`` with the name of the file that ``data`` is the path of."""
    name = Path(data).name if isinstance(data, str | Path) else ""
    return tuple(fault if name in fault else f"{name}: {fault}" for fault in faults)


def mechanism_faults(
    model: StructuralModel, columns: Mapping[str, FloatArray], frame: Frame | None = None
) -> list[str]:
    """Values that a variable's family cannot have, a sentence each.

    Parameters
    ----------
    model : StructuralModel
    columns : mapping of str to array, dims (row,)
    frame : Frame, optional
        Whose rows these are, in their order: the first ones at fault are told.
    """
    faults: list[str] = []
    for name, variable in model.variables.items():
        if variable.mechanism is None or not {name, *variable.mechanism.inputs} <= set(columns):
            continue
        rows = np.flatnonzero(~np.isnan(columns[name]))
        inputs = {column: columns[column][rows] for column in variable.mechanism.inputs}
        fault = variable.mechanism.faults(columns[name][rows], inputs)
        if fault:
            strange = rows[_at_fault(variable.mechanism, columns[name][rows], inputs)] if frame else rows[:0]
            where = f" It stands in {places(frame, strange)}." if frame and len(strange) else ""
            faults.append(f"{name!r} {fault}{where}")
    return faults


def _at_fault(mechanism: Mechanism, values: FloatArray, inputs: Mapping[str, FloatArray]) -> npt.NDArray[np.intp]:
    """Positions of the values that are at fault by themselves; none where only all of them together are."""
    whole = np.column_stack([values, *inputs.values()])
    distinct, place = np.unique(whole, axis=0, return_inverse=True)
    if len(distinct) > MOST_DISTINCT:
        return np.zeros(0, dtype=np.intp)
    wrong = [
        mechanism.faults(row[:1], {name: row[at : at + 1] for at, name in enumerate(inputs, start=1)}) is not None
        for row in distinct
    ]
    return np.zeros(0, dtype=np.intp) if all(wrong) else np.flatnonzero(np.array(wrong)[place])
