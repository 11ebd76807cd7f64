"""What one factor of a formula takes from the data: centre and scale, spline knots, levels. Taken once, then frozen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from bayescause.errors import DataError
from bayescause.graph.formula import GROUP, Factor
from bayescause.scm.counted_quantiles import quantiles_met
from bayescause.scm.mechanism import FloatArray

__all__ = ["CELL", "CODED", "SPLINE_COLUMNS", "Constants", "constants_of"]

CELL = "cell"
"""Function of a factor that has a column for each level: not in the grammar of formulas, but in designs of tables."""

CODED = ("categorical", "ordinal")
"""Kinds of column that enter a formula as dummies."""

SPLINE_COLUMNS = 4
"""Columns of a spline for which no ``df`` is given."""

BENDING: Mapping[str | None, Callable[[FloatArray], FloatArray]] = MappingProxyType({"log": np.log, "sqrt": np.sqrt})
"""Functions that are taken before the mean is."""


@dataclass(frozen=True)
class Constants:
    """What one factor took from the data.

    Parameters
    ----------
    center, scale : float
        Mean and sd that ``center`` and ``standardize`` subtract and divide by, and factors that are centred.
    knots : tuple of float
        Of a spline, boundary knots included.
    levels : tuple of float
        Codes that get a column each: without the reference level, but all of them for a group that is pooled.
    labels : tuple of str
        The user's names of ``levels``.
    reference : str, optional
        The user's name of the level that is left out: the first that occurs.
    """

    center: float = 0.0
    scale: float = 1.0
    knots: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    reference: str | None = None


def constants_of(
    factor: Factor, values: FloatArray, counts: FloatArray, kind: str | None = None, labels: Sequence[str] = ()
) -> Constants:
    """Derive the constants of ``factor`` from its column.

    Parameters
    ----------
    factor : Factor
    values : array, dims (row,)
        The raw column; NaN is left out.
    counts : array, dims (row,)
        Units that each row stands for.
    kind : str, optional
        Kind of the column; ``categorical`` and ``ordinal`` ones get dummies.
    labels : sequence of str
        The user's names of the codes 0, 1, ...

    Raises
    ------
    DataError
        If a spline needs more different values than the column has.

    Examples
    --------
    >>> constants_of(Factor("x", "center"), np.array([1.0, 4.0]), np.array([1.0, 2.0])).center
    3.0
    """
    used = ~np.isnan(values) & (counts > 0)
    values, counts = values[used], counts[used]
    if factor.function == GROUP:
        return _every_level(values, labels)
    if factor.function == "factor" or (factor.function is None and kind in CODED):
        return _dummies(values, labels)
    if factor.is_centred:
        return _centred(BENDING.get(factor.function, np.asarray)(values), counts)
    match factor.function:
        case "center" | "standardize":
            return _centred(values, counts)
        case "spline":
            return Constants(knots=_knots(factor, values, counts))
        case _:
            return Constants()


def _centred(values: FloatArray, counts: FloatArray) -> Constants:
    center = float(np.average(values, weights=counts))
    scale = float(np.sqrt(np.average((values - center) ** 2, weights=counts)))
    return Constants(center=center, scale=scale or 1.0)


def _dummies(values: FloatArray, labels: Sequence[str]) -> Constants:
    every = _every_level(values, labels)
    return Constants(
        levels=every.levels[1:], labels=every.labels[1:], reference=every.labels[0] if every.labels else None
    )


def _every_level(values: FloatArray, labels: Sequence[str]) -> Constants:
    codes = [float(code) for code in np.unique(values)]
    named = {float(code): str(label) for code, label in enumerate(labels)}
    return Constants(levels=tuple(codes), labels=tuple(named.get(code, f"{code:.12g}") for code in codes))


def _knots(factor: Factor, values: FloatArray, counts: FloatArray) -> tuple[float, ...]:
    wanted = (factor.degrees or SPLINE_COLUMNS) + 1
    different = np.unique(values)
    if len(different) < wanted:
        raise DataError(
            f"{factor} needs {wanted} different values of {factor.variable!r}; there are {len(different)}. "
            f"Use a smaller df, or factor({factor.variable})."
        )
    at = np.linspace(0, 1, wanted)
    knots = np.unique(quantiles_met(values, counts, at))
    if len(knots) < wanted:  # many equal values: spread the knots over the different ones instead
        knots = np.quantile(different, at)
    return tuple(knots.tolist())
