"""The conditional curve: the average effect along an effect modifier that is a quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.inference.telling import Tell, silent
from bayescause.query.conditional_questions import ConditionalQuestion
from bayescause.query.keys import names_its_keys
from bayescause.surface import called

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["ConditionalCurve"]


@names_its_keys
@dataclass(frozen=True)
class ConditionalCurve(ConditionalQuestion):
    """Average effect among units with each of several values of one modifier.

    ``E[Y | do(X = high), Z = z] - E[Y | do(X = low), Z = z]`` along ``z``. The mechanisms are evaluated at ``Z = z``,
    so that the curve is as smooth as they are; other columns that the effect depends on are averaged over the units
    nearest to ``z``: tricube weights over the nearest three in ten.

    Parameters
    ----------
    given : tuple of str
        The one modifier, no descendant of the treatment: a column of numbers.
    at : tuple of float, optional
        Values of the modifier; by default eleven between its 5 % and its 95 % quantile, or all of few.

    References
    ----------
    Shpitser and Pearl (2006), Identification of conditional interventional distributions; Abrevaya, Hsu and Lieli
    (2015), Estimating conditional average treatment effects.

    Examples
    --------
    >>> ConditionalCurve(of="dose", on="pain", given=("age",)).query.given
    ('age',)
    """

    short: ClassVar[str] = "cate_curve"
    formula: ClassVar[str] = "E[{on}({of} = {high}) - {on}({of} = {low}) | {given} = v], for each v"
    name: ClassVar[str] = "conditional average effect along a modifier"
    plainly: ClassVar[str] = "average effect along a quantity"
    is_average: ClassVar[bool] = False
    ways: ClassVar[tuple[str, ...]] = ("simulation",)

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.given) > 1:
            raise SpecError(f"A curve runs along one modifier, and `given` names {len(self.given)}. Name one.")
        if len(set(self.at)) < len(self.at) or len(self.at) == 1:
            raise SpecError(f"`at` is {shown(self.at)}; a curve needs two or more values that differ.")

    def faults_in_data(self, table: Table) -> tuple[str, ...]:
        """That the modifier is no quantity."""
        (modifier,) = self.given
        if table.kinds.get(modifier) != "categorical":
            return ()
        return (
            f"{modifier!r} has levels without an order, along which no curve runs. Ask by groups ({called('cate')}).",
        )

    def doubts(self, posterior: Posterior) -> tuple[str, ...]:
        """Values of the modifier that were never seen."""
        from bayescause.query.doses import dose_doubts

        return dose_doubts(posterior.table, self.given[0], self.at, None)

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the curve, dims (chain, draw, modifier), in the unit of the outcome."""
        from bayescause.query.along_modifier import effect_along

        return effect_along(self, posterior, route, self.at, tell)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample, modifier), in the unit of the outcome."""
        from bayescause.query.along_modifier import points_along
        from bayescause.query.replaying import contrast_along
        from bayescause.query.selection import units_of

        units = worlds.units
        return contrast_along(self, worlds, points_along(units, self.given[0], units_of(self, units), self.at))
