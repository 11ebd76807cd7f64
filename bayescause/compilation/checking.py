"""Checking data against a model: every fault of the table at once, before anything is compiled."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np

from bayescause.arguments import TEXT, one_of, optional, require, several
from bayescause.calling import names_its_arguments
from bayescause.compilation.asked import check_model
from bayescause.compilation.concerns import Concern, concerns_of
from bayescause.compilation.conditions import Condition
from bayescause.compilation.contrasts import contrast_concerns, contrast_faults
from bayescause.compilation.experiment import split
from bayescause.compilation.frames import Frame, frame_of, places
from bayescause.compilation.gaps import check_gaps, gap_notes, gaps_beside_faults, has_gap
from bayescause.compilation.kinds import Column, as_column, shown
from bayescause.compilation.marking import marks_of, refuse_marks
from bayescause.compilation.particulars import particulars
from bayescause.compilation.repeats import repeated_rows, repeated_units
from bayescause.compilation.source import Source, source_of
from bayescause.compilation.stream import STREAMED, reader_of
from bayescause.compilation.streaming import streamed_table
from bayescause.compilation.survey import repeated_units_in, repeats_in, survey
from bayescause.compilation.table import Table
from bayescause.compilation.table_faults import mechanism_faults, named, naming_file
from bayescause.errors import DataError, warn
from bayescause.graph.names import nearest_or_all
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.structural_model import StructuralModel, Variable

__all__ = ["tabulate"]

LISTED = ("categorical", "ordinal")
"""Kinds of which all values are levels."""


@dataclass(frozen=True)
class _Roles:
    """Which columns are needed, and as what."""

    variables: tuple[str, ...]
    inputs: tuple[str, ...]
    extras: tuple[str, ...]
    treatments: frozenset[str]
    outcomes: frozenset[str]

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.variables, *self.inputs, *self.extras)))


@names_its_arguments
def tabulate(
    model: StructuralModel,
    data: Any,
    *,
    questions: Sequence[Any] = (),
    frequency: str | None = None,
    missing: str = "error",
    interventions: str | None = None,
    separator: str | None = None,
    decimal: str = ".",
) -> Table:
    """Data as a table that fits ``model``.

    Parameters
    ----------
    model : StructuralModel
    data : Table, frame (pandas, polars, Arrow, narwhals), DuckDB relation, mapping of arrays, or path of a CSV or
        Parquet file. A Table is returned as it is. A Parquet file or relation of over a million rows stays where it is
        and is read in blocks.
    questions : sequence of Estimand
        What will be asked: their treatments and outcomes are checked more strictly, and the columns that they
        condition on are kept although the model may not have them. Anything with some of ``of``, ``on``, ``given``,
        ``where`` and ``contrast`` will do.
    frequency : str, optional
        Column of whole numbers: how many units each row stands for.
    missing : str
        ``"error"``; or ``"drop"``: rows without the outcome are not fitted, but stay in the averaging population.
    interventions : str, optional
        Column that names the variables which an experiment set in each row, and is empty where it set none. Rows with
        a name are kept apart, in ``Table.experiment``: they fit mechanisms that were at work in them, and nothing else.
    separator, decimal : str
        Of a text file, or of numbers that are text.

    Returns
    -------
    Table
        Float columns in the unit of the data, codes for levels.

    Raises
    ------
    DataError
        With every fault: missing columns, cells of the wrong kind, missing or infinite values, impossible counts ...

    Warns
    -----
    DataQualityWarning, OverlapWarning, ScaleWarning
        What looks wrong but can be worked with; also in ``Table.concerns``.

    Examples
    --------
    >>> model = StructuralModel.parse("sales ~ promo")
    >>> table = tabulate(model, {"promo": [0, 1, 0, 1], "sales": [9.5, 14.0, 10.5, 12.5]})
    >>> table.rows, table.kinds["promo"], table.kinds["sales"]
    (4, 'binary', 'continuous')
    """
    check_model(model)
    if isinstance(data, Table):
        return data
    texts = {"frequency": frequency, "interventions": interventions, "separator": separator}
    require(**{name: (given, optional(TEXT)) for name, given in texts.items()})
    require(questions=(questions, QUESTIONS), missing=(missing, one_of(("error", "drop"))), decimal=(decimal, TEXT))
    roles = _roles(model, questions)
    wanted = {*roles.needed, *filter(None, (frequency, interventions))}
    source = source_of(data)
    if source is not None and source.rows > STREAMED:
        refuse_marks(interventions, source.rows)
        with naming_file(data):
            return _streamed(model, source, roles, questions, frequency=frequency, missing=missing, decimal=decimal)
    with naming_file(data):
        frame = frame_of(data, wanted, separator=separator, decimal=decimal)
        _check_presence(frame, roles, frequency)
        columns = _columns(model, frame, roles, decimal)
        counts, counting = _frequency(frame, frequency, decimal)
        allowed = roles.outcomes if missing == "drop" else frozenset()
        empty = {name: np.isnan(column.values) for name, column in columns.items() if has_gap(column)}
        told = {name: places(frame, np.flatnonzero(gap)) for name, gap in empty.items()}
        gaps = {name: int(gap.sum()) for name, gap in empty.items()}
        check_gaps(model, frame, gaps, told, allowed)
        marks = marks_of(frame, interventions, model.graph) if interventions else {}
    table = split(_table(frame, columns, counts, counting, gaps), marks)
    table = replace(table, notes=(*table.notes, *gap_notes(table.missing)))
    values = {name: column.values for name, column in columns.items()}
    faults = [*mechanism_faults(model, values, frame), *_constant_treatments(table, roles)]
    faults = [*named(data, faults), *contrast_faults(table, questions)]
    DataError.raise_if(faults)
    found = (
        *concerns_of(model, table, roles.treatments),
        *contrast_concerns(table, questions),
        *_repeats(data, frame, roles, frequency),
    )
    return _voiced(table, found)


QUESTIONS = several("a list of questions", lambda given: not isinstance(given, str))


def _roles(model: StructuralModel, questions: Sequence[Any]) -> _Roles:
    observed = tuple(model.graph.observed)
    inputs = (
        column
        for variable in model.variables.values()
        if variable.mechanism is not None
        for column in variable.mechanism.inputs
    )
    extras = [name for question in questions for name in _conditioned(question)]
    treatments = frozenset(question.of for question in questions if getattr(question, "of", None))
    outcomes = frozenset(question.on for question in questions if getattr(question, "on", None))
    if not outcomes:
        outcomes = frozenset(name for name in observed if not model.graph.children(name))
    return _Roles(observed, tuple(dict.fromkeys(inputs)), tuple(dict.fromkeys(extras)), treatments, outcomes)


def _conditioned(question: Any) -> Iterable[str]:
    yield from (normalize("NFC", name) for name in particulars(question).given or ())
    where = getattr(question, "where", None)
    if where:
        yield from Condition.parse(where).columns


def _check_presence(frame: Frame, roles: _Roles, frequency: str | None) -> None:
    if not frame.names:
        raise DataError(f"{_capital(frame)} has no columns.")
    needed = dict.fromkeys((*roles.needed, *((frequency,) if frequency else ())))
    absent = [name for name in needed if name not in frame.names]
    DataError.raise_if(
        [f"{name!r} is not a column of {_told(frame)}.{nearest_or_all(name, frame.names)}" for name in absent]
    )
    if frame.rows == 0:
        raise DataError(f"{_capital(frame)} has no rows: there is nothing to learn from.")
    DataError.raise_if([frame.foreign[name] for name in needed if name in frame.foreign])


def _told(frame: Frame) -> str:
    return frame.source if frame.lines is not None or frame.sha256 else f"the {frame.source}"


def _capital(frame: Frame) -> str:
    told = _told(frame)
    return f"T{told[1:]}" if told.startswith("the ") else told


def _columns(model: StructuralModel, frame: Frame, roles: _Roles, decimal: str) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    faults: list[str] = []
    contrasted = roles.treatments | (roles.outcomes & set(roles.variables))
    for name in roles.needed:
        variable = model.variables.get(name) or Variable(name, kind="continuous" if name in roles.inputs else None)
        try:
            columns[name] = as_column(frame, variable, decimal=decimal, is_contrasted=name in contrasted)
        except DataError as error:
            faults.extend(error.faults)
    DataError.raise_if([*faults, *gaps_beside_faults(frame, columns, roles.needed)])
    return columns


def _frequency(frame: Frame, frequency: str | None, decimal: str) -> tuple[FloatArray | None, tuple[str, ...]]:
    if frequency is None:
        return None, ()
    counts = as_column(frame, Variable(frequency, kind="continuous"), decimal=decimal).values
    wrong = np.flatnonzero(~(counts >= 1) | (counts != np.floor(counts)))
    if len(wrong):
        raise DataError(
            f"{frequency!r} counts the units of each row and must hold whole numbers from 1 on; "
            f"{places(frame, wrong)}: {_counts_shown(counts[wrong])}. Remove rows that stand for nobody."
        )
    return counts, (f"each row stands for as many units as {frequency} says",)


def _counts_shown(wrong: FloatArray) -> str:
    empty = ["empty"] if np.isnan(wrong).any() else []
    return ", ".join([*empty, *filter(None, [shown(wrong[~np.isnan(wrong)].tolist())])])


def _constant_treatments(table: Table, roles: _Roles) -> list[str]:
    faults: list[str] = []
    for name in sorted(roles.treatments):
        is_quantity = table.kinds.get(name) in ("continuous", "count", "proportion")
        # One row of a quantity is answered by the priors, with a warning; one level of two leaves nothing to compare.
        if name not in table.columns or (table.rows == 1 and is_quantity) or not _is_constant(table, name):
            continue
        level = shown([table.span(name)[0]])
        faults.append(
            f"{name!r} is {level} in every row: the treatment has no variation, so nothing can be compared. "
            "Add rows with another level."
        )
    return faults


def _repeats(data: Any, frame: Frame, roles: _Roles, frequency: str | None) -> Iterator[Concern]:
    is_whole = len(frame.columns) + len(frame.foreign) == len(frame.names)
    if not is_whole and (isinstance(data, str | Path) or frame.source == "DuckDB relation"):
        return  # of a Parquet file only the needed columns are read
    whole = frame if is_whole else frame_of(data)
    yield from repeated_units(whole, roles.needed)
    if frequency is None:
        yield from repeated_rows(whole)


def _is_constant(table: Table, name: str) -> bool:
    low, high = table.span(name)
    return low == high


def _streamed(
    model: StructuralModel,
    source: Source,
    roles: _Roles,
    questions: Sequence[Any],
    *,
    frequency: str | None,
    missing: str,
    decimal: str,
) -> Table:
    """The table of rows that are too many to be held: the same checks, on what the source says of its columns."""
    listed = frozenset(name for name, variable in model.variables.items() if variable.levels or variable.kind in LISTED)
    found = survey(source, {*roles.needed, *((frequency,) if frequency else ())}, listed)
    frame = found.frame
    _check_presence(frame, roles, frequency)
    columns = _columns(model, frame, roles, decimal)
    counting = _frequency(frame, frequency, decimal)[1]
    gaps = {name: count for name, count in found.missing.items() if name in columns}
    allowed = roles.outcomes if missing == "drop" else frozenset()
    check_gaps(model, frame, gaps, dict.fromkeys(gaps, "some rows"), allowed)
    readers = {name: reader_of(source, name, frame.columns[name], column) for name, column in columns.items()}
    notes = (*counting, *gap_notes(gaps))
    DataError.raise_if([fault for name in columns for fault in mechanism_faults(model, {name: columns[name].values})])
    table = streamed_table(source, _table(frame, columns, None, notes, gaps), readers, frequency)
    faults = [*_faults_of_pairs(model, table), *contrast_faults(table, questions), *_constant_treatments(table, roles)]
    DataError.raise_if(faults)
    return _voiced(
        table,
        (
            *concerns_of(model, table, roles.treatments),
            *contrast_concerns(table, questions),
            *repeated_units_in(source, roles.needed),
            *(() if frequency else repeats_in(source, found.distinct)),
        ),
    )


def _faults_of_pairs(model: StructuralModel, table: Table) -> list[str]:
    """Faults of mechanisms that have inputs: a value alone does not show them."""
    for name, variable in model.variables.items():
        inputs = () if variable.mechanism is None else variable.mechanism.inputs
        for block in table.blocks((name, *inputs)) if inputs and name in table.columns else ():
            faults = mechanism_faults(model, block.columns)
            if faults:
                return faults
    return []


def _table(
    frame: Frame,
    columns: Mapping[str, Column],
    counts: FloatArray | None,
    notes: tuple[str, ...],
    gaps: Mapping[str, int],
) -> Table:
    mapped = [note for column in columns.values() for note in column.notes]
    return Table(
        columns={name: column.values for name, column in columns.items()},
        kinds={name: column.kind for name, column in columns.items()},
        levels={name: column.levels for name, column in columns.items() if column.levels},
        frequency=counts,
        source=frame.source,
        sha256=frame.sha256 or _digest(columns),
        notes=(*frame.notes, *mapped, *notes),
        missing=gaps,
    )


def _digest(columns: Mapping[str, Column]) -> str:
    digest = sha256()
    for name, column in sorted(columns.items()):
        digest.update(name.encode() + b"\0" + "\0".join(column.levels).encode() + b"\0")
        digest.update(np.ascontiguousarray(column.values).tobytes())
    return digest.hexdigest()


def _voiced(table: Table, found: Sequence[Concern]) -> Table:
    for concern in found:
        warn(concern.text, concern.category)
    return replace(table, concerns=tuple(concern.text for concern in found))
