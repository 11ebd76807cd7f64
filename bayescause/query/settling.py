"""Effects without draws, and what weakens an effect whatever it was drawn from."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import xarray as xr

from bayescause.compilation.plan import Route
from bayescause.graph.relations import ancestors
from bayescause.inference.convergence import MAX_R_HAT, MIN_ESS, Diagnostics, tail_k
from bayescause.inference.importance import MAX_K
from bayescause.inference.weighted_draws import inflation_of
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.no_mean import reason_of_tails
from bayescause.scm.structural_model import StructuralModel

__all__ = ["has_heavy_tails", "own_doubts", "refuse", "settle", "weakened"]

MAX_TAIL_K = 0.7
"""Pareto k-hat of the effect's draws from which its mean and sd are not to be trusted (Vehtari and others 2024)."""


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
        return refuse(model, question, route, route.refusal)
    if question.scale == "level":
        told = f"By the graph {question.of} cannot change {question.on}: the {question.name} is what it is anyway."
        return refuse(model, question, route, f"{told} Ask for a difference.")
    return _structural_zero(model, question, route)


def refuse(model: StructuralModel, question: Estimand, route: Route, reason: str) -> Effect:
    """The effect that has no number, with ``reason``."""
    return Effect(question, route.verdict, "refused", model=model, reasons=(reason,))


def _structural_zero(model: StructuralModel, question: Estimand, route: Route) -> Effect:
    """The effect that the graph itself sets to zero: no directed path, nothing to fit."""
    none = xr.DataArray(np.full((1, 1), question.null), dims=("chain", "draw"), name="effect")
    told = f"By the graph {question.of} cannot change {question.on}: no arrow leads from one to the other."
    if question.on in ancestors(model.graph, [question.of]):
        swapped = f"{told} {question.on} is a cause of {question.of}: were the two swapped?"
        return Effect(question, route.verdict, "weak", draws=none, model=model, reasons=(swapped,), assumed=(told,))
    return Effect(question, route.verdict, "ok", draws=none, model=model, assumed=(told,))


def weakened(effect: Effect, reasons: tuple[str, ...]) -> Effect:
    """``effect`` with ``reasons`` to doubt it, if there are any."""
    return replace(effect, status="weak", reasons=reasons) if reasons else effect


def has_heavy_tails(effect: Effect) -> bool:
    """Whether the effect's own draws say that it may have no mean; one group is enough."""
    if effect.draws is None:
        return False
    draws = effect.draws.to_numpy()
    cells = draws.reshape(*draws.shape[:2], -1)
    return any(tail_k(cells[..., cell]) >= MAX_TAIL_K for cell in range(cells.shape[-1]))


def own_doubts(effect: Effect) -> Iterator[str]:
    """What the effect's own draws say against it, a sentence each."""
    if not effect.moments_exist:
        yield reason_of_tails(effect)
    if not _is_independent(effect):
        yield from _chain_doubts(effect.diagnostics)
    for key, k in effect.pareto_k.items():
        if k > MAX_K:
            yield (
                f"The importance weights of {key} do not vouch for the effect: k-hat is {k:.2f}, above {MAX_K:g}. "
                "Fit it with engine='nuts'."
            )


def _is_independent(effect: Effect) -> bool:
    """Whether the effect's draws are independent and alike by construction, and were to be taken as such."""
    posterior = effect.posterior
    return (
        posterior is not None
        and inflation_of(posterior) is None
        and not any(found.is_assessed for found in posterior.convergence.values())
    )


def _chain_doubts(found: Diagnostics) -> Iterator[str]:
    if found.r_hat > MAX_R_HAT:
        yield f"R-hat of the effect is {found.r_hat:.3f}; it should be at most {MAX_R_HAT}."
    if min(found.ess_bulk, found.ess_tail) < MIN_ESS:
        smallest = min(found.ess_bulk, found.ess_tail)
        yield f"The effect has {smallest:,.0f} effective draws; it should have at least {MIN_ESS}."
