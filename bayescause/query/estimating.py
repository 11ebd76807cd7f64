"""From a posterior and a question to an effect: the verdict first, then the draws, then what weakens them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import xarray as xr

from bayescause.compilation.plan import Route, Task
from bayescause.compilation.planning import plan
from bayescause.compilation.selecting import selection_faults
from bayescause.errors import SpecError
from bayescause.graph.relations import ancestors
from bayescause.inference.convergence import MAX_R_HAT, MIN_ESS, tail_k
from bayescause.inference.posterior import Posterior
from bayescause.query.contrasts import resolve_contrast, support_concerns
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.limits import no_number, same_by_construction
from bayescause.query.selection import units_meant
from bayescause.query.simulation import integrated
from bayescause.query.unadjusted import plain_difference
from bayescause.scm.structural_model import StructuralModel

__all__ = ["estimate", "route_of", "settle"]

UNITS_A_PARAMETER = 1.0
"""Fewer units than this for each parameter of a task, and the prior decides."""

MAX_TAIL_K = 0.7
"""Pareto k-hat of the effect's draws from which its mean and sd are not to be trusted (Vehtari and others 2024)."""

UNBOUNDED = ("log",)
"""Links whose mean grows faster than any power of the drive."""


def estimate(posterior: Posterior, question: Estimand) -> Effect:
    """Draw ``question`` from ``posterior``.

    Parameters
    ----------
    posterior : Posterior
        Draws of the mechanisms, from ``fit``.
    question : Estimand
        Such as ``AverageEffect(of="promo", on="sales")``.

    Returns
    -------
    Effect
        Draws with dims (chain, draw) in the unit of the outcome. Refused, with the reason, if the effect is not
        identified, has no estimator, or needs a mechanism that was not fitted.

    Raises
    ------
    SpecError
        If a level of the contrast is impossible or never seen, or ``where`` looks at what the treatment changes.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.1, 2.9, 5.2, 6.8]}
    >>> question = bc.AverageEffect(of="x", on="y")
    >>> effect = estimate(bc.fit(bc.StructuralModel.parse("y ~ x"), rows, [question]), question)
    >>> round(float(effect.unadjusted), 2), effect.draws.dims
    (1.94, ('chain', 'draw'))
    """
    SpecError.raise_if(selection_faults(posterior.model.graph, (question.of,), question.where))
    route = route_of(posterior, question)
    if not route.needs_draws:
        return settle(posterior.model, question, route)
    absent = [key for key in route.keys.values() if key not in posterior.design.mechanisms]
    if absent:
        reason = f"The posterior does not hold {', '.join(absent)}. Give this question to `fit` as well."
        return _refuse(posterior.model, question, route, reason)
    contrast = resolve_contrast(posterior.table, question)
    with np.errstate(all="ignore"):  # what is not a number is refused in words
        draws = question.evaluate(posterior, route).rename("effect")
    if not np.isfinite(draws).all():
        return _refuse(posterior.model, question, route, no_number(posterior.design, route, contrast))
    effect = Effect(
        question,
        route.verdict,
        "ok",
        draws=draws,
        posterior=posterior,
        model=posterior.model,
        unadjusted=plain_difference(posterior.table, question.on, contrast, units_meant(question, posterior.table)),
        assumed=tuple(_assumptions(posterior, question, route)),
    )
    effect = _without_moments(effect) if _has_heavy_tails(effect, route) else effect
    doubts = (*_doubts(posterior, route), *same_by_construction(posterior.design, route, question))
    reasons = (*support_concerns(posterior.table, question), *doubts, *_own_doubts(effect))
    return _weakened(effect, reasons)


def route_of(posterior: Posterior, question: Estimand) -> Route:
    """How ``question`` is answered from ``posterior``: as it was planned, or as it would be planned now."""
    for route in posterior.plan.routes:
        if (route.query, route.where) == (question.query, question.where):
            return route
    table = posterior.table
    return plan(posterior.model, [question], kinds=table.kinds, identities=table.identities).routes[0]


def settle(model: StructuralModel, question: Estimand, route: Route) -> Effect:
    """The effect of a question that needs no draws: refused with its reason, or zero by the graph.

    Parameters
    ----------
    model : StructuralModel
    question : Estimand
    route : Route
        One that does not need draws.
    """
    if route.refusal is not None:
        return _refuse(model, question, route, route.refusal)
    return _structural_zero(model, question, route)


