"""A first model file for a table: everything that can be read off the table is filled in, what cannot is asked."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bayescause.compilation.frames import Frame
from bayescause.compilation.reading import read_frame
from bayescause.errors import DataError, SpecError
from bayescause.graph.names import nearest_or_all
from bayescause.study.schema import SCHEMA

__all__ = ["Draft", "draft"]

MARGIN = 47
"""Column at which comments start."""

FIRST_LEVELS = ("no", "false", "off", "none", "never", "control", "placebo", "untreated", "before", "0")
"""Names that usually mean "not treated", in lower case: that level comes first."""

_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")
_POINT_NUMBER = re.compile(r"[+-]?\d+\.\d+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


@dataclass(frozen=True)
class Draft:
    """A model file that waits for its columns to be sorted.

    Parameters
    ----------
    text : str
        The file.
    rows, columns : int
        Of the table.
    separator : str, optional
        Between the cells; None if the table is not text.
    decimal : str
    others : tuple of str
        Columns to be sorted.
    """

    text: str
    rows: int
    columns: int
    separator: str | None
    decimal: str
    others: tuple[str, ...]


def draft(table: Path, *, of: str, on: str, place: Path) -> Draft:
    """A model file that asks for the effect of column ``of`` on column ``on``.

    Parameters
    ----------
    table : Path
        CSV or Parquet.
    of, on : str
        Treatment and outcome.
    place : Path
        Where the file will stand: its path to the table starts there.

    Raises
    ------
    DataError
        If the table cannot be read or has no such columns.
    SpecError
        If treatment and outcome are the same, or a column's name cannot stand in a model file.
    """
    if of == on:
        raise SpecError(f"{of!r} is both treatment and outcome. Name two columns.")
    frame = read_frame(table)
    absent = [name for name in (of, on) if name not in frame.names]
    DataError.raise_if(
        [f"{name!r} is not a column of {table.name}.{nearest_or_all(name, frame.names)}" for name in absent]
    )
    others = tuple(name for name in frame.names if name not in (of, on))
    SpecError.raise_if([_unwritable(name) for name in frame.names if '"' in name or not name.isprintable()])
    decimal = _decimal(frame)
    lines = [*_head(of, on, place), *_data(frame, table, place, decimal), *_graph(of, on, others)]
    lines += [*_variables(frame, of, on), *_question(frame, of, on, decimal), *_decision()]
    text = "\n".join(lines) + "\n"
    return Draft(text, frame.rows, len(frame.names), frame.separator, decimal, others)


def _unwritable(name: str) -> str:
    return f"The column {name!r} has a quote or a control character in its name. Rename it in the table."


def _decimal(frame: Frame) -> str:
    if frame.separator in (None, ","):
        return "."
    cells = [str(cell) for column in frame.columns.values() for cell in column[:200] if cell is not None]
    commas = sum(bool(_COMMA_NUMBER.fullmatch(cell)) for cell in cells)
    points = sum(bool(_POINT_NUMBER.fullmatch(cell)) for cell in cells)
    return "," if commas > points else "."


def _head(of: str, on: str, place: Path) -> Iterator[str]:
    yield f"# {place.name}, as written by `bayescause new`; lines with ? stop the run until you have answered them"
    yield f"schema = {SCHEMA}"
    yield f"title = {_text(f'Does {of} change {on}?')}"
    yield _noted('unit = "row"', 'what is one row? "shop week"')


def _data(frame: Frame, table: Path, place: Path, decimal: str) -> Iterator[str]:
    yield "[data]"
    yield f"file = {_text(_way(table, place))}"
    if frame.separator not in (None, ","):
        yield f"separator = {_text(str(frame.separator))}"
    if decimal != ".":
        yield f"decimal = {_text(decimal)}"


def _way(table: Path, place: Path) -> str:
    try:
        return Path(os.path.relpath(table.resolve(), place.resolve().parent)).as_posix()
    except ValueError:  # on another drive
        return table.resolve().as_posix()


def _graph(of: str, on: str, others: Sequence[str]) -> Iterator[str]:
    x, y = _name(of), _name(on)
    yield "[graph]"
    yield 'edges = """'
    yield f"{x} -> {y}"
    width = max((len(_name(other)) for other in others), default=0)
    for at, other in enumerate(map(_name, others)):
        before = f"{other} -> {{{x} {y}}}"
        # A column settled before may move the one after, too; an arrow that is left out there makes the answer wrong.
        after = f"delete, or draw all that moves it: {{{x} ...}} -> {other} -> {y}"
        advice = f"# before {x} and may move {y}: {before};  after {x}: {after};  neither: delete"
        yield f"? {other.ljust(width)}     {advice}" if at == 0 else f"? {other}"
    yield '"""'


