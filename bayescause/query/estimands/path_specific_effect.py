"""The path-specific effect: what a treatment does to the outcome along some paths, and along no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.errors import SpecError
from bayescause.identification.verdict import CausalQuery
from bayescause.query.keys import names_its_keys
from bayescause.query.mediated_effects import PartOfEffect
from bayescause.query.mediated_questions import chosen_by, read_chain, require_mediators, tuple_of_names
from bayescause.surface import setting

__all__ = ["PathSpecificEffect"]


@names_its_keys
@dataclass(frozen=True)
class PathSpecificEffect(PartOfEffect):
    """Effect of a treatment on an outcome along some paths; along all others it stays at the reference level.

    A variable that would have to answer both levels at once, the recanting witness, forbids the natural kind. The
    interventional kind then draws twins of it, one for each way on.

    Parameters
    ----------
    along : tuple of str
        Chains of arrows: ``("promo -> traffic -> sales",)``. Every path that holds one of them carries the effect, so
        that one arrow, ``("promo -> traffic",)``, stands for all paths that take it.
    through : tuple of str
        Instead of ``along``: variables that the paths pass in this order, perhaps with others in between.
    kind : str
        ``"natural"``: every variable is each unit's own, which rests on cross-world independence. ``"interventional"``:
        a recanting witness is drawn anew, from how it falls out among units that are alike in its causes, for each
        way on; it needs no unit in two worlds.

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

    along: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "along", tuple_of_names("along", self.along))
        if bool(self.along) == bool(self.through):
            raise SpecError(
                f"The path-specific effect needs `along`, such as {setting('along', ('x -> m -> y',))}, or `through`, "
                "the variables that the paths pass in their order, and not both."
            )
        if self.through:
            require_mediators(self)
        super().__post_init__()
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
    def between(self) -> tuple[str, ...]:
        """Variables that would be in one world while the outcome is in the other."""
        passed = dict.fromkeys(name for chain in self._chains for name in chain if name not in (self.of, self.on))
        return self.through or tuple(passed)

    @property
    def query(self) -> CausalQuery:
        """The part of the effect that goes along the paths, given what chooses the units."""
        kind = "path" if self.kind == "natural" else "interventional_path"
        return CausalQuery((self.of,), (self.on,), chosen_by(self.where), kind, self.through, self._chains)
