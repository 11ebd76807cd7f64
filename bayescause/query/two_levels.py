"""What questions share that compare an outcome at two levels of a treatment among the units of a population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale
from bayescause.query.question import CountsUnits, LevelContrast, OfLevel

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["MeanDifference", "TwoLevels"]


@dataclass(frozen=True)
class TwoLevels(LevelContrast, OfLevel, CountsUnits):
    """A question about one level of a treatment against another.

    Examples
    --------
    >>> TwoLevels(of="promo", on="sales", level="none").level
    'none'
    """

    name: ClassVar[str]


@dataclass(frozen=True)
class MeanDifference(TwoLevels):
    """A question about the difference of the outcome's means at two levels of a treatment."""

    scale: ClassVar[Scale] = "difference"
    is_average: ClassVar[bool] = True
    is_by_blocks: ClassVar[bool] = True

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the mean difference among the units, dims (chain, draw), in the unit of the outcome."""
        from bayescause.query.selection import over_units

        return over_units(self, posterior, route, tell)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The mean difference among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.replaying import contrast_of_levels

        return contrast_of_levels(self, worlds)
