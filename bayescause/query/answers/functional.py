"""Effects as functionals of one joint law for each draw."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import xarray as xr

from bayescause.compilation.functionals import is_stated, written_conditionals
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.identification.functional import variables_of
from bayescause.inference.convergence import interval_of
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.check import Check
from bayescause.query.contrasts import resolve_contrast, support_concerns
from bayescause.query.digits import format_number
from bayescause.query.drawn_laws import laws_of
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.functional_effects import Contrasted, discrete_contrast, group_labels, normal_contrast
from bayescause.query.joint_laws import is_discrete
from bayescause.query.selection import as_draws
from bayescause.query.settling import has_heavy_tails, own_doubts, refuse, weakened
from bayescause.query.simulated import task_assumptions, task_doubts
from bayescause.query.thin_rows import FEW_UNITS, ThinRow, thin_rows
from bayescause.query.unadjusted import naive_comparison
from bayescause.scm.mechanism import FloatArray

__all__ = ["ByFunctional"]

MOST_THIN = 0.1
"""Weight of rows with few units from which an answer is prior-driven: a tenth of the outcome's range."""

SURPRISING = 0.01
"""Posterior tail probability of no difference below which a functional depends on what the graph says it does not."""


@dataclass(frozen=True)
class ByFunctional:
    """For discrete and for jointly normal variables."""

    short: ClassVar[str] = "functional"

    def answer(self, posterior: Posterior, question: Estimand, route: Route, *, tell: Tell = silent) -> Effect:
        """The effect, weakened where its law is thin, or where it depends on what the graph says it does not."""
        table, discrete = posterior.table, is_discrete(posterior, route)
        contrast = resolve_contrast(table, question)
        if discrete:
            found = discrete_contrast(posterior, route, question)
        else:
            found = normal_contrast(laws_of(posterior, route), route, contrast)
        if not np.isfinite(found.effect).all():
            return refuse(posterior.model, question, route, _not_a_number(question))
        thin = thin_rows(posterior, route, question) if discrete else ()
        checks = (*_support(thin, discrete=discrete), *_graph(found))
        effect = Effect(
            question,
            route.verdict,
            "ok",
            draws=_draws(posterior, question, route, found.effect, tell),
            posterior=posterior,
            model=posterior.model,
            unadjusted=naive_comparison(question, table),
            checks=checks,
            assumed=tuple(_assumptions(posterior, question, route, found.free, discrete=discrete)),
        )
        # A probability has all moments; a slope that is a ratio need not have any.
        effect = replace(effect, moments_exist=discrete or not has_heavy_tails(effect))
        told = (*_same_everywhere(question, route), *_law_doubts(posterior, route))
        doubts = (*told, *task_doubts(posterior, route), *_thin_doubts(thin))
        failed = (check.words for check in checks if check.name == "graph" and not check.is_good)
        return weakened(effect, (*support_concerns(table, question), *doubts, *failed, *own_doubts(effect)))


def _draws(posterior: Posterior, question: Estimand, route: Route, samples: FloatArray, tell: Tell) -> xr.DataArray:
    if particulars(question).is_of_law:
        return question.evaluate(posterior, route, tell=tell).rename("effect")
    labels = group_labels(posterior, question)
    columns = [as_draws(posterior, column) for column in samples.T]
    if not labels:
        return columns[0].rename("effect")
    groups = xr.DataArray(list(labels), dims="group", name="group")
    return xr.concat(columns, dim=groups).transpose("chain", "draw", "group").rename("effect")


def _not_a_number(question: Estimand) -> str:
    return (
        f"Under some draws of the joint law a condition of the functional has no probability at all, so that the "
        f"effect on {question.on} is no number. Levels that were hardly ever seen do this: group them."
    )


def _same_everywhere(question: Estimand, route: Route) -> Iterator[str]:
    named = variables_of(route.functional) if route.functional is not None else frozenset()
    given = particulars(question).given
    if given and not named & set(given):
        yield f"The effect cannot differ by {', '.join(given)}: by the graph it is the same in every group."


