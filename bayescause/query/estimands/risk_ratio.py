"""The risk ratio: how many times as probable an outcome is at one level of the treatment as at another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.query.keys import names_its_keys
from bayescause.query.risk_ratios import RatioOfRisks

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.scm.mechanism import FloatArray

__all__ = ["RiskRatio"]


@names_its_keys
@dataclass(frozen=True)
class RiskRatio(RatioOfRisks):
    """Risk ratio of a treatment on an outcome that is yes or no.

    ``P(Y = 1 | do(X = high)) / P(Y = 1 | do(X = low))``, each averaged over the covariates of the units.

    References
    ----------
    Hernan and Robins, Causal Inference: What If (2020), section 1.3.

    Examples
    --------
    >>> question = RiskRatio(of="smoking", on="relapse")
    >>> question.scale, question.null
    ('ratio', 1.0)
    """

    short: ClassVar[str] = "risk_ratio"
    formula: ClassVar[str] = "P({on}({of} = {high}) = 1) / P({on}({of} = {low}) = 1)"
    name: ClassVar[str] = "risk ratio"
    plainly: ClassVar[str] = "how many times as probable"
    quantity: ClassVar[str] = "risk"

    @staticmethod
    def of_risks[Draws: (xr.DataArray, FloatArray)](low: Draws, high: Draws) -> Draws:
        """The ratio of both risks."""
        return high / low
