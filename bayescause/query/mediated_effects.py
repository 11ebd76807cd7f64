"""What questions about the direct and the indirect part of an effect share: their keys, their check, their draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import Scale, check_question
from bayescause.query.mediated_questions import cross_world, require_kind, require_mediators

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["MediatedEffect"]


@dataclass(frozen=True)
class MediatedEffect:
    """A question about a part of an effect: through some mediators, or past them.

    Plug-ins may not import each other: those that ask in this way take their keys from here, and say themselves which
    ``part`` they mean.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    through : tuple of str
        Mediators, taken together.
    contrast : tuple of two levels
        Reference level and level of interest.
    kind : str
        One of ``bayescause.query.mediated_questions.KINDS``.
    population : str
        One of ``bayescause.query.estimand.POPULATIONS``.
    where : str, optional
        Condition that selects the units.
    worthwhile : float, optional
        Smallest effect that matters.
    level : float or str, optional
        Level of the outcome whose chance is meant.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

    Examples
    --------
    >>> MediatedEffect(of="promo", on="sales", through=["traffic"]).through
    ('traffic',)
    """

    short: ClassVar[str]
    scale: ClassVar[Scale] = "difference"
    null: ClassVar[float] = 0.0
    is_average: ClassVar[bool] = True
    part: ClassVar[Literal["direct", "indirect"]]
    """Past the mediators, or through them."""

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
        way = "past" if self.part == "direct" else "through"
        return f"{self.kind} {self.part} effect {way} {' and '.join(self.through) or 'mediators'}"

    @property
    def coupling(self) -> str | None:
        """That nothing unmeasured joins the two worlds, for the natural kind."""
        return cross_world(self.of, self.on, " and ".join(self.through)) if self.kind == "natural" else None

    @property
    def query(self) -> CausalQuery:
        """The part of the effect that goes past the mediators, or through them."""
        return CausalQuery((self.of,), (self.on,), kind=f"{self.kind}_{self.part}", through=self.through)

    def evaluate(self, posterior: Posterior, route: Route) -> xr.DataArray:
        """Draws of the effect, dims (chain, draw), in the unit of the outcome."""
        from bayescause.query.selection import over_units

        return over_units(self, posterior, route)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.nested_replay import contrast_of_nested

        return contrast_of_nested(self, worlds)