def _variables(frame: Frame, of: str, on: str) -> Iterator[str]:
    yield "[variables]"
    for name, wish in ((on, 'unit = "EUR", better = "higher" or "lower"'), (of, "")):
        levels = _levels(frame, name)
        words = f"label = {_text(name)}"
        if levels:
            words += f", levels = [{', '.join(map(_text, levels))}]"
        said = f"your file says {' / '.join(levels)}; the first is compared with" if levels else ""
        yield _noted(f"{_key(name)} = {{ {words} }}", "; ".join(filter(None, (said, wish and f"also {wish}"))))


def _question(frame: Frame, of: str, on: str, decimal: str) -> Iterator[str]:
    yield "[[questions]]"
    yield 'estimand = "ate"'
    yield f"of = {_text(of)}"
    yield f"on = {_text(on)}"
    contrast = _contrast(frame, of, decimal)
    if contrast:
        yield _noted(f"contrast = {contrast}", f"which values of {of} are compared: from, to")


def _decision() -> Iterator[str]:
    yield _noted("# [decision]", "without the # at the start of these lines you are told what to do")
    yield '# act = "..."'
    yield '# instead = "..."'
    yield _noted("# gain = 1.0", "what one unit of the outcome is worth to you")
    yield _noted("# cost = 0.0", "what acting costs, per row")
    yield '# money = "EUR"'


def _levels(frame: Frame, name: str) -> tuple[str, ...]:
    """Levels of a text column, the untreated one first; none for numbers."""
    cells = _distinct(frame, name)
    if (
        frame.columns[name].dtype == bool
        or len(cells) > 12
        or not cells
        or any(_number(cell, ",") is not None for cell in cells)
    ):
        return ()
    return tuple(sorted(cells, key=lambda cell: (cell.strip().lower() not in FIRST_LEVELS, cell)))


def _contrast(frame: Frame, of: str, decimal: str) -> str:
    """The quartiles of a treatment that is a number; the first two levels of one that has more than two."""
    levels = _levels(frame, of)
    if len(levels) > 2:
        return f"[{_text(levels[0])}, {_text(levels[1])}]"
    numbers = [value for cell in _cells(frame, of) if (value := _number(cell, decimal)) is not None]
    if levels or len(set(numbers)) <= 2:
        return ""
    low, high = (float(f"{value:.3g}") for value in np.quantile(numbers, (0.25, 0.75)))
    return f"[{low:g}, {high:g}]"


def _distinct(frame: Frame, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_cells(frame, name)))


def _cells(frame: Frame, name: str) -> Iterator[str]:
    column: Any = frame.columns[name]
    return (str(cell) for cell in column.tolist() if cell is not None and cell == cell)  # noqa: PLR0124 (drops NaN)


def _number(cell: str, decimal: str) -> float | None:
    try:
        return float(cell.replace(",", ".") if decimal == "," else cell)
    except ValueError:
        return None


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _name(name: str) -> str:
    """A name as graph texts write it; a TOML text in three quotes takes a backslash as the start of an escape."""
    return (name if _PLAIN_NAME.fullmatch(name) else f'"{name}"').replace("\\", "\\\\")


def _noted(words: str, note: str) -> str:
    return f"{words.ljust(MARGIN - 1)} # {note}" if note else words
