"""The outcome's law in a whole population: a mixture of the laws of its units, draw by draw.

Its distribution function is the average of theirs, over the population's weights and over what is integrated on the
causal paths; its quantiles are found by inverting that function within a bracket that holds them for certain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.behind_normals import beside
from bayescause.query.crossing import first_reached, first_whole_reached, root_between
from bayescause.query.drawn_laws import laws_of
from bayescause.query.few_drives import Part, averaged, few_drives, first_of_shares
from bayescause.query.gathered_laws import is_worthwhile
from bayescause.query.many_rows import over_population, weighted_blocks
from bayescause.query.nodes_together import node_count
from bayescause.query.population import Population
from bayescause.query.regime_averaging import units_and_worlds
from bayescause.query.regimes import Regime
from bayescause.query.response_laws import response_law, spread_out
from bayescause.query.simulator import Simulator
from bayescause.scm.mechanism import FloatArray

__all__ = ["WHOLE", "Mixture", "read_mixtures", "unordered"]

WHOLE = ("binary", "count", "ordinal")
"""Kinds whose values are whole numbers."""

SLACK = 1e-9
"""By how much a bracket is widened, as a share of what it is computed from: for rounding."""


CLOSE = 1e-5
"""Error of a chance, at most, at a quantile that was found: far below that of the draws."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """The outcome's law in a population under one regime, for some draws.

    Parameters
    ----------
    parts : tuple of (float, ResponseLaw, array)
        Of each world of the regime its weight, the laws of the units, and the share of each unit, dims (sample, row).
    is_whole : bool
        Whether the outcome takes whole numbers only.
    """

    parts: tuple[Part, ...]
    is_whole: bool

    @property
    def samples(self) -> int:
        """Draws of the law."""
        return len(self.parts[0][2])

    def cumulative(self, values: FloatArray) -> FloatArray:
        """Chance of an outcome no larger than ``values``, dims (sample,)."""
        total = np.zeros(self.samples)
        for weight, law, shares in self.parts:
            total += weight * averaged(law, law.cumulative(np.asarray(values)[:, np.newaxis]), shares)
        return total

    def quantile(self, probability: float) -> FloatArray:
        """Smallest value that the outcome does not exceed with ``probability``, dims (sample,)."""

        def missing(values: FloatArray) -> FloatArray:
            return self.cumulative(values) - probability

        _, law, shares = self.parts[0]
        if len(self.parts) == 1 and shares.shape[1] == 1 and law.weights.size == 1:
            return np.broadcast_to(law.quantile(probability)[:, 0], (self.samples,))
        low, high = self._by_moments(probability)
        if self._holds(missing, low, high):
            found = self._search(missing, low, high)
            # Behind heavy tails moments tell of what hardly ever occurs, and a share of such a bracket is no error.
            if self.is_whole or (np.abs(missing(found)) <= CLOSE).all():
                return found
        low, high = self._by_units(probability)
        if not self._holds(missing, low, high):
            low, high = self._by_parts(probability)
        return self._search(missing, low, high) if np.isfinite(low + high).all() else low + high

    @staticmethod
    def _holds(missing: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray) -> bool:
        """Whether these are ends of a bracket."""
        is_finite = bool(np.isfinite(low).all() and np.isfinite(high).all())
        return is_finite and bool(((missing(low) <= 0) & (missing(high) >= 0)).all())

    def _by_moments(self, probability: float) -> tuple[FloatArray, FloatArray]:
        """Ends that Cantelli's inequality gives: no law with this mean and variance has the quantile outside them."""
        mean, square = np.zeros(self.samples), np.zeros(self.samples)
        for weight, law, shares in self.parts:
            middle, variance = law.moments()
            mean += weight * averaged(law, middle, shares)
            square += weight * averaged(law, middle**2 + variance, shares)
        sd = np.sqrt(np.maximum(square - mean**2, 0.0)) * (1 + SLACK) + SLACK * np.abs(mean)
        odds = np.sqrt(probability / (1 - probability))
        low, high = mean - sd / odds, mean + sd * odds
        return (np.floor(low), np.ceil(high)) if self.is_whole else (low, high)

    def _by_units(self, probability: float) -> tuple[FloatArray, FloatArray]:
        """Ends that most of the units give, whatever the others are.

        A share ``(1 + p) / 2`` of them has no more than ``high`` with a chance of ``2 p / (1 + p)`` each, which is p
        together; but for a share ``p / 2`` they have no more than ``low`` with a chance of ``p / (2 - p)``, which is p
        again where those few have no more for certain.
        """
        most, few = 2 * probability / (1 + probability), probability / (2 - probability)
        low = self._reached(few * (1 - SLACK), probability / 2)
        return low, self._reached(most + SLACK * (1 - most), (1 + probability) / 2)

    def _reached(self, probability: float, share: float) -> FloatArray:
        """Quantile that such a share of the units does not exceed with their own, dims (sample,)."""
        each = [(law.quantile(probability), weight * shares * law.weights) for weight, law, shares in self.parts]
        return first_of_shares(each, (share,))[0]

    def _by_parts(self, probability: float) -> tuple[FloatArray, FloatArray]:
        """Smallest and largest of the units' own quantiles: slower, and there even where no variance is."""
        ends = [law.quantile(probability) for _, law, _ in self.parts]
        axes = [tuple(axis for axis in range(end.ndim) if axis != end.ndim - 2) for end in ends]
        shape = (self.samples,)
        low = np.min([end.min(axis=axis) for end, axis in zip(ends, axes, strict=True)], axis=0)
        high = np.max([end.max(axis=axis) for end, axis in zip(ends, axes, strict=True)], axis=0)
        return np.broadcast_to(low, shape), np.broadcast_to(high, shape)

    def _search(self, missing: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray) -> FloatArray:
        if not any(law.has_atoms for _, law, _ in self.parts):
            return root_between(missing, low, high)
        return (first_whole_reached if self.is_whole else first_reached)(missing, low, high)


