"""Missing values: in which columns they may be left open, and what is said of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from bayescause.compilation.frames import Frame, places
from bayescause.compilation.kinds import Column
from bayescause.errors import DataError
from bayescause.scm.structural_model import StructuralModel
from bayescause.surface import table_setting

__all__ = ["check_gaps", "gap_notes", "gaps_beside_faults", "has_gap"]


def gaps_beside_faults(frame: Frame, columns: Mapping[str, Column], needed: Sequence[str]) -> list[str]:
    """Gaps of the good columns, a sentence each, where others of those that are needed are faulty."""
    if len(columns) == len(needed) or frame.is_condensed:
        return []
    empty = {name: np.flatnonzero(np.isnan(column.values)) for name, column in columns.items() if has_gap(column)}
    return [_gap_fault(frame, name, len(rows), places(frame, rows)) for name, rows in empty.items()]


def has_gap(column: Column) -> bool:
    """Whether a value is missing in some row."""
    return bool(np.isnan(column.values).any())


def _gap_fault(frame: Frame, name: str, count: int, where: str) -> str:
    return (
        f"{name!r} is missing in {count:,} of {frame.rows:,} rows ({where}). Fill in or remove these rows; for an "
        f"outcome, {table_setting('missing', 'drop')} fits the other rows and still averages over these. Whether a "
        "value is missing may itself have causes: draw them into the graph."
    )


def check_gaps(
    model: StructuralModel, frame: Frame, gaps: Mapping[str, int], told: Mapping[str, str], allowed: frozenset[str]
) -> None:
    """Refuse values that are missing where they may not be.

    Parameters
    ----------
    model : StructuralModel
    frame : Frame
    gaps : mapping of str to int
        How many rows lack a value, by column.
    told : mapping of str to str
        Which rows these are, in words.
    allowed : frozenset of str
        Columns in which values may be missing: outcomes, if rows without one are to be dropped.

    Raises
    ------
    DataError
        With every column that has gaps and may not, or has nothing but gaps.
    """
    faults = [_gap_fault(frame, name, count, told[name]) for name, count in gaps.items() if name not in allowed]
    # A row without a cause cannot be used for its effects either, so only final outcomes may be left open.
    faults += [
        f"{name!r} is missing in {_rows(count)} and is a cause of {', '.join(model.graph.children(name))}: "
        f"{table_setting('missing', 'drop')} works for outcomes that cause nothing else. Fill in or remove these rows."
        for name, count in gaps.items()
        if name in allowed and model.graph.children(name)
    ]
    faults += [
        f"{name!r} is missing in every row: there is nothing to learn from."
        for name, count in gaps.items()
        if name in allowed and count == frame.rows
    ]
    DataError.raise_if(faults)


def gap_notes(gaps: Mapping[str, int]) -> tuple[str, ...]:
    """What is assumed of rows without an outcome, in words.

    Examples
    --------
    >>> gap_notes({"wait": 2})
    ('2 rows without wait: not fitted, but in the averaging population',)
    """
    return tuple(
        f"{_rows(count)} without {name}: not fitted, but in the averaging population" for name, count in gaps.items()
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
