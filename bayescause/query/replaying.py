"""How an estimand is read off units that were simulated one by one: what a second route to its answer needs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.regimes import Regime
from bayescause.query.selection import cells, units_of
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.query.estimand import Estimand

__all__ = ["Replaying", "Worlds", "contrast_of_chances", "contrast_of_groups", "contrast_of_levels", "means_under"]

type Do = Mapping[str, float | FloatArray]
"""What variables are set to: one value, one a unit, dims (row,), or one a unit and draw, dims (sample, row)."""


class Worlds(Protocol):
    """Units that are simulated under interventions, each draw of the parameters on its own."""

    @property
    def table(self) -> Table:
        """The units, each of them perhaps several times."""
        ...

    @property
    def units(self) -> Table:
        """The same units once each, as the first route has them: constants of the question are derived from them."""
        ...

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        """Units to look at, dims (row,)."""
        ...

    @property
    def samples(self) -> int:
        """Draws of the parameters."""
        ...

    def under(self, do: Do) -> Mapping[str, FloatArray]:
        """Every variable between treatment and outcome, both ends included where not set, dims (sample, row)."""
        ...

    def outcome(self, do: Do) -> FloatArray:
        """The outcome, dims (sample, row)."""
        ...

    def random(self, name: str) -> np.random.Generator:
        """Random numbers for what an intervention draws; the same whenever asked by the same name."""
        ...


@runtime_checkable
class Replaying(Protocol):
    """An estimand that can be read off simulated units."""

    def replayed(self, worlds: Worlds) -> FloatArray:
        """Its value for each draw, dims (sample,) or (sample, cell), in the unit of the estimand."""
        ...


def contrast_of_levels(question: "Estimand", worlds: Worlds) -> FloatArray:
    """Mean difference between both levels among the units that the question is about, dims (sample,)."""
    difference = _difference(question, worlds, {})
    return _mean(difference, worlds, units_of(question, worlds.table))


def contrast_of_groups(question: "Estimand", worlds: Worlds, at: Sequence[float] = ()) -> FloatArray:
    """The same within each group of ``given``, or with its one modifier held ``at`` values, dims (sample, group)."""
    if at:
        everybody = np.ones(worlds.table.rows, dtype=bool)
        held = [_difference(question, worlds, {particulars(question).given[0]: value}) for value in at]
        return np.stack([_mean(one, worlds, everybody) for one in held], axis=1)
    difference = _difference(question, worlds, {})
    found = (selected for _, selected in cells(question, worlds.table))
    return np.stack([_mean(difference, worlds, selected) for selected in found], axis=1)


def contrast_of_chances(question: "Estimand", worlds: Worlds, above: Sequence[float]) -> FloatArray:
    """Difference of the shares of units whose outcome exceeds each value, dims (sample, threshold)."""
    contrast, selected = resolve_contrast(worlds.table, question), units_of(question, worlds.table)
    high, low = (worlds.outcome({contrast.of: level}) for level in (contrast.high, contrast.low))
    return np.stack([_mean((high > value) - 1.0 * (low > value), worlds, selected) for value in above], axis=1)


def means_under(question: "Estimand", regimes: Sequence[Regime], worlds: Worlds) -> tuple[FloatArray, ...]:
    """Mean outcome under each of ``regimes`` among the units that the question is about, dims (sample,) each."""
    selected = units_of(question, worlds.table)
    acted = dict.fromkeys(name for regime in regimes for name in regime.variables)
    whole = (regime.on(tuple(acted)) for regime in regimes)
    return tuple(_mean(worlds.outcome(dict(_drawn(regime, worlds))), worlds, selected) for regime in whole)


def _drawn(regime: Regime, worlds: Worlds) -> Iterator[tuple[str, FloatArray]]:
    """What each unit gets: where an intervention leaves it to chance, a value of its own in each draw."""
    for name, action in regime.actions:
        nodes = action.nodes(name, worlds.table)
        if len(nodes.weights) == 1:
            yield name, nodes.values[0]
        else:
            size = (worlds.samples, worlds.table.rows)
            chosen = worlds.random(name).choice(len(nodes.weights), size, p=nodes.weights)
            yield name, np.take_along_axis(nodes.values, chosen, axis=0)


def _difference(question: "Estimand", worlds: Worlds, held: Mapping[str, float]) -> FloatArray:
    contrast = resolve_contrast(worlds.table, question)
    return worlds.outcome({contrast.of: contrast.high, **held}) - worlds.outcome({contrast.of: contrast.low, **held})


def _mean(values: FloatArray, worlds: Worlds, selected: npt.NDArray[np.bool_]) -> FloatArray:
    return np.asarray(values[:, selected & worlds.kept].mean(axis=1))
