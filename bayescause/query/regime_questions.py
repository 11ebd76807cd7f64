"""What questions about regimes share: reading them, their query, which ways may answer, and their draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayescause.errors import DataError, SpecError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.verdict import CausalQuery
from bayescause.inference.telling import Tell, silent
from bayescause.query.intervention import Intervention, read_intervention
from bayescause.query.regimes import AS_IT_IS, Regime, read_also, regime_concerns, regime_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.estimand import Estimand

__all__ = [
    "NATURAL_WAYS",
    "STATIC_WAYS",
    "doubts_about",
    "faults_in_graph",
    "faults_in_table",
    "query_of",
    "read_regimes",
    "regime_draws",
]

STATIC_WAYS = ("simulation", "front_door")
"""Ways that answer for regimes that are the same for all units."""

NATURAL_WAYS = ("simulation",)
"""Ways that answer for regimes that start from what units would have anyway, or look at their covariates."""


def read_regimes(of: str, intervention: Any, also: Any, instead: Any = None) -> tuple[Regime, Regime]:
    """The reference and the regime that a question compares.

    Parameters
    ----------
    of : str
    intervention : Intervention, mapping or level
    also : mapping of str to the same
        Further variables that are acted on at the same time.
    instead : Intervention, mapping or level, optional
        What happens to ``of`` otherwise; by default everything stays as it is.

    Raises
    ------
    SpecError
        If one of them is none, or both are the same.
    """
    if intervention is None:
        raise SpecError("`intervention` is missing. Write what is done, such as { shift = 5 }.")
    further = read_also(also)
    if of in dict(further):
        raise SpecError(f"`also` names {of!r}, which `intervention` is about. Name other variables.")
    regime = Regime(((of, read_intervention(intervention)), *further))
    reference = Regime(((of, _reference(instead)),)).on(regime.variables)
    if regime == reference:
        raise SpecError(f"{regime} is compared with itself. Name another intervention.")
    return reference, regime


def _reference(instead: Any) -> Intervention:
    return read_intervention(AS_IT_IS if instead is None else instead)


def query_of(question: Estimand, regimes: Sequence[Regime]) -> CausalQuery:
    """The law of the outcome under an intervention on all variables, given the covariates that are looked at."""
    variables = regimes[-1].variables
    looked_at = (name for regime in regimes for name in regime.columns if name not in variables)
    return CausalQuery(variables, (question.on,), tuple(dict.fromkeys(looked_at)))


def faults_in_graph(graph: CausalGraph, regimes: Sequence[Regime]) -> tuple[str, ...]:
    """Why the regimes make no sense in ``graph``."""
    return tuple(dict.fromkeys(fault for regime in regimes for fault in regime_faults(graph, regime)))


def faults_in_table(table: Table, regimes: Sequence[Regime]) -> tuple[str, ...]:
    """What the regimes do that cannot be done to the columns of ``table``."""
    found: dict[str, None] = {}
    for name, action in (pair for regime in regimes for pair in regime.actions if pair[0] in table.columns):
        try:
            action.check(name, table)
        except DataError as error:
            found.update(dict.fromkeys(error.faults))
    return tuple(found)


def doubts_about(question: Estimand, regimes: Sequence[Regime], posterior: Posterior) -> tuple[str, ...]:
    """Values that the regimes give and that were never seen."""
    from bayescause.query.selection import units_of

    return regime_concerns(posterior.table, regimes, units_of(question, posterior.table))


def regime_draws(
    question: Estimand, regimes: Sequence[Regime], posterior: Posterior, route: Route, tell: Tell = silent
) -> tuple[xr.DataArray, ...]:
    """Draws of the mean outcome, or of the chance of its level, under each regime, dims (chain, draw) each."""
    from bayescause.query.contrasts import outcome_level
    from bayescause.query.regime_averaging import average_regimes
    from bayescause.query.selection import as_draws, units_of

    if posterior.table.stream is not None:
        posterior.table.stream.refuse()
    selected = units_of(question, posterior.table)
    level = outcome_level(posterior.table, question)
    samples = average_regimes(
        posterior, route, regimes, population=question.population, selected=selected, level=level, tell=tell
    )
    return tuple(as_draws(posterior, one) for one in samples)
