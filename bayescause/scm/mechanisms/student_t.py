"""A linear mean with heavier tails than the normal: outlying rows pull it less."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.location_scale import LocationScale
from bayescause.scm.logarithms import log_one_plus
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["StudentT"]

STEP, REACH = 0.25, 12.0
"""Spacing and extent of the quadrature on the scale of asinh((response - drive) / scale)."""


@dataclass(frozen=True)
class StudentT(LocationScale):
    """``response ~ StudentT(df, drive, scale)``.

    ``df`` is PyMC's nu, ``scale`` its sigma. The sd is ``scale * sqrt(df / (df - 2))``, and infinite for a df of 2 and
    below; there is no mean for a df of 1 and below.

    Default priors, with the mean and sd of the response: intercept ``normal(mean, 2.5 sd)``, coefficient of a column
    with sd s ``normal(0, 2.5 sd / s)``, scale ``exponential`` with mean ``sd``, df ``gamma(2, 0.1)`` (Juarez and Steel
    2010).

    Parameters
    ----------
    weights : str, optional
        Column of how precise each observation is: its variance is divided by the weight. With weights of ``1 / se**2``
        and a scale that is ``fixed(1)`` the standard errors are known.

    Examples
    --------
    >>> StudentT().variance({"mean": np.zeros(1)}, {"scale": np.array(1.0), "df": np.array(4.0)}, {}).tolist()
    [2.0]
    """

    short: ClassVar[str] = "student_t"
    kinds: ClassVar[tuple[str, ...]] = ("continuous", "proportion", "count")
    default_for: ClassVar[tuple[str, ...]] = ()
    dispersion: ClassVar[tuple[str, ...]] = ("scale", "df")

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, in the unit of the data."""
        found = super().default_priors(moments)
        return replace(found, dispersion={**found.dispersion, "df": Prior("gamma", (2, 0.1))})

    def respond(
        self,
        name: str,
        drives: Mapping[str, Any],
        dims: str,
        *,
        dispersion: Mapping[str, Any],
        inputs: Mapping[str, Any],
        observed: Any = None,
    ) -> Any:
        """Emit ``pm.StudentT``."""
        import pymc as pm

        scale, df = self.scale(dispersion, inputs), dispersion["df"]
        return pm.StudentT(name, nu=df, mu=drives["mean"], sigma=scale, dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        from scipy.special import gammaln

        scale, df = self.scale(dispersion, inputs), dispersion["df"]
        z = (values - drives["mean"]) / scale
        constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(df * math.pi) - np.log(scale)
        return np.asarray(constant - (df + 1) / 2 * log_one_plus(z**2 / df))

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (drive, log scale, log df): (..., row), (..., row, 3), (..., row, 3, 3)."""
        scale, df = self.scale(dispersion, inputs), dispersion["df"]
        z = (values - drives["mean"]) / scale
        whole, more = df + z**2, df + 1
        tilt, bend = _in_df(z**2, df)
        gradient = (more * z / (scale * whole), more * z**2 / whole - 1, tilt)
        hessian = {
            (0, 0): -more * (df - z**2) / (scale * whole) ** 2,
            (0, 1): -2 * more * df * z / (scale * whole**2),
            (0, 2): df * z * (z**2 - 1) / (scale * whole**2),
            (1, 1): -2 * more * df * z**2 / whole**2,
            (1, 2): df * z**2 * (z**2 - 1) / whole**2,
            (2, 2): bend,
        }
        rows = [np.stack([hessian[min(a, b), max(a, b)] for b in range(3)], axis=-1) for a in range(3)]
        value = self.log_density(values, drives, dispersion, inputs)
        return Kernel(value, np.stack(gradient, axis=-1), np.stack(rows, axis=-2))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Square of the scale times df / (df - 2); infinite for a df of 2 and below."""
        scale, df = self.scale(dispersion, inputs), dispersion["df"]
        ratio = np.where(df > 2, df / np.where(df > 2, df - 2, 1.0), np.inf)
        return np.asarray(scale**2 * ratio + np.zeros_like(drives["mean"]))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Drive plus scale times the quantile of Student's t."""
        from scipy.special import stdtrit

        return self.restored(stdtrit(dispersion["df"], probability), drives, dispersion, inputs)

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Student's distribution function of the distance from the drive."""
        from scipy.special import stdtr

        return np.asarray(stdtr(dispersion["df"], self.residual(values, drives, dispersion, inputs)))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """97 nodes, evenly spaced in asinh: smooth bounded functions to 1e-9 for a df of 2 and more, 1e-5 for 1.

        Moments near those that do not exist converge more slowly.
        """
        scale, df = self.scale(dispersion, inputs), dispersion["df"]
        centre = drives["mean"] + np.zeros_like(scale) + np.zeros_like(df)
        at = np.arange(-REACH, REACH + STEP / 2, STEP).reshape((-1, *(1,) * centre.ndim))
        z = np.sinh(at)
        weights = np.exp(-(df + 1) / 2 * np.log1p(z**2 / df)) * np.cosh(at)
        values = centre + scale * z
        return values, np.broadcast_to(weights / weights.sum(axis=0), values.shape)


def _in_df(square: FloatArray, df: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First and second derivative of the log density in log df; ``square`` is the squared standardised residual."""
    from scipy.special import digamma, polygamma

    whole = df + square
    first = digamma((df + 1) / 2) - digamma(df / 2) - 1 / df - np.log1p(square / df) + (df + 1) * square / (df * whole)
    second = polygamma(1, (df + 1) / 2) / 2 - polygamma(1, df / 2) / 2 + 1 / df**2 + square / (df * whole)
    second = second - square * (df**2 + 2 * df + square) / (df * whole) ** 2
    return df * first / 2, df * first / 2 + df**2 * second / 2
