"""Effects of mechanisms that are evaluated forward under each level of the treatment, draw by draw."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.experiment import rows_of
from bayescause.compilation.laws import differences
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route, Task
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.contrasts import resolve_contrast, support_concerns
from bayescause.query.dependence import integrated
from bayescause.query.effect import Effect
from bayescause.query.estimand import Assuming, Doubting, Estimand
from bayescause.query.far_values import decided_far_out
from bayescause.query.held_rows import with_its_rows
from bayescause.query.limits import no_number, same_by_construction
from bayescause.query.no_mean import is_of_mean
from bayescause.query.settling import has_heavy_tails, own_doubts, refuse, weakened
from bayescause.query.unadjusted import naive_comparison
from bayescause.scm.abilities import is_by_terms, parameter_count
from bayescause.scm.centred import told_centred
from bayescause.scm.design import MechanismDesign

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["simulated_effect", "task_assumptions", "task_doubts"]

UNITS_A_PARAMETER = 1.0
"""Fewer units than this for each parameter of a task, and the prior decides."""

TOLERABLE = 0.05
"""Share of the draws under which there may be no mean, above which the question is refused."""

UNBOUNDED = ("log", "own")
"""Links whose mean grows faster than any power of the drive; what a Python function does is not known."""


def simulated_effect(
    posterior: Posterior,
    question: Estimand,
    route: Route,
    *,
    found: "xr.DataArray | None" = None,
    tell: Tell = silent,
) -> Effect:
    """The effect, or a refusal where its draws are not numbers.

    Parameters
    ----------
    posterior : Posterior
    question : Estimand
    route : Route
        With the variables that are simulated, in order.
    found : xarray.DataArray, dims (chain, draw[, ...]), optional
        Draws of the answer, where they are known already.
    tell : function
        Told in words how far draws that are not known yet are.
    """
    contrast = None if particulars(question).contrast is None else resolve_contrast(posterior.table, question)
    rows = with_its_rows(posterior, question, route)
    with np.errstate(all="ignore"):  # what is not a number is refused in words
        draws = (question.evaluate(rows, route, tell=tell) if found is None else found).rename("effect")
    if not np.isfinite(draws.to_numpy()).all():
        return refuse(posterior.model, question, route, no_number(posterior.design, route, contrast))
    far = decided_far_out(rows, question, route) if is_of_mean(question) else None
    if far is not None and far[1] > TOLERABLE:
        return refuse(posterior.model, question, route, _endless(question, *far))
    effect = Effect(
        question,
        route.verdict,
        "ok",
        draws=draws,
        posterior=posterior,
        model=posterior.model,
        unadjusted=naive_comparison(question, posterior.table),
        assumed=tuple(_assumptions(rows, question, route)),
    )
    if _may_have_no_mean(posterior, route) and has_heavy_tails(effect):
        effect = replace(effect, moments_exist=False)
    endless = () if far is None else (_endless(question, *far),)
    own = question.doubts(rows) if isinstance(question, Doubting) else ()
    doubts = (*endless, *own, *task_doubts(posterior, route), *same_by_construction(posterior.design, route, question))
    doubts = (*support_concerns(posterior.table, question), *doubts, *own_doubts(effect))
    # If under some draws there is no mean, there is none of all of them.
    return weakened(replace(effect, moments_exist=effect.moments_exist and far is None), doubts)


def _endless(question: Estimand, name: str, share: float) -> str:
    return (
        f"Under {100 * share:.3g} % of the draws the mean of {question.on} rests on values of {name} that hardly ever "
        f"occur: {question.on} grows so fast with {name} that it may have no mean. Let it grow more slowly "
        f"(`log({name})` if {name} is above zero), choose a family with lighter tails for it, or ask for a quantile."
    )


def _may_have_no_mean(posterior: Posterior, route: Route) -> bool:
    # Only a link without an upper bound on the mean can turn a light-tailed posterior into one without moments.
    mechanisms = [posterior.design.mechanisms[key].mechanism for key in route.keys.values()]
    return any(mechanism.link in UNBOUNDED for mechanism in mechanisms)


def task_doubts(posterior: Posterior, route: Route) -> Iterator[str]:
    """What weakens an effect that rests on the tasks of ``route``, a sentence each."""
    for key in dict.fromkeys(route.keys.values()):
        verdict = posterior.convergence[key]
        if not verdict.is_converged:
            yield f"The draws of {key} did not converge: {'; '.join(verdict.reasons)}."
        design = posterior.design.mechanisms[key]
        known = rows_of(posterior.model, posterior.table, design).known(design.variable)
        # Pooled effects cost as much as their data can say: their sds count, not they.
        count = len(design.fixed) + len(design.pools) + parameter_count(design.mechanism)
        if known < UNITS_A_PARAMETER * count:
            yield f"{known:.0f} rows for {count} parameters of {key}: the answer is prior-driven."


def _assumptions(posterior: Posterior, question: Estimand, route: Route) -> Iterator[str]:
    yield from task_assumptions(posterior, route)
    if route.natural:
        seen, outcome = question.of, " and ".join(route.natural)
        yield f"{outcome} is averaged over {seen} as it was observed, what lies between follows {seen} as it is set"
    if question.population == "superpopulation":
        yield "population: the rows are draws from a larger population (superpopulation)"
    else:
        yield "population: these rows and no others (sample)"
    if particulars(question).level is None:
        yield from _scores(posterior, question.on)
    for name in integrated(posterior.design, route):
        yield f"{name} is integrated over, because what it leads to is not a straight line in it"
    if isinstance(question, Assuming):
        yield from question.assumes(posterior)
    yield from posterior.table.notes
    yield from posterior.notes
    yield f"seed {posterior.seed}"


def _scores(posterior: Posterior, outcome: str) -> Iterator[str]:
    """That levels in order are counted as if they were equally far apart."""
    levels = posterior.table.levels.get(outcome, ())
    if posterior.table.kinds[outcome] == "ordinal":
        scored = ", ".join(f"{level} = {code}" for code, level in enumerate(levels))
        yield f"the mean of {outcome} is that of its scores, which count its levels: {scored}"


def task_assumptions(posterior: Posterior, route: Route) -> Iterator[str]:
    """Every default that the tasks of ``route`` took, in words."""
    tasks = {task.key: task for task in posterior.plan.tasks}
    for key in dict.fromkeys(route.keys.values()):
        yield from _defaults_of(posterior, tasks[key], tasks[key].variable)


def _defaults_of(posterior: Posterior, task: Task, variable: str) -> Iterator[str]:
    design = posterior.design.mechanisms[task.key]
    family = design.mechanism.short
    if not is_by_terms(design.mechanism):
        yield f"{task.key}: the {family}, with the priors in it, drawn by the engine {posterior.engines[task.key]}"
        return
    if task.mechanism is None:
        yield f"{task.key}: {family} (the default for a {posterior.table.kinds[variable]} variable)"
    if not task.is_declared:
        yield f"{task.key}: {'; '.join(differences(posterior.model, task))}"
    own = [name for name in design.priors if {name, *design.places.get(name, ())[1:]}.intersection(task.priors)]
    if len(own) < len(design.priors):
        yield f"{task.key}: default priors" + (f" except for {', '.join(own)}" if own else "")
    yield from (f"{task.key}: {words}" for words in told_centred(design, posterior.design))
    yield f"{task.key}: drawn by the engine {posterior.engines[task.key]}"
    yield from _pooled(design)


def _pooled(design: MechanismDesign) -> Iterator[str]:
    """What partial pooling takes for granted (Mundlak 1978), a sentence for each group."""
    others = " and ".join(dict.fromkeys(name for term in design.terms if not term.group for name in term.variables))
    for group in dict.fromkeys(pool.group for pool in design.pools):
        unrelated = f", and have nothing to do with {others}" if others else ""
        yield f"{design.key}: the effects of the levels of {group} are pooled: drawn from one law{unrelated}"
