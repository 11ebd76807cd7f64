"""A range in words: what can be said of an effect that the data bound but do not settle."""

from typing import TYPE_CHECKING

from bayescause.errors import RefusedEffectError
from bayescause.query.contrasts import sides_of
from bayescause.query.digits import decimals_for_sentence, format_number, format_probability
from bayescause.query.splitting import split

if TYPE_CHECKING:
    from bayescause.query.bounds import Bounds
    from bayescause.query.effect import Effect

__all__ = ["NO_FAVOURITE", "SETTLED", "describe_bounds", "method_words", "range_answer", "sign_of"]

SETTLED = 0.95
"""Posterior probability that the whole range lies on one side, from which that side is said."""

NO_FAVOURITE = "No number inside the range is more supported by the data than another."
"""Said with every range, lest its middle be read as an estimate."""


def describe_bounds(effect: "Effect") -> str:
    """Several lines for ``print``."""
    parts = [(part, part.bounds) for part in split(effect) if part.bounds is not None]
    lines = [range_answer(part) for part, _ in parts]
    lines += [f"  {NO_FAVOURITE}", "", *(_ends(part, bounds) for part, bounds in parts)]
    question, first = effect.estimand, parts[0][1]
    low, high = sides_of(question)
    where = f", where {question.where}" if question.where else ""
    lines.append(f"  {question.name}, {high} against {low}, {question.population}{where}")
    lines.append(f"  not settled  {effect.verdict.query} is not identified (effect.verdict)")
    lines.append(f"  range        {method_words(first)}")
    lines.append(f"  drawing      {first.evidence}")
    lines.append(_drawn(first))
    lines += [f"  careful      {doubt}" for doubt in first.doubts]
    if effect.assumed:
        lines.append(f"  assumed      {effect.assumed[-1]}, and more (effect.assumed)")
    return "\n".join(lines)


def range_answer(effect: "Effect") -> str:
    """What can be said, as one sentence in the user's labels and unit.

    Raises
    ------
    RefusedEffectError
        If the effect has no bounds.
    """
    bounds, question, model = effect.bounds, effect.estimand, effect.model
    if bounds is None:
        raise RefusedEffectError("This effect has no bounds. Read its interval.")
    interval = bounds.interval()
    low, high = float(interval.low), float(interval.high)
    decimals = _decimals(bounds)
    variables = model.variables if model is not None else {}
    treatment, outcome = (
        (variables[name].label or name) if name in variables else name for name in (question.of, question.on)
    )
    unit = f" {variables[question.on].unit}" if question.on in variables and variables[question.on].unit else ""
    group = f" where {effect.group}" if effect.group else ""
    kind = f"{100 * interval.prob:g} % range"
    if (sign := sign_of(bounds)) != 0:
        near, far = sorted((abs(low), abs(high)))
        verb = "raises" if sign > 0 else "lowers"
        if low * high < 0:
            near = 0.0
        told = f"{format_number(near, decimals)} and {format_number(far, decimals)}{unit} ({kind})"
        return f"{treatment} {verb} {outcome}{group} by between {told}; by how much, the data cannot say."
    told = f"{format_number(low, decimals)} and {format_number(high, decimals)}{unit} ({kind})"
    return f"Between {told}: the data cannot say whether {treatment} raises or lowers {outcome}{group}."


def sign_of(bounds: "Bounds") -> int:
    """The side of zero on which the whole range lies, as surely as ``SETTLED``: 1, -1, or 0 for neither."""
    if float(bounds.probability_all_above()) >= SETTLED:
        return 1
    return -1 if float(bounds.probability_all_below()) >= SETTLED else 0


def method_words(bounds: "Bounds") -> str:
    """How the range was found, and whether it could be tighter."""
    sharp = "sharp: every effect in it is compatible with the data"
    return f"by response types, {sharp if bounds.is_sharp else 'valid, perhaps not the tightest'}"


def _decimals(bounds: "Bounds") -> int:
    found = bounds.diagnostics
    spread = min(float(bounds.low.std()), float(bounds.high.std()))
    error = max(found["low"].mcse_mean, found["high"].mcse_mean)
    return decimals_for_sentence(spread, error, float(bounds.high.mean() - bounds.low.mean()))


def _ends(effect: "Effect", bounds: "Bounds") -> str:
    decimals = _decimals(bounds)
    told = [
        f"{name} end {format_number(float(end.mean()), decimals)} (sd {format_number(float(end.std()), decimals)})"
        for name, end in (("lower", bounds.low), ("upper", bounds.high))
    ]
    above, below = (
        format_probability(float(share)).removeprefix("= ")
        for share in (bounds.probability_all_above(), bounds.probability_all_below())
    )
    told.append(f"P(range above 0) {above}   P(below 0) {below}")
    worthwhile = effect.estimand.worthwhile
    if worthwhile is not None:
        share = format_probability(float(bounds.probability_all_above(worthwhile))).removeprefix("= ")
        told.append(f"P(range above {worthwhile:g}) {share}")
    return "  " + "   ".join(told)


def _drawn(bounds: "Bounds") -> str:
    found = bounds.diagnostics
    draws = f"{bounds.low.size // max(1, bounds.low.sizes.get('group', 1)):,} independent draws"
    ess = f"{found['low'].ess_bulk:,.0f} and {found['high'].ess_bulk:,.0f}"
    errors = f"{found['low'].mcse_mean:.2g} and {found['high'].mcse_mean:.2g}"
    return f"  drawn        exact, {draws}   ESS {ess}   MCSE {errors}"
