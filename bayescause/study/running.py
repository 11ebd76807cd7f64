"""Running a study: read the table, answer each question, check it, break it down, doubt it, decide."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bayescause.arguments import FUNCTION, SEED, Seed, instance, optional, require, seed_of
from bayescause.calling import names_its_arguments
from bayescause.compilation.particulars import particulars
from bayescause.errors import DataError
from bayescause.study.hearing import heard
from bayescause.study.placing import designed, placed, placed_in_model
from bayescause.study.study import Study
from bayescause.study.withholding import left_out, withheld
from bayescause.surface import in_model_file

if TYPE_CHECKING:
    from bayescause.analysis.calibration import Calibration
    from bayescause.analysis.concordance import Concordance
    from bayescause.analysis.deciding import Decision
    from bayescause.analysis.doubting import Sensitivity
    from bayescause.analysis.graph_checks import Falsification
    from bayescause.analysis.predictive_checks import PredictiveChecks
    from bayescause.analysis.prior_share import PriorShare
    from bayescause.analysis.slices import Slices
    from bayescause.compilation.plan import Plan
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.counterfactual import Counterfactual
    from bayescause.query.effect import Effect
    from bayescause.reporting.findings import Findings

__all__ = ["Progress", "answerable_of", "run", "table_of"]

type Progress = Callable[[str], object]
"""Told what is being done, in a few words."""


@names_its_arguments
@in_model_file()
def run(study: Study, data: Any = None, *, seed: Seed = 0, progress: Progress | None = None) -> "Findings":
    """Do everything that ``study`` asks for.

    Parameters
    ----------
    study : Study
    data : data frame, mapping of columns, or path, optional
        Instead of the table that the model file names.
    seed : int or NumPy Generator
        Of everything that is drawn.
    progress : callable, optional
        Told what is being done, in words.

    Returns
    -------
    Findings
        Answers in the order of the questions. A question that the data cannot answer is refused, with its reason.

    Raises
    ------
    DataError
        If there is no table, or it does not fit the model: all faults at once.
    SamplerCrashError
        If a sampler dies.

    Examples
    --------
    >>> import bayescause as bc
    >>> findings = bc.run(bc.Study.read("smoking"), seed=1)
    >>> findings.status
    'ok'
    """
    require(
        study=(study, instance(Study, 'as Study.read("model.toml") gives it')),
        seed=(seed, SEED),
        progress=(progress, optional(FUNCTION)),
    )
    tell, seed = progress or _silent, seed_of(seed)
    with heard() as spoken:
        work = _worked(study, data, seed, tell)
    from bayescause.reporting.findings import gather

    tell("writing it up")
    return gather(
        work.effects,
        title=study.title,
        unit=study.unit,
        model=study.model,
        table=work.table,
        slices=work.slices,
        sensitivities=work.sensitivities,
        decisions=work.decisions,
        calibration=work.calibration,
        counterfactuals=work.counterfactuals,
        concordances=work.concordances,
        priors=work.priors,
        graph=work.graph,
        checks=() if work.checks is None else work.checks,
        seed=seed,
        collected=study.data.collected,
        warnings=(*study.warnings, *spoken),
    )


@in_model_file()
def table_of(study: Study, data: Any = None) -> "Table":
    """The table of ``study``, or ``data`` in its place, checked against the model and the questions.

    Raises
    ------
    DataError
        If there is none, or it does not fit.
    """
    from bayescause.compilation.checking import tabulate

    source = study.data
    if data is None and source.file is None:
        raise DataError(f'{study.path.name} names no table. Add `[data]` with `file = "..."`, or give one with --data.')
    tabulated = partial(
        tabulate,
        study.model,
        source.file if data is None else data,
        frequency=source.frequency,
        missing=source.missing,
        interventions=source.interventions,
        separator=source.separator,
        decimal=source.decimal,
    )
    try:
        table = tabulated(questions=(*study.questions, *study.unit_questions))
    except DataError as error:
        raise DataError(*placed(study, error.faults, lambda asked: tabulated(questions=asked))) from error.__cause__
    _check_room_for_analyses(study, table)
    return table


def answerable_of(study: Study, planned: "Plan") -> tuple[Any, ...]:
    """The questions for which something has to be fitted, and can be."""
    return tuple(question for question, route in zip(study.questions, planned.routes, strict=True) if route.needs_draws)


@dataclass(frozen=True, eq=False)
class _Work:
    table: "Table"
    effects: "tuple[Effect, ...]"
    checks: "PredictiveChecks | None" = None
    graph: "Falsification | None" = None
    slices: "tuple[Slices, ...]" = ()
    sensitivities: "tuple[Sensitivity, ...]" = ()
    decisions: "tuple[Decision, ...]" = ()
    calibration: "Calibration | None" = None
    counterfactuals: "tuple[Counterfactual, ...]" = ()
    concordances: "tuple[Concordance, ...]" = ()
    priors: "tuple[PriorShare, ...]" = ()


def _worked(study: Study, data: Any, seed: int, tell: Progress) -> _Work:
    from bayescause.analysis.graph_doubts import with_graph
    from bayescause.analysis.prior_share import prior_share
    from bayescause.compilation.planning import plan_for
    from bayescause.query.splitting import split
    from bayescause.reporting.wording.names import plural

    tell("reading the table")
    table = table_of(study, data)
    tell(f"read {table.units:,} {study.unit if table.units == 1 else plural(study.unit)}")
    planned = plan_for(study.model, table, study.questions)
    posterior = _posterior(study, table, planned, seed, tell)
    graph = _graph(study, table, seed, tell)
    effects, checks = _effects(study, planned, posterior, tell)
    effects = tuple(with_graph(effect, graph) for effect in effects)
    effects, concordances = _cross_checked(study, effects, seed, tell)
    tell(_checks_told(effects))
    usable = [effect for effect in effects if effect.posterior is not None and not particulars(effect.estimand).given]
    return _Work(
        table,
        effects,
        checks,
        graph,
        tuple(_slices(study, usable, tell)),
        tuple(_sensitivities(study, effects, usable, tell)),
        tuple(_decisions(study, effects)),
        _calibration(study, planned, table, seed, tell),
        _counterfactuals(study, table, graph, seed, tell),
        concordances,
        tuple(prior_share(part) for effect in effects if effect.posterior is not None for part in split(effect)),
    )


def _check_room_for_analyses(study: Study, table: "Table") -> None:
    """Say before anything is fitted which analyses cannot be had of a table that is read in blocks."""
    wanted = {"slices": study.slices, "sensitivity": study.sensitivity, "calibration": study.replications}
    asked = [name for name, value in wanted.items() if value]
    if table.stream is not None and asked:
        raise DataError(
            f"{table.source} has {table.rows:,} rows, which are read in blocks, and {' and '.join(asked)} in "
            f"{study.path.name} would need all of them in memory. Leave that out, or give a random sample of the rows."
        )


def _posterior(study: Study, table: "Table", planned: "Plan", seed: int, tell: Progress) -> "Posterior | None":
    """Draws of what the answerable questions need; None if there is nothing to fit."""
    if not study.questions:
        return None
    tell(f"{'question' if len(study.questions) == 1 else 'questions'} answerable: {_yes_or_no(planned)}")
    questions = answerable_of(study, planned)
    if not questions:
        return None
    from bayescause.compilation.planning import plan_for
    from bayescause.inference.fitting import fit_plan

    joint = (name for block in planned.blocks for name in block.variables)
    variables = ", ".join(dict.fromkeys((*(task.variable for task in planned.tasks), *joint)))
    tell(f"fitting {variables}")
    start = time.perf_counter()
    chosen = plan_for(study.model, table, questions)
    design = designed(study, table, questions, chosen)
    with placed_in_model(study):  # laws of several variables derive what is theirs when they are drawn
        posterior = fit_plan(study.model, table, chosen, design, seed=seed, tell=tell)
    tell(f"fitted {variables} in {time.perf_counter() - start:.1f} s")
    return posterior


def _yes_or_no(planned: "Plan") -> str:
    said = ["no" if route.refusal else "yes" if route.gives_number else "within a range" for route in planned.routes]
    return said[0] if len(set(said)) == 1 else ", ".join(said)


def _graph(study: Study, table: "Table", seed: int, tell: Progress) -> "Falsification":
    from bayescause.analysis.falsifying import falsify

    tell("asking the data about the graph")
    return falsify(study.model, table, seed=seed)


def _effects(
    study: Study, planned: "Plan", posterior: "Posterior | None", tell: Progress
) -> "tuple[tuple[Effect, ...], PredictiveChecks | None]":
    from bayescause.query.settling import refuse, settle

    checks = None
    if posterior is not None:
        from bayescause.analysis.predictive import check_predictive

        tell("checking the fit")
        checks = check_predictive(posterior)
    effects = []
    for question, route in zip(study.questions, planned.routes, strict=True):
        if posterior is None or not route.needs_draws:
            effects.append(settle(study.model, question, route))
        else:
            found = partial(_estimated, posterior, question, checks, tell)
            effects.append(withheld(found, partial(refuse, study.model, question, route)))
    return tuple(effects), checks


def _estimated(posterior: "Posterior", question: Any, checks: "PredictiveChecks | None", tell: Progress) -> "Effect":
    from bayescause.analysis.asking import with_checks
    from bayescause.query.estimating import estimate

    return with_checks(estimate(posterior, question, tell=tell), checks)


def _checks_told(effects: "Sequence[Effect]") -> str:
    """How many different things speak against answers: overlap, fit, prior, graph, convergence, a second route."""
    against = {check.words for effect in effects for check in effect.checks if not check.is_good}
    against |= {why for effect in effects if effect.status == "weak" and not _has_bad(effect) for why in effect.reasons}
    return f"checks: {f'{len(against)} to look at' if against else 'all good'}"


def _has_bad(effect: "Effect") -> bool:
    return any(not check.is_good for check in effect.checks)


def _counterfactuals(
    study: Study, table: "Table", graph: "Falsification", seed: int, tell: Progress
) -> "tuple[Counterfactual, ...]":
    if not study.unit_questions:
        return ()
    from bayescause.analysis.imagining_units import imagine_units, with_graph_of_units

    tell("asking what would have been")
    imagined = partial(imagine_units, study.model, table, study.unit_questions, seed=seed)
    return tuple(with_graph_of_units(one, graph) for one in left_out(imagined, "Counterfactuals") or ())


def _cross_checked(
    study: Study, effects: "tuple[Effect, ...]", seed: int, tell: Progress
) -> "tuple[tuple[Effect, ...], tuple[Concordance, ...]]":
    """The effects with what a second route says of them, and what it says."""
    if study.concordance is None:
        return effects, ()
    from bayescause.analysis.concordance import concordance, with_concordance

    tell("computing it once more by another route")
    budget = study.concordance
    found = [
        withheld(
            partial(concordance, effect, draws=budget.draws, rows=budget.rows, seed=seed),
            partial(_without_second_route, effect),
        )
        for effect in effects
    ]
    checked = tuple(with_concordance(effect, one) for effect, one in zip(effects, found, strict=True))
    return checked, tuple(replace(one, effect=effect) for effect, one in zip(checked, found, strict=True))


def _without_second_route(effect: "Effect", reason: str) -> "Concordance":
    from bayescause.analysis.concordance import Concordance

    return Concordance(effect, "refused", reason=reason)


def _slices(study: Study, effects: "Sequence[Effect]", tell: Progress) -> "Iterator[Slices]":
    if not study.slices or not effects:
        return
    from bayescause.analysis.slicing import slice_by

    tell(f"slicing by {', '.join(study.slices)}")
    for effect in (one for one in effects if one.estimand.is_average):
        told = f"Slices of the {effect.estimand.name} of {effect.estimand.of} on {effect.estimand.on}"
        found = left_out(partial(slice_by, effect, by=study.slices), told)
        if found is not None:
            yield found


def _sensitivities(
    study: Study, effects: "Sequence[Effect]", usable: "Sequence[Effect]", tell: Progress
) -> "Iterator[Sensitivity]":
    if not study.sensitivity or not usable:
        return
    from bayescause.analysis.doubting import Sensitivity

    tell("looking for what could overturn it")
    for at, effect in enumerate(effects):
        if any(effect is one for one in usable):
            for analysis in study.sensitivity:
                refused = partial(Sensitivity, analysis.short, effect, "refused")
                yield withheld(partial(_aimed(analysis, study, at).doubt, effect), refused)


def _aimed(analysis: Any, study: Study, at: int) -> Any:
    """``analysis`` at the effect on which the decision turns, or at the smallest that matters, if it names none."""
    if "against" not in {one.name for one in fields(analysis)} or analysis.against is not None:
        return analysis
    decides = study.decision is not None and study.decision.question == at
    against = study.decision.threshold if study.decision and decides else study.questions[at].worthwhile
    return replace(analysis, against=against)


def _decisions(study: Study, effects: "Sequence[Effect]") -> "Iterator[Decision]":
    ruling = study.decision
    if ruling is None:
        return
    from bayescause.analysis.deciding import Decision, decide

    said = {one.name: getattr(ruling, one.name) for one in fields(ruling) if one.name != "question"}
    effect = effects[ruling.question]
    yield withheld(
        partial(decide, effect, **said), lambda reason: Decision(effect, **said, status="refused", reason=reason)
    )


def _calibration(study: Study, planned: "Plan", table: "Table", seed: int, tell: Progress) -> "Calibration | None":
    answerable = answerable_of(study, planned)
    if study.replications is None or not answerable:
        return None
    from bayescause.analysis.calibration import calibrate

    tell(f"{study.replications:,} practice runs")
    practised = partial(calibrate, study.model, table, answerable, replications=study.replications, seed=seed)
    return left_out(practised, "Practice runs")


def _silent(words: str) -> None:
    del words
