"""A positive response whose logarithm is normal around a linear predictor."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.normal_quantile import normal_quantile
from bayescause.scm.positive import PositiveFamily, log_middle
from bayescause.scm.priors import Prior

__all__ = ["Lognormal"]

LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)
STEP, LOWEST, HIGHEST = 0.4, -8.0, 14.0
"""Spacing and ends of the trapezoidal rule, in sds of the logarithm: the upper end holds the mass that the square of
the response moves there, for a sd of the logarithm up to 3."""


@dataclass(frozen=True)
class Lognormal(PositiveFamily):
    """``log(response) ~ Normal(drive, sd)``: effects multiply, and a few values may be very large.

    The mean of the response is ``exp(drive + sd^2 / 2)``; with ``sd`` uncertain its own posterior mean may not exist;
    effects then show their median.

    Default priors: intercept ``normal(log(mean), 2.5)`` with the mean of the response, coefficient of a column with sd
    s ``normal(0, 1 / s)``, sd ``exponential(1)``.

    Examples
    --------
    >>> Lognormal().mean({"mean": np.zeros(1)}, {"sd": np.array(0.0)}, {}).tolist()
    [1.0]
    """

    short: ClassVar[str] = "lognormal"
    dispersion: ClassVar[tuple[str, ...]] = ("sd",)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the logarithm."""
        return DefaultPriors(
            intercept=Prior("normal", (log_middle(moments), 2.5)),
            slope_scale=1.0,
            dispersion={"sd": Prior("exponential", (1.0,))},
        )

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
        """Emit ``pm.LogNormal``."""
        import pymc as pm

        return pm.LogNormal(name, mu=drives["mean"], sigma=dispersion["sd"], dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        sd, logs = dispersion["sd"], np.log(values)
        return np.asarray(-0.5 * ((logs - drives["mean"]) / sd) ** 2 - np.log(sd) - logs - LOG_ROOT_TWO_PI)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (drive, log sd), dims (..., row), (..., row, 2), (..., row, 2, 2)."""
        sd = dispersion["sd"]
        z = (np.log(values) - drives["mean"]) / sd
        bends, mixed = np.broadcast_to(-1 / sd**2, z.shape), -2 * z / sd
        return Kernel(
            value=self.log_density(values, drives, dispersion, inputs),
            gradient=np.stack([z / sd, z**2 - 1], axis=-1),
            hessian=np.stack([np.stack([bends, mixed], axis=-1), np.stack([mixed, -2 * z**2], axis=-1)], axis=-2),
        )

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Exponential of the drive plus half the squared sd."""
        return np.asarray(np.exp(drives["mean"] + 0.5 * dispersion["sd"] ** 2))

    def mean_of_exponential(
        self, exponential: FloatArray, dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The mean, from the exponential of the drive."""
        return np.asarray(exponential * np.exp(0.5 * dispersion["sd"] ** 2))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Squared mean times ``exp(sd^2) - 1``."""
        mean = self.mean(drives, dispersion, inputs)
        return np.asarray(mean**2 * np.expm1(dispersion["sd"] ** 2))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Exponential of the drive plus sd times the normal quantile."""
        return np.asarray(np.exp(drives["mean"] + dispersion["sd"] * normal_quantile(probability)))

    def residual(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Distance of the logarithm from the drive, in sds."""
        return np.asarray((np.log(values) - drives["mean"]) / dispersion["sd"])

    def restored(
        self,
        residual: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Exponential of the drive plus so many sds."""
        return np.asarray(np.exp(drives["mean"] + dispersion["sd"] * residual))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Normal distribution function of the logarithm's distance from the drive; nothing is zero or below."""
        from scipy.special import ndtr

        held = np.where(values > 0, values, 1.0)
        return np.where(values > 0, ndtr(self.residual(held, drives, dispersion, inputs)), 0.0)

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """56 nodes, evenly spaced in the logarithm: mean and variance to 1e-9 for a sd up to 3."""
        normal = np.arange(LOWEST, HIGHEST + STEP / 2, STEP)
        centre = drives["mean"] + np.zeros_like(dispersion["sd"])
        across = (-1, *(1,) * centre.ndim)
        values = np.exp(centre + dispersion["sd"] * normal.reshape(across))
        weights = np.exp(-0.5 * normal**2)
        return values, np.broadcast_to((weights / weights.sum()).reshape(across), values.shape)
