"""A response of 0 or 1 whose chance of 1 depends on a linear predictor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.level_laws import code_nodes
from bayescause.scm.links import binary_link, check_link, logistic_log_likelihood
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["Bernoulli"]


@dataclass(frozen=True)
class Bernoulli:
    """``P(response = 1) = inverse link of the drive``.

    Default priors: intercept ``normal(0, 2.5)``, coefficient of a column with sd s ``normal(0, 2.5 / s)``, on the
    link's scale (the rule of rstanarm's autoscaled priors; Gelman, Jakulin, Pittau and Su 2008 is its source).

    Parameters
    ----------
    link : str
        ``logit``, ``probit`` or ``cloglog``.

    Raises
    ------
    SpecError
        If the link is another.

    Examples
    --------
    >>> Bernoulli().mean({"mean": np.array([0.0])}, {}, {}).tolist()
    [0.5]
    """

    short: ClassVar[str] = "bernoulli"
    kinds: ClassVar[tuple[str, ...]] = ("binary",)
    default_for: ClassVar[tuple[str, ...]] = ("binary",)
    links: ClassVar[tuple[str, ...]] = ("logit", "probit", "cloglog")
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    dispersion: ClassVar[tuple[str, ...]] = ()
    is_affine: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ()

    link: str = "logit"

    def __post_init__(self) -> None:
        check_link(self)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the link."""
        return DefaultPriors(intercept=Prior("normal", (0, 2.5)), slope_scale=2.5, dispersion={})

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Values other than 0 and 1."""
        strange = np.unique(values[~np.isnan(values) & (values != 0) & (values != 1)])
        if not len(strange):
            return None
        return (
            f"must be 0 or 1 for the bernoulli family; it also holds {strange[:3].tolist()}. "
            "Code its two values as 0 and 1, or choose another family."
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
        """Emit ``pm.Bernoulli`` by its log odds, which are stable where the probability rounds to 1."""
        import pymc as pm

        log_odds = binary_link(self.link).log_odds(drives["mean"])
        return pm.Bernoulli(name, logit_p=log_odds, dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        link = binary_link(self.link)
        is_one = values == 1
        found = np.empty(np.broadcast_shapes(np.shape(drives["mean"]), np.shape(values)))
        # Each row is looked up on its own side only, which halves the work of the densities of many draws.
        if values.ndim == 1:
            found[..., is_one] = link.log_chance(drives["mean"][..., is_one])
            found[..., ~is_one] = link.log_failure_chance(drives["mean"][..., ~is_one])
            return found
        return np.where(is_one, link.log_chance(drives["mean"]), link.log_failure_chance(drives["mean"]))

    def log_likelihood(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
        counts: FloatArray,
    ) -> FloatArray:
        """The same of all rows together, dims (sample,)."""
        if self.link == "logit" and (counts == 1).all():
            return logistic_log_likelihood(drives["mean"], values == 1)
        return np.asarray(self.log_density(values, drives, dispersion, inputs) @ counts)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in the drive, dims (..., row), (..., row, 1), (..., row, 1, 1)."""
        link = binary_link(self.link)
        success, failure = link.log_success(drives["mean"]), link.log_failure(drives["mean"])
        value, first, second = (np.where(values == 1, yes, no) for yes, no in zip(success, failure, strict=True))
        return Kernel(value, first[..., None], second[..., None, None])

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Chance of 1."""
        return binary_link(self.link).success(drives["mean"])

    @property
    def has_exponential(self) -> bool:
        """By the logit link."""
        return self.link == "logit"

    def mean_of_exponential(
        self, exponential: FloatArray, dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The mean, from the exponential of the drive."""
        return np.asarray(exponential / (1.0 + exponential))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Chance of 1 times chance of 0."""
        chance = self.mean(drives, dispersion, inputs)
        return np.asarray(chance * (1 - chance))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """1 where ``probability`` is above the chance of 0."""
        return np.where(probability > 1 - self.mean(drives, dispersion, inputs), 1.0, 0.0)

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Nothing below 0, the chance of 0 below 1, and one from there on."""
        return np.where(values >= 1, 1.0, np.where(values < 0, 0.0, 1 - self.mean(drives, dispersion, inputs)))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """The two values and their chances: exact."""
        return self.nodes_of_mean(self.mean(drives, dispersion, inputs))

    def nodes_of_mean(self, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The same, from the chance of 1."""
        chances = np.empty((2, *np.shape(mean)))
        np.subtract(1.0, mean, out=chances[0])
        chances[1] = mean
        return code_nodes(chances)
