"""What questions share that ask how probable it is that a treatment was needed for an outcome, or enough for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale
from bayescause.query.two_levels import TwoLevels

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.bounds import Bounds
    from bayescause.query.effect import Effect

__all__ = ["CausationQuestion"]


@dataclass(frozen=True)
class CausationQuestion(TwoLevels):
    """A question about two outcomes of one unit, one of which is seen: it rests on a coupling, and has a range.

    Parameters
    ----------
    of : str
        Treatment, with levels.
    on : str
        Outcome, binary, or with a ``level`` that is meant.
    worthwhile : float, optional
        Smallest probability that matters.
    level : float or str, optional
        Level of the outcome that counts as having it, if the outcome is not yes or no.
    """

    scale: ClassVar[Scale] = "probability"
    is_average: ClassVar[bool] = False
    coupling: ClassVar[str] = "the treatment prevents the outcome in no unit (monotone)"
    quantity: ClassVar[str] = "risk"
    ways: ClassVar[tuple[str, ...]] = ("simulation",)

    def faults_in_data(self, table: Table) -> tuple[str, ...]:
        """That the treatment is a quantity, so that no unit had one of its levels."""
        from bayescause.query.attribution import without_levels

        return without_levels(self, table)

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the value under monotonicity, dims (chain, draw)."""
        from bayescause.query.attribution import attribution_of, monotone_draws
        from bayescause.query.selection import as_draws

        return as_draws(posterior, monotone_draws(attribution_of(posterior, self, route, tell), posterior.seed))

    def answered(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> Effect:
        """The value under monotonicity with the range beside it, or a refusal where the data rule it out."""
        from bayescause.query.attribution import attributed

        return attributed(posterior, self, route, tell)

    def bounds(self, posterior: Posterior) -> Bounds:
        """Draws of the range under any coupling, dims (chain, draw)."""
        from bayescause.query.attribution import range_of
        from bayescause.query.routing import route_of

        return range_of(posterior, self, route_of(posterior, self))
