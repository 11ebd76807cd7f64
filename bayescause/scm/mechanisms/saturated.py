"""One of several levels by a table: any probabilities for each combination of the parents' levels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bayescause.errors import SpecError
from bayescause.scm.level_families import OfLogits
from bayescause.scm.level_laws import kernel_of_logits
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["Saturated"]


@dataclass(frozen=True)
class Saturated(OfLogits):
    """Each combination of the parents' levels has a row of probabilities of its own, with a Dirichlet prior.

    There is a drive for each level, and a coefficient ``<level>.x[a]:z[b]`` for each cell, the logarithm of its weight.
    Weights are independent ``gamma(a, 1)``, so that the probabilities of a row, its weights over their sum, are
    Dirichlet; the posterior is drawn exactly. Terms say no more than which variables are parents: those need levels.

    Default priors: ``log_gamma(mass / K)`` in each cell of K levels, a Dirichlet law of total mass ``mass`` a row
    (Perks 1947), as for joint laws of discrete variables. A prior for one cell is the Dirichlet law's own number there.

    Parameters
    ----------
    mass : float
        Units that the prior of a row is worth.
    levels : tuple of str
        Names of the codes 0, 1, ...; taken from the data when a model is fitted.

    Raises
    ------
    SpecError
        If the mass is not above zero.

    Examples
    --------
    >>> import numpy as np
    >>> family = Saturated(levels=("no", "yes"))
    >>> family.mean({"no": np.log([1.0]), "yes": np.log([3.0])}, {}, {}).tolist()
    [0.75]
    """

    short: ClassVar[str] = "saturated"
    kinds: ClassVar[tuple[str, ...]] = ("categorical", "ordinal", "binary")
    default_for: ClassVar[tuple[str, ...]] = ()
    is_table: ClassVar[bool] = True

    mass: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.mass > 0:
            raise SpecError(f"The mass of a saturated table counts units, and is {self.mass:g}. Write one above zero.")

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """The same Dirichlet law in each row, in log weights."""
        cell = Prior("log_gamma", (self.mass / len(self.predictors),))
        return DefaultPriors(intercept=cell, slope_scale=1.0, dispersion={}, coefficient=cell)

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
        log_odds = pm.math.stack(others, axis=-1)
        return pm.Categorical(name, logit_p=log_odds, dims=dims, observed=observed)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in the p drives, dims (..., row), (..., row, p), (..., row, p, p)."""
        return kernel_of_logits(self.logits(drives), values)
