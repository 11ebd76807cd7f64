"""Probabilities of causation: how probable it is that the treatment was necessary, sufficient, or both, for an outcome.

Two outcomes of one unit are never seen together, so that the two risks bound these probabilities and do not give them
(Pearl 2009, theorem 9.2.10; Tian and Pearl 2000). Where the treatment is as good as random within strata of the
covariates, the bounds hold in each stratum, and their averages are narrower than those from the overall risks. If the
treatment never prevents the outcome (*monotonicity*), they are differences of the risks; that needs the risk to be
lowered in no stratum, which the data can speak against.
"""

from dataclasses import dataclass, replace

import numpy as np

from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.inference.posterior import Posterior
from bayescause.inference.randomness import generator
from bayescause.inference.telling import Tell, silent
from bayescause.query.bounds import Bounds
from bayescause.query.check import Check
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.dependence import needed_covariates
from bayescause.query.digits import format_number
from bayescause.query.drawn_laws import laws_of
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.held_rows import with_its_rows
from bayescause.query.many_rows import average_over
from bayescause.query.population import Population, population_of
from bayescause.query.risks import check_risk
from bayescause.query.selection import as_draws, units_of
from bayescause.query.settling import refuse
from bayescause.query.simulated import simulated_effect
from bayescause.query.simulator import Simulator
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray

__all__ = ["MONOTONE", "Attribution", "attributed", "attribution_of", "monotone_draws", "range_of", "without_levels"]

MONOTONE = "the treatment prevents the outcome in no unit (monotone)"
"""The coupling under which the probabilities are differences of risks."""

MOST_AGAINST = 0.95
"""Share of the draws in which some stratum's risk is lowered, above which there is no value under monotonicity."""

NOTICED = 0.05
"""The same share from which the value is weak."""

