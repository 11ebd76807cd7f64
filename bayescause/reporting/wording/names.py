"""What the user calls things: treatment, outcome, their levels and units, and the rows of the table."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayescause.compilation.particulars import particulars
from bayescause.query.estimand import is_of_chance
from bayescause.query.number_needed import better_of
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.rounding import about, between, number, step_for
from bayescause.scm.exact_text import exact_text
from bayescause.scm.kinds import LEVELLED

if TYPE_CHECKING:
    from bayescause.query.estimand import Estimand, Scale
    from bayescause.reporting.findings import Answer, Findings

__all__ = ["Names", "Size", "capital", "is_plain_pair", "names_of", "plural", "unlabelled"]

_ODD_PLURALS = {"person": "people", "child": "children", "man": "men", "woman": "women", "patient": "patients"}

_YES_NO = {("no", "yes"), ("0", "1"), ("false", "true"), ("off", "on"), ("without", "with"), ("control", "treated")}


@dataclass(frozen=True)
class Size:
    """How an effect is rounded and in which unit it is said.

    Parameters
    ----------
    unit : str
        Plural where it has one.
    scale : float
        100 where the outcome is yes or no, so that it is counted in every hundred.
    step : float
        To which values are rounded, after scaling.
    """

    unit: str
    scale: float
    step: float

    def about(self, value: float) -> str:
        """The size of ``value``, without its sign."""
        return about(abs(value) * self.scale, self.step, self.unit)

    def plain(self, value: float) -> str:
        """A value itself, with its sign."""
        return f"{number(value * self.scale, self.step)} {self.unit}".strip()

    def signed(self, value: float) -> str:
        """``value`` with its sign; more or fewer of what is counted."""
        if self.scale == 1 or round(abs(value) * self.scale / self.step) == 0:
            return about(value * self.scale, self.step, self.unit)
        return f"{number(abs(value) * self.scale, self.step)} {'more' if value > 0 else 'fewer'} {self.unit}"

    def between(self, low: float, high: float) -> str:
        """Two ends."""
        return between(low * self.scale, high * self.scale, self.step, self.unit)


@dataclass(frozen=True)
class Names:
    """The user's words for one question.

    Parameters
    ----------
    treatment, outcome : str
        Labels, or else the columns' names.
    low, high : str
        The two levels compared.
    is_plain : bool
        Whether the levels say no more than no and yes.
    unit : str
        Of the outcome; empty if it has none.
    one, many : str
        A row of the table, and rows.
    is_counted : bool
        Whether the outcome is yes or no, or the question about a chance.
    is_quantity : bool
        Whether the treatment is a quantity, of which two values are compared, and not one of some groups.
    better : str, optional
        ``"higher"`` or ``"lower"``.
    labels : mapping of str to str
        Of every variable.
    spelled : tuple of str
        Columns without a label, which are written as they are spelled wherever they stand.
    """

    treatment: str
    outcome: str
    low: str
    high: str
    is_plain: bool
    unit: str
    one: str
    many: str
    is_counted: bool = False
    is_quantity: bool = False
    better: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    spelled: tuple[str, ...] = ()

    def opening(self, text: str) -> str:
        """``text`` as a sentence opens with it: in upper case, unless it begins with a column's own name."""
        begins = any(re.match(rf"{re.escape(name)}(?!\w)", text) for name in self.spelled)
        return text if begins else capital(text)

    def label(self, name: str) -> str:
        """The user's label of a variable."""
        return self.labels.get(name, clean(name))

    def size(self, spread: float, error: float = 0.0, scale_of: "Scale" = "difference") -> Size:
        """How effects with posterior sd ``spread`` and Monte Carlo error ``error`` are said."""
        if scale_of == "ratio":
            return Size("", 1.0, step_for(spread, error))
        if scale_of == "probability":
            return Size("in 100", 100.0, step_for(100.0 * spread, 100.0 * error))
        scale = 100.0 if self.is_counted else 1.0
        unit = f"in every 100 {self.many}" if self.is_counted else plural(self.unit)
        return Size(unit, scale, step_for(spread * scale, error * scale))


