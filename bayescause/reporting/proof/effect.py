"""The effect for a reviewer: its density, its numbers with their Monte Carlo error, and the counts where they hold."""

from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.query.decomposition import decompose, ways_of_parts
from bayescause.query.number_needed import number_needed
from bayescause.query.wording import SIGNED, centre, plain_comparison, plain_of, quantified
from bayescause.reporting.figures.density import Marks, picture_density
from bayescause.reporting.proof.blocks import Bullets, Prose, Section, Table, told
from bayescause.reporting.proof.digits import Digits, probability, significant
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.headline import range_sentence
from bayescause.reporting.wording.names import capital
from bayescause.reporting.wording.telling import tell
from bayescause.reporting.wording.whom import condition_told

if TYPE_CHECKING:
    from bayescause.analysis.counting import UnitCounts
    from bayescause.query.decomposition import Decomposition
    from bayescause.query.estimand import Estimand
    from bayescause.reporting.findings import Answer, Findings
    from bayescause.reporting.wording.names import Names
    from bayescause.reporting.wording.telling import Told

__all__ = ["axis_of", "effect_section"]

NEAR = 8.0
"""Sds from which zero is too far away to be shown without squeezing the picture."""


OWN_CHECKS = ("conditions", "graph", "range", "monotonicity")
"""Names of the checks of a functional (what it needs was seen, and what the graph says of it holds) and of a
coupling (the range without it, and what the data say against it)."""


def effect_section(findings: "Findings", answer: "Answer", name: str) -> Section:
    """Density and numbers."""
    told_numbers = tell(findings, answer)
    effect, names = answer.effect, told_numbers.names
    digits = Digits.of(effect)
    interval = effect.interval()
    lines: dict[str, float] = {}
    if told_numbers.decision is not None and told_numbers.decision.threshold is not None:
        lines["decision turns"] = told_numbers.decision.threshold
    null, is_near = effect.estimand.null, told_numbers.above_null not in (0.0, 1.0)
    is_near |= abs(told_numbers.mean - null) < NEAR * told_numbers.spread
    if effect.estimand.scale in SIGNED and is_near:
        lines["no effect"] = null
    if effect.unadjusted is not None:
        lines[f"plain {plain_of(effect.estimand)}"] = effect.unadjusted
    picture = picture_density(
        told_numbers.draws,
        Marks(float(interval.low), float(interval.high), interval.name, lines),
        axis=axis_of(names, effect.estimand),
        caption=_caption(told_numbers),
        name=name,
    )
    numbers = _numbers(answer, names, digits)
    return Section(
        name,
        "The effect",
        told(picture, numbers, _parts(answer, names, digits), _looked_at(answer), _counted(answer.counts)),
    )


def _caption(told_numbers: "Told") -> str:
    said = range_sentence(told_numbers)
    plain = told_numbers.unadjusted
    if plain is None or told_numbers.low <= plain <= told_numbers.high:
        return said
    return f"{said} The plain comparison, {told_numbers.size.signed(plain)}, lies outside."


def axis_of(names: "Names", question: "Estimand") -> str:
    """What an axis of effects counts, with its unit."""
    outcome = quantified(question, names.outcome)
    if question.scale in ("ratio", "probability"):
        return f"factor on {outcome}" if question.scale == "ratio" else question.name
    unit = names.unit or ("share, 0 to 1" if names.is_counted else "")
    what = outcome if question.scale == "level" else f"effect on {outcome}"
    return f"{what}{f', {unit}' if unit else ''}"


