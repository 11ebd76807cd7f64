"""An effect in words: the answer first, then how sure, how identified, how drawn, checked and assumed."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.experiment import used_in_brief
from bayescause.compilation.particulars import particulars
from bayescause.identification.verdict import Identified
from bayescause.inference.engine import ENGINES
from bayescause.plugins import find
from bayescause.query.bounded import describe_bounds
from bayescause.query.contrasts import level_name, resolve_contrast, sides_of
from bayescause.query.curve_wording import curve_answer, curve_table, unit_of
from bayescause.query.curves import axis_of
from bayescause.query.dependence import alike_by, moving_covariates, told_alike
from bayescause.query.digits import decimals_for_sentence, decimals_supported, format_number, format_probability
from bayescause.query.estimand import is_of_chance
from bayescause.query.group_places import group_told
from bayescause.query.mediated_questions import manner_of
from bayescause.query.no_mean import instead, why_not_learnt
from bayescause.query.number_needed import number_needed, told_number_needed
from bayescause.query.proviso import STRAIGHT, other_obstacles, parametric_of
from bayescause.query.splitting import split
from bayescause.scm.kinds import LEVELLED

if TYPE_CHECKING:
    from bayescause.compilation.table import Table
    from bayescause.query.effect import Effect
    from bayescause.query.estimand import Estimand
    from bayescause.query.interval import Interval

__all__ = [
    "SIGNED",
    "answer",
    "centre",
    "describe",
    "may_do",
    "plain_comparison",
    "plain_of",
    "quantified",
    "share_without",
    "valued",
]

LIKELY = 0.95
"""Posterior probability of the sign from which the answer says raises or lowers."""

SIGNED = ("difference", "ratio")
"""Scales on which more and less than no effect have a meaning."""

WIDTH = 78
"""Column at which the size of the data stands in the first line."""


def describe(effect: "Effect") -> str:
    """Several lines for ``print``."""
    from bayescause.query.decomposition import told_parts

    if effect.bounds is not None:
        return describe_bounds(effect)
    if effect.draws is None:
        return _refusal(effect)
    parts = split(effect)
    if effect.curve is not None:
        lines = [line for part in parts for line in (f"{curve_answer(part)}  {_size(part)}", "", *_curve(part))]
    else:
        lines = [_headline(part) for part in parts] + ["", *(_numbers(part) for part in parts)]
    if number_needed(effect) is not None:
        lines.append("  (of the difference of chances, whose reciprocal is the number needed to treat)")
    taken_apart = told_parts(effect, lambda name: _label(effect, name))
    lines += [f"  {taken_apart}"] if taken_apart else []
    lines += [_question(effect), *_alike(effect), _verdict(effect)]
    lines += _drawn(effect) + _checks(effect)
    if effect.assumed:
        lines.append(f"  assumed      {_briefly(effect)}  (effect.assumed)")
    return "\n".join(lines)


def answer(effect: "Effect") -> str:
    """The answer as one sentence in the user's labels and unit, with the interval's kind and probability."""
    question = effect.estimand
    if effect.posterior is None:
        return f"{question.of} does not change {question.on}: the graph has no path from one to the other."
    counted = number_needed(effect)
    if counted is not None:
        outcome = valued(question, _label(effect, question.on))
        said = told_number_needed(counted, _label(effect, question.of), outcome)
        return f"{said} ({counted.interval_name} {counted.range})."
    mean, interval = centre(effect), effect.interval()
    if not effect.moments_exist:
        return _not_learnt(effect, mean, interval)
    decimals = decimals_for_sentence(float(effect.sd()), effect.diagnostics.mcse_mean, mean)
    low, high = (format_number(float(bound), decimals) for bound in (interval.low, interval.high))
    told = f"{interval.name} {low} to {high}"
    proviso = "" if parametric_of(effect) is None else f", {STRAIGHT}"
    return _sentence(effect, mean, decimals, f"({told}){proviso}.")


def _not_learnt(effect: "Effect", median: float, interval: "Interval") -> str:
    question = effect.estimand
    treatment, outcome = _label(effect, question.of), quantified(question, _label(effect, question.on))
    group = group_told(effect, lambda name: _label(effect, name))
    told = (median, float(interval.low), float(interval.high))
    middle, low, high = (format_number(one, decimals_supported(float("nan"), one)) for one in told)
    found = f"median {middle}{_unit(effect)}, {interval.name} {low} to {high}"
    head = f"By how much {treatment} changes {outcome}{group} is not learnt: {why_not_learnt(effect)}"
    return f"{head} ({found}). {instead(effect)}"


def _sentence(effect: "Effect", mean: float, decimals: int, told: str) -> str:
    question, size = effect.estimand, format_number(mean, decimals)
    treatment, outcome = _label(effect, question.of), quantified(question, _label(effect, question.on))
    manner = manner_of(question, lambda name: _label(effect, name))
    group = group_told(effect, lambda name: _label(effect, name))
    group += f" {manner}" if manner else ""
    if question.scale == "probability":
        counts = valued(question, _label(effect, question.on))
        return f"The {question.name} of {treatment} for {counts}{group} is about {size} {told}"
    if question.scale not in SIGNED:
        unit = _unit(effect) if question.scale == "level" else ""
        return f"The {question.name} of {treatment} on {outcome}{group} is about {size}{unit} {told}"
    positive = float(effect.probability())
    is_open = max(positive, 1 - positive - share_without(effect)) < LIKELY
    sides = particulars(question).sides
    subject = treatment if sides is None else f"{sides[1]}, against {sides[0]},"
    if question.scale == "ratio":
        head = f"It is open whether {subject} {may_do(effect, outcome)}{group}: it" if is_open else subject
        return f"{head} multiplies {'it' if is_open else f'{outcome}{group}'} by about {size} {told}"
    unit = _unit(effect)
    if is_open:
        return f"It is open whether {subject} {may_do(effect, outcome)}{group}: {size}{unit} {told}"
    verb = "raises" if mean > question.null else "lowers"
    return f"{subject} {verb} {outcome}{group} by about {format_number(abs(mean), decimals)}{unit} {told}"


def share_without(effect: "Effect") -> float:
    """Posterior probability of exactly no effect: more than 0 of what is counted in whole levels."""
    return float(np.mean(np.asarray(effect.draws) == effect.estimand.null))


def may_do(effect: "Effect", outcome: str) -> str:
    """What is open: ``raises or lowers sales``, or the one of them that no draw rules out."""
    draws, null = np.asarray(effect.draws), effect.estimand.null
    verbs = [verb for verb, is_met in (("raises", draws > null), ("lowers", draws < null)) if is_met.any()]
    if len(verbs) == 1:
        return f"{verbs[0]} {outcome}, or leaves it as it is"
    return f"{' or '.join(verbs) or 'changes'} {outcome}"


def quantified(question: "Estimand", outcome: str) -> str:
    """The outcome, or what of it is asked: ``the risk of relapse``, ``the chance that sales exceeds 5``."""
    quantity = particulars(question).quantity
    if not quantity:
        return outcome
    return f"the {quantity.format(outcome) if '{}' in quantity else f'{quantity} of {outcome}'}"


def valued(question: "Estimand", outcome: str) -> str:
    """The outcome, with the level of it that is asked about: ``way = walk``."""
    level = particulars(question).level
    return outcome if level is None else f"{outcome} = {level}"


def centre(effect: "Effect") -> float:
    """Posterior mean, or the median where the mean does not exist, in the unit of the outcome."""
    return float(effect.mean() if effect.moments_exist else effect.median())


def plain_of(question: "Estimand") -> str:
    """What a naive comparison gives: a difference or a ratio."""
    return "ratio" if question.scale == "ratio" else "difference"


def plain_comparison(effect: "Effect") -> str:
    """What a naive comparison is of: of the groups, or along a treatment that is a quantity."""
    posterior, question = effect.posterior, effect.estimand
    is_quantity = posterior is not None and posterior.table.kinds.get(question.of) not in LEVELLED
    return f"plain {plain_of(question)} {f'along {question.of}' if is_quantity else 'of the groups'}"


def _headline(effect: "Effect") -> str:
    sentence = answer(effect)
    return sentence if effect.group else f"{sentence:<{WIDTH - 2}}  {_size(effect)}".rstrip()


def _size(effect: "Effect") -> str:
    if effect.posterior is None:
        return ""
    from bayescause.query.selection import units_asked_about

    table, question = effect.posterior.table, effect.estimand
    units = units_asked_about(question, None, table)
    if units is None:
        return f"{table.units:,} rows in the table"
    rows = f"{units:,} row{'' if units == 1 else 's'}"
    if table.kinds[question.of] not in LEVELLED or particulars(question).contrast is None:
        return rows
    contrast = resolve_contrast(table, question)
    treated = int(_among_asked(question, table).tally(question.of)[int(contrast.high)])
    return f"{rows}, {treated:,} with {question.of} = {level_name(table, question.of, contrast.high)}"


def _among_asked(question: "Estimand", table: "Table") -> "Table":
    """Rows of ``table`` that meet the question's ``where``."""
    from bayescause.query.selection import units_meant

    if question.where is None:
        return table
    return table.chosen(units_meant(question, table))


