"""One of several levels without an order, whose log odds against the first level are linear predictors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.level_families import OfLogits
from bayescause.scm.level_laws import UNNAMED, kernel_of_logits
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["Categorical"]


@dataclass(frozen=True)
class Categorical(OfLogits):
    """``P(level k) / P(first level) = exp(drive of k)``: the multinomial logit, the first level being the reference.

    There is one drive for each other level, named after it; its coefficients are ``<level>.intercept``,
    ``<level>.dose`` and so on. A prior for ``dose`` holds for all levels, one for ``<level>.dose`` for that level.

    Default priors: intercepts ``normal(0, 2.5)``, coefficient of a column with sd s ``normal(0, 2.5 / s)``, in log
    odds, as for a yes-or-no response.

    Parameters
    ----------
    levels : tuple of str
        Names of the codes 0, 1, ...; taken from the data when a model is fitted.

    References
    ----------
    Agresti, Categorical Data Analysis (2013), section 8.1.

    Examples
    --------
    >>> family = Categorical(levels=("bus", "car", "walk"))
    >>> family.predictors
    ('car', 'walk')
    >>> family.chances({"car": np.zeros(1), "walk": np.log([2.0])}).ravel().tolist()
    [0.25, 0.25, 0.5]
    """

    short: ClassVar[str] = "categorical"
    kinds: ClassVar[tuple[str, ...]] = ("categorical", "ordinal")
    default_for: ClassVar[tuple[str, ...]] = ("categorical",)

    @property
    def predictors(self) -> tuple[str, ...]:
        """Every level but the first."""
        return (self.levels or UNNAMED)[1:]

    def logits(self, drives: Mapping[str, FloatArray]) -> FloatArray:
        """Log odds against the first level, its own zero among them, dims (level, ..., row)."""
        others = [np.asarray(drives[level]) for level in self.predictors]
        return np.stack([np.zeros_like(others[0]), *others])

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the log odds."""
        return DefaultPriors(intercept=Prior("normal", (0, 2.5)), slope_scale=2.5, dispersion={})

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
        """Emit ``pm.Categorical`` by its log odds."""
        import pymc as pm

        others = [drives[level] for level in self.predictors]
        log_odds = pm.math.stack([pm.math.zeros_like(others[0]), *others], axis=-1)
        return pm.Categorical(name, logit_p=log_odds, dims=dims, observed=observed)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in the p drives, dims (..., row), (..., row, p), (..., row, p, p)."""
        found = kernel_of_logits(self.logits(drives), values)
        return Kernel(found.value, found.gradient[..., 1:], found.hessian[..., 1:, 1:])
