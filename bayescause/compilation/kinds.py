"""What kind of variable a column is, and its cells as numbers: text to codes, 1/2 to 0/1, never by a silent guess."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import numpy.typing as npt

from bayescause.compilation.frames import SHOWN, Cells, Frame, dates_in, places
from bayescause.errors import DataError
from bayescause.scm.exact_text import exact_text
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.structural_model import Variable
from bayescause.surface import fact, table_setting

__all__ = ["Column", "as_column", "numbers", "shown"]

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
NUMBERLIKE = re.compile(r"[^\w]?[+-]?[\d][\d.,' _]*\s*(%|[^\W\d_]{0,3}|[€$£])")
"""What a person would read as a number: a digit in front, and at most a short unit behind."""

DATE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([T ]\d{1,2}:\d{2}.*)?")
"""What a person would read as a date: year, month and day, perhaps with a time of day."""

NUMERIC_KINDS = ("continuous", "count", "proportion")

YES_OR_NO = frozenset({"yes", "no", "y", "n", "true", "false", "t", "f", "on", "off"})


@dataclass(frozen=True, eq=False)
class Column:
    """One column as numbers.

    Parameters
    ----------
    values : array, dims (row,)
        In the unit of the data, or codes 0, 1, ...; NaN where missing.
    kind : str
    levels : tuple of str
        Names of the codes; empty if they have none.
    notes : tuple of str
        What was mapped, in words.
    """

    values: FloatArray
    kind: str
    levels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def as_column(frame: Frame, variable: Variable, *, decimal: str = ".", is_contrasted: bool = False) -> Column:
    """The column of ``frame`` that ``variable`` names, as numbers of its kind.

    Parameters
    ----------
    frame : Frame
    variable : Variable
        With the kind, mechanism and levels that the user declared, if any.
    decimal : str
        ``"."`` or ``","``, for cells that are text.
    is_contrasted : bool
        Whether a question compares its levels: two unnamed values are then refused unless they are 0 and 1.

    Raises
    ------
    DataError
        If cells are not of the kind; with the first cells and what to do.

    Examples
    --------
    >>> from bayescause.compilation.frames import frame_of
    >>> column = as_column(frame_of({"promo": ["yes", "no"]}), Variable("promo", levels=("no", "yes")))
    >>> column.values.tolist(), column.kind
    ([1.0, 0.0], 'binary')
    """
    if variable.kind is not None or variable.mechanism is None:
        return _converted(frame, variable, variable.kind, decimal=decimal, is_contrasted=is_contrasted)
    # A family of counts has counts, even if only 0 and 1 were seen. Of other families' kinds the cells tell which.
    kinds = variable.mechanism.kinds
    if len(kinds) > 1 and kinds[0] != "count":
        seen = _converted(frame, variable, None, decimal=decimal, is_contrasted=False)
        if seen.kind in kinds:
            return seen
    return _converted(frame, variable, kinds[0], decimal=decimal, is_contrasted=is_contrasted)


def _converted(frame: Frame, variable: Variable, wanted: str | None, *, decimal: str, is_contrasted: bool) -> Column:
    cells = frame.columns[variable.name]
    if cells.dtype.kind in "bf":
        return _from_numbers(frame, variable, cells.astype(np.float64), wanted, is_contrasted=is_contrasted)
    if variable.levels:
        return _from_named_levels(frame, variable, cells, wanted)
    parsed = numbers(cells, decimal)
    is_text = [cell is not None for cell in cells.tolist()]
    strange = np.flatnonzero(np.isnan(parsed) & np.array(is_text, dtype=bool))
    if not len(strange):
        return _from_numbers(frame, variable, parsed, wanted, is_contrasted=is_contrasted)
    texts = [str(cell) for cell in cells.tolist() if cell is not None]
    if wanted not in LEVELLED and all(DATE.fullmatch(text.strip()) for text in texts):
        raise DataError(f"{dates_in(variable.name)} It holds {shown(texts)} ({places(frame, strange)}).")
    if wanted in NUMERIC_KINDS or _look_like_numbers(texts):
        raise DataError(_not_numbers(frame, variable.name, cells, strange, decimal))
    return _from_text(frame, variable, cells, wanted, is_contrasted=is_contrasted)


def numbers(cells: Cells, decimal: str) -> FloatArray:
    """Text as numbers; NaN for what is missing or is no number."""
    listed = cells.tolist()
    meaning = {cell: _number(cell, decimal) for cell in dict.fromkeys(listed)}
    return np.array([meaning[cell] for cell in listed], dtype=np.float64)


def shown(values: Sequence[object]) -> str:
    """The first few of ``values``, each once, as the user wrote them."""
    distinct = list(dict.fromkeys(exact_text(value) if isinstance(value, float) else repr(value) for value in values))
    return ", ".join(distinct[:SHOWN]) + (f" and {len(distinct) - SHOWN:,} more" if len(distinct) > SHOWN else "")


def _number(cell: str | None, decimal: str) -> float:
    if cell is None or (decimal == "," and "." in cell):
        return np.nan
    # Python strips more signs from a text than it skips in a number.
    plain = (cell.replace(",", ".") if decimal == "," else cell).strip()
    return float(plain) if NUMBER.fullmatch(plain) else np.nan


def _distinct(values: FloatArray) -> FloatArray:
    return np.unique(values[~np.isnan(values)])


def _from_numbers(
    frame: Frame, variable: Variable, values: FloatArray, wanted: str | None, *, is_contrasted: bool
) -> Column:
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        raise DataError(
            f"{variable.name!r} is infinite in {places(frame, infinite)}. Mend these cells, or leave them empty."
        )
    distinct = _distinct(values)
    if variable.levels:
        return _from_codes(variable, values, distinct, wanted)
    if wanted == "binary" or (wanted is None and is_contrasted and _are_two_levels(values, distinct)):
        return Column(_checked_binary(variable.name, values, distinct), "binary")
    if wanted in LEVELLED:
        codes = np.where(np.isnan(values), np.nan, np.searchsorted(distinct, values).astype(np.float64))
        return Column(codes, wanted, tuple(exact_text(level) for level in distinct))
    _check_numeric_kind(frame, variable.name, values, wanted)
    inferred = "binary" if 0 < len(distinct) <= 2 and set(distinct.tolist()) <= {0.0, 1.0} else "continuous"
    return Column(values, wanted or inferred)


def _are_two_levels(values: FloatArray, distinct: FloatArray) -> bool:
    """Whether two numbers are all that occur, and look like levels: they come again, or are whole."""
    recur = bool(np.count_nonzero(~np.isnan(values)) > len(distinct))
    return len(distinct) == 2 and (recur or bool((distinct == np.floor(distinct)).all()))


def _checked_binary(name: str, values: FloatArray, distinct: FloatArray) -> FloatArray:
    found = distinct.tolist()
    if set(found) <= {0.0, 1.0}:
        return values
    if len(found) == 2:
        first, second = (exact_text(value) for value in found)
        name_them = f"Name the two in that order: {fact(name, 'levels', [f'<{first}>', f'<{second}>'])} makes"
        remedy = name_them if found == [1.0, 2.0] else "Recode them in the data:"
        raise DataError(
            f"{name!r} must be 0 or 1, and holds {first} and {second}. {remedy} {first} -> 0 and {second} -> 1. "
            f"If they are amounts, set {fact(name, 'kind', 'continuous')}."
        )
    raise DataError(
        f"{name!r} must be 0 or 1; it also holds {shown([value for value in found if value not in (0.0, 1.0)])}. "
        f"If it is not a yes-or-no variable, set its kind to what it is."
    )


def _check_numeric_kind(frame: Frame, name: str, values: FloatArray, kind: str | None) -> None:
    seen = ~np.isnan(values)
    match kind:
        case "count":
            strange = seen & ((values < 0) | (values != np.floor(values)))
            remedy = f"Round them, or set {fact(name, 'kind', 'continuous')}."
            wants = "must be whole numbers from 0 on"
        case "proportion":
            strange = seen & ((values < 0) | (values > 1))
            remedy = f"If they are percentages, divide by 100; else set {fact(name, 'kind', 'continuous')}."
            wants = "must lie between 0 and 1"
        case _:
            return
    rows = np.flatnonzero(strange)
    if len(rows):
        raise DataError(f"{name!r} {wants}; {places(frame, rows)}: {shown(values[rows].tolist())}. {remedy}")


def _from_codes(variable: Variable, values: FloatArray, distinct: FloatArray, wanted: str | None) -> Column:
    levels = variable.levels
    kind = _level_kind(levels, wanted)
    labels = [exact_text(value) for value in distinct]
    if set(labels) <= set(levels):
        places_of = {float(label): float(code) for code, label in enumerate(levels) if NUMBER.fullmatch(label)}
        return Column(_mapped(values, places_of), kind, levels)
    for start in (0, 1):
        codes = np.arange(start, start + len(levels), dtype=np.float64)
        if np.isin(distinct, codes).all():
            mapping = ", ".join(f"{exact_text(code)} -> {level}" for code, level in zip(codes, levels, strict=True))
            notes = () if start == 0 else (f"{variable.name}: {mapping}",)
            return Column(values - start, kind, levels, notes)
    raise DataError(
        f"{variable.name!r} has the levels {shown(levels)}, and holds {shown(distinct.tolist())}. "
        f"Codes must run from 0 to {len(levels) - 1} or from 1 to {len(levels)}; or list every value in `levels`."
    )


def _mapped(values: FloatArray, codes: dict[float, float]) -> FloatArray:
    return np.array([np.nan if isnan(value) else codes[value] for value in values.tolist()], dtype=np.float64)


def _level_kind(levels: tuple[str, ...], wanted: str | None) -> str:
    return wanted or ("binary" if len(levels) == 2 else "categorical")


def _from_named_levels(frame: Frame, variable: Variable, cells: Cells, wanted: str | None) -> Column:
    codes = {level: float(code) for code, level in enumerate(variable.levels)}
    unknown = np.array([cell is not None and cell not in codes for cell in cells.tolist()], dtype=bool)
    if unknown.any():
        parsed = numbers(cells, ".")
        if not np.isnan(parsed[unknown]).any():
            return _from_codes(variable, parsed, _distinct(parsed), wanted)
        rows = np.flatnonzero(unknown)
        raise DataError(
            f"{variable.name!r} holds {shown(cells[rows].tolist())} ({places(frame, rows)}), which is not among its "
            f"levels {shown(variable.levels)}. Add it to `levels`, or mend the cells."
        )
    values = [np.nan if cell is None else codes[cell] for cell in cells.tolist()]
    return Column(np.array(values, dtype=np.float64), _level_kind(variable.levels, wanted), variable.levels)


def _look_like_numbers(texts: Sequence[str]) -> bool:
    distinct = set(texts)
    like = sum(bool(NUMBERLIKE.fullmatch(text)) for text in distinct)
    return like > len(distinct) / 2


def _not_numbers(frame: Frame, name: str, cells: Cells, strange: npt.NDArray[np.intp], decimal: str) -> str:
    found = [str(cell) for cell in cells[strange].tolist()]
    return (
        f"{name!r} is meant to hold numbers, but {places(frame, strange)} "
        f"{'hold' if len(found) > 1 else 'holds'} {shown(found)}. {_remedy(name, found, decimal)}"
    )


def _remedy(name: str, found: Sequence[str], decimal: str) -> str:
    if all(cell.rstrip().endswith("%") for cell in found):
        return "Remove the % signs: write 12% as 0.12, or as 12 with the unit percent."
    if decimal == "." and all(THOUSANDS.fullmatch(cell) for cell in found):
        comma = table_setting("decimal", ",")
        return f"Remove the commas that mark thousands; or set {comma} if 1,234 means 1.234."
    other = "," if decimal == "." else "."
    if not np.isnan(numbers(np.array(found, dtype=object), other)).any():
        return f"Set {table_setting('decimal', other)}."
    return f"Mend these cells or leave them empty; if it is a category, set {fact(name, 'kind', 'categorical')}."


def _from_text(frame: Frame, variable: Variable, cells: Cells, wanted: str | None, *, is_contrasted: bool) -> Column:
    name = variable.name
    present = list(dict.fromkeys(cell for cell in cells.tolist() if cell is not None))
    levels = frame.order.get(name) or tuple(sorted(present))
    is_yes_or_no = len(levels) == 2 and all(level.lower() in YES_OR_NO for level in levels)
    if wanted == "binary" or is_yes_or_no or (is_contrasted and len(levels) == 2):
        if len(levels) != 2:
            remedy = fact(name, "kind", "categorical")
            raise DataError(f"{name!r} must have two levels, and holds {shown(levels)}. Set {remedy}.")
        first, second = levels
        raise DataError(
            f"{name!r} holds the texts {first!r} and {second!r}. Say which is 0 and which is 1: "
            f"{fact(name, 'levels', [first, second])} makes {first} -> 0 and {second} -> 1."
        )
    if wanted == "ordinal" and name not in frame.order:
        raise DataError(
            f"{name!r} is ordinal and holds texts, whose order they do not tell. Say it, the lowest level first: "
            f"{fact(name, 'levels', list(levels))}, in the right order."
        )
    codes = {level: float(code) for code, level in enumerate(levels)}
    values = [np.nan if cell is None else codes[cell] for cell in cells.tolist()]
    return Column(np.array(values, dtype=np.float64), wanted or "categorical", levels)
