"""A count in two steps: whether there is anything at all, and how much where there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.counts import TwoStepCount
from bayescause.scm.exposure import exposed
from bayescause.scm.lattice import lattice_nodes
from bayescause.scm.links import log_expit
from bayescause.scm.mechanism import FloatArray, Kernel
from bayescause.scm.poisson_counts import poisson_quantile
from bayescause.scm.presence import chance_of_any, chance_of_none, none_or_some

__all__ = ["Hurdle"]

SMALL = 0.01
"""A rate below which the chance of any count is taken from a series."""


@dataclass(frozen=True)
class Hurdle(TwoStepCount):
    """``P(response > 0) = inverse logit(presence)``, and above zero a Poisson count without its zeros.

    There are two drives over the same terms: ``presence``, in log odds, and ``mean``, the logarithm of the mean of the
    Poisson law before its zeros are taken away. A prior for ``dose`` holds for both, one for ``presence.dose`` for one.

    Default priors: ``mean.intercept`` ``normal(log(mean), 2.5)`` with the mean of the response (over the mean of the
    exposure), coefficient of a column with sd s ``normal(0, 1 / s)``; ``presence.intercept`` ``normal(0, 2.5)``,
    coefficients ``normal(0, 2.5 / s)``.

    Parameters
    ----------
    exposure : str, optional
        Column of what the counts are out of. The Poisson law's mean is proportional to it; the chance of any count is
        not.

    References
    ----------
    Mullahy, Specification and testing of some modified count data models (1986).

    Examples
    --------
    >>> drives = {"presence": np.array([0.0]), "mean": np.array([0.0])}
    >>> Hurdle().mean(drives, {}, {}).round(3).tolist()
    [0.791]
    """

    short: ClassVar[str] = "hurdle"
    kinds: ClassVar[tuple[str, ...]] = ("count",)
    default_for: ClassVar[tuple[str, ...]] = ()

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
        """Emit ``pm.HurdlePoisson``."""
        import pymc as pm

        rate = pm.math.exp(exposed(drives["mean"], self.exposure, inputs, pm.math))
        return pm.HurdlePoisson(name, psi=pm.math.sigmoid(drives["presence"]), mu=rate, dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        parts = [self.log_density_of(name, values, drives[name], dispersion, inputs) for name in self.predictors]
        return np.asarray(sum(parts))

    def log_density_of(
        self,
        predictor: str,
        values: FloatArray,
        drive: FloatArray,
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """What one drive says of the rows: whether there is anything, or how much where there is."""
        if predictor == "presence":
            return log_expit(np.where(values == 0, -1.0, 1.0) * drive)
        log_mean = exposed(drive, self.exposure, inputs)
        return none_or_some(values, np.zeros_like, _log_positive, log_mean)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (mean, presence), dims (..., row), (..., row, 2), (..., row, 2, 2)."""
        is_zero, some, none = values == 0, chance_of_any(drives), chance_of_none(drives)
        rate = np.exp(exposed(drives["mean"], self.exposure, inputs))
        middle = _positive_mean(rate)
        value = self.log_density(values, drives, dispersion, inputs)
        zero = np.zeros_like(value)
        rises = np.where(is_zero, 0.0, values - middle)
        bends = np.where(is_zero, 0.0, -middle * (1.0 - _missing(rate)))
        reaches, turns = np.where(is_zero, -some, none), -some * none
        return Kernel(
            value=value,
            gradient=np.stack([rises + zero, reaches + zero], axis=-1),
            hessian=np.stack(
                [np.stack([bends + zero, zero], axis=-1), np.stack([zero, turns + zero], axis=-1)], axis=-2
            ),
        )

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Chance of any count times the mean count where there is one."""
        return np.asarray(chance_of_any(drives) * _positive_mean(self._rate(drives, inputs)))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Of the whole count, zeros included."""
        rate = self._rate(drives, inputs)
        mean = chance_of_any(drives) * _positive_mean(rate)
        return np.asarray(mean * (1.0 + rate - mean))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Smallest count whose cumulative probability reaches ``probability``."""
        rate, nothing = self._rate(drives, inputs), chance_of_none(drives)
        share = np.clip((probability - nothing) / np.maximum(1.0 - nothing, 1e-300), 0.0, 1.0)
        zeros = np.exp(-rate)
        amount = poisson_quantile(np.minimum(zeros - share * np.expm1(-rate), 1.0 - 2.0**-53), rate)
        return np.where(probability <= nothing, 0.0, np.maximum(amount, 1.0))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of so many or fewer."""
        from scipy.special import pdtr

        rate, nothing = self._rate(drives, inputs), chance_of_none(drives)
        share = (pdtr(np.maximum(values, 0.0), rate) - np.exp(-rate)) / -np.expm1(-rate)
        return np.where(values < 0, 0.0, nothing + (1.0 - nothing) * share)

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Zero, and the counts above it with their chances: exact up to a mean of 50, to 1e-10 above."""
        log_mean = exposed(drives["mean"], self.exposure, inputs) + np.zeros_like(drives["presence"])
        rate = np.exp(log_mean)
        places, weights = lattice_nodes(
            np.maximum(rate, 1.0),
            np.sqrt(np.maximum(rate, 1.0)),
            np.full_like(rate, np.inf),
            lambda counts: np.where(counts == 0, -np.inf, _log_positive(np.maximum(counts, 1.0), log_mean)),
        )
        nothing = chance_of_none(drives) + np.zeros_like(rate)
        return (
            np.concatenate([np.zeros_like(places[:1]), places]),
            np.concatenate([nothing[None], (1.0 - nothing) * weights]),
        )

    def _rate(self, drives: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]) -> FloatArray:
        return np.asarray(np.exp(exposed(drives["mean"], self.exposure, inputs)))


def _log_positive(counts: FloatArray, log_mean: FloatArray) -> FloatArray:
    """Log mass of a Poisson count without its zeros."""
    from scipy.special import gammaln

    rate = np.exp(log_mean)
    total = counts * log_mean
    total -= rate
    total -= gammaln(counts + 1)
    total -= _log_any(rate)
    return np.asarray(total)


def _log_any(rate: FloatArray) -> FloatArray:
    """Log chance that a Poisson count is not zero; as in PyMC, there is none where the rate is rounded to zero."""
    # A difference from one loses digits where it is small: there, a series whose next term is below rounding.
    is_small = rate < SMALL
    found = np.log(np.where(is_small, 1.0, 1.0 - np.exp(-rate)))
    if not is_small.any():
        return np.asarray(found)
    low = np.minimum(rate, SMALL)
    return np.where(is_small, np.log(low) - low / 2 + low**2 / 24 - low**4 / 2880, found)


def _positive_mean(rate: FloatArray) -> FloatArray:
    return np.asarray(rate / -np.expm1(-rate))


def _missing(rate: FloatArray) -> FloatArray:
    """By how much the mean without zeros is above the mean with them."""
    return np.asarray(rate / np.expm1(np.minimum(rate, 700.0)))
