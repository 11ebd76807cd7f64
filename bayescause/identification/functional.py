"""A functional of the observed law: sums, products and ratios of conditional laws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "At",
    "Expression",
    "Law",
    "Mean",
    "Product",
    "Ratio",
    "Sum",
    "factors_of",
    "free_variables",
    "levels_named",
    "product_of",
    "ratio_of",
    "renamed",
    "sum_of",
    "variables_of",
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


@dataclass(frozen=True)
class At:
    """``body`` with ``variable`` at a value of its own, which goes by the name ``level``.

    Formulas of nested worlds hold one variable at several values: ``E[y | x, m] P(m | x*)``. A sum may go over the
    name: then the variable is drawn more than once.
    """

    variable: str
    level: str
    body: "Expression"


type Expression = Law | Mean | Product | Ratio | Sum | At


def product_of(factors: Iterable[Expression]) -> Expression:
    """Product of ``factors``, products among them opened; ``Product(())`` is one."""
    flat: list[Expression] = []
    for factor in factors:
        flat.extend(factors_of(factor))
    return flat[0] if len(flat) == 1 else Product(tuple(flat))


def sum_of(over: Sequence[str], body: Expression) -> Expression:
    """Sum of ``body`` over ``over``, with what does not depend on them taken out.

    A variable that is free in one law only goes from it; a law of nothing else sums to one.

    Examples
    --------
    >>> sum_of(("a", "b"), Product((Law(("a",)), Law(("b",), ("a",)))))
    Product(factors=())
    """
    if isinstance(body, Sum):
        return sum_of((*over, *body.over), body.body)
    factors = factors_of(body)
    left = dict.fromkeys(over)
    for name in reversed(over):
        holding = [factor for factor in factors if name in free_variables(factor)]
        if len(holding) == 1 and (summed := _summed_alone(name, holding[0])) is not None:
            factors[factors.index(holding[0])] = summed
            del left[name]
    factors = [part for factor in factors for part in factors_of(factor)]
    inside = [factor for factor in factors if free_variables(factor) & left.keys()]
    outside = [factor for factor in factors if not free_variables(factor) & left.keys()]
    return product_of([*outside, Sum(tuple(left), product_of(inside))] if left else outside)


def factors_of(expression: Expression) -> list[Expression]:
    """What ``expression`` is a product of: itself alone, if it is none."""
    return list(expression.factors) if isinstance(expression, Product) else [expression]


def _summed_alone(name: str, factor: Expression) -> Expression | None:
    match factor:
        case Law(variables, given) if name in variables:
            rest = tuple(other for other in variables if other != name)
            return Law(rest, given) if rest else Product(())
        case Sum(over, body):
            return sum_of((*over, name), body)
        case Ratio(top, bottom) if name not in free_variables(bottom):
            return ratio_of(sum_of((name,), top), bottom)
        case At(variable, level, body) if (summed := _summed_alone(name, body)) is not None:
            return At(variable, level, summed) if variable in free_variables(summed) else summed
        case _:
            return None


def ratio_of(top: Expression, bottom: Expression) -> Expression:
    """``top`` over ``bottom``, common factors cancelled."""
    tops, bottoms = factors_of(top), factors_of(bottom)
    for factor in tuple(bottoms):
        if factor in tops:
            tops.remove(factor)
            bottoms.remove(factor)
    return Ratio(product_of(tops), product_of(bottoms)) if bottoms else product_of(tops)


def variables_of(expression: Expression) -> frozenset[str]:
    """All variables of ``expression``, those that it sums over as well.

    Examples
    --------
    >>> sorted(variables_of(Sum(("z",), Product((Mean("y", ("x", "z")), Law(("z",)))))))
    ['x', 'y', 'z']
    """
    match expression:
        case Law(variables, given):
            return frozenset((*variables, *given))
        case Mean(variable, given):
            return frozenset((variable, *given))
        case Product(factors):
            return frozenset().union(*map(variables_of, factors))
        case Ratio(top, bottom):
            return variables_of(top) | variables_of(bottom)
        case Sum(over, body):
            return variables_of(body) | frozenset(over)
        case At(variable, _, body):
            return variables_of(body) | {variable}


def free_variables(expression: Expression) -> frozenset[str]:
    """Variables on whose values ``expression`` depends.

    Examples
    --------
    >>> sorted(free_variables(Sum(("z",), Product((Mean("y", ("x", "z")), Law(("z",)))))))
    ['x', 'y']
    """
    match expression:
        case Law() | Mean():
            return variables_of(expression)
        case Product(factors):
            return frozenset().union(*map(free_variables, factors))
        case Ratio(top, bottom):
            return free_variables(top) | free_variables(bottom)
        case Sum(over, body):
            return free_variables(body) - frozenset(over)
        case At(variable, level, body):
            free = free_variables(body)
            return (free - {variable}) | {level} if variable in free else free


def levels_named(expression: Expression) -> dict[str, str]:
    """Names of values that stand in ``expression`` beside the variable itself, with the variable of each.

    Those that it sums over are not among them.

    Examples
    --------
    >>> levels_named(Product((Mean("y", ("x", "m")), At("x", "x*", Law(("m",), ("x",))))))
    {'x*': 'x'}
    """
    match expression:
        case Product(factors):
            return {level: name for factor in factors for level, name in levels_named(factor).items()}
        case Ratio(top, bottom):
            return levels_named(top) | levels_named(bottom)
        case Sum(over, body):
            return {level: name for level, name in levels_named(body).items() if level not in over}
        case At(variable, level, body):
            return {level: variable} | levels_named(body)
        case _:
            return {}


def renamed(expression: Expression, old: str, new: str) -> Expression:
    """``expression`` with ``new`` wherever ``old`` is free.

    Examples
    --------
    >>> renamed(Product((Law(("y",), ("x",)), Sum(("x",), Law(("x",))))), "x", "x*")
    Product(factors=(Law(variables=('y',), given=('x*',)), Sum(over=('x',), body=Law(variables=('x',), given=()))))
    """
    match expression:
        case Law(variables, given):
            return Law(_swapped(variables, old, new), _swapped(given, old, new))
        case Mean(variable, given):
            return Mean(variable, _swapped(given, old, new))
        case Product(factors):
            return Product(tuple(renamed(factor, old, new) for factor in factors))
        case Ratio(top, bottom):
            return Ratio(renamed(top, old, new), renamed(bottom, old, new))
        case Sum(over, body):
            return expression if old in over else Sum(over, renamed(body, old, new))
        case At(variable, level, body):
            inside = body if variable == old else renamed(body, old, new)
            return At(variable, new if level == old else level, inside)


def _swapped(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)
