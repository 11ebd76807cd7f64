"""What something unmeasured would do to the effect: the contour, the yardsticks, and the decision that hangs on it."""

from typing import TYPE_CHECKING

import numpy as np

from bayescause.reporting.figures.contour import Surface, Yardstick, picture_contour
from bayescause.reporting.proof.blocks import Block, Bullets, Prose, Section, Table, told
from bayescause.reporting.proof.digits import Digits, probability, significant
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.doubt import doubt
from bayescause.reporting.wording.names import Names
from bayescause.reporting.wording.telling import Told, tell

if TYPE_CHECKING:
    from bayescause.analysis.deciding import Decision
    from bayescause.analysis.doubting import Benchmark, Sensitivity
    from bayescause.query.interval import Interval
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["decision_section", "doubts_section"]


def doubts_section(findings: "Findings", answer: "Answer", name: str) -> Section | None:
    """All sensitivity analyses; None where there are none."""
    if not answer.sensitivities:
        return None
    numbers = tell(findings, answer)
    digits = Digits.of(answer.effect)
    blocks = [
        block
        for place, one in enumerate(answer.sensitivities)
        for block in _one(one, numbers, digits, f"{name}-{place}")
    ]
    return Section(name, "What could overturn it", tuple(blocks))


def decision_section(findings: "Findings", answer: "Answer", name: str) -> Section | None:
    """What was weighed; None where nothing is to be decided."""
    decision = answer.decision
    if decision is None:
        return None
    if decision.status == "refused" or decision.recommendation is None:
        return Section(name, "The decision", (Prose(f"None was reached. {clean(decision.reason, 300)}"),))
    numbers = tell(findings, answer)
    rows = _weighed(decision, numbers)
    caption = f"“{clean(decision.act)}” against “{clean(decision.instead)}”"
    unit = f"in {clean(decision.money, 20)}" if decision.money else f"in the unit of {numbers.names.outcome}"
    table = Table(f"{caption}, {unit} a {numbers.names.one}", ("What", "Value"), rows, (1,))
    return Section(name, "The decision", (Prose(f"Recommended: {clean(decision.recommendation, 120)}."), table))


def _one(one: "Sensitivity", numbers: Told, digits: Digits, name: str) -> tuple[Block, ...]:
    if one.is_refused:
        return (Prose(f"Something unmeasured: not worked out. {clean(one.reason, 300)}"),)
    marks = tuple(_cells(mark, numbers.names, digits) for mark in one.benchmarks)
    strongest = tuple(
        (f"to {digits(value.target)}", significant(value.plug_in), significant(value.mean), _span(value.interval))
        for value in one.robustness
    )
    against = "–" if one.against is None else digits(one.against)
    return told(
        _picture(one, numbers, digits, name),
        Table(
            "How strong something unmeasured has to be, in multiples of a measured cause",
            ("Yardstick", f"To bring it to {against}", "To remove it", "Effect left at 1 ×", "2 ×", "3 ×"),
            marks,
            (1, 2, 3, 4, 5),
        )
        if marks
        else None,
        Table(
            "Partial R² with treatment and with outcome alike that moves the effect (robustness value)",
            ("Moves it", "Least squares", "Posterior mean", one.robustness[0].interval.name),
            strongest,
            (1, 2, 3),
        )
        if strongest
        else None,
        Bullets(tuple(clean(note, 300) for note in one.notes)) if one.notes else None,
    )


def _picture(one: "Sensitivity", numbers: Told, digits: Digits, name: str) -> Block:
    names = numbers.names
    lines = [(0.0, "no effect")]
    if one.against:
        lines.insert(0, (float(one.against), f"decision turns: {digits(one.against)}"))
    points = [
        Yardstick(
            _times(names.label(mark.name), bound.multiple), bound.treatment_r2, bound.outcome_r2, bound.multiple != 1
        )
        for mark in one.benchmarks
        for bound in mark.bounds
        if bound.multiple in (1, 2)
    ]
    said = doubt(numbers, [one])
    return picture_contour(
        _surface(one, points),
        points,
        lines=lines,
        axes_labels=(f"tie to {names.treatment} (partial R²)", f"tie to {names.outcome} (partial R²)"),
        caption=f"The effect that would remain. {said.text} {said.strong}",
        name=name,
    )


def _surface(one: "Sensitivity", points: list[Yardstick]) -> Surface:
    """As far as the yardsticks and the strengths at which something turns, and little more."""
    turns = [value.plug_in for value in one.robustness]
    right, top = (
        min(0.99, max(0.02, 1.3 * max([*places, *turns], default=0.0)))
        for places in ([point.treatment_r2 for point in points], [point.outcome_r2 for point in points])
    )
    across, up = np.linspace(0, right, 60), np.linspace(0, top, 60)
    return Surface(across, up, one.adjusted(across, up[:, None]))


def _times(label: str, multiple: float) -> str:
    return label if multiple == 1 else f"{multiple:g} ×"


def _cells(mark: "Benchmark", names: Names, digits: Digits) -> tuple[str, ...]:
    if mark.reason:
        return (names.label(mark.name), clean(mark.reason, 120), "–", "–", "–", "–")
    left = {
        bound.multiple: digits(bound.adjusted) if bound.adjusted is not None else "impossible" for bound in mark.bounds
    }
    times = (significant(mark.multiple_to_reach_against, 2), significant(mark.multiple_to_reach_zero, 2))
    return (names.label(mark.name), *(f"{one} ×" if one != "–" else one for one in times),
            *(left.get(multiple, "–") for multiple in (1, 2, 3)))  # fmt: skip


def _span(interval: "Interval") -> str:
    return f"{significant(float(interval.low))} to {significant(float(interval.high))}"


def _weighed(decision: "Decision", numbers: Told) -> tuple[tuple[str, str], ...]:
    def amount(value: float | None) -> str:
        return f"{significant(value)} {clean(decision.money, 20)}".strip()

    turn = "–" if decision.threshold is None else numbers.size.signed(decision.threshold)
    return (
        ("Worth of one unit of the outcome", f"{decision.gain:g} {clean(decision.money, 20)}".strip()),
        ("Cost of acting", f"{decision.cost:g} {clean(decision.money, 20)}".strip()),
        ("Acting pays from an effect of", turn),
        ("Chance that it pays", probability(decision.probability_pays)),
        ("Chance that it loses", probability(decision.probability_loses)),
        ("Expected gain of acting, less its cost", amount(decision.net_gain)),
        ("Loss, in the cases in which it loses", amount(decision.loss_if_loses)),
        ("Expected loss of acting", amount(decision.expected_loss_acting)),
        ("Expected loss of not acting", amount(decision.expected_loss_not_acting)),
        ("Worth of knowing the effect exactly", amount(decision.value_of_perfect_information)),
    )
