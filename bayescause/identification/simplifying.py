"""A functional in its readable form: laws joined by the chain rule, quotients that are conditional laws, a mean."""

from collections.abc import Sequence

from bayescause.identification.functional import (
    At,
    Expression,
    Law,
    Mean,
    Product,
    Ratio,
    Sum,
    factors_of,
    free_variables,
    product_of,
    ratio_of,
    sum_of,
)

__all__ = ["mean_of", "readable"]


def readable(expression: Expression, order: Sequence[str]) -> Expression:
    """The same functional with fewer and larger laws, those of later variables first.

    Parameters
    ----------
    expression : Expression
    order : sequence of str
        All variables, causes first.

    Examples
    --------
    >>> readable(Product((Law(("x",), ("z",)), Law(("y",), ("x", "z")))), ("z", "x", "y"))
    Law(variables=('x', 'y'), given=('z',))
    >>> readable(Ratio(Law(("x", "y")), Law(("x",))), ("x", "y"))
    Law(variables=('y',), given=('x',))
    """
    match expression:
        case Product(factors):
            return product_of(_joined([readable(factor, order) for factor in factors], order))
        case Ratio(top, bottom):
            return _divided(readable(top, order), readable(bottom, order), order)
        case Sum(over, body):
            return sum_of(over, readable(body, order))
        case _:
            return expression


def mean_of(expression: Expression, outcome: str) -> Expression | None:
    """The mean of ``outcome`` under the law that ``expression`` gives it; None if it has no form of its own.

    Examples
    --------
    >>> mean_of(Product((Law(("y",), ("z",)), Law(("z",)))), "y")
    Product(factors=(Mean(variable='y', given=('z',)), Law(variables=('z',), given=())))
    """
    match expression:
        case Law(variables, given) if outcome in variables:
            others = tuple(name for name in variables if name != outcome)
            mean = Mean(outcome, (*given, *others))
            return Product((mean, Law(others, given))) if others else mean
        case Product(factors):
            holding = [factor for factor in factors if outcome in free_variables(factor)]
            mean_of_it = mean_of(holding[0], outcome) if len(holding) == 1 else None
            if mean_of_it is None:
                return None
            return product_of(mean_of_it if factor is holding[0] else factor for factor in factors)
        case Ratio(top, bottom) if outcome not in free_variables(bottom):
            above = mean_of(top, outcome)
            return None if above is None else Ratio(above, bottom)
        case Sum(over, body):
            inside = mean_of(body, outcome)
            return None if inside is None else Sum(over, inside)
        case At(variable, level, body):
            inside = mean_of(body, outcome)
            return None if inside is None else At(variable, level, inside)
        case _:
            return None


def _joined(factors: Sequence[Expression], order: Sequence[str]) -> list[Expression]:
    place = {name: index for index, name in enumerate(order)}
    joined = list(factors)
    while (pair := _chained(joined)) is not None:
        later, earlier = pair
        variables = sorted((*earlier.variables, *later.variables), key=place.__getitem__)
        joined[joined.index(later)] = Law(tuple(variables), earlier.given)
        joined.remove(earlier)
    return sorted(joined, key=lambda factor: -_last(factor, place))


def _chained(factors: Sequence[Expression]) -> tuple[Law, Law] | None:
    """Two laws of which the first is given just what the second is the law of, and given."""
    laws = [factor for factor in factors if isinstance(factor, Law)]
    for later in laws:
        for earlier in laws:
            if later is not earlier and set(later.given) == {*earlier.variables, *earlier.given}:
                return later, earlier
    return None


def _last(factor: Expression, place: dict[str, int]) -> int:
    match factor:
        case Law(variables, _):
            return max(map(place.__getitem__, variables), default=-1)
        case Mean(variable, _):
            return place[variable]
        case _:
            return -1


def _divided(top: Expression, bottom: Expression, order: Sequence[str]) -> Expression:
    tops, bottoms = factors_of(top), factors_of(bottom)
    for below in tuple(bottoms):
        for above in tops:
            if isinstance(below, Law) and isinstance(above, Law) and _is_margin(below, above):
                rest = tuple(name for name in above.variables if name not in below.variables)
                given = tuple(name for name in order if name in (*below.variables, *below.given))
                tops[tops.index(above)] = Law(rest, given)
                bottoms.remove(below)
                break
    return ratio_of(product_of(_joined(tops, order)), product_of(bottoms))


def _is_margin(below: Law, above: Law) -> bool:
    return set(below.variables) < set(above.variables) and set(below.given) == set(above.given)