def _support(thin: tuple[ThinRow, ...], *, discrete: bool) -> Iterator[Check]:
    if not discrete:
        return
    never = sum(row.weight for row in thin if row.units == 0)
    if never == 0:
        yield Check("conditions", "every condition of the functional was seen", is_good=True)
    else:
        told = f"{sum(row.units == 0 for row in thin)} conditions of the functional were never seen"
        yield Check("conditions", f"{told}, with weight {never:.2g}", is_good=never <= MOST_THIN)


def _thin_doubts(thin: tuple[ThinRow, ...]) -> Iterator[str]:
    weight = sum(row.weight for row in thin)
    if weight > MOST_THIN:
        first, most = thin[0], min(weight, 2.0)
        yield (
            f"Rows of probabilities with fewer than {FEW_UNITS:g} units could move the effect by {most:.2g} of the "
            f"outcome's range (such as {first.name}, seen in {first.units:g}): the answer is prior-driven."
        )


def _graph(found: Contrasted) -> Iterator[Check]:
    """Whether the functional depends on variables that the graph says it does not depend on."""
    if found.differences.shape[1] == 0:
        return
    names = " and ".join(found.free)
    spread = np.abs(found.differences).max(axis=1)
    _, prob, (low, high) = interval_of(spread[np.newaxis])
    decimals = max(2, 1 - int(np.floor(np.log10(max(float(high), 1e-12)))))
    numbers = (format_number(float(value), min(decimals, 6)) for value in (spread.mean(), low, high))
    size = "{} ({:g} %: {} to {})".format(*_arranged(prob, *numbers))
    if _tail(found.differences) < SURPRISING:
        yield Check("graph", f"by the graph the answer is the same at any {names}, and it differs by {size}", False)
    else:
        yield Check("graph", f"the answer does not depend on {names}: spread {size}", True)


def _arranged(prob: float, mean: str, low: str, high: str) -> tuple[str, float, str, str]:
    return mean, 100 * prob, low, high


def _tail(differences: FloatArray) -> float:
    """Posterior probability of what lies farther from the mean than no difference at all does."""
    centred = differences - differences.mean(axis=0)
    precision = np.linalg.pinv(np.atleast_2d(np.cov(differences, rowvar=False)))
    mean = differences.mean(axis=0)
    distances = np.einsum("si,ij,sj->s", centred, precision, centred)
    return float((distances >= mean @ precision @ mean).mean())


def _law_doubts(posterior: Posterior, route: Route) -> Iterator[str]:
    if route.block is not None:
        yield from posterior.blocks[route.block].doubts


def _assumptions(
    posterior: Posterior, question: Estimand, route: Route, free: tuple[str, ...], *, discrete: bool
) -> Iterator[str]:
    yield from task_assumptions(posterior, route)
    if route.block is not None:
        block = posterior.blocks[route.block].block
        free_tables = written_conditionals({name: block.given[name] for name in block.variables})
        engine = posterior.engines[block.key]
        yield f"{block.key}: each probability of {free_tables} is free (saturated), drawn by the engine {engine}"
        for name in block.variables:
            if is_stated(posterior.model, name):
                yield f"{name}: what was declared of its family, terms and priors does not carry over to the joint law"
    else:
        kind = "discrete variables" if discrete else "jointly normal variables, each a straight line in the others"
        yield f"the joint law of {', '.join(route.order)} is one of {kind}"
    among = particulars(question).among
    if among is not None:
        yield f"the functional is averaged over {question.of} = {among} alone: the mediators carry its effect"
    if free:
        yield f"the functional is averaged over {' and '.join(free)} as observed: by the graph it does not depend on it"
    if discrete:
        yield "population: the rows are draws from a larger population, and the whole joint law is drawn"
    else:
        yield f"population: in a jointly normal law the effect is the same for all units ({question.population})"
    yield from posterior.table.notes
    yield from posterior.notes
    yield f"seed {posterior.seed}"
