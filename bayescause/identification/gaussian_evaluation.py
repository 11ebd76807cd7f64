"""The value of a functional on a law of jointly normal variables: the outcome's mean, a straight line in the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

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

__all__ = ["AffineMean", "GaussianLaw", "gaussian_mean"]

type Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GaussianLaw:
    """Means and covariances of jointly normal variables, of one law or of many.

    Parameters
    ----------
    names : tuple of str
        The variables, in the order of the axes.
    mean : array, dims (..., variable)
        Each in the unit of its variable. Leading dims count laws: draws of a posterior, say.
    covariance : array, dims (..., variable, variable)
        Positive definite.

    Raises
    ------
    DataError
        If the arrays have other lengths than there are names.
    """

    names: tuple[str, ...]
    mean: Floats
    covariance: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", np.asarray(self.mean, dtype=float))
        object.__setattr__(self, "covariance", np.asarray(self.covariance, dtype=float))
        width = len(self.names)
        if self.mean.shape[-1:] != (width,) or self.covariance.shape[-2:] != (width, width):
            raise DataError(
                f"A law of {width} variables has as many means and rows of covariances; these are "
                f"{self.mean.shape} and {self.covariance.shape}."
            )


@dataclass(frozen=True, eq=False)
class AffineMean:
    """A mean that is an intercept plus a slope times each of some variables.

    Parameters
    ----------
    names : tuple of str
        The variables that the mean depends on, in the order of the law's; then values that have a name of their own.
    intercept : array, dims (...)
        In the unit of the outcome.
    slopes : array, dims (..., variable)
        In units of the outcome for a unit of the variable.
    """

    names: tuple[str, ...]
    intercept: Floats
    slopes: Floats

    def at(self, values: Mapping[str, float]) -> Floats:
        """The mean where each variable has its value of ``values``, dims (...)."""
        return np.asarray(self.intercept + self.slopes @ np.array([values[name] for name in self.names], dtype=float))


def gaussian_mean(expression: Expression, law: GaussianLaw, outcome: str) -> AffineMean:
    """The mean of ``outcome`` under the law that ``expression`` gives it, as a function of the other free variables.

    Parameters
    ----------
    expression : Expression
        A law of the outcome, or its mean, given treatments, modifiers and whatever else is free.
    law : GaussianLaw
        Of all variables of the expression, and perhaps of more.
    outcome : str

    Returns
    -------
    AffineMean

    Raises
    ------
    DataError
        If the law lacks a variable, or the expression does not depend on the outcome.
    numpy.linalg.LinAlgError
        If a covariance is singular.

    Notes
    -----
    Densities are kept in canonical form (Lauritzen 1992, section 3): a conditional law is a difference of precision
    matrices, products add, ratios subtract, and a sum, here an integral, is a Schur complement.

    Examples
    --------
    >>> law = GaussianLaw(("x", "y"), np.array([1.0, 2.0]), np.array([[2.0, 1.0], [1.0, 3.0]]))
    >>> found = gaussian_mean(Mean("y", ("x",)), law, "y")
    >>> found.names, round(float(found.intercept), 6), found.slopes.round(6).tolist()
    (('x',), 1.5, [0.5])
    """
    _refuse_strangers(expression, law, outcome)
    # Centred, every density that occurs has its mode at zero; scaled, units do not matter to the inverses.
    scale = np.sqrt(np.diagonal(law.covariance, axis1=-2, axis2=-1))
    correlation = law.covariance / (scale[..., :, np.newaxis] * scale[..., np.newaxis, :])
    density = _density(expression, _Correlations(law.names, correlation))
    levels = levels_named(expression)
    names = tuple(name for name in (*law.names, *levels) if name in density.names and name != outcome)
    here, others = law.names.index(outcome), [law.names.index(levels.get(name, name)) for name in names]
    row = density.spread((outcome, *names)).precision[..., 0, :]
    slopes = -row[..., 1:] / row[..., :1] * scale[..., [here]] / scale[..., others]
    intercept = law.mean[..., here] - (slopes * law.mean[..., others]).sum(axis=-1)
    return AffineMean(names, np.asarray(intercept), slopes)


@dataclass(frozen=True, eq=False)
class _Correlations:
    names: tuple[str, ...]
    matrix: Floats


@dataclass(frozen=True, eq=False)
class _Density:
    """The function exp(-x'precision x / 2) of the variables x, up to a constant."""

    names: tuple[str, ...]
    precision: Floats

    def spread(self, names: Sequence[str]) -> "_Density":
        """The same function, of more variables or in another order."""
        at = [names.index(name) for name in self.names]
        precision = np.zeros((*self.precision.shape[:-2], len(names), len(names)))
        precision[..., np.array(at, int)[:, np.newaxis], at] = self.precision
        return _Density(tuple(names), precision)


def _density(expression: Expression, law: _Correlations) -> _Density:
    match expression:
        case Law(variables, given):
            return _combined(_margin(law, (*variables, *given)), _margin(law, given), -1)
        case Mean(variable, given):
            # The mean of an outcome is read off its law at the end.
            return _density(Law((variable,), given), law)
        case Product(factors):
            return reduce(_times, (_density(factor, law) for factor in factors), _margin(law, ()))
        case Ratio(top, bottom):
            return _combined(_density(top, law), _density(bottom, law), -1)
        case Sum(over, body):
            return _integrated(_density(body, law), over)
        case At(variable, level, body):
            density = _density(body, law)
            return _Density(tuple(level if name == variable else name for name in density.names), density.precision)


def _margin(law: _Correlations, names: Sequence[str]) -> _Density:
    at = [law.names.index(name) for name in names]
    return _Density(tuple(names), np.linalg.inv(law.matrix[..., np.array(at, int)[:, np.newaxis], at]))


def _times(a: _Density, b: _Density) -> _Density:
    return _combined(a, b, 1)


def _combined(a: _Density, b: _Density, sign: int) -> _Density:
    names = (*a.names, *(name for name in b.names if name not in a.names))
    return _Density(names, a.spread(names).precision + sign * b.spread(names).precision)


def _integrated(density: _Density, over: Sequence[str]) -> _Density:
    kept = tuple(name for name in density.names if name not in over)
    gone = tuple(name for name in density.names if name in over)
    precision = density.spread((*kept, *gone)).precision
    here, there = slice(len(kept)), slice(len(kept), None)
    pull = np.linalg.solve(precision[..., there, there], precision[..., there, here])
    return _Density(kept, precision[..., here, here] - precision[..., here, there] @ pull)


def _refuse_strangers(expression: Expression, law: GaussianLaw, outcome: str) -> None:
    needed = free_variables(expression) - levels_named(expression).keys()
    DataError.raise_if(
        [f"`{name}` stands in the functional and not in the law, which has {', '.join(law.names)}."
         for name in sorted(needed) if name not in law.names]
        + ([] if outcome in needed else [f"The functional says nothing of `{outcome}`."])
    )  # fmt: skip
