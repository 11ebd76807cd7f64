"""Rows that stay in a file or a database: read block by block, summed up once, with a random part in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from bayescause.compilation.frames import Cells
from bayescause.compilation.kinds import Column
from bayescause.compilation.source import Source, quoted
from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.scm.mechanism import FloatArray

__all__ = ["SAMPLED", "STREAMED", "Facts", "Reader", "Stream", "Withheld", "reader_of"]

STREAMED = 1_000_000
"""Rows of a Parquet file or DuckDB relation above which it is read in blocks, and never held."""

SAMPLED = 50_000
"""Rows chosen at random that diagnostics look at instead of all."""


@dataclass(frozen=True, eq=False)
class Reader:
    """How a column of the source becomes a column of the table.

    Parameters
    ----------
    column : str
        The source's own name of it.
    raws : array of float or tuple of str, optional
        Values in the source that have codes; None if values are taken as they are.
    codes : array, dims (raw,), optional
        Their codes, and NaN at the end for a missing one.
    """

    column: str
    raws: FloatArray | tuple[str, ...] | None = None
    codes: FloatArray | None = None

    @property
    def select(self) -> str:
        """What to ask the source for: a number in every row."""
        if isinstance(self.raws, tuple):
            listed = ", ".join("'" + raw.replace("'", "''") + "'" for raw in self.raws)
            return f"coalesce(enum_code({quoted(self.column)}::varchar::ENUM({listed})), -1)::integer"
        return f"{quoted(self.column)}::double"

    def decode(self, cells: Cells) -> FloatArray:
        """Numbers of the table, from those of the source."""
        values = np.asarray(cells)
        if self.codes is None or self.raws is None:
            return np.asarray(values, dtype=np.float64)
        if isinstance(self.raws, tuple):
            return np.asarray(self.codes[values.astype(np.intp)])
        places = np.where(np.isnan(values), -1, np.searchsorted(self.raws, np.nan_to_num(values)))
        return np.asarray(self.codes[places.astype(np.intp)])


def reader_of(source: Source, name: str, cells: Cells, column: Column) -> Reader:
    """How to read the column ``name``, of which ``cells`` are witnesses that became ``column``."""
    raw = source.names[name]
    if cells.dtype.kind == "f" and np.array_equal(cells, column.values, equal_nan=True):
        return Reader(raw)
    # Only what is no number differs from itself.
    known = np.array([cell is not None and cell == cell for cell in cells.tolist()], dtype=bool)  # noqa: PLR0124
    codes = np.append(column.values[known], np.nan)
    raws = cells[known]
    return Reader(raw, np.asarray(raws) if cells.dtype.kind == "f" else tuple(raws.tolist()), codes)


@dataclass(frozen=True, eq=False)
class Facts:
    """What all rows of one column say.

    Parameters
    ----------
    low, high, mean, sd : float
        Mean and sd are weighted by the counts of the rows; missing values are left out.
    known : float
        Units with a value.
    tally : array, dims (code,)
        Units of each code; empty for a column of quantities.
    """

    low: float
    high: float
    mean: float
    sd: float
    known: float
    tally: FloatArray


@dataclass(frozen=True, eq=False)
class Stream:
    """The rows of a large table.

    Parameters
    ----------
    source : Source
    readers : mapping of str to Reader
        For each column of the table.
    kinds : mapping of str to str
    levels : mapping of str to tuple of str
    rows, units : int
    facts : mapping of str to Facts
    sample : Table
        Rows chosen at random, in memory.
    counting : Reader, optional
        The column that says how many units each row stands for.
    chosen : function, optional
        Which rows of a block belong to the table, dims (row,); all of them by default.
    choosing : tuple of str
        Columns that ``chosen`` looks at.
    """

    source: Source
    readers: Mapping[str, Reader]
    kinds: Mapping[str, str]
    levels: Mapping[str, tuple[str, ...]]
    rows: int
    units: int
    facts: Mapping[str, Facts]
    sample: Table
    counting: Reader | None = None
    chosen: Callable[[Table], npt.NDArray[np.bool_]] | None = None
    choosing: tuple[str, ...] = ()

    def blocks(self, names: Sequence[str]) -> Iterator[Table]:
        """All rows of the columns ``names``, in tables that are held one at a time."""
        wanted = tuple(dict.fromkeys((*names, *self.choosing)))
        selected = [self.readers[name].select for name in wanted]
        counted = [] if self.counting is None else [self.counting.select]
        for arrays in self.source.blocks(", ".join([*selected, *counted]) or "1"):
            yield self._kept(self._block(wanted, arrays), names)

    def grouped(self, names: Sequence[str], most: int) -> Table | None:
        """The different rows of the columns ``names`` with their counts; None if there are more than about ``most``."""
        wanted = tuple(dict.fromkeys((*names, *self.choosing)))
        selected = [f"{self.readers[name].select} as c{place}" for place, name in enumerate(wanted)]
        counted = "count(*)" if self.counting is None else f"sum({self.counting.select})"
        keys = ", ".join(f"c{place}" for place in range(len(wanted)))
        hashed = f"approx_count_distinct(hash({', '.join(self.readers[name].select for name in wanted)}))"
        [(found,)] = self.source.ask(hashed)
        if found > most:
            return None
        select = f"{', '.join(selected)}, {counted}::double"
        arrays = [
            np.concatenate(parts)
            for parts in zip(*self.source.blocks(select, f"group by {keys} order by {keys}"), strict=True)
        ]
        block = self._block(wanted, arrays[: len(wanted)])
        return self._kept(replace(block, frequency=arrays[-1].astype(np.float64)), names)

    def _block(self, names: Sequence[str], arrays: Sequence[Cells]) -> Table:
        columns = {name: self.readers[name].decode(cells) for name, cells in zip(names, arrays, strict=False)}
        counts = None if len(arrays) == len(names) or self.counting is None else self.counting.decode(arrays[-1])
        kinds = {name: self.kinds[name] for name in names}
        levels = {name: self.levels[name] for name in names if name in self.levels}
        return Table(columns, kinds, levels, counts, self.source.source)

    def _kept(self, block: Table, names: Sequence[str]) -> Table:
        if self.chosen is None:
            return block
        kept = self.chosen(block)
        columns = {name: block.columns[name][kept] for name in names}
        return replace(block, columns=columns, frequency=block.counts[kept])

    def refuse(self, names: Sequence[str] = ()) -> NoReturn:
        """Say that the rows are not held; those of the columns ``names``, if only they are looked at.

        Raises
        ------
        DataError
        """
        looked_at = " and ".join(map(repr, names))
        told = f"looks at {looked_at} of all units at once, of which too many differ" if names else "needs all of them"
        raise DataError(
            f"{self.source.source} has {self.rows:,} rows, which are read in blocks; what was asked {told}"
            f"{'' if names else ' in memory'}. Ask it of a random sample of the rows, of at most {STREAMED:,}, such as "
            f"DuckDB's `USING SAMPLE {STREAMED // 10}` gives."
        )


class Withheld(Mapping[str, FloatArray]):
    """Columns that are known by name and not held."""

    def __init__(self, names: Sequence[str], refuse: Callable[[], NoReturn]) -> None:
        self._names, self._refuse = dict.fromkeys(names), refuse

    def __getitem__(self, name: str) -> FloatArray:
        if name not in self._names:
            raise KeyError(name)
        self._refuse()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
