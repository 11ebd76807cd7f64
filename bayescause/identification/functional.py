"""A functional of the observed law: sums, products and ratios of conditional laws, written as text and as LaTeX."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "Expression",
    "Law",
    "Mean",
    "Product",
    "Ratio",
    "Sum",
    "free_variables",
    "grouped",
    "latex_of",
    "product_of",
    "ratio_of",
    "sum_of",
    "text_of",
]


@dataclass(frozen=True)
class Law:
    """P(variables | given)."""

    variables: tuple[str, ...]
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mean:
    """E[variable | given]."""

    variable: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Product:
    """The product of factors; one if there are none."""

    factors: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Ratio:
    """One expression divided by another."""

    top: "Expression"
    bottom: "Expression"


@dataclass(frozen=True)
class Sum:
    """The sum of ``body`` over all values of the variables ``over``."""

    over: tuple[str, ...]
    body: "Expression"


type Expression = Law | Mean | Product | Ratio | Sum

type Groups = Sequence[tuple[str, tuple[str, ...]]]


def product_of(factors: Iterable[Expression]) -> Expression:
    """Product of ``factors``, products among them opened; ``Product(())`` is one."""
    flat: list[Expression] = []
    for factor in factors:
        flat.extend(_factors(factor))
    return flat[0] if len(flat) == 1 else Product(tuple(flat))


def sum_of(over: Sequence[str], body: Expression) -> Expression:
    """Sum of ``body`` over ``over``, with what does not depend on them taken out.

    A law whose variable occurs nowhere else sums to one and goes.

    Examples
    --------
    >>> text_of(sum_of(("a", "b"), Product((Law(("a",)), Law(("b",), ("a",)), Law(("c",), ("a",))))))
    'sum over a of P(a) P(c | a)'
    """
    if isinstance(body, Sum):
        return sum_of((*over, *body.over), body.body)
    factors = _factors(body)
    left = dict.fromkeys(over)
    for name in reversed(over):
        holding = [factor for factor in factors if name in free_variables(factor)]
        if len(holding) == 1 and (summed := _summed_alone(name, holding[0])) is not None:
            factors[factors.index(holding[0])] = summed
            del left[name]
    factors = [part for factor in factors for part in _factors(factor)]
    inside = [factor for factor in factors if free_variables(factor) & left.keys()]
    outside = [factor for factor in factors if not free_variables(factor) & left.keys()]
    return product_of([*outside, Sum(tuple(left), product_of(inside))] if left else outside)


def _factors(expression: Expression) -> list[Expression]:
    return list(expression.factors) if isinstance(expression, Product) else [expression]


def _summed_alone(name: str, factor: Expression) -> Expression | None:
    match factor:
        case Law(variables, _) if variables == (name,):
            return Product(())
        case Sum(over, body):
            return sum_of((*over, name), body)
        case Ratio(top, bottom) if name not in free_variables(bottom):
            return ratio_of(sum_of((name,), top), bottom)
        case _:
            return None


def ratio_of(top: Expression, bottom: Expression) -> Expression:
    """``top`` over ``bottom``, common factors cancelled."""
    tops, bottoms = _factors(top), _factors(bottom)
    for factor in tuple(bottoms):
        if factor in tops:
            tops.remove(factor)
            bottoms.remove(factor)
    return Ratio(product_of(tops), product_of(bottoms)) if bottoms else product_of(tops)


def free_variables(expression: Expression) -> frozenset[str]:
    """Variables on whose values ``expression`` depends.

    Examples
    --------
    >>> sorted(free_variables(Sum(("z",), Product((Mean("y", ("x", "z")), Law(("z",)))))))
    ['x', 'y']
    """
    match expression:
        case Law(variables, given):
            return frozenset((*variables, *given))
        case Mean(variable, given):
            return frozenset((variable, *given))
        case Product(factors):
            return frozenset().union(*map(free_variables, factors))
        case Ratio(top, bottom):
            return free_variables(top) | free_variables(bottom)
        case Sum(over, body):
            return free_variables(body) - frozenset(over)


def text_of(expression: Expression, *, groups: Groups = (), fixed: Collection[str] = ()) -> str:
    """``expression`` in plain text; a whole group is written by its name, a value that is summed over gets a prime.

    Parameters
    ----------
    expression : Expression
    groups : sequence of (str, tuple of str)
    fixed : collection of str
        Variables whose values the question fixes: treatments and outcomes.

    Examples
    --------
    >>> text_of(Sum(("x",), Product((Law(("y",), ("x", "z")), Law(("x",))))), fixed={"x", "y"})
    "sum over x' of P(y | x', z) P(x')"
    """
    return _Plain(groups).written(expression, dict.fromkeys(fixed, 0))


def latex_of(expression: Expression, *, groups: Groups = (), fixed: Collection[str] = ()) -> str:
    r"""``expression`` in LaTeX.

    Examples
    --------
    >>> print(latex_of(Law(("y",), ("x_1",))))
    P(\text{y} \mid \text{x\_1})
    """
    return _Latex(groups).written(expression, dict.fromkeys(fixed, 0))


def grouped(names: Sequence[str], groups: Groups) -> tuple[str, ...]:
    """``names`` with each whole group replaced by the group's name.

    Examples
    --------
    >>> grouped(("x", "a", "b"), [("both", ("a", "b"))])
    ('x', 'both')
    """
    shown = list(names)
    for group, members in sorted(groups, key=lambda pair: -len(pair[1])):
        if len(members) > 1 and set(members) <= set(shown):
            first = min(shown.index(member) for member in members)
            shown = [group if index == first else name for index, name in enumerate(shown)
                     if index == first or name not in members]  # fmt: skip
    return tuple(shown)


class _Plain:
    """The plain-text way of writing; ``primes`` says how many primes a variable carries at a place."""

    def __init__(self, groups: Groups) -> None:
        self.groups = groups

    def written(self, expression: Expression, primes: dict[str, int]) -> str:
        match expression:
            case Law(variables, given):
                return self.law("P(", variables, given, ")", primes)
            case Mean(variable, given):
                return self.law("E[", (variable,), given, "]", primes)
            case Product(factors):
                return self.product(factors, primes)
            case Ratio(top, bottom):
                return self.ratio(self.written(top, primes), self.written(bottom, primes))
            case Sum(over, body):
                inner = primes | {name: primes[name] + 1 if name in primes else 0 for name in over}
                return self.sum(self.names(over, inner), self.written(body, inner))

    def product(self, factors: Sequence[Expression], primes: dict[str, int]) -> str:
        # A sum reaches as far as its text goes, so it stands last or in brackets.
        if not factors:
            return "1"
        ordered = sorted(factors, key=lambda factor: isinstance(factor, Sum))
        parts = [
            f"[{text}]" if isinstance(factor, Sum) and index < len(ordered) - 1 else text
            for index, factor in enumerate(ordered)
            for text in [self.written(factor, primes)]
        ]
        return self.joint.join(parts)

    joint = " "

    def law(
        self, opening: str, variables: Sequence[str], given: Sequence[str], closing: str, primes: dict[str, int]
    ) -> str:
        bar = self.bar if given else ""
        return f"{opening}{self.names(variables, primes)}{bar}{self.names(given, primes)}{closing}"

    bar = " | "

    def names(self, names: Sequence[str], primes: dict[str, int]) -> str:
        plain = tuple(name for name in names if not primes.get(name))
        shown = iter(grouped(plain, self.groups))
        if len(plain) < len(names):
            return ", ".join(self.name(name) + "'" * primes.get(name, 0) for name in names)
        return ", ".join(map(self.name, shown))

    def name(self, name: str) -> str:
        return name

    def ratio(self, top: str, bottom: str) -> str:
        return f"[{top}] / [{bottom}]"

    def sum(self, over: str, body: str) -> str:
        return f"sum over {over} of {body}"


class _Latex(_Plain):
    """The LaTeX way of writing."""

    joint = r"\, "
    bar = r" \mid "

    def name(self, name: str) -> str:
        special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
        escaped = "".join(special.get(letter, f"\\{letter}" if letter in "_{}$&#%" else letter) for letter in name)
        return rf"\text{{{escaped}}}"

    def ratio(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def sum(self, over: str, body: str) -> str:
        return rf"\sum_{{{over}}} {body}"
