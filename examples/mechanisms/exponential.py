"""Waiting times without memory, around a mean that is log-linear."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.links import check_link
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["Exponential"]

NODES = 31
"""Gauss-Laguerre nodes: exact for polynomials up to degree 61."""


@dataclass(frozen=True)
class Exponential:
    """``response ~ Exponential(mean = exp(drive))``."""

    short: ClassVar[str] = "exponential"
    kinds: ClassVar[tuple[str, ...]] = ("continuous",)
    default_for: ClassVar[tuple[str, ...]] = ()
    links: ClassVar[tuple[str, ...]] = ("log",)
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    dispersion: ClassVar[tuple[str, ...]] = ()
    is_affine: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ()

    link: str = "log"

    def __post_init__(self) -> None:
        check_link(self)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """The mean within a factor of about 150; a factor of about 7 for a sd of a column."""
        mean = moments.mean if moments.mean > 0 else 1.0
        return DefaultPriors(Prior("normal", (float(np.log(mean)), 2.5)), slope_scale=1.0, dispersion={})

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Values that nobody can have waited."""
        strange = values[~np.isnan(values) & ~((values > 0) & np.isfinite(values))]
        if not len(strange):
            return None
        return f"must be above zero and finite for the exponential family; it also holds {strange[:3].tolist()}."

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
        """Emit ``pm.Exponential``."""
        import pymc as pm

        return pm.Exponential(name, scale=pm.math.exp(drives["mean"]), dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        return np.asarray(-drives["mean"] - values * np.exp(-drives["mean"]))

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in the drive, dims (..., row), (..., row, 1), (..., row, 1, 1)."""
        waited = values * np.exp(-drives["mean"])
        value = self.log_density(values, drives, dispersion, inputs)
        return Kernel(value, (waited - 1)[..., None], -waited[..., None, None])

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Exponential of the drive."""
        return np.exp(drives["mean"])

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Square of the mean."""
        return np.exp(2 * drives["mean"])

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Inverse of the distribution function."""
        return -np.exp(drives["mean"]) * np.log1p(-probability)

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Gauss-Laguerre quadrature, scaled by the mean."""
        places, weights = np.polynomial.laguerre.laggauss(NODES)
        across = (NODES, *(1,) * np.ndim(drives["mean"]))
        values = np.exp(drives["mean"]) * places.reshape(across)
        return values, np.broadcast_to(weights.reshape(across), values.shape)
