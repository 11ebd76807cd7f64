"""A design is all that was derived from the data: centres, scales, knots, levels and prior scales, once, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bayescause.graph.formula import Factor, Term
from bayescause.scm.mechanism import FloatArray, Mechanism
from bayescause.scm.priors import Prior

__all__ = ["Constants", "Design", "MechanismDesign"]

INTERCEPT = "intercept"
"""Name of the drive's value where every predictor is at its mean."""


@dataclass(frozen=True)
class Constants:
    """What one factor took from the data.

    Parameters
    ----------
    center, scale : float
        Mean and sd that ``center`` and ``standardize`` subtract and divide by.
    knots : tuple of float
        Of a spline, boundary knots included.
    levels : tuple of float
        Codes that get a dummy column each, the reference level left out.
    labels : tuple of str
        The user's names of ``levels``.
    """

    center: float = 0.0
    scale: float = 1.0
    knots: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MechanismDesign:
    """One fitting task in numbers.

    Parameters
    ----------
    key : str
        Name of the task; the variable's own name where its declared mechanism is fitted.
    variable : str
        The response.
    mechanism : Mechanism
    terms : tuple of Term
    columns : tuple of str
        Names of the coefficients without the intercept: ``qsmk``, ``education[3]``, ``qsmk:smokeintensity``.
    centres, scales : array, dims (column,)
        Mean and sd of each column of the design matrix, in the column's unit. The drive is
        ``intercept + sum(coefficient * (column - centre))``.
    priors : mapping of str to Prior
        Of ``intercept``, of each of ``columns`` and of each dispersion parameter, in data units.
    """

    key: str
    variable: str
    mechanism: Mechanism
    terms: tuple[Term, ...]
    columns: tuple[str, ...]
    centres: FloatArray
    scales: FloatArray
    priors: Mapping[str, Prior]

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of the coefficients, the intercept first."""
        return (INTERCEPT, *self.columns)


@dataclass(frozen=True, eq=False)
class Design:
    """What a model took from its data.

    Parameters
    ----------
    mechanisms : mapping of str to MechanismDesign
        By task key, parents before children.
    constants : mapping of Factor to Constants
    levels : mapping of str to tuple of str
        Names of the codes 0, 1, ... of each categorical or binary column.
    """

    mechanisms: Mapping[str, MechanismDesign]
    constants: Mapping[Factor, Constants]
    levels: Mapping[str, tuple[str, ...]]


def drive(task: MechanismDesign, coefficients: Any, columns: Mapping[str, Any], design: Design, xp: Any) -> Any:
    raise NotImplementedError
