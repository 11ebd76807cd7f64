"""Reading tables from CSV and Parquet files: every fault with its line, nothing guessed in silence.

Text files go through Python's own ``csv`` module: it needs no import time, knows the line of every row, and cells
stay text until the model says what they should be. Parquet goes through DuckDB.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import file_digest, sha256
from io import StringIO
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np

from bayescause.compilation.frames import Cells, Frame, frame_of
from bayescause.compilation.memory import check_room
from bayescause.errors import DataError
from bayescause.surface import table_setting

__all__ = ["MISSING", "SEPARATORS", "read_frame", "read_relation"]

SEPARATORS = (",", ";", "\t", "|")
"""What may stand between the cells of a text file, if the user does not say."""

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL"})
"""Cells of a text file that mean "missing"."""

TEXT_BYTES = 15
"""Bytes of memory for each byte of a text file, while its cells are text: measured, 14 for short cells."""

CELL_BYTES = 24
"""Bytes of memory for each cell of a Parquet file: the column, a copy, and its mask."""

SHOWN = 5
"""How many ragged lines a message shows."""


def read_frame(
    path: str | Path, *, separator: str | None = None, decimal: str = ".", wanted: Iterable[str] | None = None
) -> Frame:
    r"""The table in a CSV or Parquet file.

    Parameters
    ----------
    path : str or Path
        ``.csv``, ``.tsv``, ``.txt`` or ``.parquet``.
    separator : str, optional
        Between the cells of a text file; found in the header if not given, and noted.
    decimal : str
        ``"."`` or ``","``; only checked here, used where cells become numbers.
    wanted : iterable of str, optional
        Columns of a Parquet file to read; None reads all.

    Returns
    -------
    Frame
        Cells of a text file as text, None where missing, with the line of each row.

    Raises
    ------
    DataError
        If the file is missing, of another type, not UTF-8, or has faulty lines: all of them listed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "weeks.csv"
    ...     _ = file.write_text("promo;sales\n1;2,5\n")
    ...     frame = read_frame(file, decimal=",")
    >>> frame.names, frame.columns["sales"].tolist()
    (('promo', 'sales'), ['2,5'])
    """
    file = Path(path)
    if not file.is_file():
        raise DataError(_no_file(file))
    if decimal not in (".", ","):
        raise DataError(f'`decimal` is {decimal!r}, which is neither "." nor ",".')
    match file.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return _read_text(file, separator)
        case ".parquet" | ".pq":
            return _read_parquet(file, wanted)
        case other:
            hint = " In the spreadsheet choose: save as, CSV UTF-8." if other in (".xlsx", ".xls", ".ods") else ""
            raise DataError(f"{file.name!r} is of type {other!r}; .csv, .tsv, .txt and .parquet can be read.{hint}")


def _no_file(file: Path) -> str:
    address = re.search(r"\b(https?|ftp|s3|gs):/", str(file))
    if address:
        name = str(file)[address.start() :].replace(":/", "://", 1)
        return f"{name!r} is an address, and nothing is fetched. Save the table and name its file."
    if file.is_dir():
        return f"{str(file)!r} is a folder. Name the file in it that holds the table."
    return f"There is no file {str(file)!r}; the folder looked in is {str(file.resolve().parent)!r}."


def _read_text(file: Path, separator: str | None) -> Frame:
    check_room(file.name, file.stat().st_size * TEXT_BYTES)
    raw = file.read_bytes()
    text = _decoded(file, raw)
    header_line = text.split("\n", 1)[0].rstrip("\r")
    if not header_line.strip():
        raise DataError(f"{file.name}, line 1: there are no column names. The first line must hold them.")
    chosen = separator or _separator(header_line)
    better = _separator(header_line)
    if separator and separator not in header_line and better in header_line:
        raise DataError(
            f"{file.name}, line 1 is one single column with the separator {separator!r}, "
            f"but holds {better!r} {header_line.count(better)} times. Set {table_setting('separator', better)}."
        )
    header, rows, lines = _split(file, text, chosen)
    columns, nameless = _named_columns(file, header, rows)
    notes = [f"the separator of {file.name} is {chosen!r}"] if not separator and chosen != "," else []
    notes += [f"column {number} of {file.name} has no name and is left out" for number in nameless]
    return Frame(
        columns,
        tuple(columns),
        len(rows),
        source=file.name,
        sha256=sha256(raw).hexdigest(),
        lines=np.array(lines, dtype=np.int64),
        notes=tuple(notes),
        separator=chosen,
    )


def _decoded(file: Path, raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(f"{file.name} is UTF-16; save it as CSV UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{file.name}, line {line}: the byte 0x{raw[error.start]:02x} is not UTF-8. Save the file as CSV UTF-8 "
            "(it is probably Windows-1252 or Latin-1)."
        ) from None


def _separator(header: str) -> str:
    return max(SEPARATORS, key=header.count)


def _split(file: Path, text: str, separator: str) -> tuple[list[str], list[list[str]], list[int]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        line = _first_lines(text, separator)[-1]
        raise DataError(
            f"{file.name}, line {line}: {error}. Look for a quotation mark that is not closed, or a NUL."
        ) from None
    # Where no cell holds a line break, every row is a line.
    first = range(1, len(rows) + 1) if reader.line_num == len(rows) else _first_lines(text, separator)
    lines = [line for line, row in zip(first, rows, strict=False) if row]
    rows = [row for row in rows if row]
    header = [normalize("NFC", name.strip()) for name in rows[0]]
    ragged = [(line, len(row)) for line, row in zip(lines, rows, strict=True) if len(row) != len(header)]
    if ragged:
        shown = ", ".join(f"line {line} has {count}" for line, count in ragged[:SHOWN])
        more = f" and {len(ragged) - SHOWN:,} more lines" if len(ragged) > SHOWN else ""
        raise DataError(
            f"{file.name}: the header has {len(header)} cells, but {shown}{more}. "
            f"Put cells that hold the separator {separator!r} into double quotes."
        )
    return header, rows[1:], lines[1:]


def _first_lines(text: str, separator: str) -> list[int]:
    """The line on which each row begins, to the end or to the row that cannot be read; and where the next would."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    found = [1]
    with suppress(csv.Error):
        found.extend(reader.line_num + 1 for _ in reader)
    return found


