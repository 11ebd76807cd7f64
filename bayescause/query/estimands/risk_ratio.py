"""The risk ratio: how many times as probable an outcome is at one level of the treatment as at another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.query.estimand import Scale
from bayescause.query.keys import names_its_keys
from bayescause.query.two_levels import TwoLevels

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["RiskRatio"]


@names_its_keys
@dataclass(frozen=True)
class RiskRatio(TwoLevels):
    """Risk ratio of a treatment on an outcome that is yes or no.

    ``P(Y = 1 | do(X = high)) / P(Y = 1 | do(X = low))``, each averaged over the covariates of the units.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome, 0 or 1.
    contrast : tuple of two levels
        Reference level and level of interest, as values in the unit of the data or as the names of levels.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest factor that matters.
    count_above : float, optional
        Value of the outcome above which the report counts units.
    level : float or str, optional
        Level of the outcome whose chance is meant, if the outcome is not yes or no.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

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
    scale: ClassVar[Scale] = "ratio"
    null: ClassVar[float] = 1.0
    is_average: ClassVar[bool] = False
    quantity: ClassVar[str] = "risk"
    ways: ClassVar[tuple[str, ...]] = ("simulation", "front_door")

    def evaluate(self, posterior: Posterior, route: Route) -> xr.DataArray:
        """Draws of the risk ratio, dims (chain, draw).

        Raises
        ------
        SpecError
            If the outcome is not yes or no.
        """
        from bayescause.query.risks import risks

        low, high = risks(self, posterior, route)
        return high / low

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The risk ratio among simulated units, dims (sample,)."""
        from bayescause.query.risks import replayed_risks

        low, high = replayed_risks(self, worlds)
        return high / low
