"""A count whose logarithmic mean is a linear predictor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.counts import CountFamily
from bayescause.scm.exposure import exposed, log_rate
from bayescause.scm.lattice import lattice_nodes
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.poisson_counts import poisson_quantile
from bayescause.scm.priors import Prior

__all__ = ["Poisson"]


@dataclass(frozen=True)
class Poisson(CountFamily):
    """``response ~ Poisson(exp(drive))``, or ``Poisson(exposure * exp(drive))``.

    Default priors: intercept ``normal(log(mean), 2.5)`` with the mean of the response (over the mean of the exposure),
    coefficient of a column with sd s ``normal(0, 1 / s)``: a change of one sd multiplies the mean by more than 7 or
    less than 1/7 in one case of 20.

    Parameters
    ----------
    exposure : str, optional
        Column of what the counts are out of: hours, people, kilometres. The mean is proportional to it.

    Examples
    --------
    >>> Poisson().mean({"mean": np.array([0.0])}, {}, {}).tolist()
    [1.0]
    """

    short: ClassVar[str] = "poisson"
    kinds: ClassVar[tuple[str, ...]] = ("count", "binary")
    default_for: ClassVar[tuple[str, ...]] = ("count",)
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    dispersion: ClassVar[tuple[str, ...]] = ()

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the logarithm."""
        middle = log_rate(moments, self.exposure)
        return DefaultPriors(intercept=Prior("normal", (middle, 2.5)), slope_scale=1.0, dispersion={})

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

        log_mean = exposed(drives["mean"], self.exposure, inputs, pm.math)
        return pm.Poisson(name, mu=pm.math.exp(log_mean), dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        from scipy.special import gammaln

        log_mean = exposed(drives["mean"], self.exposure, inputs)
        return np.asarray(values * log_mean - np.exp(log_mean) - gammaln(values + 1))

    def log_likelihood(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
        counts: FloatArray,
    ) -> FloatArray:
        """The same of all rows together, dims (sample,): what is linear in the drive is one product of matrices."""
        from scipy.special import gammaln

        log_mean = exposed(drives["mean"], self.exposure, inputs)
        return np.asarray(log_mean @ (counts * values) - np.exp(log_mean) @ counts - gammaln(values + 1) @ counts)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in the drive, dims (..., row), (..., row, 1), (..., row, 1, 1)."""
        rate = self.mean(drives, dispersion, inputs)
        value = self.log_density(values, drives, dispersion, inputs)
        return Kernel(value, (values - rate)[..., None], -rate[..., None, None])

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Exponential of the drive, times the exposure if there is one."""
        return np.asarray(np.exp(exposed(drives["mean"], self.exposure, inputs)))

    @property
    def has_exponential(self) -> bool:
        """Always."""
        return True

    def mean_of_exponential(
        self, exponential: FloatArray, dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The mean, from the exponential of the drive."""
        return exponential if self.exposure is None else exponential * inputs[self.exposure]

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
        return poisson_quantile(probability, self.mean(drives, dispersion, inputs))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of so many or fewer."""
        from scipy.special import pdtr

        return np.where(values < 0, 0.0, pdtr(np.maximum(values, 0.0), self.mean(drives, dispersion, inputs)))

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
