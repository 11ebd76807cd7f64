"""Regimes: what becomes of each variable that is acted on, and whether that can be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bayescause.arguments import shown
from bayescause.compilation.nearness import gaps_of
from bayescause.compilation.selecting import selection_faults
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.graph.relations import descendants
from bayescause.notebooks import by_its_words
from bayescause.query.intervention import Intervention, Nodes, read_intervention
from bayescause.scm.kinds import LEVELLED
from bayescause.surface import literal

__all__ = [
    "AS_IT_IS",
    "Assigned",
    "Regime",
    "assigned_by",
    "read_also",
    "regime_concerns",
    "regime_faults",
    "set_to_each",
]

AS_IT_IS: Mapping[str, float] = {"shift": 0.0}
"""The intervention that changes nothing."""

FEW = 0.01
"""Share of units, or of what they are drawn from, beyond which values that were never seen are told."""


@dataclass(frozen=True)
class Regime:
    """What becomes of each variable.

    Parameters
    ----------
    actions : tuple of (str, Intervention)
        Variables that are acted on; others are left to themselves.

    Examples
    --------
    >>> print(Regime((("price", read_intervention({"shift": -1})), ("promo", read_intervention(1)))))
    price - 1, promo = 1
    """

    actions: tuple[tuple[str, Intervention], ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Those that are acted on."""
        return tuple(name for name, _ in self.actions)

    @property
    def columns(self) -> tuple[str, ...]:
        """Covariates that are looked at, in which a treatment's own natural value may be."""
        return tuple(dict.fromkeys(name for _, action in self.actions for name in action.columns))

    @property
    def natural(self) -> tuple[str, ...]:
        """Variables of which the value matters that they would have anyway."""
        seen = {name for name, action in self.actions if action.sees_natural} | set(self.columns)
        return tuple(name for name in self.variables if name in seen)

    @property
    def is_static(self) -> bool:
        """Whether it is the same for all units, whatever is known of them."""
        return not self.columns and not self.natural

    def on(self, variables: Sequence[str]) -> "Regime":
        """The same regime, in which the rest of ``variables`` stay as they are."""
        rest = tuple((name, read_intervention(AS_IT_IS)) for name in variables if name not in self.variables)
        return Regime((*self.actions, *rest))

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return ", ".join(action.told(name) for name, action in self.actions)


def set_to_each(of: str, levels: Sequence[float | str]) -> list[Regime]:
    """The regimes that set ``of`` to each of ``levels``, the same for everybody.

    Examples
    --------
    >>> print(*set_to_each("promo", (0, 1)), sep="; ")
    promo = 0; promo = 1
    """
    return [Regime(((of, read_intervention({"set": level})),)) for level in levels]


def read_also(also: Any) -> tuple[tuple[str, Intervention], ...]:
    """Further variables with what becomes of them, from a mapping or from pairs.

    Raises
    ------
    SpecError
        If it is neither, or one of them is no intervention.

    Examples
    --------
    >>> read_also({"price": {"set": 2}})
    (('price', SetTo(level=2)),)
    """
    pairs = also.items() if isinstance(also, Mapping) else also
    try:
        return tuple((str(name), read_intervention(action)) for name, action in pairs)
    except (TypeError, ValueError) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(f"`also` is {shown(also)}; write {literal({'price': {'shift': -1}})}.") from None


def regime_faults(graph: CausalGraph, regime: Regime) -> Iterator[str]:
    """Why ``regime`` makes no sense in ``graph``, a sentence each."""
    acted = [name for name in regime.variables if name in graph.nodes]
    # What stays as it is changes nothing below it.
    moved = [name for name, action in regime.actions if name in graph.nodes and action != read_intervention(AS_IT_IS)]
    for name in regime.variables:
        if name not in graph.nodes:
            hint = nearest(name, graph.nodes)
            yield f"{name!r} is acted on and is not a variable of the graph.{hint or ' Draw it first.'}"
    for name in regime.natural:
        above = [other for other in moved if other != name and name in descendants(graph, [other])]
        if above and name in acted:
            yield (
                f"{' and '.join(map(repr, above))} changes {name!r}, so that there is no value of it that units would "
                f"have anyway once {' and '.join(map(repr, above))} is acted on. Set {name!r} to a value."
            )
    for column in regime.columns:
        if column not in regime.variables:
            for fault in selection_faults(graph, acted, f'"{column}" == 0'):
                yield fault.replace("`where`", "`when`").replace("selects different people", "is different")


MOST_VALUES = 50
"""Different values that a regime gives of which each is looked at."""


@dataclass(frozen=True, eq=False)
class Assigned:
    """What one intervention gives to each unit.

    Parameters
    ----------
    variable : str
    told : str
        In words: ``"price - 1"``.
    nodes : Nodes
    """

    variable: str
    told: str
    nodes: Nodes


def assigned_by(regime: Regime, table: Table) -> tuple[Assigned, ...]:
    """What ``regime`` gives to the units of ``table``; variables that it leaves as they are are left out."""
    acted = ((name, action) for name, action in regime.actions if action != read_intervention(AS_IT_IS))
    return tuple(Assigned(name, action.told(name), action.nodes(name, table)) for name, action in acted)


def regime_concerns(table: Table, regimes: Sequence[Regime], selected: np.ndarray) -> tuple[str, ...]:
    """Values that regimes give and that were never seen, with how far away they are: a sentence a variable."""
    return tuple(dict.fromkeys(told for regime in regimes for told in _beyond(table, regime, selected)))


def _beyond(table: Table, regime: Regime, selected: np.ndarray) -> Iterator[str]:
    shares = np.where(selected, table.counts, 0.0)
    shares = shares / shares.sum()
    for name, action in regime.actions:
        if table.kinds.get(name) in LEVELLED:
            continue
        given, (low, high) = action.nodes(name, table), table.span(name)
        away = np.where(shares > 0, np.maximum(low - given.values, given.values - high), 0.0)
        share = float(given.weights @ ((away > 0) @ shares))
        if share > FEW:
            yield (
                f"Under {action.told(name)}, {100 * share:.0f} in 100 units would have {name} where it was never seen, "
                f"up to {away.max():.4g} beyond {low:.4g} to {high:.4g}. The answer there is extrapolated."
            )
        if not action.sees_natural:
            yield from gaps_of(table, name, np.unique(given.values[:, shares > 0]).tolist()[:MOST_VALUES])
