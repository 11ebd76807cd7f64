"""Draw: everybody gets a value drawn from one distribution, whatever they would have had."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.arguments import shown
from bayescause.compilation.table import Table
from bayescause.errors import DataError, SpecError
from bayescause.query.intervention import Nodes
from bayescause.scm.exact_text import exact_text
from bayescause.scm.mechanism import FloatArray

__all__ = ["DrawFrom"]

CALL = re.compile(r"\s*(?P<family>[a-z]+)\s*\((?P<numbers>[^()]*)\)\s*")

PARAMETERS = {
    "normal": ("mean", "sd"),
    "uniform": ("low", "high"),
    "gamma": ("shape", "rate"),
    "beta": ("a", "b"),
    "bernoulli": ("probability",),
    "poisson": ("mean",),
}

KINDS = {
    "normal": ("continuous",),
    "uniform": ("continuous", "proportion"),
    "gamma": ("continuous",),
    "beta": ("continuous", "proportion"),
    "bernoulli": ("binary", "continuous"),
    "poisson": ("count", "continuous"),
}
"""Kinds of variables whose values each family has."""

NODES = 16
"""Nodes of Gaussian quadrature: a mean that is a polynomial of up to degree 31 in the drawn value has no error."""

TAIL = 1e-12
"""Probability of counts that are left out."""


@dataclass(frozen=True)
class DrawFrom:
    """Everybody gets a value drawn from one distribution: ``{ draw = "normal(3, 1)" }``.

    The mean over the draws is a sum over fixed nodes: of Gaussian quadrature for continuous families, of all values
    but those of probability 1e-12 together for discrete ones. So there is no Monte Carlo error.

    Parameters
    ----------
    family : str
        ``normal(mean, sd)``, ``uniform(low, high)``, ``gamma(shape, rate)``, ``beta(a, b)``,
        ``bernoulli(probability)`` or ``poisson(mean)``.
    numbers : tuple of float
        In that order, in the unit of the variable.

    References
    ----------
    Golub and Welsch (1969), Calculation of Gauss quadrature rules; Diaz Munoz and van der Laan (2012).

    Examples
    --------
    >>> print(DrawFrom("normal", (3, 1)).told("price"))
    price drawn from normal(3, 1)
    """

    short: ClassVar[str] = "draw"
    sees_natural: ClassVar[bool] = False
    columns: ClassVar[tuple[str, ...]] = ()

    family: str
    numbers: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", tuple(map(float, self.numbers)))
        fault = _fault(self.family, self.numbers)
        if fault:
            raise SpecError(f"`draw` {fault}")

    @classmethod
    def read(cls, value: Any) -> "DrawFrom":
        """From what stands behind ``draw``: ``"normal(3, 1)"``."""
        found = CALL.fullmatch(value) if isinstance(value, str) else None
        try:
            numbers = tuple(float(part) for part in found["numbers"].split(",")) if found else ()
        except ValueError:
            found = None
        if found is None:
            raise SpecError(f"`draw` is {shown(value)}; write a family with numbers, such as 'normal(3, 1)'.")
        return cls(found["family"], numbers)

    @property
    def written(self) -> str:
        """``normal(3, 1)``."""
        return f"{self.family}({', '.join(map(exact_text, self.numbers))})"

    def told(self, variable: str) -> str:
        """``price drawn from normal(3, 1)``."""
        return f"{variable} drawn from {self.written}"

    def check(self, variable: str, table: Table) -> None:
        """Refuse a law whose values the variable cannot take."""
        kind = table.kinds.get(variable, "continuous")
        leaves = kind == "proportion" and self.family == "uniform" and (self.numbers[0] < 0 or self.numbers[1] > 1)
        if kind not in KINDS[self.family] or leaves:
            raise DataError(f"{variable!r} is {kind}: it cannot be drawn from {self.written}.")

    def nodes(self, variable: str, table: Table) -> Nodes:
        """The nodes of the law, alike for all units."""
        del variable
        values, weights = _rule(self.family, self.numbers)
        return Nodes(np.repeat(values[:, np.newaxis], table.rows, axis=1), weights)


def _fault(family: str, numbers: tuple[float, ...]) -> str:
    if family not in PARAMETERS:
        return f"knows no family {family!r}. Known: {', '.join(PARAMETERS)}."
    if len(numbers) != len(PARAMETERS[family]):
        return f"has {len(numbers)} numbers for {family}; write {family}({', '.join(PARAMETERS[family])})."
    first, last = numbers[0], numbers[-1]
    is_possible = {
        "normal": last > 0,
        "uniform": first < last,
        "gamma": min(numbers) > 0,
        "beta": min(numbers) > 0,
        "bernoulli": 0 <= first <= 1,
        "poisson": first > 0,
    }[family]
    return (
        "" if is_possible and all(map(np.isfinite, numbers)) else f"cannot be {family}{numbers}: there is no such law."
    )


def _rule(family: str, numbers: tuple[float, ...]) -> tuple[FloatArray, FloatArray]:
    """Values and weights of the law, dims (node,)."""
    from scipy import special, stats

    first, last = numbers[0], numbers[-1]
    match family:
        case "normal":
            points, weights = special.roots_hermitenorm(NODES)
            values = first + last * points
        case "uniform":
            points, weights = special.roots_legendre(NODES)
            values = first + (last - first) * (points + 1) / 2
        case "gamma":
            points, weights = special.roots_genlaguerre(NODES, first - 1)
            values = points / last
        case "beta":
            points, weights = special.roots_jacobi(NODES, last - 1, first - 1)
            values = (points + 1) / 2
        case "bernoulli":
            values, weights = np.array([0.0, 1.0]), np.array([1 - first, first])
        case _:
            low, high = (float(stats.poisson.ppf(tail, first)) for tail in (TAIL / 2, 1 - TAIL / 2))
            values = np.arange(low, high + 1)
            weights = stats.poisson.pmf(values, first)
    return np.asarray(values, dtype=float), np.asarray(weights / weights.sum(), dtype=float)
