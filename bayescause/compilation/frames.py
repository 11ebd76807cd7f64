"""A frame is columns as they came, from a data frame, a mapping or a file, before a model has looked at them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from bayescause.arguments import shown
from bayescause.errors import DataError

__all__ = ["Cells", "Frame", "dates_in", "frame_of", "places"]

type Cells = npt.NDArray[Any]

SHOWN = 5
"""How many offending cells or rows a message shows."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Columns by name, each of floats (NaN where missing), of booleans, or of text (None where missing).

    Parameters
    ----------
    columns : mapping of str to array, dims (row,)
        Those that were asked for and exist.
    names : tuple of str
        All columns of the source, asked for or not.
    rows : int
    source : str
        File name, or what kind of frame it was.
    sha256 : str
        Of the file's bytes; empty for frames.
    lines : array, dims (row,), optional
        Line of the file on which each row stands.
    order : mapping of str to tuple of str
        Levels of columns whose type already orders them (an Enum, an ordered category).
    foreign : mapping of str to str
        Columns of a type that has no meaning here, with the reason and what to do.
    notes : tuple of str
    separator : str, optional
        Between the cells of the text file that it came from.
    is_condensed : bool
        Whether the columns hold a few witnesses of the rows, and not the rows.
    """

    columns: Mapping[str, Cells]
    names: tuple[str, ...]
    rows: int
    source: str = "frame"
    sha256: str = ""
    lines: npt.NDArray[np.int64] | None = None
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    separator: str | None = None
    is_condensed: bool = False


def frame_of(
    data: Any, wanted: Iterable[str] | None = None, *, separator: str | None = None, decimal: str = "."
) -> Frame:
    """Columns of ``data``; only the ``wanted`` ones are converted (None: all of them).

    Parameters
    ----------
    data : pandas, polars, Arrow or narwhals frame; DuckDB relation; mapping of arrays; path
    wanted : iterable of str, optional
    separator, decimal : str
        Of a text file.

    Raises
    ------
    DataError
        If it is no table, a column name occurs twice, or columns differ in length.

    Examples
    --------
    >>> frame_of({"dose": [1, 2], "cured": [True, False]}).names
    ('dose', 'cured')
    """
    match data:
        case Frame():
            return data
        case str() | Path():
            from bayescause.compilation.reading import read_frame

            return read_frame(data, separator=separator, decimal=decimal, wanted=wanted)
        case Mapping():
            return _from_mapping(data, wanted)
        case _ if type(data).__name__ == "DuckDBPyRelation":
            from bayescause.compilation.reading import read_relation

            return read_relation(data, wanted)
        case _:
            return _from_narwhals(data, wanted)


def places(frame: Frame, rows: npt.NDArray[Any]) -> str:
    """Where ``rows`` (positions) stand, as the user counts: lines of a file, or rows of a frame from 0."""
    if frame.is_condensed:
        return "some rows"
    where = rows if frame.lines is None else frame.lines[rows]
    shown = ", ".join(str(place) for place in where[:SHOWN].tolist())
    more = f" and {len(where) - SHOWN:,} more" if len(where) > SHOWN else ""
    word = "line" if frame.lines is not None else "row"
    counted = "" if frame.lines is not None else " (counted from 0)"
    return f"{word}{'s' if len(where) > 1 else ''} {shown}{more}{counted}"


def _from_mapping(data: Mapping[Any, Any], wanted: Iterable[str] | None) -> Frame:
    names = _unique([str(name) for name in data])
    arrays = {name: _array(column) for name, column in zip(names, data.values(), strict=True)}
    lengths = {name: array.shape for name, array in arrays.items()}
    deep = [name for name, shape in lengths.items() if len(shape) != 1]
    DataError.raise_if([f"Column {name!r} has {len(lengths[name])} dimensions; give one value a row." for name in deep])
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name!r} {shape[0]}" for name, shape in lengths.items())
        raise DataError(f"The columns differ in length: {listed}. Give every column one value a row.")
    chosen = set(names) if wanted is None else set(wanted)
    columns, foreign = _sorted_out((name, array) for name, array in arrays.items() if name in chosen)
    rows = next(iter(lengths.values()))[0] if lengths else 0
    return Frame(columns, names, rows, source="mapping", foreign=foreign)


def _array(column: Any) -> Cells:
    if isinstance(column, np.ma.MaskedArray):
        cells = np.ma.getdata(column).astype(object)
        cells[np.ma.getmaskarray(column)] = None
        return cells
    try:
        array = np.asarray(column)
    except ValueError:  # ragged nested sequences
        return np.array(list(column), dtype=object)
    # NumPy turns [1, "a"] into text: look at the objects instead, so that a mixed column is found out.
    is_listed = isinstance(column, list | tuple) and array.ndim == 1 and array.dtype.kind in "US"
    return np.array(column, dtype=object) if is_listed else array


def _from_narwhals(data: Any, wanted: Iterable[str] | None) -> Frame:
    import narwhals as nw

    kind = type(data).__module__.split(".")[0]
    native = _with_text_names(data) if kind == "pandas" and hasattr(data, "columns") else data
    try:
        eager = nw.from_native(native)
    except TypeError as error:
        raise DataError(
            f"The data are {shown(data)}, which is no table that bayescause can read. Give a pandas, polars or "
            "Arrow frame, a DuckDB relation, a mapping of arrays, or the path of a CSV or Parquet file."
        ) from error
    frame = eager.collect() if isinstance(eager, nw.LazyFrame) else eager
    names = _unique(list(frame.columns))
    chosen = list(names) if wanted is None else [name for name in names if name in set(wanted)]
    raw = dict(zip(names, frame.columns, strict=True))
    order = {name: _levels(frame[raw[name]]) for name in chosen if isinstance(frame[raw[name]].dtype, nw.Enum)}
    columns, foreign = _sorted_out((name, _from_series(frame[raw[name]])) for name in chosen)
    return Frame(columns, names, len(frame), source=f"{kind} frame", order=order, foreign=foreign)


def _with_text_names(data: Any) -> Any:
    flat = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in data.columns]
    _unique(flat)  # narwhals would refuse duplicates in words of its own
    return data.set_axis(flat, axis=1)


def _levels(series: Any) -> tuple[str, ...]:
    used = set(series.drop_nulls().unique().to_list())
    return tuple(str(level) for level in series.dtype.categories if level in used)


def _from_series(series: Any) -> Cells:
    import narwhals as nw

    dtype = series.dtype
    if isinstance(dtype, nw.Boolean) and series.null_count() == 0:
        return np.asarray(series.to_numpy()).astype(bool)
    if dtype.is_numeric() and not isinstance(dtype, nw.Decimal):
        return np.asarray(series.cast(nw.Float64).to_numpy()).astype(np.float64)
    if isinstance(dtype, nw.Datetime | nw.Date | nw.Duration | nw.Time):
        return np.array([np.datetime64(0, "s")] if len(series) else [], dtype="datetime64[s]")
    if isinstance(dtype, nw.String | nw.Categorical | nw.Enum | nw.Boolean | nw.Object | nw.Decimal):
        return np.fromiter(series.to_list(), dtype=object, count=len(series))
    return np.array([_Foreign(str(getattr(series.to_native(), "dtype", dtype)))], dtype=object)


@dataclass(frozen=True)
class _Foreign:
    """Stands for the cells of a column whose type is known to be unusable."""

    dtype: str


def _is_missing(cell: object) -> bool:
    # pandas' NA and NaT are not equal to themselves and cannot be asked for their truth.
    return cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and isnan(cell))


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    normal = [normalize("NFC", name) for name in names]
    twice = (
        list(dict.fromkeys(name for name in normal if normal.count(name) > 1)) if len(set(normal)) < len(normal) else []
    )
    DataError.raise_if(
        [
            f"The column name {name!r} occurs {normal.count(name)} times (columns "
            f"{', '.join(str(at + 1) for at, other in enumerate(normal) if other == name)}). Rename all but one."
            for name in twice
        ]
    )
    return tuple(normal)


def _sorted_out(columns: Iterable[tuple[str, Cells]]) -> tuple[dict[str, Cells], dict[str, str]]:
    kept: dict[str, Cells] = {}
    foreign: dict[str, str] = {}
    for name, array in columns:
        try:
            kept[name] = _cells(name, array)
        except DataError as error:
            foreign[name] = str(error)
    return kept, foreign


def _cells(name: str, array: Cells) -> Cells:
    match array.dtype.kind:
        case "b":
            return array
        case "i" | "u" | "f":
            return array.astype(np.float64)
        case "U" | "T":
            return array.astype(object)
        case "M" | "m":
            raise DataError(dates_in(name))
        case "c":
            raise DataError(f"{name!r} holds complex numbers; give its real part, or its size, as a column.")
        case "O":
            return _objects(name, array)
        case _:
            raise DataError(f"{name!r} has the type {array.dtype}, which is neither numbers, text nor true/false.")


def dates_in(name: str) -> str:
    """What is said of a column of dates or times.

    Examples
    --------
    >>> dates_in("day")[:39]
    "'day' holds dates or times, which are n"
    """
    return (
        f"{name!r} holds dates or times, which are not numbers. Give a number that means something, such as days "
        "since the start, or a category, such as the season."
    )


def _objects(name: str, array: Cells) -> Cells:
    cells = [None if _is_missing(cell) else cell for cell in array.tolist()]
    types = {type(cell) for cell in cells if cell is not None}
    if all(issubclass(found, bool | np.bool_) for found in types) and types and None not in cells:
        return np.array(cells, dtype=bool)
    if all(issubclass(found, int | float | Decimal | np.number | np.bool_) for found in types):
        return np.array([_float(cell) for cell in cells], dtype=np.float64)
    if all(issubclass(found, str) for found in types):
        return np.array(cells, dtype=object)
    raise DataError(_mixed(name, cells, types))


def _float(cell: Any) -> float:
    if cell is None or (isinstance(cell, Decimal) and cell.is_nan()):
        return np.nan
    try:
        return float(cell)
    except OverflowError:
        return np.inf if cell > 0 else -np.inf


def _mixed(name: str, cells: Sequence[Any], types: set[type]) -> str:
    foreign = next((cell.dtype for cell in cells if isinstance(cell, _Foreign)), None)
    if foreign is not None:
        return f"{name!r} has the type {foreign}; turn it into numbers or text first."
    if any(found.__name__ in ("datetime", "date", "time", "Timestamp", "Period", "timedelta") for found in types):
        return dates_in(name)
    if str in types and all(issubclass(found, str | int | float | Decimal | np.number | np.bool_) for found in types):
        text = list(dict.fromkeys(repr(cell) for cell in cells if isinstance(cell, str)))[:SHOWN]
        return f"{name!r} mixes numbers and text: {', '.join(text)}. Mend these cells, or make all of them text."
    listed = ", ".join(sorted(found.__name__ for found in types))
    return f"{name!r} holds cells of type {listed}; give one number or one text a row."
