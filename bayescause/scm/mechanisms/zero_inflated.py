"""A Poisson count among units some of which cannot have any."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.counts import TwoStepCount
from bayescause.scm.exposure import exposed
from bayescause.scm.lattice import lattice_nodes
from bayescause.scm.links import expit, log_expit
from bayescause.scm.mechanism import FloatArray, Kernel
from bayescause.scm.poisson_counts import poisson_quantile
from bayescause.scm.presence import chance_of_any, chance_of_none, none_or_some

__all__ = ["ZeroInflated"]


@dataclass(frozen=True)
class ZeroInflated(TwoStepCount):
    """A Poisson count with chance ``inverse logit(presence)``, and zero otherwise.

    There are two drives over the same terms: ``presence``, in log odds, and ``mean``, the logarithm of the mean of the
    Poisson law. A zero may come from either step. A prior for ``dose`` holds for both drives, one for
    ``presence.dose`` for one.

    Default priors: ``mean.intercept`` ``normal(log(mean), 2.5)`` with the mean of the response (over the mean of the
    exposure), coefficient of a column with sd s ``normal(0, 1 / s)``; ``presence.intercept`` ``normal(0, 2.5)``,
    coefficients ``normal(0, 2.5 / s)``.

    Parameters
    ----------
    exposure : str, optional
        Column of what the counts are out of. The Poisson law's mean is proportional to it; ``presence`` does not
        depend on it.

    References
    ----------
    Lambert, Zero-inflated Poisson regression, with an application to defects in manufacturing (1992).

    Examples
    --------
    >>> drives = {"presence": np.array([0.0]), "mean": np.array([0.0])}
    >>> ZeroInflated().mean(drives, {}, {}).tolist()
    [0.5]
    """

    short: ClassVar[str] = "zero_inflated"
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
        """Emit ``pm.ZeroInflatedPoisson``."""
        import pymc as pm

        rate = pm.math.exp(exposed(drives["mean"], self.exposure, inputs, pm.math))
        chance = pm.math.sigmoid(drives["presence"])
        return pm.ZeroInflatedPoisson(name, psi=chance, mu=rate, dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        log_mean = exposed(drives["mean"], self.exposure, inputs)
        return none_or_some(values, _log_none, _log_some, drives["presence"], log_mean)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (mean, presence), dims (..., row), (..., row, 2), (..., row, 2, 2)."""
        presence, rate = drives["presence"], self._rate(drives, inputs)
        chance, absence = chance_of_any(drives), chance_of_none(drives)
        # Chance that a unit could have had a count, although it has none, and that it could not.
        able, unable = expit(presence - rate), expit(rate - presence)
        between, is_zero = able * unable, values == 0
        value = self.log_density(values, drives, dispersion, inputs)
        spread = -chance * absence
        zero = np.zeros_like(value)
        rises, reaches, bends, mixed, turns = (
            np.where(is_zero, at_zero, above) + zero
            for at_zero, above in (
                (-rate * able, values - rate),
                (able - chance, absence),
                (rate * (rate * between - able), -rate),
                (-rate * between, zero),
                (between + spread, spread),
            )
        )
        return Kernel(
            value=value,
            gradient=np.stack([rises, reaches], axis=-1),
            hessian=np.stack([np.stack([bends, mixed], axis=-1), np.stack([mixed, turns], axis=-1)], axis=-2),
        )

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Chance that a unit can have counts, times the mean of those that can."""
        return np.asarray(chance_of_any(drives) * self._rate(drives, inputs))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Of the whole count, zeros of both kinds included."""
        rate = self._rate(drives, inputs)
        return np.asarray(chance_of_any(drives) * rate * (1.0 + rate * chance_of_none(drives)))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Smallest count whose cumulative probability reaches ``probability``."""
        rate, unable = self._rate(drives, inputs), chance_of_none(drives)
        share = np.clip((probability - unable) / np.maximum(chance_of_any(drives), 1e-300), 0.0, 1.0 - 2.0**-53)
        return np.where(probability <= unable, 0.0, poisson_quantile(share, rate))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of so many or fewer."""
        from scipy.special import pdtr

        below = pdtr(np.maximum(values, 0.0), self._rate(drives, inputs))
        return np.where(values < 0, 0.0, chance_of_none(drives) + chance_of_any(drives) * below)

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Zero, and the counts of a Poisson law with their chances: exact up to a mean of 50, to 1e-10 above."""
        from scipy.special import gammaln

        log_mean = exposed(drives["mean"], self.exposure, inputs) + np.zeros_like(drives["presence"])
        rate, unable = np.exp(log_mean), chance_of_none(drives)
        places, weights = lattice_nodes(
            rate,
            np.sqrt(rate),
            np.full_like(rate, np.inf),
            lambda counts: counts * log_mean - rate - gammaln(counts + 1),
        )
        nothing = unable + np.zeros_like(rate)
        return (
            np.concatenate([np.zeros_like(places[:1]), places]),
            np.concatenate([nothing[None], chance_of_any(drives) * weights]),
        )

    def _rate(self, drives: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]) -> FloatArray:
        return np.asarray(np.exp(exposed(drives["mean"], self.exposure, inputs)))


def _log_none(presence: FloatArray, log_mean: FloatArray) -> FloatArray:
    """Log chance of no count: 1 - c + c exp(-rate) with c = expit(presence)."""
    # It is expit(-presence) / expit(rate - presence).
    return np.asarray(log_expit(-presence) - log_expit(np.exp(log_mean) - presence))


def _log_some(counts: FloatArray, presence: FloatArray, log_mean: FloatArray) -> FloatArray:
    from scipy.special import gammaln

    return np.asarray(log_expit(presence) + counts * log_mean - np.exp(log_mean) - gammaln(counts + 1))
