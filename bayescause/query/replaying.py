"""How an estimand is read off units that were simulated one by one: what a second route to its answer needs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.graph.causal_graph import CausalGraph
from bayescause.query.contrasts import at_level, outcome_level, resolve_contrast
from bayescause.query.regimes import Regime
from bayescause.query.selection import cells, units_of
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.query.estimand import Estimand

__all__ = [
    "Replaying",
    "Stepwise",
    "Worlds",
    "contrast_along",
    "contrast_of_chances",
    "contrast_of_groups",
    "contrast_of_levels",
    "contrast_of_quantiles",
    "mean_among",
    "means_under",
    "shares_of_levels",
]

NEAREST = 0.3
"""Share of the units that are near to a value of a modifier, by the definition of the curve."""

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

    @property
    def graph(self) -> CausalGraph:
        """The causal graph, without latent nodes."""
        ...

    @property
    def order(self) -> tuple[str, ...]:
        """Variables that are simulated, causes first, the outcome last."""
        ...

    @property
    def is_structural(self) -> bool:
        """Whether all of them follow laws of their own, given their causes alone."""
        ...

    @property
    def has_atoms(self) -> bool:
        """Whether single values of the outcome have a chance."""
        ...

    def under(self, do: Do, noise: str = "") -> Mapping[str, FloatArray]:
        """Every variable between treatment and outcome, both ends included where not set, dims (sample, row).

        Worlds in which the same variables are set share their noises, unless ``noise`` names others.
        """
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


@runtime_checkable
class Stepwise(Protocol):
    """An estimand that jumps from value to value where single values of the outcome have a chance."""

    is_stepwise: ClassVar[bool]


def contrast_of_levels(question: "Estimand", worlds: Worlds) -> FloatArray:
    """Mean difference between both levels among the units that the question is about, dims (sample,).

    What the question holds at a level is set in both.
    """
    held = dict(resolve_contrast(worlds.table, question).held)
    return mean_among(_difference(question, worlds, held), worlds, question)


def mean_among(values: FloatArray, worlds: Worlds, question: "Estimand") -> FloatArray:
    """Mean of ``values``, dims (sample, row), among the units that the question is about, dims (sample,)."""
    return _mean(values, worlds, units_of(question, worlds.table))


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


def shares_of_levels(question: "Estimand", worlds: Worlds, values: Sequence[float]) -> FloatArray:
    """Shares of units whose outcome is no larger than each value, dims (sample, cell): the reference's values first."""
    contrast, selected = resolve_contrast(worlds.table, question), units_of(question, worlds.table)
    sides = [worlds.outcome({contrast.of: level}) for level in (contrast.low, contrast.high)]
    below = [(side <= value).astype(float) for side in sides for value in values]
    return np.stack([_mean(one, worlds, selected) for one in below], axis=1)


def contrast_of_quantiles(question: "Estimand", worlds: Worlds, probabilities: Sequence[float]) -> FloatArray:
    """Difference of quantiles of the units' outcomes, dims (sample, probability)."""
    contrast, selected = resolve_contrast(worlds.table, question), units_of(question, worlds.table) & worlds.kept
    # Where the outcome jumps a quantile is one of its values; where not, one between two has no bias but 1 / units.
    method: Literal["inverted_cdf", "linear"] = "inverted_cdf" if worlds.has_atoms else "linear"
    high, low = (worlds.outcome({contrast.of: level})[:, selected] for level in (contrast.high, contrast.low))
    at = list(probabilities)
    return np.asarray((np.quantile(high, at, axis=1, method=method) - np.quantile(low, at, axis=1, method=method)).T)


def contrast_along(question: "Estimand", worlds: Worlds, points: Sequence[float]) -> FloatArray:
    """Mean difference with the one modifier held at each of ``points``, among the units near it, dims (sample, point).

    Near are the units up to the nearest share of all of them, the nearer the more (tricube).
    """
    own = worlds.table.columns[particulars(question).given[0]]
    selected = units_of(question, worlds.table) & worlds.kept & np.isfinite(own)
    return np.stack([_near(question, worlds, selected, point) for point in points], axis=1)


def _near(question: "Estimand", worlds: Worlds, selected: npt.NDArray[np.bool_], point: float) -> FloatArray:
    modifier = particulars(question).given[0]
    difference = _difference(question, worlds, {modifier: point})[:, selected]
    gaps = np.abs(worlds.table.columns[modifier][selected] - point)
    ranked = np.sort(gaps)
    reach = ranked[min(int(np.ceil(NEAREST * len(gaps))), len(gaps)) - 1]
    near = np.where(gaps < reach, (1 - (gaps / max(reach, np.finfo(float).tiny)) ** 3) ** 3, 0.0)
    near = near if near.any() else 1.0 * (gaps == ranked[0])
    return np.asarray(difference @ near / near.sum())


def means_under(question: "Estimand", regimes: Sequence[Regime], worlds: Worlds) -> tuple[FloatArray, ...]:
    """Mean outcome under each of ``regimes`` among the units that the question is about, dims (sample,) each."""
    selected = units_of(question, worlds.table)
    acted = dict.fromkeys(name for regime in regimes for name in regime.variables)
    whole = (regime.on(tuple(acted)) for regime in regimes)
    level = outcome_level(worlds.table, question)
    outcomes = (at_level(worlds.outcome(dict(_drawn(regime, worlds))), level) for regime in whole)
    return tuple(_mean(one, worlds, selected) for one in outcomes)


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
    high, low = (worlds.outcome({contrast.of: level, **held}) for level in (contrast.high, contrast.low))
    return at_level(high, contrast.level) - at_level(low, contrast.level)


def _mean(values: FloatArray, worlds: Worlds, selected: npt.NDArray[np.bool_]) -> FloatArray:
    return np.asarray(values[:, selected & worlds.kept].mean(axis=1))
