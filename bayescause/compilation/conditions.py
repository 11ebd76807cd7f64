"""Conditions such as ``age > 50`` select units: a closed grammar of comparisons joined by ``and``."""

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from bayescause.compilation.table import Table
from bayescause.errors import DataError, SpecError
from bayescause.graph.names import MOST_SHOWN, escaped, listed, nearest, unescaped
from bayescause.notebooks import by_its_words
from bayescause.scm.counted_quantiles import quantiles_between
from bayescause.scm.exact_text import exact_text

__all__ = ["Comparison", "Condition", "groups", "makes_groups", "mask", "nobody_fulfils", "opposite_of"]

type Mask = npt.NDArray[np.bool_]

OPERATORS: dict[str, Callable[[npt.NDArray[np.float64], float], Mask]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}

OPPOSITE = {"==": "!=", "!=": "==", "<=": ">", ">": "<=", ">=": "<", "<": ">="}

TOKEN = re.compile(
    r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"'
    r"|'(?P<single>[^']*)'"
    r"|(?P<operator>==|!=|<=|>=|<|>)"
    r"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)"
    r"|(?P<word>[^\W]+(?:\.\w+)*))"
)

GRAMMAR = "Write comparisons joined by `and`, with == for equal, such as: age > 50 and sex == female"

NEAR = 3
"""Levels that are offered at most in place of one that does not exist."""

MOST_GROUPS = 20
"""Values of a column beyond which it makes no groups of its own: a condition does."""


@dataclass(frozen=True)
class Comparison:
    """``column operator value``; a bare column means that it is 1."""

    column: str
    operator: str
    value: str | float

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        value = exact_text(self.value) if isinstance(self.value, float) else _quoted(self.value)
        return f"{_quoted(self.column)} {self.operator} {value}"


@dataclass(frozen=True)
class Condition:
    """Comparisons that must all hold.

    Parameters
    ----------
    comparisons : tuple of Comparison
    """

    comparisons: tuple[Comparison, ...]

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read a condition.

        Raises
        ------
        SpecError
            If ``text`` is not in the grammar.

        Examples
        --------
        >>> print(Condition.parse("age > 50 and sex == female"))
        age > 50 and sex == female
        """
        tokens = list(_tokens(normalize("NFC", text)))
        comparisons: list[Comparison] = []
        while True:
            comparison, tokens = _comparison(text, tokens)
            comparisons.append(comparison)
            if not tokens:
                return cls(tuple(comparisons))
            if tokens[0] != ("word", "and"):
                raise SpecError(f"The condition {text!r} cannot be read at {tokens[0][1]!r}. {GRAMMAR}.")
            tokens = tokens[1:]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are compared, each once."""
        return tuple(dict.fromkeys(comparison.column for comparison in self.comparisons))

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return " and ".join(map(str, self.comparisons))


def mask(condition: Condition, table: Table) -> Mask:
    """Which rows of ``table`` fulfil ``condition``, dims (row,).

    Raises
    ------
    DataError
        If a column or level is not in the table, or an order is asked of levels that have none.

    Examples
    --------
    >>> table = Table({"age": np.array([40.0, 60.0])}, {"age": "continuous"}, {})
    >>> mask(Condition.parse("age > 50"), table).tolist()
    [False, True]
    """
    chosen = np.ones(table.rows, dtype=bool)
    for comparison in condition.comparisons:
        values = _column(comparison.column, table)
        chosen &= OPERATORS[comparison.operator](values, _code(comparison, table)) & ~np.isnan(values)
    return chosen


def opposite_of(comparison: Comparison) -> Comparison:
    """The comparison that holds where this one does not.

    Examples
    --------
    >>> print(opposite_of(Comparison("age", ">", 70.0)))
    age <= 70
    """
    return Comparison(comparison.column, OPPOSITE[comparison.operator], comparison.value)


def nobody_fulfils(condition: str) -> str:
    """That a condition selects nobody, in words.

    Examples
    --------
    >>> nobody_fulfils("age > 200")
    "No row fulfils the condition 'age > 200': there is nobody to ask about."
    """
    return f"No row fulfils the condition {condition!r}: there is nobody to ask about."


