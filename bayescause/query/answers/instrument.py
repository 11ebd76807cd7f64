"""Effects by instruments: one straight line for all units, so that the effect is its slope times the step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import ClassVar

import numpy as np
import xarray as xr

from bayescause.compilation.deriving import derive
from bayescause.compilation.equations import ETA, equations
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route, Task
from bayescause.inference.law import DrawnBlock
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.check import Check
from bayescause.query.contrasts import resolve_contrast, support_concerns
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.settling import has_heavy_tails, own_doubts, weakened
from bayescause.query.unadjusted import naive_difference
from bayescause.scm.centred import told_centred
from bayescause.scm.names import safe_names
from bayescause.scm.priors import Prior

__all__ = ["ByInstrument"]

STRONG = 10.0
"""First-stage F below which instruments are called weak (Staiger and Stock 1997; Stock and Yogo 2005)."""

UNLIKELY = 0.05
"""Posterior probability, of both tails together, below which two instruments disagree."""


@dataclass(frozen=True)
class ByInstrument:
    """The coefficient of the treatment, times the difference of the two levels."""

    short: ClassVar[str] = "instrument"

    def answer(self, posterior: Posterior, question: Estimand, route: Route, *, tell: Tell = silent) -> Effect:
        """The effect, with the strength of the instruments and whether they agree; quick, so that nothing is told."""
        contrast = resolve_contrast(posterior.table, question)
        block = posterior.blocks[str(route.block)]
        name = safe_names(posterior.table.kinds)[question.on]
        slope = block.draws[f"{name}_coefficient"].sel({f"{name}_term": question.of}, drop=True)
        effect = Effect(
            question,
            route.verdict,
            "ok",
            draws=(slope * (contrast.high - contrast.low)).rename("effect"),
            posterior=posterior,
            model=posterior.model,
            unadjusted=naive_difference(question, posterior.table, contrast),
            checks=tuple(_checks(block)),
            assumed=tuple(_assumptions(posterior, question, block)),
        )
        effect = replace(effect, moments_exist=not has_heavy_tails(effect))
        concerns = support_concerns(posterior.table, question)
        return weakened(effect, (*concerns, *_doubts(block, posterior.table.known(question.on)), *own_doubts(effect)))


def _checks(block: DrawnBlock) -> Iterator[Check]:
    strength = float(block.stats["first_stage_f"])
    yield Check(
        "instrument strength",
        f"instruments F {strength:,.0f}" if strength >= STRONG else f"instruments F {strength:.1f}",
        strength >= STRONG,
    )
    found = _least_alike(block)
    if found is not None:
        first, second, tail = found
        words = "instruments agree" if tail >= UNLIKELY else f"{first} and {second} disagree"
        yield Check("instruments agree", words, tail >= UNLIKELY)


def _equations(block: DrawnBlock) -> Iterator[tuple[str, xr.DataArray]]:
    for name, array in block.draws.data_vars.items():
        if str(name).endswith("_coefficient"):
            yield str(name).removesuffix("_coefficient"), array


def _doubts(block: DrawnBlock, units: float) -> Iterator[str]:
    yield from block.doubts
    parameters = sum(array.sizes[f"{name}_term"] for name, array in _equations(block)) + 3
    if units < parameters:
        yield f"{units:.0f} rows for {parameters} parameters of the {block.block.key}: the answer is prior-driven."
    if not block.convergence.is_converged:
        yield f"The draws of the {block.block.key} did not converge: {'; '.join(block.convergence.reasons)}."
    names, treatment = " and ".join(_instruments(block)), block.block.variables[0]
    strength, share = float(block.stats["first_stage_f"]), float(block.draws["partial_r2"].median())
    if not strength >= STRONG:
        is_one = len(_instruments(block)) == 1
        weak = f"{names} is a weak instrument" if is_one else f"{names} are weak instruments"
        yield (
            f"{weak} for {treatment}: {100 * share:.1f} % of it is explained (F {strength:.1f}; {STRONG:.0f} is the "
            f"least to rely on). The priors, and the smallest way past {treatment}, may decide the answer."
        )
    found = _least_alike(block)
    if found is not None and found[2] < UNLIKELY:
        yield _told_apart(block, found[0], found[1])


def _least_alike(block: DrawnBlock) -> tuple[str, str, float] | None:
    """The two instruments whose own estimates are the least compatible, and how likely they are to differ so."""
    if "single_estimate" not in block.draws:
        return None
    names = [str(name) for name in block.draws["instrument"].to_numpy()]
    draws = block.draws["single_estimate"].to_numpy().reshape(-1, len(names))
    pairs = list(combinations(range(len(names)), 2))
    above = [float((draws[:, one] > draws[:, other]).mean()) for one, other in pairs]
    # Bonferroni's bound, for the worst of several pairs.
    tails = [min(1.0, 2 * len(pairs) * min(share, 1 - share)) for share in above]
    worst = int(np.argmin(tails))
    return names[pairs[worst][0]], names[pairs[worst][1]], tails[worst]


def _told_apart(block: DrawnBlock, first: str, second: str) -> str:
    alone = block.draws["single_estimate"].median(("chain", "draw"))
    values = " and ".join(f"{float(alone.sel(instrument=name)):.2g}" for name in (first, second))
    treatment, outcome = block.block.variables
    return (
        f"{first} and {second} do not agree: a unit of {treatment} changes {outcome} by {values} if one alone is "
        f"trusted. One of them reaches {outcome} in another way, or effects differ between units."
    )


def _instruments(block: DrawnBlock) -> list[str]:
    treatment, outcome = block.block.variables
    given = block.block.given
    return [name for name in given[treatment] if name not in given[outcome]]


def _assumptions(posterior: Posterior, question: Estimand, block: DrawnBlock) -> Iterator[str]:
    treatment, outcome = block.block.variables
    names = _instruments(block)
    yield f"linear: every effect of {treatment} on {outcome} is a straight line and the same for all"
    for name in names:
        yield f"{name} reaches {outcome} only through {treatment} (cannot be tested)"
        yield f"nothing unmeasured drives both {name} and {outcome} (cannot be tested)"
    yield f"the errors of {treatment} and {outcome} are jointly normal, their correlation LKJ({ETA:g})"
    if len(names) > 1:
        yield f"with {len(names)} instruments, wide priors of their strengths pull the answer towards the plain slope"
    tasks = equations(posterior.model, block.block)
    derived = derive(posterior.model, posterior.table, tasks)
    for task in tasks:
        yield _terms_of(task)
        priors = ", ".join(_written(name, prior) for name, prior in derived.mechanisms[task.key].priors.items())
        yield f"{task.variable}: priors {priors}"
        yield from (f"{task.variable}: {words}" for words in told_centred(derived.mechanisms[task.key], derived))
    yield f"{block.block.key}: drawn by the engine {block.engine}"
    if question.where or particulars(question).among is not None:
        yield "the effect is the same for all units, so it does not matter which of them are asked about"
    yield from posterior.table.notes
    yield from posterior.notes
    yield f"seed {posterior.seed}"


def _terms_of(task: Task) -> str:
    if task.is_declared:
        return f"{task.variable}: its declared terms" + (", own and default priors" if task.priors else "")
    given = ", ".join(map(str, task.terms))
    return f"{task.variable} by {given}: default terms and priors; those declared for it do not carry over"


def _written(name: str, prior: Prior) -> str:
    return f"{name} {prior.family}({', '.join(f'{number:.3g}' for number in prior.parameters)})"