def _refuse(model: StructuralModel, question: Estimand, route: Route, reason: str) -> Effect:
    """The effect that has no number, with ``reason``."""
    return Effect(question, route.verdict, "refused", model=model, reasons=(reason,))


def _structural_zero(model: StructuralModel, question: Estimand, route: Route) -> Effect:
    """The effect that the graph itself sets to zero: no directed path, nothing to fit."""
    zeros = xr.DataArray(np.zeros((1, 1)), dims=("chain", "draw"), name="effect")
    told = f"By the graph {question.of} cannot change {question.on}: no arrow leads from one to the other."
    if question.on in ancestors(model.graph, [question.of]):
        swapped = f"{told} {question.on} is a cause of {question.of}: were the two swapped?"
        return Effect(question, route.verdict, "weak", draws=zeros, model=model, reasons=(swapped,), assumed=(told,))
    return Effect(question, route.verdict, "ok", draws=zeros, model=model, assumed=(told,))


def _has_heavy_tails(effect: Effect, route: Route) -> bool:
    # Only a link without an upper bound on the mean can turn a light-tailed posterior into one without moments.
    if effect.posterior is None or effect.draws is None:
        return False
    mechanisms = [effect.posterior.design.mechanisms[key].mechanism for key in route.keys.values()]
    if all(mechanism.link not in UNBOUNDED for mechanism in mechanisms):
        return False
    draws = effect.draws.to_numpy()
    cells = draws.reshape(*draws.shape[:2], -1)
    return any(tail_k(cells[..., cell]) >= MAX_TAIL_K for cell in range(cells.shape[-1]))


def _without_moments(effect: Effect) -> Effect:
    return replace(effect, moments_exist=False)


def _weakened(effect: Effect, reasons: tuple[str, ...]) -> Effect:
    return replace(effect, status="weak", reasons=reasons) if reasons else effect


def _doubts(posterior: Posterior, route: Route) -> Iterator[str]:
    for key in route.keys.values():
        verdict = posterior.convergence[key]
        if not verdict.is_converged:
            yield f"The draws of {key} did not converge: {'; '.join(verdict.reasons)}."
        design = posterior.design.mechanisms[key]
        known = posterior.table.counts[np.isfinite(posterior.table.columns[design.variable])].sum()
        count = len(design.coefficients) + len(design.mechanism.dispersion)
        if known < UNITS_A_PARAMETER * count:
            yield f"{known:.0f} rows for {count} parameters of {key}: the answer is prior-driven."


def _own_doubts(effect: Effect) -> Iterator[str]:
    found = effect.diagnostics
    if not effect.moments_exist:
        yield "The tails of the effect's draws are so heavy that it may have no mean: read its median and interval."
    if found.r_hat > MAX_R_HAT:
        yield f"R-hat of the effect is {found.r_hat:.3f}; it should be at most {MAX_R_HAT}."
    if min(found.ess_bulk, found.ess_tail) < MIN_ESS:
        smallest = min(found.ess_bulk, found.ess_tail)
        yield f"The effect has {smallest:,.0f} effective draws; it should have at least {MIN_ESS}."


def _assumptions(posterior: Posterior, question: Estimand, route: Route) -> Iterator[str]:
    tasks = {task.key: task for task in posterior.plan.tasks}
    for variable, key in route.keys.items():
        yield from _defaults_of(posterior, tasks[key], variable)
    if question.population == "superpopulation":
        yield "population: the rows are draws from a larger population (superpopulation)"
    else:
        yield "population: these rows and no others (sample)"
    for name in integrated(posterior.design, route):
        yield f"{name} is integrated over, because what it leads to is not a straight line in it"
    yield from posterior.table.notes
    yield from posterior.notes
    yield f"seed {posterior.seed}"


def _defaults_of(posterior: Posterior, task: Task, variable: str) -> Iterator[str]:
    design = posterior.design.mechanisms[task.key]
    family = design.mechanism.short
    if task.mechanism is None:
        yield f"{task.key}: {family} (the default for a {posterior.table.kinds[variable]} variable)"
    if not task.is_declared:
        yield f"{task.key}: fitted with default terms and priors; those declared for {variable} do not carry over"
    own = [name for name in design.priors if name in task.priors]
    if len(own) < len(design.priors):
        yield f"{task.key}: default priors" + (f" except for {', '.join(own)}" if own else "")
    yield f"{task.key}: drawn by the engine {posterior.engines[task.key]}"