def groups(by: str, table: Table) -> tuple[tuple[str, Mask], ...]:
    """Groups of rows: each level or value of a column, or the two sides of a condition, with their labels.

    Parameters
    ----------
    by : str
        ``"sex"`` or ``"age > 50"``.
    table : Table

    Raises
    ------
    DataError
        If the column is not in the table, or has more than 20 values.
    SpecError
        If it is neither a column nor a condition.

    Examples
    --------
    >>> table = Table({"sex": np.array([0.0, 1.0])}, {"sex": "binary"}, {"sex": ("man", "woman")})
    >>> [(label, rows.tolist()) for label, rows in groups("sex", table)]
    [('sex = man', [True, False]), ('sex = woman', [False, True])]
    """
    name = normalize("NFC", by).strip()
    plain = name.strip('"')
    if plain in table.columns:
        return tuple(_by_value(plain, table))
    condition = Condition.parse(name)
    inside = mask(condition, table)
    sides = ((str(condition), inside), (_opposite(condition), ~inside))
    upward = condition.comparisons[0].operator in (">", ">=")
    return sides[::-1] if upward and len(condition.comparisons) == 1 else sides


def makes_groups(name: str, table: Table) -> bool:
    """Whether the column has levels, or so few values that each of them is a group.

    Examples
    --------
    >>> makes_groups("age", Table({"age": np.arange(90.0)}, {"age": "continuous"}, {}))
    False
    """
    values = table.columns[name]
    return name in table.levels or len(np.unique(values[~np.isnan(values)])) <= MOST_GROUPS


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise SpecError(f"The condition {text!r} cannot be read at {text[at:].strip()!r}. {GRAMMAR}.")
        yield _token(match.lastgroup, match.group(match.lastgroup))
        at = match.end()


def _token(kind: str, found: str) -> tuple[str, str]:
    match kind:
        case "quoted":
            return "quoted", unescaped(found)
        case "single":
            return "quoted", found
        case _:
            return kind, found


def _comparison(text: str, tokens: list[tuple[str, str]]) -> tuple[Comparison, list[tuple[str, str]]]:
    match tokens:
        case [("word" | "quoted", column), ("operator", sign), ("number", number), *rest]:
            return Comparison(column, sign, float(number)), rest
        case [("word" | "quoted", column), ("operator", sign), ("word" | "quoted", level), *rest]:
            return Comparison(column, sign, level), rest
        case [("word" | "quoted", column), *rest] if not rest or rest[0] == ("word", "and"):
            return Comparison(column, "==", 1.0), rest
        case _:
            raise SpecError(f"The condition {text!r} cannot be read. {GRAMMAR}.")


def _column(name: str, table: Table) -> npt.NDArray[np.float64]:
    if name not in table.columns:
        raise DataError(f"{name!r} is not in the table. It has {', '.join(table.columns)}.")
    return table.columns[name]


def _code(comparison: Comparison, table: Table) -> float:
    name, value = comparison.column, comparison.value
    levels = table.levels.get(name, ())
    label = exact_text(value) if isinstance(value, float) else value
    is_ordered = comparison.operator not in ("==", "!=")
    if levels and is_ordered and table.kinds.get(name) != "ordinal":
        raise DataError(f"{name!r} has levels without an order ({listed(levels)}): compare them with == or !=.")
    if label in levels:
        return float(levels.index(label))
    if isinstance(value, float) and (not levels or table.kinds.get(name) == "binary"):
        return value
    known = f"{_near(label, levels)} Its levels are {listed(levels)}." if levels else " Compare it with a number."
    raise DataError(f"{name!r} has no level {label!r}.{known}")


def _near(label: str, levels: Sequence[str]) -> str:
    """A sentence that offers the levels closest to ``label``, with a space before it; empty if all are shown anyway."""
    near = get_close_matches(label, levels, n=NEAR) if len(levels) > MOST_SHOWN else []
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else nearest(label, levels)


def _by_value(name: str, table: Table) -> Iterator[tuple[str, Mask]]:
    values = table.columns[name]
    distinct = np.unique(values[~np.isnan(values)])
    if not makes_groups(name, table):
        known = ~np.isnan(values) & (table.counts > 0)
        (middle,) = quantiles_between(values[known], table.counts[known], [0.5])
        raise DataError(
            f"{name!r} has {len(distinct):,} values: too many groups. Write a condition: {name} > {middle:g}."
        )
    levels = table.levels.get(name)
    for value in distinct.tolist():
        yield f"{name} = {levels[int(value)] if levels else f'{value:g}'}", values == value


def _opposite(condition: Condition) -> str:
    if len(condition.comparisons) > 1:
        return f"not ({condition})"
    return str(opposite_of(condition.comparisons[0]))


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[^\W\d]\w*(\.\w+)*", name) and name != "and" else escaped(name)
