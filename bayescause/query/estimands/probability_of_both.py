"""The probability of necessity and sufficiency: how many units have the outcome if treated, and only then."""

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
    from bayescause.query.bounds import Bounds
    from bayescause.query.effect import Effect

__all__ = ["ProbabilityOfBoth"]


@names_its_keys
@dataclass(frozen=True)
class ProbabilityOfBoth:
    """Probability that a unit has the outcome if treated, and does not if untreated.

    ``P(Y(high) = 1, Y(low) = 0)``. It is not settled by any data: the draws are its value if the treatment
    prevents the outcome in no unit (the *monotone* coupling), with the range under any coupling among the effect's
    checks, and as draws in ``bounds``. The monotone value exists only where no risk is lowered; how probable it is that
    one is, is told.

    Parameters
    ----------
    of : str
        Treatment, with levels.
    on : str
        Outcome, binary, or with a ``level`` that is meant.
    contrast : tuple of two levels
        Reference level and level of interest.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest probability that matters.
    count_above : float, optional
        Value of the outcome above which the report counts units.
    level : float or str, optional
        Level of the outcome that counts as having it, if the outcome is not yes or no.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

    References
    ----------
    Pearl, Causality (2009), definition 9.2.3 and theorem 9.2.10; Tian and Pearl, Probabilities of causation: bounds and
    identification (2000).

    Examples
    --------
    >>> ProbabilityOfBoth(of="drug", on="cure").short
    'pns'
    """

    short: ClassVar[str] = "pns"
    formula: ClassVar[str] = "P({on}({of} = {high}) = 1, {on}({of} = {low}) = 0)"
    name: ClassVar[str] = "probability of necessity and sufficiency"
    scale: ClassVar[Scale] = "probability"
    null: ClassVar[float] = 0.0
    is_average: ClassVar[bool] = False
    coupling: ClassVar[str] = "the treatment prevents the outcome in no unit (monotone)"
    quantity: ClassVar[str] = "risk"
    ways: ClassVar[tuple[str, ...]] = ("simulation",)

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
        """Draws of the value under monotonicity, dims (chain, draw)."""
        from bayescause.query.attribution import attribution_of, monotone_draws
        from bayescause.query.selection import as_draws

        return as_draws(posterior, monotone_draws(attribution_of(posterior, self, route), posterior.seed))

    def answered(self, posterior: Posterior, route: Route) -> Effect:
        """The value under monotonicity with the range beside it, or a refusal where the data rule it out."""
        from bayescause.query.attribution import attributed

        return attributed(posterior, self, route)

    def bounds(self, posterior: Posterior) -> Bounds:
        """Draws of the range under any coupling, dims (chain, draw)."""
        from bayescause.query.attribution import range_of
        from bayescause.query.estimating import route_of

        return range_of(posterior, self, route_of(posterior, self))
