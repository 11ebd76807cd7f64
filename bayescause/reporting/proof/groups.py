"""The effect by groups: the picture, and the table that says whether the model could have held a difference."""

from typing import TYPE_CHECKING

from bayescause.query.wording import centre
from bayescause.reporting.figures.forest import Row, picture_forest
from bayescause.reporting.proof.blocks import Bullets, Section, Table, told
from bayescause.reporting.proof.digits import Digits
from bayescause.reporting.proof.effect import axis_of
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.names import Names, names_of
from bayescause.reporting.wording.whom import group_name

if TYPE_CHECKING:
    from bayescause.analysis.slices import Slice
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["groups_section"]

MOST = 24
"""Groups in the picture; the table holds all."""


def groups_section(findings: "Findings", answer: "Answer", name: str) -> Section | None:
    """Forest and table; None where no groups were asked for."""
    slices = [one for some in answer.slices for one in some]
    if not slices:
        return None
    names, effect = names_of(findings, answer), answer.effect
    digits = Digits.of(effect)
    whole = effect.interval()
    units = max((one.units for one in slices), default=1)
    rows = [Row("everyone", centre(effect), float(whole.low), float(whole.high), 1.0, "whole")]
    rows += [_row(one, names, units) for one in slices[:MOST]]
    picture = picture_forest(
        rows, axis=axis_of(names, effect.estimand), caption=f"{_caption(slices, names)} Lines: {whole.name}.", name=name
    )
    table = Table(
        f"The effect on {names.outcome} by group",
        ("Group", names.many, names.high, "Effect", whole.name, "Like with like", "Does it differ for a reason?"),
        tuple(_cells(one, names, digits) for one in slices),
        numeric=(1, 2, 3, 4),
    )
    why = (
        f"{group_name(one.label, names.label)}: {one.words}"
        for one in slices
        if one.words and not one.is_by_construction
    )
    alike = (f"{names.label(one.by)}: {one.words}" for one in slices if one.words and one.is_by_construction)
    suggested = (hint for some in answer.slices for hint in some.suggestions)
    hints = tuple(dict.fromkeys(clean(hint, 300) for hint in (*alike, *why, *suggested)))
    return Section(name, "For whom", told(picture, table, Bullets(hints) if hints else None))


def _row(one: "Slice", names: Names, units: int) -> Row:
    look = "refused" if one.mean is None else "by construction" if one.is_by_construction else "estimated"
    low, high = (None, None) if one.interval is None else (float(one.interval.low), float(one.interval.high))
    refusal = "too few to compare" if one.is_too_small else "not worked out"
    share = min(1.0, one.units / max(units, 1))
    return Row(group_name(one.label, names.label), one.mean, low, high, share, look, refusal)


def _cells(one: "Slice", names: Names, digits: Digits) -> tuple[str, ...]:
    span = "–" if one.interval is None else digits.range(float(one.interval.low), float(one.interval.high))
    return (
        group_name(one.label, names.label),
        f"{one.units:,}",
        f"{one.treated:,}",
        digits(one.mean),
        span,
        one.overlap.verdict,
        clean(one.reason, 60),
    )


def _caption(slices: "list[Slice]", names: Names) -> str:
    numbered = [one for one in slices if one.mean is not None]
    if not numbered and all(one.is_too_small for one in slices):
        return "In none of the groups are there enough to compare."
    if not numbered:
        return "Groups could not be told apart: why stands below."
    if all(one.is_by_construction for one in numbered):
        return (
            f"Hollow and dotted: the model takes {names.treatment} to work alike in all of these groups; "
            "what differs is who is in them."
        )
    # What is alike by construction differs by who is in the group, and is largest or smallest by that alone.
    free = [one for one in numbered if not one.is_by_construction]
    said = []
    if len(free) > 1:
        ends = (pick(free, key=lambda one: one.mean or 0.0).label for pick in (max, min))
        high, low = (group_name(label, names.label) for label in ends)
        said = [f"Largest for {high}, smallest for {low}."]
    if len(free) < len(numbered):
        said.append("Hollow and dotted: alike by construction.")
    return " ".join(said)
