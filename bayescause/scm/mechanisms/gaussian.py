"""The normal distribution around a linear mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.links import check_link
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.normal_nodes import normal_nodes
from bayescause.scm.normal_quantile import normal_quantile
from bayescause.scm.precision import precise, precision_faults, precision_inputs
from bayescause.scm.priors import Prior

__all__ = ["Gaussian"]

LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Gaussian:
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
    links: ClassVar[tuple[str, ...]] = ("identity",)
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    dispersion: ClassVar[tuple[str, ...]] = ("sd",)
    is_affine: ClassVar[bool] = True
    has_normal_noise: ClassVar[bool] = True

    link: str = "identity"
    weights: str | None = None

    def __post_init__(self) -> None:
        check_link(self)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The column of weights, if there is one."""
        return precision_inputs(self.weights)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, in the unit of the data."""
        sd = moments.sd or abs(moments.mean) or 1.0
        return DefaultPriors(
            intercept=Prior("normal", (moments.mean, 2.5 * sd)),
            slope_scale=2.5 * sd,
            dispersion={"sd": Prior("exponential", (1 / sd,))},
        )

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Infinite values, and weights that are not above zero."""
        if np.isinf(values).any():
            return "must be finite for the gaussian family. Mend or drop the rows that are not."
        return precision_faults(self.short, values, self.weights, inputs)

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

        return pm.Normal(
            name, mu=drives["mean"], sigma=precise(dispersion["sd"], self.weights, inputs), dims=dims, observed=observed
        )

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        sd = precise(dispersion["sd"], self.weights, inputs)
        return np.asarray(-0.5 * ((values - drives["mean"]) / sd) ** 2 - np.log(sd) - LOG_ROOT_TWO_PI)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (drive, log sd), dims (..., row), (..., row, 2), (..., row, 2, 2)."""
        sd = precise(dispersion["sd"], self.weights, inputs)
        z = (values - drives["mean"]) / sd
        rises, bends = z / sd, np.broadcast_to(-1 / sd**2, z.shape)
        mixed, spread = -2 * z / sd, -2 * z**2
        return Kernel(
            value=self.log_density(values, drives, dispersion, inputs),
            gradient=np.stack([rises, z**2 - 1], axis=-1),
            hessian=np.stack([np.stack([bends, mixed], axis=-1), np.stack([mixed, spread], axis=-1)], axis=-2),
        )

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The drive."""
        return drives["mean"]

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Square of the sd."""
        return np.asarray(precise(dispersion["sd"], self.weights, inputs) ** 2 + np.zeros_like(drives["mean"]))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Drive plus sd times the normal quantile."""
        scale = precise(dispersion["sd"], self.weights, inputs)
        return np.asarray(drives["mean"] + scale * normal_quantile(probability))

    def residual(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Distance from the drive, in sds."""
        return np.asarray((values - drives["mean"]) / precise(dispersion["sd"], self.weights, inputs))

    def restored(
        self,
        residual: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Drive plus so many sds."""
        return np.asarray(drives["mean"] + precise(dispersion["sd"], self.weights, inputs) * residual)

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
        mean = drives["mean"] + np.zeros_like(precise(dispersion["sd"], self.weights, inputs))
        across = (len(places), *(1,) * mean.ndim)
        values = mean + precise(dispersion["sd"], self.weights, inputs) * places.reshape(across)
        return values, np.broadcast_to(weights.reshape(across), values.shape)
