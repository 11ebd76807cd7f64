"""A count whose logarithmic mean is a linear predictor."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.lattice import lattice_nodes
from bayescause.scm.links import check_link
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["Poisson"]


@dataclass(frozen=True)
class Poisson:
    """``response ~ Poisson(exp(drive))``.

    Default priors: intercept ``normal(log(mean), 2.5)`` with the mean of the response, coefficient of a column with sd
    s ``normal(0, 1 / s)``: a change of one sd multiplies the mean by more than 7 or less than 1/7 in one case of 20.

    Examples
    --------
    >>> Poisson().mean({"mean": np.array([0.0])}, {}, {}).tolist()
    [1.0]
    """

    short: ClassVar[str] = "poisson"
    kinds: ClassVar[tuple[str, ...]] = ("count", "binary")
    default_for: ClassVar[tuple[str, ...]] = ("count",)
    links: ClassVar[tuple[str, ...]] = ("log",)
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    dispersion: ClassVar[tuple[str, ...]] = ()
    is_affine: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ()

    link: str = "log"

    def __post_init__(self) -> None:
        check_link(self)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the logarithm."""
        # Half a count in all, where nothing was counted.
        mean = max(moments.mean, 0.5 / max(moments.rows, 1))
        return DefaultPriors(intercept=Prior("normal", (math.log(mean), 2.5)), slope_scale=1.0, dispersion={})

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Values that are not 0, 1, 2, ..."""
        strange = np.unique(
            values[~np.isnan(values) & ((values < 0) | ~np.isfinite(values) | (values != np.round(values)))]
        )
        if not len(strange):
            return None
        return (
            f"must be a count (0, 1, 2, ...) for the poisson family; it also holds {strange[:3].tolist()}. "
            "Use whole numbers, or choose family gaussian."
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
        """Emit ``pm.Poisson``."""
        import pymc as pm

        return pm.Poisson(name, mu=pm.math.exp(drives["mean"]), dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        from scipy.special import gammaln

        return np.asarray(values * drives["mean"] - np.exp(drives["mean"]) - gammaln(values + 1))

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in the drive, dims (..., row), (..., row, 1), (..., row, 1, 1)."""
        rate = np.exp(drives["mean"])
        value = self.log_density(values, drives, dispersion, inputs)
        return Kernel(value, (values - rate)[..., None], -rate[..., None, None])

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Exponential of the drive."""
        return np.asarray(np.exp(drives["mean"]))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The mean."""
        return self.mean(drives, dispersion, inputs)

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Smallest count whose cumulative probability reaches ``probability``."""
        from scipy.special import pdtr, pdtrik

        rate = self.mean(drives, dispersion, inputs)
        above = np.maximum(np.ceil(pdtrik(probability, rate)), 0.0)
        below = np.maximum(above - 1, 0.0)
        # The continuous inverse may have rounded up past the answer.
        return np.where(pdtr(below, rate) >= probability, below, above)

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """The counts and their chances: exact up to a mean of 50, to 1e-10 of smooth functions above."""
        rate = self.mean(drives, dispersion, inputs)
        return lattice_nodes(
            rate,
            np.sqrt(rate),
            np.full_like(rate, np.inf),
            lambda counts: self.log_density(counts, drives, dispersion, inputs),
        )