ROUNDING = 1e-12
"""A risk lowered by less on average is not lowered."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """What the risks say of a probability of causation, each dims (sample,).

    Parameters
    ----------
    low, high : array
        Ends of the range over all couplings.
    monotone : array
        Value if the treatment prevents the outcome in no unit; negative where it cannot be.
    is_possible : bool array
        Whether the risk is lowered in no stratum.
    is_sharp : bool
        Whether the range could not be narrower; variables between treatment and outcome could narrow it.
    """

    low: FloatArray
    high: FloatArray
    monotone: FloatArray
    is_possible: np.ndarray
    is_sharp: bool


def attribution_of(posterior: Posterior, question: Estimand, route: Route, tell: Tell = silent) -> Attribution:
    """Range and monotone value of ``question``, for each draw.

    Within a stratum with risks p1 and p0, P(Y1 = 1, Y0 = 0) lies between max(0, p1 - p0) and min(p1, 1 - p0). Among
    units at the level of interest the probability of necessity divides by p1, among those at the reference level that
    of sufficiency by 1 - p0.

    Raises
    ------
    SpecError
        If the treatment has no levels, or the outcome is not binary and no level of it is named.
    DataError
        If the table is read in blocks, and too many of its rows differ.
    """
    SpecError.raise_if(without_levels(question, posterior.table))
    check_risk(question, posterior.table)
    contrast = resolve_contrast(posterior.table, question)
    posterior = with_its_rows(posterior, question, route)
    laws = laws_of(posterior, route, contrast.level)
    names = needed_covariates(laws.design, route, (question.of,))
    units = population_of(posterior.table, names, units_of(question, posterior.table))

    def ends(simulator: Simulator, units: Population, block: slice) -> FloatArray:
        worlds = [{question.of: level} for level in (contrast.high, contrast.low)]
        high, low = simulator.means(worlds, units.columns, block)
        rises = high - low
        found = (np.maximum(rises, 0.0), np.minimum(high, 1 - low), rises, _denominator(question, high, low))
        return np.stack(np.broadcast_arrays(*found))

    low, high, value = average_over(
        Simulator(laws, route, tell), units, question.population, ends, arrays=4, told_by=_given_the_outcome
    )
    # The average of what is raised exceeds that of all changes where some stratum's risk is lowered, and only there.
    return Attribution(low, high, value, low - value <= ROUNDING, is_sharp=len(route.order) == 1)


def range_of(posterior: Posterior, question: Estimand, route: Route) -> Bounds:
    """The range over all couplings as draws, dims (chain, draw)."""
    return _as_bounds(posterior, attribution_of(posterior, question, route))


def _as_bounds(posterior: Posterior, found: Attribution) -> Bounds:
    low, high = (as_draws(posterior, end) for end in (found.low, found.high))
    return Bounds(low.rename("low"), high.rename("high"), "cross_world", found.is_sharp)


def monotone_draws(found: Attribution, seed: int) -> FloatArray:
    """Posterior of the monotone value given that it can be, dims (sample,): draws that rule it out are drawn anew.

    Raises
    ------
    SpecError
        If no draw lets it be.
    """
    possible = np.flatnonzero(found.is_possible)
    if not len(possible):
        raise SpecError("In no draw are all risks raised: there is no value under monotonicity. Ask for the range.")
    chosen = np.arange(len(found.monotone))
    absent = ~found.is_possible
    chosen[absent] = generator(seed, "monotone").choice(possible, int(absent.sum()))
    return np.asarray(found.monotone[chosen])


def attributed(posterior: Posterior, question: Estimand, route: Route, tell: Tell = silent) -> Effect:
    """The value under monotonicity with the range beside it; refused, with the range, where the data rule it out."""
    found = attribution_of(posterior, question, route, tell)
    against = float(1 - found.is_possible.mean())
    told = _range_words(_as_bounds(posterior, found))
    speak = f"the treatment lowers the risk of some units in {100 * against:.0f} % of the draws"
    if against > MOST_AGAINST:
        reason = f"The data speak against monotonicity: {speak}, so there is no value under it. Range under {told}."
        return refuse(posterior.model, question, route, reason)
    draws = as_draws(posterior, monotone_draws(found, posterior.seed))
    effect = simulated_effect(posterior, question, route, found=draws)
    checks = (
        *effect.checks,
        Check("range", f"under {told}", is_good=True),
        Check("monotonicity", speak, is_good=against <= NOTICED),
    )
    effect = replace(effect, checks=checks, assumed=(*effect.assumed, f"coupling: {MONOTONE}"))
    if against <= NOTICED:
        return effect
    doubt = f"The data speak against monotonicity: {speak}; those draws were left out."
    return replace(effect, status="weak", reasons=(*effect.reasons, doubt))


def without_levels(question: Estimand, table: Table) -> tuple[str, ...]:
    """That the treatment has no levels among which a unit's own could be looked up, as a sentence."""
    kind = table.kinds.get(question.of)
    if kind is None or kind in LEVELLED:
        return ()
    told = f"The {question.name} needs a treatment with levels, and {question.of!r} is {kind}."
    return (f"{told} Ask for the average effect, or cut it in two.",)


def _denominator(question: Estimand, risk_high: FloatArray, risk_low: FloatArray) -> FloatArray:
    """Chance, in each stratum, of the outcome that the units asked about had."""
    told = particulars(question)
    if told.among is None:
        return np.ones_like(risk_high)
    return risk_high if told.among == told.contrast[1] else 1 - risk_low  # type: ignore[index]


def _given_the_outcome(averages: FloatArray) -> FloatArray:
    """Both ends and the monotone value among units with the outcome that is asked about, dims (3, sample)."""
    lowest, highest, value = averages[:3] / averages[3]
    return np.stack([lowest, np.minimum(highest, 1.0), value])


def _range_words(bounds: Bounds) -> str:
    interval = bounds.interval()
    kind = "sharp" if bounds.is_sharp else "valid, perhaps not the tightest"
    low, high = (format_number(float(end), 2) for end in (interval.low, interval.high))
    return f"any coupling {low} to {high} ({100 * interval.prob:g} % range, {kind})"
