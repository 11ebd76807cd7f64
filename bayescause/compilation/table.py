"""A table is data that fits its model: one float column a variable, levels as codes, and the counts of its rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bayescause.notebooks import by_its_words
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.compilation.experiment import Experiment
    from bayescause.compilation.stream import Stream

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
    missing : mapping of str to int
        Rows without a value, of outcomes that may have such.
    experiment : Experiment, optional
        Rows in which somebody set variables. They are not among the rows of ``columns``, which were observed.
    stream : Stream, optional
        Where the rows are, if they are too many to be held: then ``columns`` and ``counts`` refuse, and ``blocks``,
        ``span``, ``tally`` and ``sample`` serve tables of both kinds.
    some : Table, optional
        Whole rows chosen at random, of a table that holds no more than the different values of some columns.

    Examples
    --------
    >>> import bayescause as bc
    >>> model = bc.StructuralModel.parse("y ~ x", kinds={"categorical": ["x"]})
    >>> table = bc.tabulate(model, {"x": ["home", "away", "home"], "y": [1, 2.5, 7]})
    >>> table.rows, table.levels, table.kinds, table.columns["x"].tolist()
    (3, {'x': ('away', 'home')}, {'y': 'continuous', 'x': 'categorical'}, [1.0, 0.0, 1.0])
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
    stream: "Stream | None" = None
    some: "Table | None" = None

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        standing = "" if self.frequency is None else f", standing for {self.units:,} units"
        lines = [f"{self.source}: {self.rows:,} rows{standing}"]
        width = max(map(len, self.columns))
        for name in self.columns:
            low, high = self.span(name)
            told = ", ".join(self.levels.get(name, ())[:6]) or f"{low:g} to {high:g}"
            lines.append(f"  {name:<{width}}  {self.kinds[name]:<11}  {told}")
        return "\n".join((*lines, *(f"  {note}" for note in (*self.notes, *self.concerns))))

    @property
    def rows(self) -> int:
        """Rows of the table, whatever they stand for."""
        return len(next(iter(self.columns.values()))) if self.stream is None else self.stream.rows

    @property
    def counts(self) -> FloatArray:
        """Units that each row stands for, dims (row,)."""
        if self.stream is not None:
            self.stream.refuse()
        return np.ones(self.rows) if self.frequency is None else self.frequency

    @property
    def identities(self) -> frozenset[str]:
        """Columns with a level for more than every other unit: they tell who it is, not of which kind."""
        return frozenset(name for name, levels in self.levels.items() if is_like_identity(len(levels), self.units))

    @property
    def units(self) -> int:
        """Units in the table."""
        return round(float(self.counts.sum())) if self.stream is None else self.stream.units

    @property
    def sample(self) -> "Table":
        """The table itself; of one that is not held whole, rows chosen at random that are."""
        return self.some or (self if self.stream is None else self.stream.sample)

    def blocks(self, names: Sequence[str]) -> Iterator["Table"]:
        """All rows of the columns ``names``, in tables that are held in memory one at a time; itself, if it is."""
        return iter((self,)) if self.stream is None else self.stream.blocks(names)

    def chosen(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Table":
        """Some of its rows, by a mask or by their numbers, as a table of their own."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return replace(self, columns=columns, frequency=None if self.frequency is None else self.frequency[rows])

    def span(self, name: str) -> tuple[float, float]:
        """Smallest and largest value of a column."""
        if self.stream is not None:
            return self.stream.facts[name].low, self.stream.facts[name].high
        values = self.columns[name]
        seen = values[~np.isnan(values)]
        return float(seen.min()), float(seen.max())

    def known(self, name: str) -> float:
        """Units in which a column has a value."""
        if self.stream is not None:
            return self.stream.facts[name].known
        return float(self.counts[np.isfinite(self.columns[name])].sum())

    def tally(self, name: str) -> FloatArray:
        """Units of each code of a column of codes, dims (code,)."""
        if self.stream is not None:
            return self.stream.facts[name].tally
        values = self.columns[name]
        seen = ~np.isnan(values)
        width = len(self.levels.get(name, ()))
        return np.asarray(np.bincount(values[seen].astype(int), weights=self.counts[seen], minlength=width))


def is_like_identity(levels: int, units: int) -> bool:
    """Whether a column of so many levels is more like a name of each unit than like a category.

    Examples
    --------
    >>> is_like_identity(486, 1276), is_like_identity(900, 1000)
    (False, True)
    """
    return levels > FEW_LEVELS and levels > units / 2
