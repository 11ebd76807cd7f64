"""A count that varies more than a Poisson count of the same mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.counts import CountFamily
from bayescause.scm.exposure import exposed, log_rate
from bayescause.scm.gamma_nodes import gamma_nodes
from bayescause.scm.lattice import lattice_nodes
from bayescause.scm.links import expit, log_expit
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["NegativeBinomial"]

EXACT_UP_TO = 400
"""Integers that are summed one by one; wider laws are integrated as a gamma mixture of Poisson laws."""

TAIL = 36.0
"""Logarithm of the mass that is left out, with the sign turned."""


@dataclass(frozen=True)
class NegativeBinomial(CountFamily):
    """``response ~ NegativeBinomial(mean exp(drive), shape)``, or with mean ``exposure * exp(drive)``.

    The variance is ``mean + mean^2 / shape``: a large ``shape`` is nearly Poisson. It is PyMC's ``alpha``.

    Default priors: intercept ``normal(log(mean), 2.5)`` with the mean of the response (over the mean of the exposure),
    coefficient of a column with sd s ``normal(0, 1 / s)``, shape ``lognormal(1, 1.5)``: from 0.14 to 52 in nine cases
    of ten.

    Parameters
    ----------
    exposure : str, optional
        Column of what the counts are out of: hours, people, kilometres. The mean is proportional to it.

    Examples
    --------
    >>> NegativeBinomial().variance({"mean": np.zeros(1)}, {"shape": np.array(2.0)}, {}).tolist()
    [1.5]
    """

    short: ClassVar[str] = "negative_binomial"
    kinds: ClassVar[tuple[str, ...]] = ("count", "binary")
    default_for: ClassVar[tuple[str, ...]] = ()
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    dispersion: ClassVar[tuple[str, ...]] = ("shape",)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the logarithm."""
        return DefaultPriors(
            intercept=Prior("normal", (log_rate(moments, self.exposure), 2.5)),
            slope_scale=1.0,
            dispersion={"shape": Prior("lognormal", (1.0, 1.5))},
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
        """Emit ``pm.NegativeBinomial``."""
        import pymc as pm

        mean = pm.math.exp(exposed(drives["mean"], self.exposure, inputs, pm.math))
        return pm.NegativeBinomial(name, mu=mean, alpha=dispersion["shape"], dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        from scipy.special import gammaln

        shape = dispersion["shape"]
        odds = exposed(drives["mean"], self.exposure, inputs) - np.log(shape)
        ways = gammaln(values + shape) - gammaln(values + 1) - gammaln(shape)
        return np.asarray(ways + values * log_expit(odds) + shape * log_expit(-odds))

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
        odds = exposed(drives["mean"], self.exposure, inputs) - np.log(shape)
        likely, unlikely = expit(odds), expit(-odds)
        rises, bends = values * unlikely - shape * likely, -(values + shape) * likely * unlikely
        ways = shape * (log_expit(-odds) + digamma(values + shape) - digamma(shape))
        turns = bends + 2 * shape * likely + ways + shape**2 * (polygamma(1, values + shape) - polygamma(1, shape))
        mixed = -bends - shape * likely
        return Kernel(
            value=self.log_density(values, drives, dispersion, inputs),
            gradient=np.stack([rises, ways - rises], axis=-1),
            hessian=np.stack([np.stack([bends, mixed], axis=-1), np.stack([mixed, turns], axis=-1)], axis=-2),
        )

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Exponential of the drive, times the exposure if there is one."""
        mean = np.exp(exposed(drives["mean"], self.exposure, inputs))
        return np.asarray(mean + np.zeros_like(dispersion["shape"]))

    @property
    def has_exponential(self) -> bool:
        """Always."""
        return True

    def mean_of_exponential(
        self, exponential: FloatArray, dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The mean, from the exponential of the drive."""
        mean = exponential if self.exposure is None else exponential * inputs[self.exposure]
        return np.asarray(mean + np.zeros_like(dispersion["shape"]))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Mean plus its square over the shape."""
        mean = self.mean(drives, dispersion, inputs)
        return np.asarray(mean + mean**2 / dispersion["shape"])

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Smallest count whose cumulative probability reaches ``probability``."""
        from scipy.special import betainc, nbdtrik

        shape = dispersion["shape"]
        odds = exposed(drives["mean"], self.exposure, inputs) - np.log(shape)
        failure = expit(-odds)
        above = np.maximum(np.ceil(np.nan_to_num(nbdtrik(probability, shape, failure), nan=0.0)), 0.0)
        below = np.maximum(above - 1, 0.0)
        # The continuous inverse may have rounded up past the answer.
        return np.asarray(np.where(betainc(shape, below + 1, failure) >= probability, below, above))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of so many or fewer."""
        from scipy.special import betainc

        shape = dispersion["shape"]
        odds = exposed(drives["mean"], self.exposure, inputs) - np.log(shape)
        counts = np.maximum(np.floor(values), 0.0)
        return np.where(values < 0, 0.0, betainc(shape, counts + 1, expit(-odds)))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """The counts and their chances, exact up to 400 of them; a gamma mixture of Poisson laws above."""
        mean, shape = self.mean(drives, dispersion, inputs), dispersion["shape"]
        # Far out the chances fall by a factor of mean / (mean + shape) from one count to the next.
        highest = np.ceil(mean + (TAIL + 8 * np.log1p(mean)) / np.log1p(shape / mean) + 20)
        if highest.max(initial=0.0) <= EXACT_UP_TO:
            return lattice_nodes(
                mean,
                highest,
                highest,
                lambda counts: self.log_density(counts, drives, dispersion, inputs),
                most=EXACT_UP_TO + 1,
            )
        return _mixed_nodes(mean, shape)


def _mixed_nodes(mean: FloatArray, shape: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rates of a gamma law, and three places around each that have the mean and variance of a Poisson law."""
    places, shares = gamma_nodes(np.broadcast_to(shape, (*mean.shape[:-1], 1)))
    rates = mean * places
    sides = np.sqrt(3.0 * rates)
    # Below a rate of 3 the lower place would be negative; two places then carry mean and variance.
    low = np.maximum(rates - sides, 0.0)
    lower = np.where(rates >= 3.0, 1 / 6, rates / ((rates - low) * (rates + sides - low) + (rates == 0)))
    upper = np.where(rates >= 3.0, 1 / 6, rates / (sides * (rates + sides - low) + (rates == 0)))
    values = np.concatenate([low, rates, rates + sides])
    weights = np.concatenate([lower, 1.0 - lower - upper, upper]) * np.concatenate([shares] * 3)
    return values, weights
