"""The path-specific effect: what a treatment does to the outcome along some paths, and along no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.errors import SpecError
from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import Scale, check_question
from bayescause.query.keys import names_its_keys
from bayescause.query.mediated_questions import (
    cross_world,
    read_chain,
    require_kind,
    require_mediators,
    tuple_of_names,
)

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["PathSpecificEffect"]


@names_its_keys
@dataclass(frozen=True)
class PathSpecificEffect:
    """Effect of a treatment on an outcome along some paths; along all others it stays at the reference level.

    A variable that would have to answer both levels at once, the recanting witness, forbids the natural kind. The
    interventional kind then draws twins of it, one for each way on.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    along : tuple of str
        Chains of arrows: ``("promo -> traffic -> sales",)``. Every path that holds one of them carries the effect, so
        that one arrow, ``("promo -> traffic",)``, stands for all paths that take it.
    through : tuple of str
        Instead of ``along``: variables that the paths pass in this order, perhaps with others in between.
    contrast : tuple of two levels
        Reference level and level of interest, as values in the unit of the data or as the names of levels.
    kind : str
        ``"natural"``: every variable is each unit's own, which rests on cross-world independence. ``"interventional"``:
        a recanting witness is drawn anew, from how it falls out among units that are alike in its causes, for each
        way on; it needs no unit in two worlds.
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
    Pearl (2001), Direct and indirect effects, section 4; Avin, Shpitser and Pearl (2005), Identifiability of
    path-specific effects; Shpitser (2013), Counterfactual graphical models for longitudinal mediation analysis; Vo,
    Williams, Liu, Rudolph and Diaz (2024), Recanting twins, for the interventional kind.

    Examples
    --------
    >>> question = PathSpecificEffect(of="promo", on="sales", along=("promo -> traffic -> sales",))
    >>> question.query.along
    (('promo', 'traffic', 'sales'),)
    """

    short: ClassVar[str] = "path"
    formula: ClassVar[str] = "E[{on}(paths asked for: {of} = {high}, others: {of} = {low})] - E[{on}({of} = {low})]"
    scale: ClassVar[Scale] = "difference"
    null: ClassVar[float] = 0.0
    is_average: ClassVar[bool] = True

    of: str
    on: str
    along: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    contrast: tuple[float | str, float | str] = (0, 1)
    kind: str = "natural"
    population: str = "superpopulation"
    where: str | None = None
    worthwhile: float | None = None
    level: float | str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "along", tuple_of_names("along", self.along))
        if bool(self.along) == bool(self.through):
            raise SpecError(
                "The path-specific effect needs `along`, such as along=('x -> m -> y',), or `through`, the variables "
                "that the paths pass in their order, and not both."
            )
        if self.through:
            require_mediators(self)
        require_kind(self.kind)
        check_question(self)
        self._chains  # noqa: B018 (chains that cannot be read are refused here)

    @property
    def name(self) -> str:
        """Name in sentences, with the paths."""
        return f"{'' if self.kind == 'natural' else 'interventional '}effect {self._way}"

    @property
    def _way(self) -> str:
        return f"along {' and '.join(self.along)}" if self.along else f"through {' and then '.join(self.through)}"

    @property
    def _chains(self) -> tuple[tuple[str, ...], ...]:
        return tuple(read_chain(text) for text in self.along)

    @property
    def coupling(self) -> str | None:
        """That nothing unmeasured joins the two worlds, for the natural kind."""
        if self.kind != "natural":
            return None
        between = dict.fromkeys(name for chain in self._chains for name in chain if name not in (self.of, self.on))
        return cross_world(self.of, self.on, " and ".join(self.through or between) or "what is on the way")

    @property
    def query(self) -> CausalQuery:
        """The part of the effect that goes along the paths."""
        kind = "path" if self.kind == "natural" else "interventional_path"
        return CausalQuery((self.of,), (self.on,), kind=kind, through=self.through, along=self._chains)

    def evaluate(self, posterior: Posterior, route: Route) -> xr.DataArray:
        """Draws of the effect, dims (chain, draw), in the unit of the outcome."""
        from bayescause.query.selection import over_units

        return over_units(self, posterior, route)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.nested_replay import contrast_of_nested

        return contrast_of_nested(self, worlds)
