"""The two levels that a question compares, as numbers that the mechanisms understand, and how far the data support them."""

import numpy as np

from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.query.averaging import Contrast
from bayescause.query.estimand import Estimand

__all__ = ["code_of", "level_name", "resolve_contrast", "support_concerns"]

NAMED = ("binary", "categorical", "ordinal")
"""Kinds whose values are codes with names."""


def resolve_contrast(table: Table, estimand: Estimand) -> Contrast:
    """Levels of the treatment as numbers.

    Raises
    ------
    SpecError
        If a level does not exist or cannot be a value of the treatment.
    """
    low, high = (code_of(table, estimand.of, level) for level in estimand.contrast)
    return Contrast(estimand.of, low, high)


def code_of(table: Table, variable: str, level: float | str) -> float:
    """The number that stands for ``level`` in ``variable``'s column.

    Raises
    ------
    SpecError
        If the level was never seen, or is impossible for the variable's kind.
    """
    kind = table.kinds[variable]
    code = _named_code(table, variable, level) if kind in NAMED else _number(variable, level)
    if kind == "count" and (code < 0 or code != round(code)):
        raise SpecError(f"{variable!r} counts things; it cannot be {level!r}. Write a whole number from 0 on.")
    if kind == "proportion" and not 0 <= code <= 1:
        raise SpecError(f"{variable!r} is a proportion; it cannot be {level!r}. Write a number from 0 to 1.")
    return code


def _named_code(table: Table, variable: str, level: float | str) -> float:
    names = table.levels.get(variable, ())
    text = level if isinstance(level, str) else f"{level:g}"
    if text in names:
        code = float(names.index(text))
    elif table.kinds[variable] == "binary" and level in (0, 1):
        code = float(level)
    else:
        known = ", ".join(names) if names else "0, 1"
        raise SpecError(
            f"{variable!r} has no level {level!r}. Its levels are {known}. Write two of them in `contrast`."
        )
    if not np.any(table.columns[variable] == code):
        raise SpecError(f"No row has {variable!r} = {level!r}. A level that never occurs cannot be compared.")
    return code


def _number(variable: str, level: float | str) -> float:
    try:
        return float(level)
    except ValueError:
        raise SpecError(f"{variable!r} is a number; {level!r} is not one. Write numbers in `contrast`.") from None


def level_name(table: Table, variable: str, code: float) -> str:
    """The user's name of a level, or the number as text."""
    names = table.levels.get(variable, ())
    return names[int(code)] if names else f"{code:g}"


def support_concerns(table: Table, contrast: Contrast) -> tuple[str, ...]:
    """Sentences about levels that lie outside the observed range of the treatment."""
    seen = table.columns[contrast.of]
    smallest, largest = float(np.nanmin(seen)), float(np.nanmax(seen))
    concerns = []
    for level in (contrast.low, contrast.high):
        if not smallest <= level <= largest:
            nearest = smallest if level < smallest else largest
            concerns.append(
                f"{contrast.of} = {level:g} lies outside the data ({smallest:g} to {largest:g}); the nearest row is "
                f"{abs(level - nearest):g} away: this is extrapolation."
            )
    return tuple(concerns)
