"""A survey asks a large table, by aggregates alone, which values its columns hold, so that they can be checked.

What comes back is a frame of a few rows: of a column with few values all of them, of another one its extremes, a broken
number, an infinite one and a missing one, where there are any. Whatever is wrong with the column is wrong with these.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bayescause.compilation.concerns import Concern
from bayescause.compilation.frames import SHOWN, Cells, Frame, dates_in
from bayescause.compilation.repeats import IDENTITY
from bayescause.compilation.source import Source, quoted
from bayescause.errors import DataError, DataQualityWarning

__all__ = ["Survey", "repeated_units_in", "repeats_in", "survey"]

FEW_VALUES = 1_000
"""Different values up to which all of them are asked for."""

MOST_LEVELS = 100_000
"""Levels beyond which a column is no category."""

LOOKED_AT = 2_048
"""First rows that give a column's values in between."""

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN", "U")
"""Beginnings of the types of numbers; those with U are unsigned."""

TEXTS = ("VARCHAR", "ENUM")

DATES = ("DATE", "TIME", "INTERVAL")

HASHED = 200_000
"""Rows among which repeats are looked for: all of those whose hash falls into one part of as many as needed."""


@dataclass(frozen=True, eq=False)
class Survey:
    """What is known of a large table before any row of it was read.

    Parameters
    ----------
    frame : Frame
        Of witnesses: a few rows that stand for all.
    missing : mapping of str to int
        Rows without a value, of columns that have any.
    whole : frozenset of str
        Columns of which all values are among the witnesses.
    texts : frozenset of str
        Columns of text.
    distinct : mapping of str to int
        About how many different values each column of the table has.
    """

    frame: Frame
    missing: Mapping[str, int]
    whole: frozenset[str]
    texts: frozenset[str]
    distinct: Mapping[str, int]


def survey(source: Source, wanted: Iterable[str], listed: frozenset[str]) -> Survey:
    """Ask ``source`` for what the ``wanted`` columns hold.

    Parameters
    ----------
    source : Source
    wanted : iterable of str
    listed : frozenset of str
        Columns of which all values are needed, however many there are.

    Raises
    ------
    DataError
        If one of these has more than 100,000 different values.
    """
    names = [name for name in source.names if name in set(wanted)]
    foreign = {name: fault for name in names if (fault := _foreign(name, source.types[name]))}
    names = [name for name in names if name not in foreign]
    texts = frozenset(name for name in names if source.types[name].startswith(TEXTS))
    seen = {name: _asked(source, name, is_text=name in texts) for name in names}
    distinct = {name: int(row[1]) for name, row in seen.items()}
    whole = frozenset(name for name in names if name in texts | listed or distinct[name] <= FEW_VALUES)
    _check_levels(distinct, whole)
    columns = {
        name: _witnesses(source, seen[name], name, is_text=name in texts, is_whole=name in whole) for name in names
    }
    missing = {name: source.rows - int(row[0]) for name, row in seen.items() if int(row[0]) < source.rows}
    frame = Frame(
        columns,
        tuple(source.names),
        source.rows,
        source=source.source,
        sha256=source.sha256(),
        order=_orders(source, names),
        foreign=foreign,
        is_condensed=True,
    )
    return Survey(frame, missing, whole, texts, distinct)


def _foreign(name: str, kind: str) -> str | None:
    if kind.startswith(DATES):
        return dates_in(name)
    if kind.startswith((*NUMBERS, *TEXTS)) and not kind.endswith("]") and not kind.startswith(("UNION", "UUID")):
        return None
    return f"{name!r} has the type {kind}; turn it into numbers or text first."


def _asked(source: Source, name: str, *, is_text: bool) -> tuple[Any, ...]:
    """Rows with a value, about how many different ones, then extremes and whatever is strange among numbers."""
    column = quoted(source.names[name])
    if is_text:
        return source.ask(f"count({column}), approx_count_distinct({column})")[0]
    x = f"{column}::double"
    finite = f"filter (where isfinite({x}))"
    strange = f"min({x}) filter (where isinf({x})), max({x}) filter (where isinf({x}))"
    broken = f"min({x}) filter (where isfinite({x}) and {x} <> floor({x}))"
    known = f"count({x}) filter (where not isnan({x}))"
    return source.ask(
        f"{known}, approx_count_distinct({x}), min({x}) {finite}, max({x}) {finite}, {broken}, {strange}"
    )[0]


