"""Individual effects: what the treatment does to each unit, given everything that was observed of it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale
from bayescause.query.keys import names_its_keys
from bayescause.query.question import CountsUnits, LevelContrast

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.effect import Effect
    from bayescause.scm.mechanism import FloatArray

__all__ = ["IndividualEffect"]


@names_its_keys
@dataclass(frozen=True)
class IndividualEffect(LevelContrast, CountsUnits):
    """Effects of a treatment on the single units of the table.

    ``Y(high) - Y(low)`` of each unit, given all that was observed of it, its outcome included: ``effect.by_unit()``
    gives the draws of each, block by block. The effect's own draws are their average: over these very units
    (``population="sample"``, the sample average effect of the potential outcomes) or over those they are drawn from,
    of whom nothing was seen but what stands before the treatment: for them it is the average effect.

    Parameters
    ----------
    how : str
        How a discrete variable of one unit at different levels of the treatment hangs together: ``"comonotone"`` (it
        keeps its rank) or ``"independent"`` (it is drawn anew where its causes change). Continuous variables keep
        their rank.
    population : str
        ``"sample"``: these units and no others. ``"superpopulation"``: the units are draws from a larger population.

    References
    ----------
    Pearl, Causality (2009), theorem 7.1.7; Imbens and Rubin, Causal Inference (2015), section 8.4.

    Examples
    --------
    >>> IndividualEffect(of="promo", on="sales").coupling
    'each unit keeps its rank (comonotone)'
    """

    short: ClassVar[str] = "ite"
    formula: ClassVar[str] = "E[{on}({of} = {high}) - {on}({of} = {low}) | what was seen of each unit]"
    name: ClassVar[str] = "average of the individual effects"
    plainly: ClassVar[str] = "average of the effects on single units"
    scale: ClassVar[Scale] = "difference"
    is_average: ClassVar[bool] = False
    is_by_blocks: ClassVar[bool] = True
    ways: ClassVar[tuple[str, ...]] = ("simulation",)

    _: KW_ONLY
    how: str = "comonotone"
    population: str = "sample"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.how not in ("comonotone", "independent"):
            raise SpecError(f"There is no coupling {shown(self.how)}. Write 'comonotone' or 'independent'.")

    @property
    def coupling(self) -> str:
        """Assumption about a unit at two levels of the treatment."""
        drawn = "discrete variables are drawn anew where their causes change (independent noises)"
        return "each unit keeps its rank (comonotone)" if self.how == "comonotone" else drawn

    def obstacle(self, route: Route) -> str | None:
        """Why units have no effects of their own by ``route``, as a sentence; None if they have."""
        from bayescause.query.individual_effects import why_not_individual

        return why_not_individual(route)

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the average of the units' effects, dims (chain, draw), in the unit of the outcome."""
        from bayescause.query.contrasts import resolve_contrast
        from bayescause.query.individual_effects import average_of_units
        from bayescause.query.selection import as_draws, over_units, units_of

        if self.population == "superpopulation":
            return over_units(self, posterior, route, tell)
        contrast = resolve_contrast(posterior.table, self)
        rows = np.flatnonzero(units_of(self, posterior.table))
        return as_draws(posterior, average_of_units(posterior, route, contrast, rows, coupling=self.how, tell=tell))

    def assumes(self, posterior: Posterior) -> tuple[str, ...]:
        """How the average is computed where units are many, and the coupling."""
        from bayescause.query.contrasts import resolve_contrast
        from bayescause.query.individual_effects import told_of_average
        from bayescause.query.routing import route_of
        from bayescause.query.selection import units_of

        told: tuple[str, ...] = ()
        if self.population == "sample":
            rows = np.flatnonzero(units_of(self, posterior.table))
            told = told_of_average(posterior, route_of(posterior, self), resolve_contrast(posterior.table, self), rows)
        return (*told, f"coupling: {self.coupling}")

    def answered(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> Effect:
        """The effect, with its coupling among what is assumed; refused where units have none of their own."""
        from bayescause.query.level_order import arbitrary_orders
        from bayescause.query.settling import refuse, weakened
        from bayescause.query.simulated import simulated_effect

        if posterior.table.stream is not None:
            told = "Effects on single units need a table that is held in memory. Ask of some of its rows."
            return refuse(posterior.model, self, route, told)
        effect = simulated_effect(posterior, self, route, tell=tell)
        orders = arbitrary_orders(posterior.table, route.order[:-1] if self.how == "comonotone" else ())
        return weakened(effect, (*effect.reasons, *orders))

    def by_unit(self, posterior: Posterior, route: Route, rows: np.ndarray) -> Iterator[tuple[np.ndarray, FloatArray]]:
        """Draws of the effects on the units in ``rows``, in blocks."""
        from bayescause.query.contrasts import resolve_contrast
        from bayescause.query.individual_effects import individual_contrasts

        return individual_contrasts(posterior, route, resolve_contrast(posterior.table, self), rows, coupling=self.how)
