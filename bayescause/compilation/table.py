"""A table is data that fits its model: one float column a variable, levels as codes, and the counts of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.compilation.experiment import Experiment

__all__ = ["Table", "is_like_identity"]

FEW_LEVELS = 10
"""Levels up to which a column is a category, however few rows there are."""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns that were checked against a model.

    Parameters
    ----------
    columns : mapping of str to array, dims (row,)
        In the unit of the data; codes 0, 1, ... for binary and categorical columns. Holds every observed variable of
        the model and every column that a mechanism, a slice or a condition needs besides. A missing outcome that the
        user allowed is NaN.
    kinds : mapping of str to str
        ``continuous``, ``binary``, ``count``, ``proportion``, ``categorical`` or ``ordinal`` for each column.
    levels : mapping of str to tuple of str
        The user's names of the codes.
    frequency : array, dims (row,), optional
        How many units each row stands for.
    source : str
        File name, or what kind of frame it was.
    sha256 : str
        Of the file's bytes, or of the columns' bytes.
    notes : tuple of str
        What was converted, mapped or dropped, in words: for "assumed".
    concerns : tuple of str
        What looks wrong but was let through; each was also given as a typed warning.
    experiment : Experiment, optional
        Rows in which somebody set variables. They are not among the rows of ``columns``, which were observed.
    """

    columns: Mapping[str, FloatArray]
    kinds: Mapping[str, str]
    levels: Mapping[str, tuple[str, ...]]
    frequency: FloatArray | None = None
    source: str = "frame"
    sha256: str = ""
    notes: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    experiment: "Experiment | None" = None

    def __str__(self) -> str:
        standing = "" if self.frequency is None else f", standing for {self.units:,} units"
        lines = [f"{self.source}: {self.rows:,} rows{standing}"]
        width = max(map(len, self.columns))
        for name, values in self.columns.items():
            seen = values[~np.isnan(values)]
            told = ", ".join(self.levels.get(name, ())[:6]) or f"{seen.min():g} to {seen.max():g}"
            lines.append(f"  {name:<{width}}  {self.kinds[name]:<11}  {told}")
        return "\n".join((*lines, *(f"  {note}" for note in (*self.notes, *self.concerns))))

    @property
    def rows(self) -> int:
        """Rows of the table, whatever they stand for."""
        return len(next(iter(self.columns.values())))

    @property
    def counts(self) -> FloatArray:
        """Units that each row stands for, dims (row,)."""
        return np.ones(self.rows) if self.frequency is None else self.frequency

    @property
    def identities(self) -> frozenset[str]:
        """Columns with a level for more than every other unit: they tell who it is, not of which kind."""
        return frozenset(name for name, levels in self.levels.items() if is_like_identity(len(levels), self.units))

    @property
    def units(self) -> int:
        """Units in the table."""
        return round(float(self.counts.sum()))


def is_like_identity(levels: int, units: int) -> bool:
    """Whether a column of so many levels is more like a name of each unit than like a category.

    Examples
    --------
    >>> is_like_identity(486, 1276), is_like_identity(900, 1000)
    (False, True)
    """
    return levels > FEW_LEVELS and levels > units / 2
