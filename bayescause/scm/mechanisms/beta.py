"""A proportion strictly between 0 and 1, whose mean is the inverse logit of a linear predictor."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.links import check_link, expit, log_expit
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["Beta"]

STEP, REACH, WIDEST = 0.2, 7.0, 1.5
"""Spacing and extent of the quadrature on the scale of asinh((logit of the response - centre) / width), and the largest
width: a wider one would come near the poles of the logistic function."""


LEAST, MOST = 1e-300, 1 - 1e-14
"""Values beyond these are 0 or 1 but for rounding: a likelihood would take what was rounded off for data."""


@dataclass(frozen=True)
class Beta:
    """``response ~ Beta(mean * precision, (1 - mean) * precision)`` with ``logit(mean) = drive``.

    The variance is ``mean (1 - mean) / (1 + precision)`` (Ferrari and Cribari-Neto 2004).

    Default priors: intercept ``normal(0, 2.5)``, coefficient of a column with sd s ``normal(0, 2.5 / s)``, on the scale
    of the link; precision ``lognormal(log(m (1 - m) / sd^2), 1.5)`` with the mean m and sd of the response: its median
    is about the precision that the response has without predictors.

    Examples
    --------
    >>> Beta().variance({"mean": np.zeros(1)}, {"precision": np.array(4.0)}, {}).tolist()
    [0.05]
    """

    short: ClassVar[str] = "beta"
    kinds: ClassVar[tuple[str, ...]] = ("proportion", "continuous")
    default_for: ClassVar[tuple[str, ...]] = ("proportion",)
    links: ClassVar[tuple[str, ...]] = ("logit",)
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    dispersion: ClassVar[tuple[str, ...]] = ("precision",)
    is_affine: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ()

    link: str = "logit"

    def __post_init__(self) -> None:
        check_link(self)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the link."""
        spread = moments.mean * (1 - moments.mean)
        precision = math.log(spread / moments.sd**2) if spread > 0 and moments.sd > 0 else 1.0
        return DefaultPriors(
            intercept=Prior("normal", (0, 2.5)),
            slope_scale=2.5,
            dispersion={"precision": Prior("lognormal", (precision, 1.5))},
        )

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Values that are not between 0 and 1, or no further from them than rounding goes."""
        strange = np.unique(values[~np.isnan(values) & ~((values > LEAST) & (values < MOST))])
        if not len(strange):
            return None
        return (
            f"must be above 0 and below 1 for the beta family; it also holds {strange[:3].tolist()}. "
            "If it is a share of counted units, use family binomial with the counts; otherwise family gaussian."
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
        """Emit ``pm.Beta``."""
        import pymc as pm

        precision = dispersion["precision"]
        success, failure = pm.math.sigmoid(drives["mean"]), pm.math.sigmoid(-drives["mean"])
        return pm.Beta(name, alpha=precision * success, beta=precision * failure, dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        from scipy.special import gammaln

        precision = dispersion["precision"]
        a, b = self._shapes(drives, dispersion)
        constant = gammaln(precision) - gammaln(a) - gammaln(b)
        return np.asarray(constant + (a - 1) * np.log(values) + (b - 1) * np.log1p(-values))

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (drive, log precision): (..., row), (..., row, 2), (..., row, 2, 2)."""
        from scipy.special import digamma, polygamma

        precision, (a, b) = dispersion["precision"], self._shapes(drives, dispersion)
        success, failure = a / precision, b / precision
        above, below = np.log(values) - digamma(a), np.log1p(-values) - digamma(b)
        slope, curve = success * b, polygamma(1, a) + polygamma(1, b)
        rises = slope * (above - below)
        bends = rises * (failure - success) - slope**2 * curve
        mixed = rises + slope * (b * polygamma(1, b) - a * polygamma(1, a))
        tilts = precision * digamma(precision) + a * above + b * below
        turns = tilts + precision**2 * polygamma(1, precision) - a**2 * polygamma(1, a) - b**2 * polygamma(1, b)
        return Kernel(
            value=self.log_density(values, drives, dispersion, inputs),
            gradient=np.stack([rises, tilts], axis=-1),
            hessian=np.stack([np.stack([bends, mixed], axis=-1), np.stack([mixed, turns], axis=-1)], axis=-2),
        )

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Inverse logit of the drive."""
        return np.asarray(expit(drives["mean"]) + np.zeros_like(dispersion["precision"]))

    @property
    def has_exponential(self) -> bool:
        """Always."""
        return True

    def mean_of_exponential(
        self, exponential: FloatArray, dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The mean, from the exponential of the drive."""
        return np.asarray(exponential / (1.0 + exponential) + np.zeros_like(dispersion["precision"]))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Mean times one minus the mean, over one plus the precision."""
        both = expit(drives["mean"]) * expit(-drives["mean"])
        return np.asarray(both / (1 + dispersion["precision"]))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Quantile of the beta law."""
        from scipy.special import betaincinv

        return np.asarray(betaincinv(*self._shapes(drives, dispersion), probability))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of a proportion no larger."""
        from scipy.special import betainc

        return np.asarray(betainc(*self._shapes(drives, dispersion), np.clip(values, 0.0, 1.0)))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """71 nodes on the scale of the logit: mean and variance to 1e-9 for a precision of 0.5 and more."""
        from scipy.special import digamma, polygamma

        a, b = self._shapes(drives, dispersion)
        width = np.minimum(np.sqrt(polygamma(1, a) + polygamma(1, b)), WIDEST)
        at = np.arange(-REACH, REACH + STEP / 2, STEP).reshape((-1, *(1,) * a.ndim))
        odds = digamma(a) - digamma(b) + width * np.sinh(at)
        logs = a * log_expit(odds) + b * log_expit(-odds) + np.log(np.cosh(at))
        weights = np.exp(logs - logs.max(axis=0))
        return expit(odds), weights / weights.sum(axis=0)

    def _shapes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """PyMC's alpha and beta."""
        drive, precision = drives["mean"], dispersion["precision"]
        return precision * expit(drive), precision * expit(-drive)