def _check_levels(distinct: Mapping[str, int], whole: frozenset[str]) -> None:
    DataError.raise_if(
        [
            f"{name!r} has about {distinct[name]:,} different values: too many for a category, and it is text or was "
            "declared one. Group its values, save them as numbers, or leave it out."
            for name in sorted(whole)
            if distinct[name] > MOST_LEVELS
        ]
    )


def _witnesses(source: Source, row: tuple[Any, ...], name: str, *, is_text: bool, is_whole: bool) -> Cells:
    column = quoted(source.names[name])
    gap = source.rows > int(row[0])
    if is_text:
        texts = source.ask(f"distinct {column}", f"where {column} is not null order by 1")
        return np.array([*(str(text) for (text,) in texts), *([None] if gap else [])], dtype=object)
    if is_whole:
        found = source.ask(f"distinct {column}::double", f"where not isnan({column}::double)")
    else:
        found = source.ask(f"distinct x from (select {column}::double as x", f"limit {LOOKED_AT}) where isfinite(x)")
        found = [*sorted(found)[:SHOWN], *((extreme,) for extreme in row[2:] if extreme is not None)]
    # Adding zero turns -0.0 into 0.0.
    values = np.unique([float(value) + 0.0 for (value,) in found])
    return np.append(values, np.nan) if gap else values


def _orders(source: Source, names: list[str]) -> dict[str, tuple[str, ...]]:
    """Levels of columns whose type orders them, those that occur."""
    orders = {}
    for name in names:
        if source.types[name].startswith("ENUM"):
            column = quoted(source.names[name])
            found = source.ask(f"distinct {column}, enum_code({column})", f"where {column} is not null order by 2")
            orders[name] = tuple(str(level) for level, _ in found)
    return orders


def repeats_in(source: Source, known: Mapping[str, int]) -> Iterator[Concern]:
    """A concern, if more rows repeat than would by chance: as ``repeated_rows``, for a table that is not in memory.

    Rows are counted exactly among those whose hash falls into one part of many, in which equal rows stay together.

    Parameters
    ----------
    source : Source
    known : mapping of str to int
        About how many different values some of the columns have.
    """
    columns = [quoted(name) for name in source.names.values()]
    others = [quoted(raw) for name, raw in source.names.items() if name not in known]
    asked = source.ask(", ".join(f"approx_count_distinct({column})" for column in others))[0] if others else ()
    distinct = [max(float(number), 1.0) for number in (*known.values(), *asked)]
    parts = max(1, source.rows // HASHED)
    row_hash = f"hash({', '.join(columns)})"
    [(rows, different)] = source.ask(f"count(*), count(distinct {row_hash})", f"where {row_hash} % {parts} = 0")
    repeats = (rows - different) * parts
    by_chance = source.rows * (source.rows - 1) / 2 / float(np.prod(distinct))
    if max(distinct) > (source.rows - repeats) / 2 and by_chance < repeats / 4:
        text = (
            f"About {repeats:,} rows are repeats of other rows. Remove them; if they are different units, give their "
            "number as a frequency column."
        )
        yield Concern(text, DataQualityWarning)


def repeated_units_in(source: Source, needed: Iterable[str]) -> Iterator[Concern]:
    """A concern for each column that looks like a unit's identity, is not part of the model, and repeats."""
    for name in source.names:
        if not IDENTITY.fullmatch(name) or name in set(needed):
            continue
        column = quoted(source.names[name])
        [(present, distinct)] = source.ask(f"count({column}), approx_count_distinct({column})")
        # The number of different values is known to a few in a hundred.
        if present / 10 <= distinct < 0.9 * present:
            text = (
                f"{name!r} looks like the identity of a unit, and about {present - distinct:,} of its {present:,} "
                "values are repeats. Rows of one unit are not independent, and this model takes them to be: "
                "intervals may be too narrow."
            )
            yield Concern(text, DataQualityWarning)
