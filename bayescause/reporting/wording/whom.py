"""For whom the effect is larger: only differences that the model could hold, told only where they are clear."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.conditions import Comparison, Condition
from bayescause.compilation.particulars import particulars
from bayescause.errors import SpecError
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.paragraph import Paragraph
from bayescause.reporting.wording.rounding import in_one_notation, roughly
from bayescause.reporting.wording.telling import SURE, Told
from bayescause.scm.exact_text import exact_text

if TYPE_CHECKING:
    from bayescause.analysis.slices import Slice, Slices

__all__ = ["condition_told", "for_whom", "group_name"]

LEAD = "For whom?"

_SIGNS = {
    ">=": " at least ",
    "<=": " at most ",
    "!=": " other than ",
    "==": ": ",
    ">": " above ",
    "<": " below ",
}

_VERBS = {sign: f" is{words}" for sign, words in _SIGNS.items()} | {"==": " is "}
"""The same with a verb."""


def for_whom(
    told: Told,
    slices: Sequence["Slices"],
    *,
    works_alike: bool,
    asked: Sequence[str] = (),
    alike_by: Sequence[str] = (),
) -> Paragraph | None:
    """What is known of groups.

    Parameters
    ----------
    told : Told
    slices : sequence of Slices
    works_alike : bool
        Whether the model takes the effect to be the same for everyone.
    asked : sequence of str
        Columns by which another question asks for the same effect.
    alike_by : sequence of str
        Columns by which this question asks, and on which the effect cannot depend in this model.

    Returns
    -------
    Paragraph or None
        None where the answer is itself that of a group that may differ from others.
    """
    if particulars(told.question).given:
        return Paragraph(LEAD, _alike(told, list(map(told.names.label, alike_by)))) if alike_by else None
    if not slices and asked:
        return Paragraph(LEAD, f"See the answers by {_listed(list(map(told.names.label, asked)))} below.")
    treatment = told.names.treatment
    if not slices and works_alike:
        return Paragraph(LEAD, f"Not looked at yet: this model takes {treatment} to work alike everywhere.")
    if not slices:
        return Paragraph(LEAD, "Not looked at yet: no groups were asked for.")
    if told.parametric is not None:
        same = f"an answer by an instrument takes {treatment} to do the same to all {told.names.many}"
        return Paragraph(LEAD, f"We cannot tell: {same}.")
    if told.through is not None:
        return Paragraph(LEAD, f"We cannot tell: the formula gives one answer for all {told.names.many} together.")
    sentences = [_one_by(told, rows) for rows in _by(slices).values()]
    alike = [label for kind, label in sentences if kind == "alike"]
    unclear = [label for kind, label in sentences if kind == "unclear"]
    said = [text for kind, text in sentences if kind == "clear"]
    if unclear:
        said.append(f"We saw no clear difference by {_listed(unclear)}.")
    if alike:
        said.append(_alike(told, alike))
    return Paragraph(LEAD, " ".join([*said, *_refused(told, slices)]))


def _alike(told: Told, labels: Sequence[str]) -> str:
    return f"By {_listed(labels)} we cannot tell: this model takes {told.names.treatment} to work alike there."


def group_name(label: str, rename: Callable[[str], str]) -> str:
    """A slice's label in the user's words: ``sex = female`` becomes ``sex: female``.

    Examples
    --------
    >>> group_name("sex = female", {"sex": "gender"}.get)
    'gender: female'
    >>> group_name("sex = 1", {"sex": "gender"}.get)
    'gender = 1'
    >>> group_name("age > 50", lambda name: name)
    'age above 50'
    >>> group_name('not ("Customer Age" > 50 and sex == female)', lambda name: name)
    'not (Customer Age above 50 and sex: female)'
    """
    return _named(label, rename, _SIGNS)


def condition_told(label: str, rename: Callable[[str], str]) -> str:
    """The same as it stands in a sentence, after "where".

    Examples
    --------
    >>> condition_told('sex == "female" and age > 50', {"sex": "gender", "age": "age"}.get)
    'gender is female and age is above 50'
    """
    return _named(label, rename, _VERBS)


def _named(label: str, rename: Callable[[str], str], signs: Mapping[str, str]) -> str:
    if label.startswith("not (") and label.endswith(")"):
        return f"not ({_named(label[5:-1], rename, signs)})"
    try:
        condition = Condition.parse(label)
    except SpecError:  # a level or value of a column: ``sex = female``
        name, found, level = label.partition(" = ")
        return clean(f"{rename(name)}{_equals(level, signs)}{level}" if found else label)
    return clean(" and ".join(_compared(one, rename, signs) for one in condition.comparisons))


def _compared(one: Comparison, rename: Callable[[str], str], signs: Mapping[str, str]) -> str:
    value = exact_text(one.value) if isinstance(one.value, float) else one.value
    sign = _equals(value, signs) if one.operator == "==" else signs[one.operator]
    return f"{rename(one.column)}{sign}{value}"


def _equals(level: str, signs: Mapping[str, str]) -> str:
    """A colon before a number would read as a share or a time."""
    return " = " if signs is _SIGNS and _is_number(level) else signs["=="]


def _by(slices: Sequence["Slices"]) -> dict[str, list["Slice"]]:
    rows: dict[str, list[Slice]] = {}
    for one in (one for some in slices for one in some):
        rows.setdefault(one.by, []).append(one)
    return rows


def _one_by(told: Told, rows: Sequence["Slice"]) -> tuple[str, str]:
    numbered = [row for row in rows if row.draws is not None and row.mean is not None]
    label = _column(told, rows[0].by)
    if len(numbered) < 2:
        return "thin", ""
    if all(row.is_by_construction for row in numbered):
        return "alike", label
    low, high = (pick(numbered, key=lambda row: row.mean or 0.0) for pick in (min, max))
    if low.draws is None or high.draws is None:
        return "thin", ""
    if float(np.mean(np.ravel(high.draws) > np.ravel(low.draws))) < SURE:
        return "unclear", label
    more, less = (high, low) if told.mean > told.question.null else (low, high)
    names, opening = _level_names((more, less)), "More"
    if names is None:
        names = tuple(_name(told, row) for row in (more, less))
    else:
        opening = f"By {label}, more"
    amounts = [told.size.about(row.mean or 0.0) for row in (more, less)]
    said = [
        f"{name} ({roughly(in_one_notation(one, *names, *amounts))})" for name, one in zip(names, amounts, strict=True)
    ]
    return "clear", f"{opening} for {said[0]} than for {said[1]}."


def _level_names(rows: Sequence["Slice"]) -> tuple[str, ...] | None:
    """What the levels alone are called where all groups are texts of one column; None otherwise."""
    parts = [row.label.partition(" = ") for row in rows]
    if all(found and level and not _is_number(level) for _, found, level in parts):
        return tuple(clean(level) for _, _, level in parts)
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _name(told: Told, row: "Slice") -> str:
    return group_name(row.label, told.names.label)


def _column(told: Told, by: str) -> str:
    """What made the groups, in the user's words: a column, or those that a condition compares."""
    plain = by.strip().strip('"')
    if plain in told.names.labels:
        return told.names.label(plain)
    try:
        return " and ".join(map(told.names.label, Condition.parse(by).columns))
    except SpecError:
        return told.names.label(plain)


def _refused(told: Told, slices: Sequence["Slices"]) -> list[str]:
    refused = [one for some in slices for one in some if one.status == "refused"]
    thin = [_name(told, one) for one in refused if one.is_too_small]
    other = [_name(told, one) for one in refused if not one.is_too_small]
    said = [f"Too few to compare: {_some(thin)}."] if thin else []
    return said + ([f"Not worked out, for reasons given under “For whom”: {_some(other)}."] if other else [])


def _some(names: Sequence[str]) -> str:
    return _listed(names[:3]) + (" and others" if len(names) > 3 else "")


def _listed(names: Sequence[str]) -> str:
    *most, last = dict.fromkeys(names)
    return f"{', '.join(most)} or {last}" if most else last
