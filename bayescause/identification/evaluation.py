"""The value of a functional on a law of discrete variables, for one law or for many at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bayescause.errors import DataError
from bayescause.identification.functional import (
    At,
    Expression,
    Law,
    Mean,
    Product,
    Ratio,
    Sum,
    free_variables,
    levels_named,
)
from bayescause.identification.tables import Table, conditional, divided, summed_product, weighted

__all__ = ["DiscreteLaw", "NamedArray", "averaged", "discrete_mean", "discrete_value"]

LARGEST = 2**22
"""Cells of all laws that are worked on at once, about 32 MB for each array in between."""

type Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DiscreteLaw:
    """Joint probabilities of discrete variables, of one law or of many.

    Parameters
    ----------
    names : tuple of str
        The variables, in the order of the axes.
    probability : array, dims (..., level of the first variable, ..., level of the last)
        Each law sums to one. Leading dims count laws: draws of a posterior, say.
    values : mapping of str to array, dims (level,)
        What the levels are worth as numbers, for variables whose mean is asked for.

    Raises
    ------
    DataError
        If the array has fewer axes than there are names, or values do not fit the levels.
    """

    names: tuple[str, ...]
    probability: Floats
    values: Mapping[str, ArrayLike] = field(default_factory=dict)

    def __post_init__(self) -> None:
        probability = np.asarray(self.probability, dtype=float)
        object.__setattr__(self, "probability", probability)
        if probability.ndim < len(self.names):
            raise DataError(f"A law of {len(self.names)} variables needs as many axes; it has {probability.ndim}.")
        object.__setattr__(self, "values", {name: np.asarray(self.values[name], float) for name in self.values})
        DataError.raise_if(
            [
                f"`{name}` has {levels} levels, and values for {np.shape(self.values[name])}."
                for name, levels in self.levels.items()
                if name in self.values and np.shape(self.values[name]) != (levels,)
            ]
        )

    @property
    def levels(self) -> dict[str, int]:
        """Number of levels of each variable, in order."""
        return dict(zip(self.names, self.probability.shape[self.probability.ndim - len(self.names) :], strict=True))

    @property
    def leading(self) -> tuple[int, ...]:
        """Lengths of the dims that count laws."""
        return self.probability.shape[: self.probability.ndim - len(self.names)]


@dataclass(frozen=True, eq=False)
class NamedArray:
    """An array whose last axes carry the names of variables, an entry for each level; leading dims count laws.

    Parameters
    ----------
    names : tuple of str
        Variables of the last axes, in their order.
    values : array, dims (..., level of the first, level of the second, ...)
        Probabilities, or means in the unit of the outcome.

    Examples
    --------
    >>> NamedArray(("x",), np.array([0.25, 0.75])).values.tolist()
    [0.25, 0.75]
    """

    names: tuple[str, ...]
    values: Floats


def discrete_value(expression: Expression, law: DiscreteLaw, at: Mapping[str, int] | None = None) -> NamedArray:
    """``expression`` on ``law``, for every level of its free variables.

    Parameters
    ----------
    expression : Expression
    law : DiscreteLaw
        Of all variables of the expression, and perhaps of more.
    at : mapping of str to int, optional
        Levels, counted from 0, at which free variables are held; they get no axis. Values that go by a name of their
        own (``At``) have to be held.

    Returns
    -------
    NamedArray, dims (..., level of each other free variable)
        The axes are in the order of the law's. An entry is NaN only where it depends on what happens in a case of
        probability zero: a conditional law that does not exist counts as nothing where its weight is zero.

    Raises
    ------
    DataError
        If the law lacks a variable, or the values that a mean needs.

    Examples
    --------
    >>> standardized = Sum(("x",), Product((Law(("y",), ("x",)), Law(("x",)))))
    >>> law = DiscreteLaw(("x", "y"), np.array([[0.1, 0.3], [0.2, 0.4]]))
    >>> discrete_value(standardized, law).values.round(6).tolist()
    [0.3, 0.7]
    """
    held = dict(at or {})
    axes = _axes(expression)
    needed = (free_variables(expression) | _summed(expression)) - (levels_named(expression).keys() & held.keys())
    _refuse_strangers(law, needed, held.keys() - axes)
    names = tuple(name for name in law.names if name in axes - held.keys())
    flat = law.probability.reshape(prod(law.leading), *law.levels.values())
    at_once = max(1, LARGEST // max(prod(law.levels.values()), 1))
    found = [
        _filled(_Laws(law, flat[start : start + at_once]).value(expression, held), names)
        for start in range(0, max(len(flat), 1), at_once)
    ]
    return NamedArray(names, np.concatenate(found).reshape((*law.leading, *(law.levels[name] for name in names))))


def discrete_mean(
    expression: Expression, law: DiscreteLaw, outcome: str, at: Mapping[str, int] | None = None
) -> NamedArray:
    """The mean of ``outcome`` under the law that ``expression`` gives it, in the unit of the law's values.

    Parameters
    ----------
    expression : Expression
        A law of the outcome, or its mean.
    law : DiscreteLaw
    outcome : str
    at : mapping of str to int, optional
        Levels at which free variables are held.

    Examples
    --------
    >>> law = DiscreteLaw(("x", "y"), np.array([[0.1, 0.3], [0.2, 0.4]]), {"y": [0, 10]})
    >>> float(discrete_mean(Law(("y",), ("x",)), law, "y", {"x": 0}).values.round(6))
    7.5
    """
    found = discrete_value(expression, law, at)
    if outcome not in found.names:
        return found
    worth = _worth(law, outcome)
    axis = found.names.index(outcome) - len(found.names)
    return NamedArray(
        tuple(name for name in found.names if name != outcome), np.asarray(np.moveaxis(found.values, axis, -1) @ worth)
    )


def averaged(found: NamedArray, law: DiscreteLaw, over: Sequence[str]) -> NamedArray:
    """``found`` averaged over the joint law of the variables ``over``, which no longer have an axis.

    Undefined values count as nothing where their weight is zero.

    Examples
    --------
    >>> law = DiscreteLaw(("z", "x"), np.array([[0.1, 0.3], [0.2, 0.4]]))
    >>> round(float(averaged(NamedArray(("z",), np.array([1.0, 2.0])), law, ["z"]).values), 3)
    1.6
    """
    leading, shape = law.leading, tuple(law.levels.values())
    weights = Table(law.names, law.probability.reshape(prod(leading), *shape)).summed_to(over)
    values = found.values.reshape(prod(leading), *(law.levels[name] for name in found.names))
    undefined = np.isnan(values)
    table = Table(found.names, np.where(undefined, 0.0, values), undefined if undefined.any() else None)
    mean = summed_product([table, weights], over)
    return NamedArray(mean.names, _filled(mean, mean.names).reshape((*leading, *mean.values.shape[1:])))


class _Laws:
    """Some laws of the same variables, with the margins that were already summed."""

    def __init__(self, law: DiscreteLaw, probability: Floats) -> None:
        self.law = law
        self.margins = {frozenset(law.names): Table(law.names, probability)}
        self.one = Table((), np.ones(len(probability)))

    def value(self, expression: Expression, at: Mapping[str, int]) -> Table:
        match expression:
            case Law(variables, given):
                return self.conditional(variables, given, at)
            case Mean(variable, given):
                law = self.conditional((variable,), given, {name: at[name] for name in at if name != variable})
                return weighted(law, variable, _worth(self.law, variable))
            case Ratio(top, bottom):
                return divided(self.value(top, at), self.value(bottom, at))
            case Product(factors):
                return summed_product([self.one, *(self.value(factor, at) for factor in factors)])
            case Sum(over, body):
                return self.sum(over, body, {name: at[name] for name in at if name not in over})
            case At(variable, level, body):
                if level in at:
                    return self.value(body, {**at, variable: at[level]})
                # A sum goes over the level, as over a variable of that name.
                return self.value(body, {name: at[name] for name in at if name != variable}).named(variable, level)

    def sum(self, over: Sequence[str], body: Expression, at: Mapping[str, int]) -> Table:
        parts = body.factors if isinstance(body, Product) else (body,)
        tables = [self.one, *(self.value(part, at) for part in parts)]
        met = {name for table in tables for name in table.names}
        return summed_product(tables, over, repeats=prod(self.law.levels[name] for name in over if name not in met))

    def conditional(self, variables: Sequence[str], given: Sequence[str], at: Mapping[str, int]) -> Table:
        found = conditional(self.margin(frozenset((*variables, *given))), given)
        for name in found.names:
            if name in at:
                found = found.held(name, at[name])
        return found

    def margin(self, names: frozenset[str]) -> Table:
        if names not in self.margins:
            larger = [table for known, table in self.margins.items() if names <= known]
            self.margins[names] = min(larger, key=lambda table: table.values.size).summed_to(names)
        return self.margins[names]


def _axes(expression: Expression) -> frozenset[str]:
    """Variables by whose levels the value of ``expression`` differs: a mean's own variable is not one."""
    match expression:
        case Law(variables, given):
            return frozenset((*variables, *given))
        case Mean(_, given):
            return frozenset(given)
        case Product(factors):
            return frozenset().union(*map(_axes, factors))
        case Ratio(top, bottom):
            return _axes(top) | _axes(bottom)
        case Sum(over, body):
            return _axes(body) - frozenset(over)
        case At(variable, level, body):
            axes = _axes(body)
            return (axes - {variable}) | {level} if variable in axes else axes


def _summed(expression: Expression) -> frozenset[str]:
    match expression:
        case Product(factors):
            return frozenset().union(*map(_summed, factors))
        case Ratio(top, bottom):
            return _summed(top) | _summed(bottom)
        case Sum(over, body):
            return _summed(body) | (frozenset(over) - levels_named(body).keys())
        case At(_, _, body):
            return _summed(body)
        case _:
            return frozenset()


def _filled(table: Table, names: Sequence[str]) -> Floats:
    values = table.values if table.undefined is None else np.where(table.undefined, np.nan, table.values)
    return values.transpose(0, *(table.names.index(name) + 1 for name in names))


def _worth(law: DiscreteLaw, variable: str) -> Floats:
    if variable not in law.values:
        raise DataError(f"The mean of `{variable}` needs a number for each of its levels; there are none.")
    return np.asarray(law.values[variable])


def _refuse_strangers(law: DiscreteLaw, needed: Collection[str], idle: Collection[str]) -> None:
    DataError.raise_if(
        [f"`{name}` stands in the functional and not in the law, which has {', '.join(law.names)}."
         for name in sorted(needed) if name not in law.names]
        + [f"`{name}` cannot be held at a level: the functional does not depend on it." for name in sorted(idle)]
    )  # fmt: skip
