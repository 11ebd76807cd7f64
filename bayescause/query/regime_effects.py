"""What questions share that compare two regimes: what is read, what the data say against it, and the draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bayescause.identification.verdict import CausalQuery
from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale
from bayescause.query.question import CountsUnits
from bayescause.query.regime_questions import (
    NATURAL_WAYS,
    STATIC_WAYS,
    doubts_about,
    faults_in_graph,
    faults_in_table,
    query_of,
    read_regimes,
    regime_draws,
)

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.graph.causal_graph import CausalGraph
    from bayescause.inference.posterior import Posterior
    from bayescause.query.regimes import Regime
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["RegimeEffect"]


@dataclass(frozen=True)
class RegimeEffect(CountsUnits):
    """A question about one regime against another: what everybody would have if units were treated by it.

    Parameters
    ----------
    intervention : Intervention, or mapping with one key
        What is done: ``{"shift": 5.0}``, ``{"scale": 1.1}``, ``{"set": 1}``, ``{"draw": "normal(3, 1)"}``,
        ``{"rule": {"when": "age > 50", "then": 1, "otherwise": 0}}``.
    also : mapping of str to the same
        Further variables that are acted on at the same time, and stay as they are otherwise.

    Examples
    --------
    >>> RegimeEffect(of="price", on="sales", intervention={"shift": -1}).sides
    ('price as it is', 'price - 1')
    """

    name: ClassVar[str]
    scale: ClassVar[Scale] = "difference"
    is_average: ClassVar[bool] = False

    intervention: Any = None
    also: Any = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        _, regime = self._regimes
        object.__setattr__(self, "intervention", regime.actions[0][1])
        object.__setattr__(self, "also", regime.actions[1:])

    @property
    def _regimes(self) -> tuple[Regime, Regime]:
        return read_regimes(self.of, self.intervention, self.also)

    @property
    def sides(self) -> tuple[str, str]:
        """Both regimes in words."""
        reference, regime = self._regimes
        return str(reference), str(regime)

    @property
    def ways(self) -> tuple[str, ...]:
        """Ways that may answer."""
        return STATIC_WAYS if all(regime.is_static for regime in self._regimes) else NATURAL_WAYS

    @property
    def query(self) -> CausalQuery:
        """The law of the outcome under an intervention on all variables, given the covariates that are looked at."""
        return query_of(self, self._regimes)

    def faults(self, graph: CausalGraph) -> tuple[str, ...]:
        """Why the question makes no sense in ``graph``."""
        return faults_in_graph(graph, self._regimes)

    def faults_in_data(self, table: Table) -> tuple[str, ...]:
        """What is asked for and cannot be done to the columns of ``table``."""
        return faults_in_table(table, self._regimes)

    def doubts(self, posterior: Posterior) -> tuple[str, ...]:
        """Values that were never seen."""
        return doubts_about(self, self._regimes, posterior)

    def regimes(self, table: Table) -> tuple[Regime, ...]:
        """Both regimes, the reference first."""
        return self._regimes

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the effect, dims (chain, draw), in the unit of the outcome."""
        reference, regime = regime_draws(self, self._regimes, posterior, route, tell)
        return regime - reference

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.replaying import means_under

        reference, regime = means_under(self, self._regimes, worlds)
        return regime - reference
