"""Whether the two levels that a question compares can be set at all, and whether anybody was seen near them."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bayescause.compilation.concerns import Concern, alike_levels
from bayescause.compilation.conditions import Condition, mask, nobody_fulfils
from bayescause.compilation.nearness import gaps_of
from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.errors import DataError, OverlapWarning
from bayescause.graph.names import listed
from bayescause.scm.exact_text import exact_text
from bayescause.scm.kinds import LEVELLED
from bayescause.surface import called, setting

__all__ = [
    "RISKS",
    "contrast_concerns",
    "contrast_faults",
    "has_code",
    "level_value",
    "value_among",
    "without_chance",
    "without_risk",
]

RISKS = ("risk", "odds")
"""Quantities of an outcome that is yes or no, or of which a level is named."""

FEWEST = 3
"""Units of a level below which its mean is hardly known, whatever the model."""


def level_value(level: float | str, name: str, table: Table, *, may: str = "be set to") -> float:
    """The value or code of ``level`` of the column ``name``, which may be given by the user's name for it.

    Parameters
    ----------
    level : float or str
    name : str
    table : Table
    may : str
        What an impossible value cannot do, in words: nobody sets an outcome.

    Raises
    ------
    DataError
        If there is no such level, or the variable cannot take such a value.

    Examples
    --------
    >>> import numpy as np
    >>> table = Table({"promo": np.array([0.0, 1.0])}, {"promo": "binary"}, {"promo": ("no", "yes")})
    >>> level_value("yes", "promo", table)
    1.0
    """
    kind = table.kinds.get(name, "continuous")
    return value_among(level, name, kind, table.levels.get(name, ()), may=may)


def value_among(level: float | str, name: str, kind: str, levels: Sequence[str], *, may: str = "be set to") -> float:
    """The same of a column of which no more is known than its ``kind`` and its ``levels``.

    Examples
    --------
    >>> value_among("some", "pain", "ordinal", ("none", "some", "severe"))
    1.0
    """
    if isinstance(level, str):
        if level not in levels:
            known = f"It has {listed(levels)}." if levels else "It has no named levels: give a number."
            raise DataError(f"{name!r} has no level {level!r}. {known}")
        return float(levels.index(level))
    value = float(level)
    if kind == "binary" and value not in (0.0, 1.0):
        raise DataError(f"{name!r} is 0 or 1; it cannot {may} {value:g}.")
    if kind == "count" and (value < 0 or not value.is_integer()):
        raise DataError(f"{name!r} is a count; it cannot {may} {value:g}. Give a whole number from 0 on.")
    if kind == "proportion" and not 0 <= value <= 1:
        raise DataError(f"{name!r} is a proportion; it cannot {may} {value:g}. Give a number from 0 to 1.")
    if kind in ("categorical", "ordinal") and levels:
        label = exact_text(value)
        if label in levels:
            return float(levels.index(label))
        raise DataError(f"{name!r} has no level {label}. It has {listed(levels)}: give one of these names.")
    return value


def has_code(table: Table, name: str, code: float) -> bool:
    """Whether any unit has ``code`` in a column of codes.

    Examples
    --------
    >>> import numpy as np
    >>> has_code(Table({"promo": np.array([0.0, 1.0])}, {"promo": "binary"}, {}), "promo", 2.0)
    False
    """
    tally = table.tally(name)
    return 0 <= code < len(tally) and float(code).is_integer() and bool(tally[int(code)] > 0)


def without_chance(table: Table, name: str, level: float | str) -> list[str]:
    """Why ``level`` is no value of ``name`` whose chance can be told, as a sentence; nothing if it is one.

    Examples
    --------
    >>> import numpy as np
    >>> without_chance(Table({"sales": np.zeros(3)}, {"sales": "count"}, {}), "sales", 0)
    []
    """
    kind = table.kinds.get(name, "continuous")
    if kind not in (*LEVELLED, "count"):
        told = f"{name!r} is {kind}: a single value of it has no chance, so there is no `level`."
        whole = " If it is a count, set its kind to count." if _are_whole(table, name) else ""
        return [f"{told} Ask for the chance that it exceeds a value ({called('exceedance')}).{whole}"]
    try:
        value = level_value(level, name, table, may="be")
    except DataError as error:
        return list(error.faults)
    if kind in LEVELLED and not has_code(table, name, value):
        return [f"No row has {name!r} = {level}. Of a level that never occurs nothing can be told."]
    return []


def without_risk(question: Any, kind: str) -> str | None:
    """Why an outcome of ``kind`` has no risk that ``question`` could be about; None if it has, or none is meant.

    Examples
    --------
    >>> from bayescause.query.estimands.risk_ratio import RiskRatio
    >>> without_risk(RiskRatio(of="pill", on="wait"), "binary") is None
    True
    """
    if particulars(question).quantity not in RISKS or kind == "binary":
        return None
    told = f"The {question.name} is about an outcome that is yes or no, and {question.on!r} is {kind}."
    has_levels = kind in (*LEVELLED, "count")
    first = (
        "Name the level that matters (`level`)"
        if has_levels
        else f"Ask for the chance of more ({called('exceedance')})"
    )
    return f"{told} {first}, ask for the average effect ({called('ate')}), or make a 0/1 column of it."


def _are_whole(table: Table, name: str) -> bool:
    values = table.sample.columns.get(name, np.zeros(0))
    known = values[np.isfinite(values)]
    return bool(len(known) and (known >= 0).all() and (known == np.round(known)).all())


def contrast_faults(table: Table, questions: Sequence[Any]) -> list[str]:
    """Levels that cannot be set, and conditions that nobody fulfils: one sentence each."""
    faults: list[str] = []
    for question in questions:
        unnamed = _numbers_for_names(question, table)
        faults.extend(unnamed)
        for level, name in _set_levels(question, table):
            if unnamed and name == question.of:
                continue
            try:
                value = level_value(level, name, table)
            except DataError as error:
                faults.extend(error.faults)
                continue
            low, high = table.span(name)
            # A treatment without any variation is a fault of its own.
            if table.kinds.get(name) in LEVELLED and low < high and not has_code(table, name, value):
                faults.append(f"No row has {name!r} = {level}. A level that never occurs cannot be compared.")
        wanted = particulars(question).level
        if wanted is not None and question.on in table.columns:
            faults.extend(without_chance(table, question.on, wanted))
        faults.extend(_line_faults(question, table))
        if told := _without_risk(question, table):
            faults.append(told)
        if hasattr(question, "faults_in_data") and table.stream is None:
            faults.extend(question.faults_in_data(table))
        where = getattr(question, "where", None)
        if where:
            faults.extend(_where_faults(where, table))
    return list(dict.fromkeys(faults))


def _numbers_for_names(question: Any, table: Table) -> list[str]:
    """That a treatment whose levels have names is compared at numbers, none of which is a name, as one sentence."""
    name, contrast = str(getattr(question, "of", "")), getattr(question, "contrast", None) or ()
    levels = table.levels.get(name, ())
    is_named = table.kinds.get(name) in ("categorical", "ordinal") and len(levels) > 1
    if not (is_named and contrast) or any(isinstance(one, str) or exact_text(float(one)) in levels for one in contrast):
        return []
    numbers = " and no level ".join(exact_text(float(level)) for level in contrast)
    told = f"{name!r} has no level {numbers}. It has {listed(levels)}: say which two are to be compared, such as"
    return [" ".join([f"{told} `{setting('contrast', tuple(levels[:2]))}`.", *alike_levels(name, levels)])]


def contrast_concerns(table: Table, questions: Sequence[Any]) -> list[Concern]:
    """Levels beyond what was observed, or in a gap of it: the answer rests on the shape of the mechanism there."""
    concerns: list[Concern] = []
    for question in questions:
        for level, name in _set_levels(question, table):
            value, (low, high) = level_value(level, name, table), table.span(name)
            if low <= value <= high:
                concerns += [Concern(text, OverlapWarning) for text in gaps_of(table, name, [value])]
                continue
            nearest = low if value < low else high
            text = (
                f"{name!r} was never seen at {value:g}; it runs from {low:g} to {high:g}, "
                f"{abs(value - nearest):g} away. The answer there is extrapolated."
            )
            concerns.append(Concern(text, OverlapWarning))
        concerns += _hardly_seen(question, table)
    return list(dict.fromkeys(concerns))


def _hardly_seen(question: Any, table: Table) -> Iterator[Concern]:
    """That hardly any unit has a level that is compared, where nobody set it in an experiment either."""
    name, contrast = getattr(question, "of", None), particulars(question).contrast
    if not contrast or table.kinds.get(str(name)) not in ("binary", "categorical") or table.experiment is not None:
        return
    units = table.tally(str(name))
    for level in contrast:
        code = level_value(level, str(name), table)
        seen = float(units[int(code)]) if 0 <= code < len(units) else 0.0
        if 0 < seen < FEWEST:
            shown = level if isinstance(level, str) else f"{level:g}"
            told = f"Only {seen:g} of {table.units:,} units {'has' if seen == 1 else 'have'} {name!r} = {shown}"
            yield Concern(f"{told}: what they are like is hardly known.", OverlapWarning)


def _set_levels(question: Any, table: Table) -> Iterator[tuple[float | str, str]]:
    name = getattr(question, "of", None)
    contrast = particulars(question).contrast
    if name in table.columns and contrast:
        yield from ((level, str(name)) for level in contrast)
    for held, levels in particulars(question).held:
        if held in table.columns:
            yield from ((level, held) for level in levels)


def _line_faults(question: Any, table: Table) -> list[str]:
    """That a level above which units are to be counted has none above it, or is none."""
    line = particulars(question).count_above
    if not isinstance(line, str) or question.on not in table.columns:
        return []
    kind, levels = table.kinds.get(question.on), table.levels.get(question.on, ())
    if kind == "categorical":
        return [f"`count_above`: {question.on!r} has levels without an order, so that none is above {line!r}."]
    try:
        place = int(level_value(line, question.on, table, may="be"))
    except DataError as error:
        return [f"`count_above`: {fault}" for fault in error.faults]
    if place < len(levels) - 1:
        return []
    return [f"`count_above`: nothing exceeds {line!r}, the highest level of {question.on!r}. Name one below it."]


def _without_risk(question: Any, table: Table) -> str | None:
    kind = table.kinds.get(str(getattr(question, "on", "")))
    return None if kind is None else without_risk(question, kind)


def _where_faults(where: str, table: Table) -> list[str]:
    condition = Condition.parse(where)
    try:
        is_met = any(mask(condition, block).any() for block in table.blocks(condition.columns))
    except DataError as error:
        return list(error.faults)
    return [] if is_met else [nobody_fulfils(where)]
