"""The indirect effect: what a treatment does to the outcome by moving mediators, all else as without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import Scale, check_question
from bayescause.query.keys import names_its_keys
from bayescause.query.mediated_questions import cross_world, require_kind, require_mediators

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["NaturalIndirectEffect"]


@names_its_keys
@dataclass(frozen=True)
class NaturalIndirectEffect:
    """Effect of a treatment on an outcome through mediators, all else as it would be at the reference level.

    ``E[Y(low, M(high))] - E[Y(low, M(low))]``.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    through : tuple of str
        Mediators, taken together: the effect asked for goes through any of them.
    contrast : tuple of two levels
        Reference level and level of interest, as values in the unit of the data or as the names of levels.
    kind : str
        ``"natural"``: mediators are each unit's own, which rests on cross-world independence. ``"interventional"``:
        mediators are drawn by lot as they fall out under a level of the treatment among units that are alike in what
        comes before; it needs no unit in two worlds, and exists where the treatment moves a cause of mediator and
        outcome.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest effect that matters, in the unit of the outcome.
    level : float or str, optional
        Level of the outcome, or value of a count: the effect is one on its chance, and not on the mean.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

    References
    ----------
    Pearl (2001), Direct and indirect effects; Robins and Greenland (1992), Identifiability and exchangeability for
    direct and indirect effects; VanderWeele, Vansteelandt and Robins (2014) for the interventional kind.

    Examples
    --------
    >>> question = NaturalIndirectEffect(of="promo", on="sales", through=("traffic",))
    >>> str(question.query)
    'natural indirect effect of promo on sales through traffic'
    """

    short: ClassVar[str] = "nie"
    formula: ClassVar[str] = "E[{on}({of} = {low}, M({high}))] - E[{on}({of} = {low}, M({low}))], M: {through}"
    scale: ClassVar[Scale] = "difference"
    null: ClassVar[float] = 0.0
    is_average: ClassVar[bool] = True

    of: str
    on: str
    through: tuple[str, ...] = ()
    contrast: tuple[float | str, float | str] = (0, 1)
    kind: str = "natural"
    population: str = "superpopulation"
    where: str | None = None
    worthwhile: float | None = None
    level: float | str | None = None

    def __post_init__(self) -> None:
        require_mediators(self)
        require_kind(self.kind)
        check_question(self)

    @property
    def name(self) -> str:
        """Name in sentences, with the mediators."""
        return f"{self.kind} indirect effect through {' and '.join(self.through) or 'mediators'}"

    @property
    def coupling(self) -> str | None:
        """That nothing unmeasured joins the two worlds, for the natural kind."""
        return cross_world(self.of, self.on, " and ".join(self.through)) if self.kind == "natural" else None

    @property
    def query(self) -> CausalQuery:
        """The part of the effect that goes through the mediators."""
        return CausalQuery((self.of,), (self.on,), kind=f"{self.kind}_indirect", through=self.through)

    def evaluate(self, posterior: Posterior, route: Route) -> xr.DataArray:
        """Draws of the effect, dims (chain, draw), in the unit of the outcome."""
        from bayescause.query.selection import over_units

        return over_units(self, posterior, route)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.nested_replay import contrast_of_nested

        return contrast_of_nested(self, worlds)
