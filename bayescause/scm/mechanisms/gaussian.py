"""The normal distribution around a linear mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.location_scale import LocationScale
from bayescause.scm.mechanism import FloatArray, Kernel
from bayescause.scm.normal_nodes import normal_nodes
from bayescause.scm.normal_quantile import normal_quantile

__all__ = ["Gaussian"]

LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Gaussian(LocationScale):
    """``response ~ Normal(drive, sd)``.

    Default priors, with the mean and sd of the response: intercept ``normal(mean, 2.5 sd)``, coefficient of a column
    with sd s ``normal(0, 2.5 sd / s)``, sd ``exponential`` with mean ``sd``. These are the rules of rstanarm's
    autoscaled priors (Goodrich, Gabry, Ali and Brilleman 2020).

    Parameters
    ----------
    weights : str, optional
        Column of how precise each observation is: its variance is divided by the weight. With weights of ``1 / se**2``
        and a sd that is ``fixed(1)`` the standard errors are known.

    Examples
    --------
    >>> Gaussian().mean({"mean": np.array([1.0, 2.0])}, {"sd": np.array(1.0)}, {}).tolist()
    [1.0, 2.0]
    """

    short: ClassVar[str] = "gaussian"
    kinds: ClassVar[tuple[str, ...]] = ("continuous", "proportion", "count", "binary", "ordinal")
    default_for: ClassVar[tuple[str, ...]] = ("continuous",)
    dispersion: ClassVar[tuple[str, ...]] = ("sd",)
    has_normal_noise: ClassVar[bool] = True

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
        """Emit ``pm.Normal``."""
        import pymc as pm

        sd = self.scale(dispersion, inputs)
        return pm.Normal(name, mu=drives["mean"], sigma=sd, dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        sd = self.scale(dispersion, inputs)
        return np.asarray(-0.5 * ((values - drives["mean"]) / sd) ** 2 - np.log(sd) - LOG_ROOT_TWO_PI)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (drive, log sd), dims (..., row), (..., row, 2), (..., row, 2, 2)."""
        sd = self.scale(dispersion, inputs)
        z = (values - drives["mean"]) / sd
        rises, bends = z / sd, np.broadcast_to(-1 / sd**2, z.shape)
        mixed, spread = -2 * z / sd, -2 * z**2
        return Kernel(
            value=self.log_density(values, drives, dispersion, inputs),
            gradient=np.stack([rises, z**2 - 1], axis=-1),
            hessian=np.stack([np.stack([bends, mixed], axis=-1), np.stack([mixed, spread], axis=-1)], axis=-2),
        )

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Square of the sd."""
        return np.asarray(self.scale(dispersion, inputs) ** 2 + np.zeros_like(drives["mean"]))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Drive plus sd times the normal quantile."""
        return self.restored(normal_quantile(probability), drives, dispersion, inputs)

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Normal distribution function of the distance from the drive."""
        from scipy.special import ndtr

        return np.asarray(ndtr(self.residual(values, drives, dispersion, inputs)))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Trapezoidal rule: powers to 1e-8, a probit of slope 3 per sd to 1e-5, of slope 5 to 2e-3."""
        places, weights = normal_nodes()
        sd = self.scale(dispersion, inputs)
        mean = drives["mean"] + np.zeros_like(sd)
        across = (len(places), *(1,) * mean.ndim)
        values = mean + sd * places.reshape(across)
        return values, np.broadcast_to(weights.reshape(across), values.shape)
