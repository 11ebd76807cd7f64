"""The odds ratio: how many times as high the odds of an outcome are at one level of the treatment as at another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.query.keys import names_its_keys
from bayescause.query.risk_ratios import RatioOfRisks

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.scm.mechanism import FloatArray

__all__ = ["OddsRatio"]


@names_its_keys
@dataclass(frozen=True)
class OddsRatio(RatioOfRisks):
    """Odds ratio of a treatment on an outcome that is yes or no.

    ``odds(Y = 1 | do(X = high)) / odds(Y = 1 | do(X = low))``, each averaged over the covariates of the units.
    It is the odds ratio of the population, not the one within groups that a coefficient of a logistic regression is:
    the two differ even without confounding.

    References
    ----------
    Hernan and Robins, Causal Inference: What If (2020), section 1.3; Greenland, Robins and Pearl (1999),
    Confounding and collapsibility in causal inference.

    Examples
    --------
    >>> question = OddsRatio(of="smoking", on="relapse")
    >>> question.scale, question.null
    ('ratio', 1.0)
    """

    short: ClassVar[str] = "odds_ratio"
    formula: ClassVar[str] = "odds({on}({of} = {high}) = 1) / odds({on}({of} = {low}) = 1), with odds = P / (1 - P)"
    name: ClassVar[str] = "odds ratio"
    plainly: ClassVar[str] = "how many times the odds"
    quantity: ClassVar[str] = "odds"

    @staticmethod
    def of_risks[Draws: (xr.DataArray, FloatArray)](low: Draws, high: Draws) -> Draws:
        """The ratio of both odds."""
        return high / (1 - high) / (low / (1 - low))