def _named_columns(
    file: Path, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[dict[str, Cells], list[int]]:
    twice = list(dict.fromkeys(name for name in header if name and header.count(name) > 1))
    DataError.raise_if(
        [
            f"{file.name}, line 1: the column name {name!r} occurs {header.count(name)} times (columns "
            f"{', '.join(str(at + 1) for at, other in enumerate(header) if other == name)}). Rename all but one."
            for name in twice
        ]
    )
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    columns = {name: _text(column) for name, column in zip(header, cells, strict=True) if name}
    return columns, [at + 1 for at, name in enumerate(header) if not name]


def _text(column: Sequence[str]) -> Cells:
    stripped = list(map(str.strip, column))
    if MISSING.isdisjoint(stripped):
        return np.array(stripped, dtype=object)
    return np.array([None if cell in MISSING else cell for cell in stripped], dtype=object)


def _read_parquet(file: Path, wanted: Iterable[str] | None) -> Frame:
    import duckdb

    place = [str(file)]
    try:
        with duckdb.connect() as connection:
            described = connection.execute("describe select * from read_parquet(?)", place).fetchall()
            names = [str(row[0]) for row in described]
            asked = None if wanted is None else set(wanted)
            chosen = [name for name in names if asked is None or normalize("NFC", name) in asked] or names[:1]
            [(rows,)] = connection.execute("select count(*) from read_parquet(?)", place).fetchall()
            check_room(file.name, rows * len(chosen) * CELL_BYTES)
            quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in chosen)
            # The names are the file's own, in quotes: nothing that a user typed becomes SQL.
            text = f"select {quoted} from read_parquet(?)"  # noqa: S608 (names are in quotes)
            arrays = connection.execute(text, place).fetchnumpy()
    except duckdb.Error as error:
        raise DataError(f"{file.name} cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    frame = frame_of({name: _whole(arrays[name]) for name in chosen})
    with file.open("rb") as opened:
        digest = file_digest(opened, "sha256").hexdigest()
    normal = tuple(normalize("NFC", name) for name in names)
    return Frame(frame.columns, normal, frame.rows, source=file.name, sha256=digest, foreign=frame.foreign)


def read_relation(relation: Any, wanted: Iterable[str] | None = None) -> Frame:
    """The rows of a DuckDB relation, in memory.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation
    wanted : iterable of str, optional
        Columns to read; None reads all.

    Raises
    ------
    DataError
        If DuckDB cannot compute it, or its rows need more memory than there is.

    Examples
    --------
    >>> import duckdb
    >>> read_relation(duckdb.sql("select 1 as promo, 9.5 as sales")).columns["sales"].tolist()
    [9.5]
    """
    import duckdb

    asked = None if wanted is None else set(wanted)
    names = list(relation.columns)
    chosen = [name for name in names if asked is None or normalize("NFC", name) in asked] or names[:1]
    try:
        [(rows,)] = relation.aggregate("count(*)").fetchall()
        check_room("The DuckDB relation", rows * len(chosen) * CELL_BYTES)
        arrays = relation.project(", ".join('"' + name.replace('"', '""') + '"' for name in chosen)).fetchnumpy()
    except duckdb.Error as error:
        raise DataError(f"The DuckDB relation cannot be computed: {str(error).splitlines()[0]}") from None
    frame = frame_of({name: _whole(arrays[name]) for name in chosen})
    return replace(frame, names=tuple(normalize("NFC", name) for name in names), source="DuckDB relation")


def _whole(column: Any) -> Any:
    # DuckDB gives ENUM columns as a pandas Categorical where pandas is installed.
    return column if isinstance(column, np.ndarray) else np.asarray(column, dtype=object)
