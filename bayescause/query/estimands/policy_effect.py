"""The effect of a policy: everybody treated by one regime against everybody treated by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import Scale, check_question
from bayescause.query.keys import names_its_keys
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
    from bayescause.query.regimes import Assigned, Regime
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["PolicyEffect"]


@names_its_keys
@dataclass(frozen=True)
class PolicyEffect:
    """Effect of one regime against another, or against what happens anyway.

    ``E[Y | do(X = g(X, Z))] - E[Y | do(X = h(X, Z))]``.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    intervention : Intervention, or mapping with one key
        What is done: ``{"shift": 5.0}``, ``{"scale": 1.1}``, ``{"set": 1}``, ``{"draw": "normal(3, 1)"}``,
        ``{"rule": {"when": "age > 50", "then": 1, "otherwise": 0}}``.
    instead : the same, optional
        What happens otherwise; by default the treatment stays as it is.
    also : mapping of str to the same
        Further variables that are acted on at the same time, and stay as they are otherwise.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest effect that matters, in the unit of the outcome.
    count_above : float, optional
        Value of the outcome above which the report counts units.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

    References
    ----------
    Diaz Munoz and van der Laan (2012), Population intervention causal effects based on stochastic interventions;
    Haneuse and Rotnitzky (2013), Estimation of the effect of interventions that modify the received treatment;
    Murphy (2003), Optimal dynamic treatment regimes.

    Examples
    --------
    >>> rule = {"rule": {"when": "age > 50", "then": 1, "otherwise": 0}}
    >>> PolicyEffect(of="treated", on="health", intervention=rule, instead=0).sides
    ('treated = 0', 'treated = 1 where age > 50, else treated = 0')
    """

    short: ClassVar[str] = "policy"
    formula: ClassVar[str] = "E[{on} under {high}] - E[{on} under {low}]"
    name: ClassVar[str] = "effect of a policy"
    scale: ClassVar[Scale] = "difference"
    null: ClassVar[float] = 0.0
    is_average: ClassVar[bool] = False

    of: str
    on: str
    intervention: Any = None
    instead: Any = None
    also: Any = ()
    population: str = "superpopulation"
    where: str | None = None
    worthwhile: float | None = None
    count_above: float | None = None

    def __post_init__(self) -> None:
        check_question(self)
        reference, regime = read_regimes(self.of, self.intervention, self.also, self.instead)
        object.__setattr__(self, "intervention", regime.actions[0][1])
        object.__setattr__(self, "instead", reference.actions[0][1])
        object.__setattr__(self, "also", regime.actions[1:])

    @property
    def _regimes(self) -> tuple[Regime, Regime]:
        return read_regimes(self.of, self.intervention, self.also, self.instead)

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

    def assigned(self, table: Table) -> tuple[Assigned, ...]:
        """What both regimes give to the units of ``table``."""
        from bayescause.query.regimes import assigned_by

        return tuple(each for regime in self._regimes for each in assigned_by(regime, table))

    def evaluate(self, posterior: Posterior, route: Route) -> xr.DataArray:
        """Draws of the effect, dims (chain, draw), in the unit of the outcome."""
        reference, regime = regime_draws(self, self._regimes, posterior, route)
        return regime - reference

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample,), in the unit of the outcome."""
        from bayescause.query.replaying import means_under

        reference, regime = means_under(self, self._regimes, worlds)
        return regime - reference
