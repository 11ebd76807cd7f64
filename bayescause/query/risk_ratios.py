"""What questions share that compare two risks by a ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale
from bayescause.query.two_levels import TwoLevels

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["RatioOfRisks"]


@dataclass(frozen=True)
class RatioOfRisks(TwoLevels):
    """A question about how many times as probable an outcome is at one level of a treatment as at another.

    Parameters
    ----------
    on : str
        Outcome, 0 or 1.
    worthwhile : float, optional
        Smallest factor that matters.
    level : float or str, optional
        Level of the outcome whose chance is meant, if the outcome is not yes or no.
    """

    scale: ClassVar[Scale] = "ratio"
    null: ClassVar[float] = 1.0
    is_average: ClassVar[bool] = False
    ways: ClassVar[tuple[str, ...]] = ("simulation", "front_door")

    @staticmethod
    def of_risks[Draws: (xr.DataArray, FloatArray)](low: Draws, high: Draws) -> Draws:
        """The ratio, where these are the risks at the reference and at the other level."""
        raise NotImplementedError

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the ratio, dims (chain, draw).

        Raises
        ------
        SpecError
            If the outcome is not yes or no.
        """
        from bayescause.query.risks import risks

        return self.of_risks(*risks(self, posterior, route, tell))

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The ratio among simulated units, dims (sample,)."""
        from bayescause.query.risks import replayed_risks

        return self.of_risks(*replayed_risks(self, worlds))
