"""Exceedance: by how much the chance that the outcome exceeds a value differs between two levels of the treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.inference.telling import Tell, silent
from bayescause.query.curves import point_name
from bayescause.query.estimand import Scale, is_level
from bayescause.query.keys import names_its_keys
from bayescause.query.law_questions import LawQuestion, several
from bayescause.query.question import CountsUnits

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["Exceedance"]


@names_its_keys
@dataclass(frozen=True)
class Exceedance(LawQuestion, CountsUnits):
    """Effect of a treatment on the chance that an outcome is greater than a value.

    ``P(Y > t | do(X = high)) - P(Y > t | do(X = low))``; along several values ``t`` it is the whole distributional
    effect: one distribution function taken from the other.

    Parameters
    ----------
    above : tuple of float or str
        Values in the unit of the outcome, or levels of an ordinal one by their names; of several the effect is a curve.
        By default eleven between the 5 % and the 95 % quantile of the outcome, or all values of one that has few.
    worthwhile : float, optional
        Smallest difference of chances that matters.

    References
    ----------
    Chernozhukov, Fernandez-Val and Melly (2013), Inference on counterfactual distributions.

    Examples
    --------
    >>> Exceedance(of="promo", on="sales", above=(100,)).quantity
    'chance that {} exceeds 100'
    """

    short: ClassVar[str] = "exceedance"
    formula: ClassVar[str] = "P({on}({of} = {high}) > v) - P({on}({of} = {low}) > v)"
    name: ClassVar[str] = "effect on a chance"
    response: ClassVar[str] = "the chance of more {}"
    scale: ClassVar[Scale] = "difference"
    is_chance: ClassVar[bool] = True

    above: tuple[float | str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "above", several("above", self.above, is_level, "finite numbers, or names of levels"))

    @property
    def quantity(self) -> str:
        """The chance in words, with a place for the outcome."""
        value = point_name(self.above[0]) if len(self.above) == 1 else "each value"
        return f"chance that {{}} exceeds {value}"

    @property
    def points(self) -> tuple[float | str, ...]:
        """Values or levels of the outcome that may be exceeded."""
        return self.above

    def faults_in_data(self, table: Table) -> tuple[str, ...]:
        """The same as of other laws, or that nothing is above the highest level."""
        from bayescause.query.distribution_draws import highest_faults

        return super().faults_in_data(table) or highest_faults(table, self.on, self.above)

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the difference of chances, dims (chain, draw[, threshold])."""
        from bayescause.query.distribution_draws import along, chances_above, thresholds_of

        thresholds = thresholds_of(posterior.table, self.on, self.above)
        low, high = chances_above(self, posterior, route, thresholds, tell)
        return along(high - low, "threshold")

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The difference of shares among simulated units, dims (sample, threshold)."""
        from bayescause.query.distribution_draws import thresholds_of
        from bayescause.query.replaying import contrast_of_chances

        return contrast_of_chances(self, worlds, thresholds_of(worlds.units, self.on, self.above))
