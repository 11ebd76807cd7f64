"""The two levels that a question compares, as numbers that the mechanisms understand."""

from dataclasses import dataclass

import numpy as np

from bayescause.compilation.contrasts import contrast_concerns, has_code, level_value, without_chance
from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.errors import DataError, SpecError
from bayescause.query.estimand import Estimand
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray
from bayescause.surface import called

__all__ = [
    "Contrast",
    "at_level",
    "code_of",
    "level_name",
    "outcome_level",
    "resolve_contrast",
    "sides_of",
    "support_concerns",
]


@dataclass(frozen=True)
class Contrast:
    """Two levels of a treatment as numbers: the reference and the level of interest, in the unit of the data.

    ``held`` are further variables that are set to one level, the same under both. ``level`` is a value of the outcome,
    as its code, if the chance of it is compared and not the mean.
    """

    of: str
    low: float
    high: float
    held: tuple[tuple[str, float], ...] = ()
    level: float | None = None


def resolve_contrast(table: Table, estimand: Estimand) -> Contrast:
    """Levels of the treatment as numbers.

    Raises
    ------
    DataError
        If a level was never seen or cannot be a value of the treatment.
    SpecError
        If the question compares regimes and not two levels.
    """
    told = particulars(estimand)
    if told.contrast is None:
        raise SpecError(
            f"The {estimand.name} compares no two levels of {estimand.of!r}. Ask {called('ate')} for those."
        )
    low, high = (code_of(table, estimand.of, level) for level in told.contrast)
    held = tuple((name, code_of(table, name, levels[0])) for name, levels in told.held)
    return Contrast(estimand.of, low, high, held, outcome_level(table, estimand))


def outcome_level(table: Table, estimand: Estimand) -> float | None:
    """The value of the outcome whose chance ``estimand`` is about, as its code; None if it is about the mean.

    Raises
    ------
    DataError
        If the outcome has no such level, or single values of it have no chance.
    """
    level = particulars(estimand).level
    if level is None:
        return None
    DataError.raise_if(without_chance(table, estimand.on, level))
    return level_value(level, estimand.on, table)


def at_level(values: FloatArray, level: float | None) -> FloatArray:
    """1 where ``values`` are ``level`` and 0 elsewhere, NaN where they are missing; the values, if no level is asked.

    Examples
    --------
    >>> import numpy as np
    >>> at_level(np.array([0.0, 2.0, np.nan]), 2.0).tolist()
    [0.0, 1.0, nan]
    """
    return values if level is None else np.where(np.isnan(values), np.nan, values == level)


def code_of(table: Table, variable: str, level: float | str) -> float:
    """The number that stands for ``level`` in ``variable``'s column.

    Raises
    ------
    DataError
        If no row has a level of this name, or the level is impossible for the variable's kind.
    """
    code = level_value(level, variable, table)
    if table.kinds[variable] in LEVELLED and not has_code(table, variable, code):
        raise DataError(f"No row has {variable!r} = {level!r}. A level that never occurs cannot be compared.")
    return code


def sides_of(estimand: Estimand, table: Table | None = None) -> tuple[str, str]:
    """What ``estimand`` compares in words, the reference first: two regimes, or two levels by the user's names.

    Raises
    ------
    DataError
        If ``table`` has no such level.

    Examples
    --------
    >>> from bayescause.query.estimands.average_effect import AverageEffect
    >>> sides_of(AverageEffect(of="price", on="sales", contrast=(9.5, 10.0)))
    ('9.5', '10')
    """
    told = particulars(estimand)
    if told.sides is not None:
        return told.sides
    if table is None:
        low, high = (level if isinstance(level, str) else f"{level:g}" for level in told.contrast or ("", ""))
        return low, high
    contrast = resolve_contrast(table, estimand)
    return level_name(table, estimand.of, contrast.low), level_name(table, estimand.of, contrast.high)


def level_name(table: Table, variable: str, code: float) -> str:
    """The user's name of a level, or the number as text."""
    names = table.levels.get(variable, ())
    return names[int(code)] if names else f"{code:g}"


def support_concerns(table: Table, estimand: Estimand) -> tuple[str, ...]:
    """Sentences about levels that lie outside the observed range of the treatment."""
    return tuple(concern.text for concern in contrast_concerns(table, [estimand]))
