"""The controlled direct effect: what a treatment does to the outcome while mediators are held at a level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.identification.verdict import CausalQuery
from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale, is_level
from bayescause.query.group_places import held_places, label_of
from bayescause.query.keys import names_its_keys
from bayescause.query.mediated_effects import Through
from bayescause.query.mediated_questions import require_mediators, tuple_of_names
from bayescause.query.question import LevelContrast, OfLevel
from bayescause.surface import setting

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.graph.causal_graph import CausalGraph
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["ControlledDirectEffect"]


@names_its_keys
@dataclass(frozen=True)
class ControlledDirectEffect(LevelContrast, OfLevel, Through):
    """Effect of a treatment on an outcome while mediators are held at one level, the same for everybody.

    ``E[Y | do(X = high, M = m)] - E[Y | do(X = low, M = m)]``: an effect of interventions on all of them, so that
    nothing about units in two worlds is taken for granted.

    Parameters
    ----------
    held : mapping of str to level, or to several in a tuple
        The level of each mediator: ``{"dept": "A"}``. With several, ``{"dept": ("A", "B")}``, one number for each.

    References
    ----------
    Robins and Greenland (1992); Pearl (2001), Direct and indirect effects, definition 1.

    Examples
    --------
    >>> question = ControlledDirectEffect(of="gender", on="admit", through=("dept",), held={"dept": ("A", "B")})
    >>> question.cells
    ('dept = A', 'dept = B')
    """

    short: ClassVar[str] = "cde"
    formula: ClassVar[str] = "E[{on}({of} = {high}, {through} = m)] - E[{on}({of} = {low}, {through} = m)], m as held"
    scale: ClassVar[Scale] = "difference"
    is_by_blocks: ClassVar[bool] = True

    held: Any = ()

    def __post_init__(self) -> None:
        try:
            held = dict(self.held)
        except (TypeError, ValueError):
            such = setting("held", {"m": 1})
            raise SpecError(
                f"`held` is {shown(self.held)}. Write the level of each mediator, such as {such}."
            ) from None
        levels = {str(name): _levels(found) for name, found in held.items()}
        object.__setattr__(self, "through", tuple_of_names("through", self.through) or tuple(levels))
        require_mediators(self)
        _require_levels(self.through, levels)
        object.__setattr__(self, "held", tuple((name, levels[name]) for name in self.through))
        super().__post_init__()

    def faults(self, graph: CausalGraph) -> tuple[str, ...]:
        """Why it makes no sense in ``graph``, a sentence each: what is held is not between treatment and outcome."""
        from bayescause.identification.mediated_faults import mediated_faults

        if not {self.of, self.on, *self.through} <= set(graph.observed):
            return ()  # told with the other unknown names
        query = CausalQuery((self.of,), (self.on,), kind="natural_direct", through=self.through)
        return tuple(mediated_faults(graph, query))

    @property
    def name(self) -> str:
        """Name in sentences, with the level at which mediators are held."""
        cells = self.cells
        return f"controlled direct effect at {cells[0]}" if len(cells) == 1 and cells[0] else "controlled direct effect"

    @property
    def cells(self) -> tuple[str, ...]:
        """Levels of the mediators, one text for each number that is asked for."""
        return tuple(map(label_of, held_places(self.held)))

    @property
    def _cells(self) -> list[tuple[tuple[str, float | str], ...]]:
        names = [name for name, _ in self.held]
        return [tuple(zip(names, cell, strict=True)) for cell in product(*(levels for _, levels in self.held))]

    @property
    def is_average(self) -> bool:
        """Whether it is one number, an average of effects of units over rows."""
        return len(self._cells) == 1

    @property
    def query(self) -> CausalQuery:
        """The law of the outcome under an intervention on the treatment and on the mediators."""
        return CausalQuery((self.of, *self.through), (self.on,))

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the effect, dims (chain, draw) or (chain, draw, group), in the unit of the outcome."""
        import xarray as xr

        from bayescause.query.selection import over_units

        asked = [replace(self, held=dict(cell)) for cell in self._cells]
        draws = [over_units(one, posterior, route, tell) for one in asked]
        if len(draws) == 1:
            return draws[0]
        groups = xr.DataArray(list(self.cells), dims="group", name="group")
        return xr.concat(draws, dim=groups).transpose("chain", "draw", "group")

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample, cell), in the unit of the outcome."""
        from bayescause.query.replaying import contrast_of_levels

        cells = (replace(self, held=dict(cell)) for cell in self._cells)
        return np.stack([contrast_of_levels(cell, worlds) for cell in cells], axis=1)


def _levels(found: Any) -> tuple[float | str, ...]:
    return tuple(found) if isinstance(found, list | tuple) else (found,)


def _require_levels(through: tuple[str, ...], levels: Mapping[str, tuple[float | str, ...]]) -> None:
    faults = [
        f"`held` has no level of {name!r}. Write where it is held, such as {setting('held', {name: 1})}."
        for name in through
        if not levels.get(name)
    ]
    faults += [f"`held` names {name!r}, which is not in `through`." for name in levels if name not in through]
    faults += [
        f"`held` has the level {level!r} of {name!r}: write a number or the name of a level."
        for name, some in levels.items()
        for level in some
        if isinstance(level, bool) or not is_level(level)
    ]
    SpecError.raise_if(faults)
