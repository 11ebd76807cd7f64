"""The right-hand side of a formula, read into terms: ``+ : *``, ``(x | g)``, offsets, groups, a few functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import prod

from bayescause.errors import GraphError
from bayescause.graph.formula import FUNCTIONS, GROUP, OFFSET, Factor, Term
from bayescause.graph.names import nearest
from bayescause.graph.tokens import Token

__all__ = ["terms_of"]

MOST_TERMS = 10_000
"""Terms that one formula may expand to."""

MOST_DEGREES = 100
"""Columns that one spline may have."""

SEVERAL_COLUMNS = ("spline", "factor")
"""Functions that give more than one column."""

type Product = tuple[Factor, ...]
type Sum = list[Product]
type Groups = Mapping[str, tuple[str, ...]]


def terms_of(right: Sequence[Token], groups: Groups, *, line: int) -> tuple[Term, ...]:
    """Terms of the tokens on the right of ``~``, each once, in order; ``line`` is that of the formula.

    Raises
    ------
    GraphError
        If something is no column, no known function or no sign of the grammar.

    Examples
    --------
    >>> from bayescause.graph.tokens import tokens
    >>> right = [token for token in tokens("x*z + square(x) + (z | school)") if token.kind != "end"]
    >>> [str(term) for term in terms_of(right, {}, line=1)]
    ['x', 'z', 'x:z', 'square(x)', '(1 | school)', '(0 + z | school)']
    """
    if not right:
        raise GraphError(f"line {line}: nothing stands after `~`. Write `1` if nothing causes the variable.")
    unique: dict[frozenset[Factor], Product] = {}
    for part in _split(right, "+", line):
        for product in _added(part, groups, line):
            unique.setdefault(frozenset(product), product)
        if len(unique) > MOST_TERMS:
            raise GraphError(f"line {line}: the formula expands to more than {MOST_TERMS:,} terms. Write fewer.")
    return tuple(Term(product) for product in unique.values() if product)


def _added(part: Sequence[Token], groups: Groups, line: int) -> Sum:
    """What stands between two ``+``."""
    if _is_pooled(part):
        return _pooled(part, groups, line)
    return _offsets(part, groups, line) if _is_offset(part) else _crossed(part, groups, line)


def _split(held: Sequence[Token], sign: str, line: int) -> list[Sequence[Token]]:
    parts: list[Sequence[Token]] = []
    depth = start = 0
    for index, token in enumerate(held):
        if token.kind != "sign":
            continue
        depth += (token.text == "(") - (token.text == ")")
        if token.text == sign and depth == 0:
            parts.append(held[start:index])
            start = index + 1
    parts.append(held[start:])
    if not all(parts):
        where = held[0].line if held else line
        raise GraphError(f"line {where}: `{sign}` has nothing on one side. Write `a {sign} b`.")
    return parts


def _is_pooled(held: Sequence[Token]) -> bool:
    """Whether ``held`` is one bracket with a bar in it, and nothing else."""
    return held[0].kind == "sign" and held[0].text == "(" and held[-1].text == ")" and any(map(_is_bar, held))


def _is_offset(held: Sequence[Token]) -> bool:
    """Whether ``held`` begins with ``offset(``."""
    return len(held) > 1 and (held[0].kind, held[0].text, held[1].text) == ("name", OFFSET, "(")


def _is_bar(token: Token) -> bool:
    return token.kind == "sign" and token.text == "|"


def _pooled(held: Sequence[Token], groups: Groups, line: int) -> Sum:
    """Products of ``(1 | g)``, ``(x + z | g)`` and ``(0 + x | g)``; lme4's ``(x || g)`` says the same."""
    bars = [place for place, token in enumerate(held) if _is_bar(token)]
    right = held[bars[-1] + 1 : -1]
    words = " ".join(token.text for token in held)
    if len(bars) > 2 or bars[-1] - bars[0] != len(bars) - 1:
        raise GraphError(f"line {line}: `{words}` has more than one bar. Write a bracket for each group.")
    if len(right) != 1 or right[0].kind != "name" or right[0].text in groups:
        raise GraphError(
            f"line {line}: `{words}`: behind the bar stands one column, the group. "
            "For several, write a bracket each: `(1 | school) + (1 | class)`."
        )
    parts = _split(held[1 : bars[0]], "+", line) if bars[0] > 1 else []
    numbers = [part[0].text for part in parts if len(part) == 1 and part[0].kind == "number"]
    slopes = [part for part in parts if not (len(part) == 1 and part[0].kind == "number")]
    if not parts or not set(numbers) <= {"0", "1"} or (not slopes and "1" not in numbers):
        raise GraphError(
            f"line {line}: `{words}` says nothing that varies. Write `(1 | {right[0].text})` for a level of its own "
            f"for each group, `(x | {right[0].text})` for a slope of x too, `(0 + x | {right[0].text})` for it only."
        )
    varying: Sum = [] if "0" in numbers else [()]
    varying += [product for part in slopes for product in _crossed(part, groups, line) if product]
    if any(factor.variable == right[0].text for product in varying for factor in product):
        raise GraphError(f"line {line}: `{words}`: {right[0].text} cannot vary over its own levels.")
    return [(*product, Factor(right[0].text, GROUP)) for product in varying]


def _offsets(held: Sequence[Token], groups: Groups, line: int) -> Sum:
    """Columns, or functions of one that give one column, whose coefficient is 1."""
    words = " ".join(token.text for token in held)
    is_alone = all(len(_split(held, sign, line)) == 1 for sign in "*:") and held[-1].text == ")" and len(held) > 3
    factors = _split(held[2:-1], "*", line) if is_alone else []
    if any(len(factor) == 1 and factor[0].kind == "number" for factor in factors):
        raise GraphError(
            f"line {line}: `{words}`: the coefficient of an offset is 1. Make a column of what is to be added, or "
            "write it as an ordinary term with a `fixed` prior."
        )
    inner = _crossed(held[2:-1], groups, line) if is_alone and len(_split(held[2:-1], ",", line)) == 1 else []
    if not inner or any(len(product) != 1 or product[0].function in SEVERAL_COLUMNS for product in inner):
        raise GraphError(
            f"line {line}: `{words}`: an offset is one column or a function of one that gives numbers, and is only "
            "added: `y ~ x + offset(log(hours))`."
        )
    return [(replace(factor, is_offset=True),) for (factor,) in inner]


def _crossed(held: Sequence[Token], groups: Groups, line: int) -> Sum:
    parts = [_multiplied(part, groups, line) for part in _split(held, "*", line)]
    if prod(len(part) + 1 for part in parts) > MOST_TERMS:
        raise GraphError(f"line {line}: a product expands to more than {MOST_TERMS:,} terms. Write fewer.")
    chosen = (some for size in range(1, len(parts) + 1) for some in combinations(parts, size))
    return [product for some in chosen for product in _all_products(some, line)]


def _multiplied(held: Sequence[Token], groups: Groups, line: int) -> Sum:
    factors = [_atom(part, groups, line) for part in _split(held, ":", line)]
    if prod(map(len, factors)) > MOST_TERMS:
        raise GraphError(f"line {line}: a product expands to more than {MOST_TERMS:,} terms. Write fewer.")
    return _all_products(factors, line)


def _all_products(parts: Sequence[Sum], line: int) -> Sum:
    products: Sum = [()]
    for part in parts:
        is_from_group = len(part) > 1 or len(products) > 1
        pairs = [(left, right) for left in products for right in part]
        products = [(*a, *b) for a, b in pairs if _may_meet(a, b, line=line, is_from_group=is_from_group)]
    return products


def _may_meet(left: Product, right: Product, *, line: int, is_from_group: bool) -> bool:
    shared = set(left) & set(right)
    if shared and not is_from_group:
        name = str(min(shared, key=str))
        raise GraphError(f"line {line}: `{name}` is multiplied by itself. Write `square({name})`.")
    return not shared


def _atom(held: Sequence[Token], groups: Groups, line: int) -> Sum:
    first = held[0]
    if len(held) > 1 and first.kind == "name" and held[1].text == "(" and held[1].kind == "sign":
        return _call(first, held[2:], groups)
    if len(held) > 1 or first.kind in {"sign", "strange"}:
        raise GraphError(f"line {first.line}: {_unreadable(held)}")
    if first.kind == "number":
        return _constant(first, line)
    return [(Factor(name),) for name in groups.get(first.text, (first.text,))]


def _constant(number: Token, line: int) -> Sum:
    if number.text == "1":
        return [()]
    if number.text == "0":
        raise GraphError(f"line {line}: `0` would leave out the intercept; every mechanism has one. Delete the `0`.")
    raise GraphError(f"line {line}: `{number.text}` is a number, not a column. Priors and values stand elsewhere.")


def _unreadable(held: Sequence[Token]) -> str:
    words = " ".join(token.text for token in held)
    texts = [token.text for token in held]
    if "|" in texts:
        return (
            f"`{words}`: what varies by group stands in a bracket of its own, which is only added: "
            "`y ~ x + (1 | school)`, or `(x | school)` for a slope that varies."
        )
    if texts[0] == "(":
        return f"`{words}`: brackets only follow a function. Write the products out, or name a group: `g = {{a b}}`."
    if "-" in texts:
        return f"`{words}`: terms are only added. Leave out what is not wanted."
    return (
        f'`{words}` cannot be read. Join terms with `+ * :`; a name with spaces stands in double quotes: `"{words}"`.'
    )


def _call(function: Token, rest: Sequence[Token], groups: Groups) -> Sum:
    line, name = function.line, function.text
    if name == OFFSET:
        raise GraphError(f"line {line}: an offset is only added, by itself: `y ~ x + offset(log(hours))`.")
    if name not in FUNCTIONS:
        raise GraphError(
            f"line {line}: `{name}(...)` is not a function of formulas.{nearest(name, (*FUNCTIONS, OFFSET))} "
            f"Known: {', '.join((*FUNCTIONS, OFFSET))}."
        )
    if rest[-1].text != ")" or any(token.text == "(" and token.kind == "sign" for token in rest):
        raise GraphError(f"line {line}: `{name}(...)` takes columns only, and nothing may follow its bracket.")
    arguments = _split(rest[:-1], ",", line) if len(rest) > 1 else []
    options = [part for part in arguments if len(part) > 1 and part[1].text == "="]
    columns = [_column(part, name) for part in arguments if part not in options]
    if not columns:
        raise GraphError(f"line {line}: `{name}()` needs a column. Write `{name}(x)`.")
    degrees = _degrees(function, options)
    return [(Factor(member, name, degrees),) for column in columns for member in groups.get(column, (column,))]


def _column(part: Sequence[Token], function: str) -> str:
    if len(part) != 1 or part[0].kind != "name":
        words = " ".join(token.text for token in part)
        raise GraphError(f"line {part[0].line}: `{function}({words})` takes columns, not `{words}`.")
    return part[0].text


def _degrees(function: Token, options: Iterable[Sequence[Token]]) -> int | None:
    found: int | None = None
    for option in options:
        value = option[2].text if len(option) == 3 else ""
        if function.text != "spline" or option[0].text != "df":
            raise GraphError(f"line {function.line}: `{function.text}` has no option `{option[0].text}`.")
        if not value.isdigit() or not 1 <= int(value) <= MOST_DEGREES:
            raise GraphError(f"line {function.line}: `df` is a whole number from 1 to {MOST_DEGREES}, not `{value}`.")
        found = int(value)
    if function.text == "spline" and found is None:
        raise GraphError(f"line {function.line}: a spline needs a number of columns. Write `spline(x, df=4)`.")
    return found