def _numbers(answer: "Answer", names: "Names", digits: Digits) -> Table:
    effect, question = answer.effect, answer.effect.estimand
    interval, quality = effect.interval(), effect.diagnostics
    rows = [
        ("Mean" if effect.moments_exist else "Median (the mean does not exist)", digits(centre(effect))),
        ("Standard deviation", digits(float(effect.sd()))),
        (interval.name, digits.range(float(interval.low), float(interval.high))),
        *(
            [(f"P(effect > {question.null:g})", probability(float(effect.probability())))]
            if question.scale in SIGNED
            else []
        ),
        (capital(clean(plain_comparison(effect))), digits(effect.unadjusted)),
        ("Monte Carlo standard error", significant(quality.mcse_mean, 2)),
        ("Effective draws, bulk and tail", f"{quality.ess_bulk:,.0f} and {quality.ess_tail:,.0f}"),
        ("R-hat", f"{quality.r_hat:.3f}"),
    ]
    counted = number_needed(effect)
    if counted is not None:
        rows.insert(0, ("Number needed to treat (below: the difference whose reciprocal it is)", counted.words))
    if question.where:
        rows.insert(0, ("Only where", condition_told(question.where, names.label)))
    if question.worthwhile is not None:
        above = probability(float(effect.probability(question.worthwhile)))
        rows.insert(4, (f"P(effect > {question.worthwhile:g})", above))
    asked = f"{question.name}, {names.high} against {names.low}, {question.population}"
    coupling = particulars(question).coupling
    if coupling is not None:
        rows.append(("Assumed of the worlds compared", clean(coupling, 300)))
    return Table(f"The effect in numbers: {asked}", ("What", "Value"), tuple(rows), numeric=(1,))


def _parts(answer: "Answer", names: "Names", digits: Digits) -> Table | None:
    """The total effect and what of it goes past the mediators and through them; None for other questions."""
    parts = decompose(answer.effect)
    if parts is None:
        return None
    manner, others = ways_of_parts(answer.effect, names.label)
    lines = {
        "total": "Total",
        "direct": capital(others),
        "indirect": capital(manner),
        "together": "By both together (mediated interaction)",
    }
    if answer.effect.estimand.query.kind.startswith("interventional"):
        lines["apart"] = "Lost by drawing anew (intermediate confounding)"
    rows = [(words, *_told_part(parts, name, digits)) for name, words in lines.items()]
    name = parts.interval("total").name
    if parts.share is not None:
        interval = parts.interval("share")
        ends = f"{100 * float(interval.low):.0f} to {100 * float(interval.high):.0f} %"
        rows.append((f"Share {manner}, of the total", f"{100 * float(parts.share.median()):.0f} %", ends))
    head = ("Part", "Median", name)
    return Table("What the effect is made of, from the same draws", head, tuple(rows), numeric=(1, 2))


def _told_part(parts: "Decomposition", name: str, digits: Digits) -> tuple[str, str]:
    interval = parts.interval(name)
    return digits(float(getattr(parts, name).median())), digits.range(float(interval.low), float(interval.high))


def _looked_at(answer: "Answer") -> Bullets | None:
    """What was looked at besides overlap and fit, which have their own places."""
    own = [check for check in answer.effect.checks if check.name in OWN_CHECKS]
    lines = tuple(f"{'●' if check.is_good else '○'} {clean(check.words, 300)}" for check in own)
    return Bullets(lines) if lines else None


def _counted(counts: "UnitCounts | None") -> Table | Prose | None:
    if counts is None:
        return None
    if not counts.arms:
        return Prose(clean(counts.words, 300))
    rows = tuple(
        (
            clean(arm.label),
            f"{arm.per_100:.1f}",
            f"{float(arm.interval.low):.1f} to {float(arm.interval.high):.1f}",
            f"{arm.observed:.1f}",
            f"{arm.predicted:.1f}",
        )
        for arm in counts.arms
    )
    interval = next((arm.interval.name for arm in counts.arms), "Interval")
    shown = "" if counts.passes else " Not shown above, because their check failed."
    return Table(
        f"{clean(counts.words, 300)}{shown}",
        ("If all had", "Above", interval, "Seen", "As the model says"),
        rows,
        numeric=(1, 2, 3, 4),
    )