def names_of(findings: "Findings", answer: "Answer") -> Names:
    """The user's words for ``answer``."""
    question, model = answer.effect.estimand, findings.model
    variables = model.variables if model is not None else {}
    labels = {name: clean(variable.label or name) for name, variable in variables.items()}
    outcome = variables.get(question.on)
    low, high = _sides(findings, question)
    kind = None if outcome is None else outcome.kind
    kind = kind if findings.table is None else findings.table.kinds.get(question.on)
    unit, is_chance = clean(findings.unit or "row", 40), is_of_chance(question)
    return Names(
        treatment=labels.get(question.of, clean(question.of)),
        outcome=labels.get(question.on, clean(question.on)),
        low=low,
        high=high,
        is_plain=is_plain_pair(low, high) and _is_switch(findings, question.of),
        unit=_unit(findings, answer, kind) if not is_chance else "",
        one=unit,
        many=plural(unit),
        is_counted=kind == "binary" or is_chance,
        is_quantity=findings.table is not None and findings.table.kinds.get(question.of) not in LEVELLED,
        better=better_of(question, model, findings.table),
        labels=labels,
        spelled=unlabelled(findings, (question.of, question.on)),
    )


def _unit(findings: "Findings", answer: "Answer", kind: str | None) -> str:
    """Unit of the outcome; of one with named levels in an order these are what is counted."""
    name, model, table = answer.effect.estimand.on, findings.model, findings.table
    if model is not None and name in model.variables and model.variables[name].unit:
        return clean(model.variables[name].unit or "", 40)
    return "level" if kind == "ordinal" and table is not None and table.levels.get(name) else ""


def unlabelled(findings: "Findings", names: Iterable[str] = ()) -> tuple[str, ...]:
    """Columns that have no label of the user's: those of the model, and of ``names`` those that it does not know."""
    variables = findings.model.variables if findings.model is not None else {}
    found = (name for name in dict.fromkeys((*variables, *names)) if name not in variables or not variables[name].label)
    return tuple(map(clean, found))


def plural(unit: str) -> str:
    """More than one of ``unit``: the last word before "a", "in", "of" or "per" takes the s; abbreviations take none.

    Examples
    --------
    >>> plural("shop week"), plural("person"), plural("cigarette a day"), plural("kg"), plural("EUR")
    ('shop weeks', 'people', 'cigarettes a day', 'kg', 'EUR')
    """
    found = re.match(r"(.*?)(\b\w+)((?: (?:a|an|in|of|per)\b.*)?)$", unit)
    if found is None:
        return unit
    before, word, after = found.groups()
    return f"{before}{_plural_word(word)}{after}"


def capital(text: str) -> str:
    """``text`` with its first letter in upper case; the rest as the user wrote it."""
    return text[:1].upper() + text[1:]


def _plural_word(word: str) -> str:
    if word in _ODD_PLURALS:
        return _ODD_PLURALS[word]
    if (len(word) <= 3 and word not in ("day", "row", "car", "bus", "cup")) or not word.islower() or not word.isalpha():
        return word
    if word.endswith(("s", "x", "ch", "sh")):
        return word if word.endswith("s") and not word.endswith("ss") and word != "bus" else f"{word}es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def _sides(findings: "Findings", question: "Estimand") -> tuple[str, str]:
    told = particulars(question)
    if told.contrast is None:
        low, high = told.sides or ("", "")
        return clean(low), clean(high)
    low, high = (_level(findings, question.of, level) for level in told.contrast)
    return low, high


def _level(findings: "Findings", variable: str, level: float | str) -> str:
    """The user's name of a level; a number names the level of that name, or the code where levels have other names."""
    if isinstance(level, str):
        return clean(level)
    table, model = findings.table, findings.model
    named = table.levels.get(variable, ()) if table is not None else ()
    if not named and model is not None and variable in model.variables:
        named = model.variables[variable].levels
    written = exact_text(float(level))
    if written in named:
        return clean(written)
    if named and float(level).is_integer() and 0 <= int(level) < len(named):
        return clean(named[int(level)])
    return f"{level:g}"


def is_plain_pair(low: str, high: str) -> bool:
    """Whether two levels say no more than no and yes."""
    pair = (low.lower(), high.lower())
    return pair in _YES_NO or pair[0] in (f"no {pair[1]}", f"not {pair[1]}", f"without {pair[1]}")


def _is_switch(findings: "Findings", variable: str) -> bool:
    """Whether the treatment is yes or no, so that 0 and 1 need not be told."""
    if findings.table is not None:
        return findings.table.kinds.get(variable) == "binary"
    return True