def read_mixtures(
    posterior: Posterior,
    route: Route,
    regimes: Sequence[Regime],
    read: Callable[[Mixture], Sequence[FloatArray]],
    *,
    population: str,
    selected: np.ndarray | None = None,
    tell: Tell = silent,
) -> FloatArray:
    """What ``read`` gives of the outcome's law among the ``selected`` units under each regime, over one population.

    Parameters
    ----------
    posterior : Posterior
    route : Route
        One that is simulated.
    regimes : sequence of Regime
    read : function
        Numbers of one law, dims (sample,) each.
    population : str
        ``"superpopulation"`` or ``"sample"``.
    selected : bool array, dims (row,), optional
        Units of the population; all of them by default.
    tell : function
        Told in words how far the work is.

    Returns
    -------
    array, dims (point, sample)
        The points of the first regime, then those of the next.

    Raises
    ------
    DataError
        If a regime gives a variable what it cannot be, or the rows are not in memory.
    SpecError
        If the outcome's levels have no order.
    """
    laws, table, outcome = laws_of(posterior, route), posterior.table, route.order[-1]
    SpecError.raise_if(unordered(table, outcome))
    units, worlds_of = units_and_worlds(posterior, route, laws, regimes, selected)
    over, is_whole = spread_out(laws.design, route, dict.fromkeys(route.query.of)), table.kinds[outcome] in WHOLE

    def held(rows: int) -> Sequence[str]:
        """What units have nodes for at once: noise that is normal in the drive needs none where units are gathered."""
        is_gathered = is_worthwhile(rows * node_count(laws.design, route, over))
        return beside(laws.design, route, over) if is_gathered else over

    def points(simulator: Simulator, units: Population, population: str) -> FloatArray:
        worlds = worlds_of(units)
        arrays = max(len(one) for one in worlds) * len(regimes)
        blocks = (
            [
                tuple(
                    (weight, response_law(simulator.laws, route, do, units.columns, block), shares)
                    for weight, do in one
                )
                for one in worlds
            ]
            for block, shares in weighted_blocks(simulator, units, population, arrays=arrays, over=held(units.rows))
        )
        found = (
            np.stack([point for each in parts for point in read(Mixture(each, is_whole))])
            for parts in few_drives(blocks)
        )
        return np.concatenate(list(found), axis=1)

    return over_population(Simulator(laws, route, tell), units, population, points)


def unordered(table: Table, outcome: str) -> tuple[str, ...]:
    """A sentence, if the levels of ``outcome`` have no order."""
    if table.kinds.get(outcome) != "categorical":
        return ()
    told = f"The levels of {outcome!r} have no order, so that it has no quantiles and exceeds nothing."
    return (f"{told} Make a 0/1 column of the level that matters.",)
