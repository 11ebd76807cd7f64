"""What questions share that compare an outcome at two levels of a treatment among the units of a population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import Scale, check_question

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["MeanDifference", "TwoLevels"]


@dataclass(frozen=True)
class TwoLevels:
    """A question about one level of a treatment against another.

    Plug-ins may not import each other: those that ask in this way take their keys from here, and say themselves what
    the keys mean for them.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    contrast : tuple of two levels
        Reference level and level of interest.
    population : str
        One of ``bayescause.query.estimand.POPULATIONS``.
    where : str, optional
        Condition that selects the units.
    worthwhile : float, optional
        Smallest effect that matters.
    count_above : float, optional
        Value of the outcome above which the report counts units.
    level : float or str, optional
        Level of the outcome whose chance is meant.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

    Examples
    --------
    >>> TwoLevels(of="promo", on="sales").query.of
    ('promo',)
    """

    short: ClassVar[str]
    name: ClassVar[str]

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


@dataclass(frozen=True)
class MeanDifference(TwoLevels):
    """A question about the difference of the outcome's means at two levels of a treatment."""

    scale: ClassVar[Scale] = "difference"
    null: ClassVar[float] = 0.0
    is_average: ClassVar[bool] = True

    def evaluate(self, posterior: Posterior, route: Route) -> xr.DataArray:
        """Draws of the mean difference among the units, dims (chain, draw), in the unit of the outcome."""
        from bayescause.query.selection import over_units

        return over_units(self, posterior, route)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The mean difference among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.replaying import contrast_of_levels

        return contrast_of_levels(self, worlds)