def _numbers(effect: "Effect") -> str:
    middle = centre(effect)
    decimals = decimals_supported(effect.diagnostics.mcse_mean, middle)
    sd = format_number(float(effect.sd()), decimals) if effect.moments_exist else "does not exist"
    told = [
        f"{'mean' if effect.moments_exist else 'median'} {format_number(middle, decimals)}",
        f"sd {sd}",
    ]
    if effect.estimand.scale in SIGNED:
        above = format_probability(float(effect.probability())).removeprefix("= ")
        told.append(f"P(> {effect.estimand.null:g}) {above}")
    worthwhile = effect.estimand.worthwhile
    if worthwhile is not None:
        told.append(
            f"P(> {worthwhile:g}) {format_probability(float(effect.probability(worthwhile))).removeprefix('= ')}"
        )
    line = f"  {f'{effect.group}: ' if effect.group else ''}" + "   ".join(told)
    if effect.unadjusted is not None and not effect.group:
        line += f"          {plain_comparison(effect)} {format_number(effect.unadjusted, decimals)}"
    return line


def _curve(effect: "Effect") -> list[str]:
    alone, band = effect.interval(), effect.band()
    axis = axis_of(effect.estimand, effect.curve or "")
    what = "chance" if is_of_chance(effect.estimand) else effect.estimand.on
    head = (axis, what, alone.name, f"{100 * band.prob:g} % band of all")
    rows = [head, *curve_table(effect)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return ["  " + "   ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]


def _question(effect: "Effect") -> str:
    question = effect.estimand
    low, high = sides_of(question, None if effect.posterior is None else effect.posterior.table)
    told = [question.name, f"{high} against {low}", question.population]
    if effect.curve is not None and question.scale == "level":
        told = [question.name, question.population]
    if question.where:
        told.append(f"where {question.where}")
    if given := particulars(question).given:
        told.append(f"by {' and '.join(given)}")
    return "  " + ", ".join(told)


def _alike(effect: "Effect") -> list[str]:
    """By which modifiers groups cannot differ in this model; that they cannot by any is a reason of its own."""
    names, route = alike_by(effect), effect.route
    if effect.posterior is None or route is None or len(names) == len(particulars(effect.estimand).given):
        return []
    moving = moving_covariates(effect.posterior.design, route, route.query.of)
    return [f"  by {name}, {told_alike(effect.estimand.of, name, moving)}" for name in names]


def _verdict(effect: "Effect") -> str:
    match effect.verdict:
        case Identified(strategy=strategy, assumptions=assumptions):
            untestable = sum(one.tested_by is None for one in assumptions)
            rests = f"rests on {_counted(len(assumptions))}, {untestable} untestable (effect.verdict)"
            return f"  identified   {strategy.replace('_', ' '):<32}{rests}"
        case _ if (found := parametric_of(effect)) is not None:
            how = f"by the drawing; by {found.strategy}"
            untestable = sum(" moves " not in one for one in found.assumptions)
            return f"  not identified {how:<30}rests on {_counted(len(found.assumptions))}, {untestable} untestable"
        case _:
            return "  not identified"


def _counted(assumptions: int) -> str:
    return f"{assumptions} assumption{'' if assumptions == 1 else 's'}"


def _drawn(effect: "Effect") -> list[str]:
    if effect.posterior is None:
        return ["  drawn        nothing: the graph alone gives the answer"]
    found = effect.diagnostics
    engines = sorted(set(effect.posterior.engines.values()))
    draws = effect.posterior.draws.sizes["chain"] * effect.posterior.draws.sizes["draw"]
    are_independent = all(find(ENGINES, engine).is_independent for engine in engines)
    quality = f"{draws:,} independent draws" if are_independent else f"{draws:,} draws, R-hat {found.r_hat:.3f}"
    how = f"{' and '.join(engines)}, {quality}"
    return [f"  drawn        {how:<31} ESS {found.ess_bulk:,.0f}   MCSE {found.mcse_mean:.2g}"]


def _checks(effect: "Effect") -> list[str]:
    told = [*(check.words for check in effect.checks), "not calibrated yet"]
    lines = ["  checks       " + "   ".join(told)]
    return lines + [f"  {effect.status}         {reason}" for reason in effect.reasons]


def _briefly(effect: "Effect") -> str:
    if effect.posterior is None:
        return "the graph"
    tasks, designs = effect.posterior.plan.tasks, effect.posterior.design.mechanisms
    laws = (block.block.law.replace("_", " ") for block in effect.posterior.blocks.values())
    families = dict.fromkeys((*(design.mechanism.short for design in designs.values()), *laws))
    own = any(task.priors for task in tasks)
    by_rule = any(design.priors for design in designs.values())
    priors = ["own and default priors" if own else "default priors"] if by_rule or effect.posterior.blocks else []
    told = [*families, *priors, f"seed {effect.posterior.seed}"]
    return ", ".join((*told, *used_in_brief(effect.posterior.model, effect.posterior.table, tasks)))


def _refusal(effect: "Effect") -> str:
    question = effect.estimand
    if not effect.verdict.is_identified:
        more = other_obstacles(effect.verdict, " ".join(effect.reasons))
        return "\n".join([str(effect.verdict), *([f"  no number    {more}"] if more else [])])
    head = f"No number for the {question.name} of {question.of} on {question.on}."
    return "\n".join([head, *(f"  because      {reason}" for reason in effect.reasons)])


def _label(effect: "Effect", name: str) -> str:
    model = effect.model
    return (model.variables[name].label or name) if model is not None else name


def _unit(effect: "Effect") -> str:
    unit = unit_of(effect)
    return f" {unit}" if unit else ""
