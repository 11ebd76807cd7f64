"""The average effect: everybody at one level of the treatment against everybody at another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import Scale, check_question
from bayescause.query.keys import names_its_keys

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["AverageEffect"]


@names_its_keys
@dataclass(frozen=True)
class AverageEffect:
    """Average effect of a treatment on an outcome.

    ``E[Y | do(X = high)] - E[Y | do(X = low)]``, averaged over the covariates of the units.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    contrast : tuple of two levels
        Reference level and level of interest, as values in the unit of the data or as the names of levels.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest effect that matters, in the unit of the outcome.
    count_above : float, optional
        Value of the outcome above which the report counts units.
    level : float or str, optional
        Level of the outcome, or value of a count: the effect is one on its chance, and not on the mean.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

    References
    ----------
    Pearl, Causality (2009), definition 3.2.1; Hernan and Robins, Causal Inference: What If (2020), chapter 1.

    Examples
    --------
    >>> question = AverageEffect(of="promo", on="sales")
    >>> question.query.of
    ('promo',)
    """

    short: ClassVar[str] = "ate"
    formula: ClassVar[str] = "E[{on}({of} = {high})] - E[{on}({of} = {low})]"
    name: ClassVar[str] = "average effect"
    scale: ClassVar[Scale] = "difference"
    null: ClassVar[float] = 0.0
    is_average: ClassVar[bool] = True

    of: str
    on: str
    contrast: tuple[float | str, float | str] = (0, 1)
    population: str = "superpopulation"
    where: str | None = None
    worthwhile: float | None = None
    count_above: float | None = None
    level: float | str | None = None

    def __post_init__(self) -> None:
        check_question(self)

    @property
    def query(self) -> CausalQuery:
        """The law of the outcome under an intervention on the treatment."""
        return CausalQuery((self.of,), (self.on,))

    def evaluate(self, posterior: Posterior, route: Route) -> xr.DataArray:
        """Draws of the average effect, dims (chain, draw), in the unit of the outcome."""
        from bayescause.query.selection import over_units

        return over_units(self, posterior, route)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.replaying import contrast_of_levels

        return contrast_of_levels(self, worlds)
