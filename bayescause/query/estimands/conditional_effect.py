"""The conditional effect: the average effect within groups of units that were alike before the treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.errors import SpecError
from bayescause.inference.telling import Tell, silent
from bayescause.query.conditional_questions import ConditionalQuestion
from bayescause.query.keys import names_its_keys
from bayescause.query.question import OfLevel

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.design import Design
    from bayescause.scm.mechanism import FloatArray

__all__ = ["ConditionalEffect"]


@names_its_keys
@dataclass(frozen=True)
class ConditionalEffect(ConditionalQuestion, OfLevel):
    """Average effect within each group of the effect modifiers ``given``.

    ``E[Y | do(X = high), Z = z] - E[Y | do(X = low), Z = z]`` for each group ``z``.

    Parameters
    ----------
    given : tuple of str
        Effect modifiers, none a descendant of the treatment: columns with few values.
    at : tuple of float, optional
        Values of one continuous modifier at which the effect is wanted.

    References
    ----------
    Shpitser and Pearl (2006), Identification of conditional interventional distributions; Hernan and Robins (2020),
    Causal Inference: What If, chapter 4.

    Examples
    --------
    >>> question = ConditionalEffect(of="promo", on="sales", given=("season",))
    >>> question.query.of
    ('promo',)
    """

    short: ClassVar[str] = "cate"
    formula: ClassVar[str] = "E[{on}({of} = {high}) - {on}({of} = {low}) | {given}]"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.at and (len(self.given) > 1 or self.where is not None):
            raise SpecError("`at` needs one modifier and no `where`. Ask by groups instead: drop `at`.")

    @property
    def is_average(self) -> bool:
        """Whether groups of rows are averaged over, and not single values of a modifier asked for."""
        return not self.at

    def doubts(self, posterior: Posterior) -> tuple[str, ...]:
        """Values of the modifier that were never seen."""
        from bayescause.query.doses import dose_doubts

        found = dose_doubts(posterior.table, self.given[0], self.at, None) if self.at else ()
        return tuple(doubt.replace("The curve there", "The effect there") for doubt in found)

    def faults_in_data(self, table: Table) -> tuple[str, ...]:
        """Modifiers with so many values that they make no groups, and what to ask instead."""
        from bayescause.query.along_modifier import no_groups

        return () if self.at else tuple(no_groups(table, self.given))

    def faults_in_design(self, design: Design, route: Route) -> tuple[str, ...]:
        """Why the effect cannot be told at single values of the modifier."""
        from bayescause.query.selection import faults_of_modifier

        return faults_of_modifier(self, design, route) if self.at else ()

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the conditional effects, dims (chain, draw, group), in the unit of the outcome."""
        from bayescause.query.selection import within_groups

        return within_groups(self, posterior, route, tell)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effects among simulated units, dims (sample, group), in the unit of the outcome."""
        from bayescause.query.replaying import contrast_of_groups

        return contrast_of_groups(self, worlds, self.at)
