"""A number of successes in a known number of trials."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.errors import SpecError
from bayescause.scm.lattice import lattice_nodes
from bayescause.scm.links import binary_link, check_link
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["Binomial"]


@dataclass(frozen=True)
class Binomial:
    """``response ~ Binomial(trials, inverse link of the drive)``: the variable is the count of successes.

    Default priors: intercept ``normal(0, 2.5)``, coefficient of a column with sd s ``normal(0, 2.5 / s)``, on the
    link's scale.

    Parameters
    ----------
    trials : int or str
        The number of trials of every row, or the column that holds it.
    link : str
        ``logit``, ``probit`` or ``cloglog``.

    Raises
    ------
    SpecError
        If the link is another, or the number of trials is not above zero.

    Examples
    --------
    >>> Binomial(trials=10).mean({"mean": np.array([0.0])}, {}, {}).tolist()
    [5.0]
    """

    short: ClassVar[str] = "binomial"
    kinds: ClassVar[tuple[str, ...]] = ("count", "binary")
    default_for: ClassVar[tuple[str, ...]] = ()
    links: ClassVar[tuple[str, ...]] = ("logit", "probit", "cloglog")
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    dispersion: ClassVar[tuple[str, ...]] = ()
    is_affine: ClassVar[bool] = False

    trials: int | str = 1
    link: str = "logit"

    def __post_init__(self) -> None:
        check_link(self)
        if isinstance(self.trials, int) and self.trials < 1:
            raise SpecError(f"trials is {self.trials}. Give a number above zero, or the name of a column.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The column of trials, if it is one."""
        return (self.trials,) if isinstance(self.trials, str) else ()

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the link."""
        return DefaultPriors(intercept=Prior("normal", (0, 2.5)), slope_scale=2.5, dispersion={})

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Counts below zero, above the number of trials, or broken."""
        trials = np.broadcast_to(self._trials(inputs), values.shape)
        seen = ~np.isnan(values)
        whole = (values == np.round(values)) & (trials == np.round(trials))
        bad = seen & ~((values >= 0) & (values <= trials) & whole)
        if not bad.any():
            return None
        row = int(np.argmax(bad))
        of = f"{self.trials!r}" if isinstance(self.trials, str) else "trials"
        return (
            f"must be a count between 0 and {of} for the binomial family; row {row + 1} has {values[row]:g} of "
            f"{trials[row]:g}. Mend the row, or say which column holds the number of trials."
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
        """Emit ``pm.Binomial`` by its log odds, which are stable where the probability rounds to 1."""
        import pymc as pm

        log_odds = binary_link(self.link).log_odds(drives["mean"])
        return pm.Binomial(name, n=self._trials(inputs), logit_p=log_odds, dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        from scipy.special import gammaln

        link, trials = binary_link(self.link), self._trials(inputs)
        failures = trials - values
        ways = gammaln(trials + 1) - gammaln(values + 1) - gammaln(failures + 1)
        likely, unlikely = link.log_chance(drives["mean"]), link.log_failure_chance(drives["mean"])
        return np.asarray(ways + values * likely + failures * unlikely)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in the drive, dims (..., row), (..., row, 1), (..., row, 1, 1)."""
        link, failures = binary_link(self.link), self._trials(inputs) - values
        success, failure = link.log_success(drives["mean"]), link.log_failure(drives["mean"])
        first = values * success.first + failures * failure.first
        second = values * success.second + failures * failure.second
        return Kernel(self.log_density(values, drives, dispersion, inputs), first[..., None], second[..., None, None])

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Trials times the chance of success."""
        return np.asarray(self._trials(inputs) * binary_link(self.link).success(drives["mean"]))

    @property
    def has_exponential(self) -> bool:
        """By the logit link."""
        return self.link == "logit"

    def mean_of_exponential(
        self, exponential: FloatArray, dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The mean, from the exponential of the drive."""
        return np.asarray(self._trials(inputs) * (exponential / (1.0 + exponential)))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Trials times the chances of success and of failure."""
        chance = binary_link(self.link).success(drives["mean"])
        return np.asarray(self._trials(inputs) * chance * (1 - chance))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Smallest count whose cumulative probability reaches ``probability``."""
        from scipy.special import bdtr, bdtrik

        # SciPy's distribution function takes whole numbers of trials only as whole numbers.
        trials = np.asarray(self._trials(inputs)).astype(np.int64)
        chance = binary_link(self.link).success(drives["mean"])
        inverse = np.nan_to_num(bdtrik(probability, trials, chance), nan=0.0)
        above = np.clip(np.ceil(inverse), 0.0, trials)
        below = np.maximum(above - 1, 0.0)
        # The continuous inverse may have rounded up past the answer.
        return np.asarray(np.where(bdtr(below, trials, chance) >= probability, below, above))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of so many successes or fewer."""
        from scipy.special import bdtr

        trials = np.asarray(self._trials(inputs)).astype(np.int64)
        held = np.clip(values, 0, trials)
        return np.where(values < 0, 0.0, bdtr(held, trials, binary_link(self.link).success(drives["mean"])))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """The counts and their chances: exact up to 100 trials, to 1e-10 of smooth functions above."""
        mean, variance = self.mean(drives, dispersion, inputs), self.variance(drives, dispersion, inputs)
        trials = np.broadcast_to(self._trials(inputs), mean.shape)
        return lattice_nodes(
            mean,
            np.sqrt(variance),
            trials,
            lambda counts: self.log_density(counts, drives, dispersion, inputs),
        )

    def _trials(self, inputs: Mapping[str, Any]) -> Any:
        return inputs[self.trials] if isinstance(self.trials, str) else self.trials
