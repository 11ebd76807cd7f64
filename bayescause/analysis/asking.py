"""The one-call way from a model, a table and a question to an effect that has been looked at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bayescause.analysis.basis import basis_of_effect
from bayescause.analysis.overlap import Overlap, overlap
from bayescause.analysis.predictive import check_predictive
from bayescause.analysis.predictive_checks import PredictiveChecks
from bayescause.analysis.prior_share import PriorShare, widths_of
from bayescause.analysis.prior_weight import MOST, prior_weight
from bayescause.arguments import Seed
from bayescause.calling import names_its_arguments
from bayescause.compilation.asked import check_asked, check_model
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan_for
from bayescause.compilation.selecting import selection_faults
from bayescause.compilation.settled_questions import check_questions
from bayescause.errors import OverlapWarning, warn
from bayescause.inference.fitting import fit_plan
from bayescause.inference.telling import Tell, silent
from bayescause.query.check import Check
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.estimating import estimate
from bayescause.query.proviso import parametric_of
from bayescause.query.settling import settle
from bayescause.query.splitting import split
from bayescause.scm.structural_model import StructuralModel
from bayescause.surface import setting

__all__ = ["ask", "with_checks"]

NOTEWORTHY = 0.1
"""Part of the prior in the width of an effect from which it is told."""


@names_its_arguments
def ask(
    model: StructuralModel,
    data: Any,
    question: Estimand,
    *,
    seed: Seed = 0,
    engine: str = "auto",
    progress: bool = False,
    tell: Tell = silent,
) -> Effect:
    """Identify, plan, fit, estimate and check, in one call.

    Parameters
    ----------
    model : StructuralModel
    data : Table, data frame, mapping of columns, or path of a CSV or Parquet file
    question : Estimand
        Such as ``AverageEffect(of="promo", on="sales")``.
    seed : int or NumPy Generator
        Of everything that is drawn.
    engine : str
        ``"auto"``, ``"exact"`` or ``"nuts"``.
    progress : bool
        Whether the sampler shows its progress.
    tell : function
        Told in words what takes long, such as ``print``.

    Returns
    -------
    Effect
        Draws with dims (chain, draw) in the unit of the outcome; refused, and nothing fitted, if the graph does not
        let the data answer.

    Raises
    ------
    DataError
        If the table does not fit the model; all faults at once.
    SpecError
        If the question is impossible.

    Examples
    --------
    >>> import bayescause as bc
    >>> model = bc.StructuralModel.parse("promo -> sales; promo <-> sales")
    >>> bc.ask(model, {"promo": [0, 1, 1], "sales": [1.5, 2.0, 2.5]}, bc.AverageEffect(of="promo", on="sales")).status
    'refused'
    """
    check_model(model)
    check_asked([question])
    table = tabulate(model, data, questions=[question])
    planned = plan_for(model, table, [question])
    if not planned.routes[0].needs_draws:
        return settle(model, question, planned.routes[0])
    design = derive(model, table, planned.tasks)
    check_questions([question], planned, design)
    posterior = fit_plan(model, table, planned, design, seed=seed, engine=engine, progress=progress, tell=tell)
    return with_checks(estimate(posterior, question, tell=tell))


def with_checks(effect: Effect, predictive: PredictiveChecks | None = None) -> Effect:
    """``effect`` with its overlap and the predictive checks of its mechanisms, weakened where they fail.

    Parameters
    ----------
    effect : Effect
    predictive : PredictiveChecks, optional
        Of the effect's posterior, if they are known already. Those count that the effect rests on.

    Warns
    -----
    OverlapWarning
        If units of one treatment have no comparable unit under the other.
    """
    if effect.posterior is None or effect.draws is None:
        return effect
    # Of a table that is read in blocks, the rows chosen at random are looked at; ``Table.notes`` says so.
    posterior = replace(effect.posterior, table=effect.posterior.table.sample)
    held = replace(effect, posterior=posterior)
    if predictive is None:
        predictive = check_predictive(posterior, seed=posterior.seed)
    basis = basis_of_effect(held)
    predictive = predictive if basis is None else predictive.about(basis)
    # One straight line for all asks for nobody alike: what counts is the instrument.
    looked = () if parametric_of(effect) is not None else (overlap(held),)
    unlike = (reason for compared in looked for reason in _overlap_reasons(effect, compared))
    shares = tuple(widths_of(part) for part in split(held))
    reasons = (*unlike, *_prior_reasons(held, shares), *_fit_reasons(effect, predictive))
    checks = (
        *(check for compared in looked for check in _overlap_checks(compared)),
        *_fit_checks(effect, predictive),
        *_prior_checks(shares),
    )
    return replace(
        effect,
        checks=(*checks, *(own for own in effect.checks if own.name not in {check.name for check in checks})),
        status="weak" if reasons or effect.status == "weak" else effect.status,
        reasons=(*effect.reasons, *reasons),
    )


def _overlap_reasons(effect: Effect, compared: Overlap) -> tuple[str, ...]:
    if compared.verdict not in ("limited", "none"):
        return ()
    warn(compared.words, OverlapWarning)
    if not compared.comparable or effect.route is None or not effect.route.is_by_unit:
        return (compared.words,)
    # Never trimmed unasked: that would answer another question.
    kept = " and ".join(filter(None, (effect.estimand.where, compared.comparable)))
    if effect.model is not None and selection_faults(effect.model.graph, [effect.estimand.of], kept):
        return (compared.words,)  # the others are told apart by what the treatment moves: nobody can select them
    return (f"{compared.words} To ask about the others only: {setting('where', kept)}.",)


def _prior_reasons(effect: Effect, shares: Sequence[PriorShare]) -> tuple[str, ...]:
    if all(one.is_refused for one in shares):
        weight = prior_weight(effect)
        if weight is None or weight <= MOST:
            return ()
        left = f"{100 * weight:.0f} % as uncertain as the priors alone do"
        return (f"The data leave the effect {left}: the answer is prior-driven.",)
    # What users wrote themselves is meant to speak.
    driven = [one for one in shares if one.is_by_rule and one.is_prior_driven]
    return (f"The answer is prior-driven. {driven[0].words}",) if driven else ()


def _prior_checks(shares: Sequence[PriorShare]) -> tuple[Check, ...]:
    told = [one for one in shares if not one.is_refused and (one.share >= NOTEWORTHY or one.is_prior_driven)]
    if not told:
        return ()
    most = max(told, key=lambda one: one.share)
    is_good = not any(one.is_by_rule and one.is_prior_driven for one in told)
    return (Check("prior", f"{100 * most.share:.0f} % of the width is prior", is_good),)


def _overlap_checks(compared: Overlap) -> tuple[Check, ...]:
    return (Check("overlap", f"overlap {compared.verdict}", compared.is_good),)


def _fit_reasons(effect: Effect, predictive: PredictiveChecks) -> tuple[str, ...]:
    # A failing check of spread or tails concerns single units, not their average. An instrument that moves the
    # treatment along a curve is still one: a straight line through it costs precision only.
    spared = () if parametric_of(effect) is None else (effect.estimand.of,)
    off = (check for check in predictive.flagged if check.is_of_mean and check.variable not in spared)
    return tuple(f"{check.variable}: {check.words}." for check in off)


def _fit_checks(effect: Effect, predictive: PredictiveChecks) -> tuple[Check, ...]:
    outcome = effect.estimand.on
    shown = [check for check in predictive if predictive.is_worth_saying(check)]
    told = (
        Check(
            check.statistic,
            check.words if check.variable == outcome else f"{check.variable}: {check.words}",
            check.is_good,
        )
        for check in sorted(shown, key=lambda check: check.variable != outcome)
    )
    return tuple(dict.fromkeys(told))  # the drives of a family with several say the same
