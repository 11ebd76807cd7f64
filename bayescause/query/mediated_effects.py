"""What questions about a part of an effect share: their keys, their check, their draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from bayescause.identification.verdict import CausalQuery
from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale
from bayescause.query.mediated_questions import chosen_by, cross_world, require_kind, require_mediators
from bayescause.query.question import LevelContrast, OfLevel, Question

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["MediatedEffect", "PartOfEffect", "Through"]


@dataclass(frozen=True)
class Through(Question):
    """A question about what lies between treatment and outcome.

    Parameters
    ----------
    through : tuple of str
        Mediators.
    """

    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartOfEffect(LevelContrast, OfLevel, Through):
    """A question about the part of an effect that some paths carry, while others stay as at the reference level.

    Parameters
    ----------
    kind : str
        One of ``bayescause.query.mediated_questions.KINDS``.
    """

    scale: ClassVar[Scale] = "difference"
    is_average: ClassVar[bool] = True
    is_by_blocks: ClassVar[bool] = True

    kind: str = "natural"

    def __post_init__(self) -> None:
        require_kind(self.kind)
        super().__post_init__()

    @property
    def name(self) -> str:
        """Name in sentences."""
        return f"{self.kind} part of an effect"

    @property
    def between(self) -> tuple[str, ...]:
        """Variables that would be in one world while the outcome is in the other."""
        return self.through

    @property
    def coupling(self) -> str | None:
        """That nothing unmeasured joins the two worlds, for the natural kind."""
        between = " and ".join(self.between) or "what is on the way"
        return cross_world(self.of, self.on, between) if self.kind == "natural" else None

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the effect, dims (chain, draw), in the unit of the outcome."""
        from bayescause.query.selection import over_units

        return over_units(self, posterior, route, tell)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.nested_replay import contrast_of_nested

        return contrast_of_nested(self, worlds)


@dataclass(frozen=True)
class MediatedEffect(PartOfEffect):
    """A question about a part of an effect: through some mediators, or past them.

    Parameters
    ----------
    through : tuple of str
        Mediators, taken together.
    kind : str
        ``"natural"``: mediators are each unit's own, which rests on cross-world independence. ``"interventional"``:
        mediators are drawn by lot as they fall out under a level of the treatment among units that are alike in what
        comes before; it needs no unit in two worlds, and exists where the treatment moves a cause of mediator and
        outcome.

    Examples
    --------
    >>> MediatedEffect(of="promo", on="sales", through=["traffic"]).through
    ('traffic',)
    """

    part: ClassVar[Literal["direct", "indirect"]]
    """Past the mediators, or through them."""

    def __post_init__(self) -> None:
        require_mediators(self)
        super().__post_init__()

    @property
    def name(self) -> str:
        """Name in sentences, with the mediators."""
        way = "past" if self.part == "direct" else "through"
        return f"{self.kind} {self.part} effect {way} {' and '.join(self.through) or 'mediators'}"

    @property
    def query(self) -> CausalQuery:
        """The part of the effect that goes past the mediators, or through them, given what chooses the units."""
        kind = f"{self.kind}_{self.part}"
        return CausalQuery((self.of,), (self.on,), chosen_by(self.where), kind, self.through)
