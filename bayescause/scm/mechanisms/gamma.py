"""A positive response whose spread grows with its mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.gamma_nodes import gamma_nodes, gamma_quantile
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.positive import PositiveFamily, log_middle
from bayescause.scm.priors import Prior

__all__ = ["Gamma"]


@dataclass(frozen=True)
class Gamma(PositiveFamily):
    """``response ~ Gamma(shape, mean exp(drive))``: its sd is the mean over the root of ``shape``.

    Default priors, with the mean and sd of the response: intercept ``normal(log(mean), 2.5)``, coefficient of a column
    with sd s ``normal(0, 1 / s)``, shape ``lognormal(2 log(mean / sd), 1.5)``: its median is the shape that the
    response has without predictors, within a factor of 20 up and down.

    Examples
    --------
    >>> Gamma().variance({"mean": np.zeros(1)}, {"shape": np.array(4.0)}, {}).tolist()
    [0.25]
    """

    short: ClassVar[str] = "gamma"
    dispersion: ClassVar[tuple[str, ...]] = ("shape",)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the logarithm."""
        shape = 2 * math.log(moments.mean / moments.sd) if moments.mean > 0 and moments.sd > 0 else 0.0
        return DefaultPriors(
            intercept=Prior("normal", (log_middle(moments), 2.5)),
            slope_scale=1.0,
            dispersion={"shape": Prior("lognormal", (shape, 1.5))},
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
        """Emit ``pm.Gamma``."""
        import pymc as pm

        shape = dispersion["shape"]
        return pm.Gamma(name, alpha=shape, beta=shape * pm.math.exp(-drives["mean"]), dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        from scipy.special import gammaln

        shape, logs = dispersion["shape"], np.log(values)
        share = values * np.exp(-drives["mean"])
        return np.asarray(shape * (np.log(shape) - drives["mean"] + logs - share) - gammaln(shape) - logs)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (drive, log shape), dims (..., row), (..., row, 2), (..., row, 2, 2)."""
        from scipy.special import digamma, polygamma

        shape = dispersion["shape"]
        share = values * np.exp(-drives["mean"])
        rises, bends = shape * (share - 1), -shape * share
        tilts = shape * (np.log(shape) + 1 - drives["mean"] - digamma(shape) + np.log(values) - share)
        turns = tilts + shape - shape**2 * polygamma(1, shape)
        return Kernel(
            value=self.log_density(values, drives, dispersion, inputs),
            gradient=np.stack([rises, tilts], axis=-1),
            hessian=np.stack([np.stack([bends, rises], axis=-1), np.stack([rises, turns], axis=-1)], axis=-2),
        )

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Exponential of the drive."""
        return np.asarray(np.exp(drives["mean"]) + np.zeros_like(dispersion["shape"]))

    def mean_of_exponential(
        self, exponential: FloatArray, dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The mean, from the exponential of the drive."""
        return np.asarray(exponential + np.zeros_like(dispersion["shape"]))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Squared mean over the shape."""
        return np.asarray(np.exp(2 * drives["mean"]) / dispersion["shape"])

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Mean times the quantile of a gamma law with mean one."""
        return np.asarray(np.exp(drives["mean"]) * gamma_quantile(probability, dispersion["shape"]))

    def residual(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Ratio to the mean."""
        return np.asarray(values * np.exp(-drives["mean"]))

    def restored(
        self,
        residual: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """So many times the mean."""
        return np.asarray(np.exp(drives["mean"]) * residual)

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Incomplete gamma function of the shape times the ratio to the mean; nothing is zero or below."""
        from scipy.special import gammainc

        ratio = self.residual(np.maximum(values, 0.0), drives, dispersion, inputs)
        return np.asarray(gammainc(dispersion["shape"], dispersion["shape"] * ratio))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """43 nodes: mean and variance to 1e-9 for shapes of 0.2 and more."""
        mean = np.exp(drives["mean"])
        places, weights = gamma_nodes(dispersion["shape"] + np.zeros((1,) * mean.ndim))
        values = mean * places
        return values, np.broadcast_to(weights, values.shape)
