"""What would have been of one unit, as its owner would say it: had it been otherwise, where would it have been?"""

from typing import TYPE_CHECKING

from bayescause.query.counterfactual_wording import is_yes_or_no
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.names import Size, capital, is_plain_pair, plural, unlabelled
from bayescause.reporting.wording.rounding import chance, step_for

if TYPE_CHECKING:
    from bayescause.query.counterfactual import Counterfactual
    from bayescause.reporting.findings import Findings

__all__ = ["imagined_heading", "imagined_headline", "level_of", "one_of", "size_of"]


def imagined_heading(findings: "Findings", found: "Counterfactual") -> str:
    """Which unit, and what is asked of it."""
    who = f"{one_of(findings)}{f' ({clean(found.who, 80)})' if found.who else ''}"
    label = _label(findings, found.on)
    opening = label if label in unlabelled(findings) else capital(label)
    return clean(f"{opening} of one {who}, {_had(findings, found)}", 200)


def imagined_headline(findings: "Findings", found: "Counterfactual") -> str:
    """One sentence: where it would very likely have been."""
    had = capital(_had(findings, found))
    of = f"{_label(findings, found.on)} of {_this(findings, found)}"
    if found.draws is None:
        return f"We cannot tell what {of} would have been {_had(findings, found)}."
    if is_yes_or_no(found):
        one = level_of(findings, found.on, 1.0)
        return f"{had}, {of} would have been “{one}” with a chance of {chance(found.mean())}."
    interval, size = found.interval(), size_of(findings, found)
    low, high = float(interval.low), float(interval.high)
    if round(low / size.step) == round(high / size.step):
        return f"{had}, {of} would have been about {size.plain(found.mean())}."
    return f"{had}, {of} would very likely have been between {size.between(low, high)}."


def _had(findings: "Findings", found: "Counterfactual") -> str:
    return " and ".join(_changed(findings, name, value) for name, value in found.do.items())


def _changed(findings: "Findings", name: str, value: float | str) -> str:
    """``without the promotion``, ``with it``; ``had price been 2 EUR`` where it is no switch."""
    label, level = _label(findings, name), level_of(findings, name, value)
    levels = _levels(findings, name)
    if _kind(findings, name) == "binary" and (not levels or is_plain_pair(*levels)):
        is_on = value == 1 or (bool(levels) and value == levels[1])
        return f"{'with' if is_on else 'without'} {label}"
    unit = _unit(findings, name)
    return f"had {label} been {f'“{level}”' if levels else level}{f' {unit}' if unit else ''}"


def _this(findings: "Findings", found: "Counterfactual") -> str:
    return f"this {one_of(findings)}{f' ({clean(found.who, 80)})' if found.who else ''}"


def one_of(findings: "Findings") -> str:
    """What one row is."""
    return clean(findings.unit or "row", 40)


def size_of(findings: "Findings", found: "Counterfactual") -> Size:
    """How its values are said."""
    return Size(plural(_unit(findings, found.on)), 1.0, step_for(found.sd(), found.diagnostics.mcse_mean))


def _unit(findings: "Findings", name: str) -> str:
    variable = None if findings.model is None else findings.model.variables.get(name)
    return clean(variable.unit, 40) if variable is not None and variable.unit else ""


def _label(findings: "Findings", name: str) -> str:
    variable = None if findings.model is None else findings.model.variables.get(name)
    return clean((variable.label if variable is not None else None) or name)


def _levels(findings: "Findings", name: str) -> tuple[str, ...]:
    named = () if findings.table is None else findings.table.levels.get(name, ())
    if not named and findings.model is not None and name in findings.model.variables:
        return tuple(findings.model.variables[name].levels)
    return tuple(named)


def _kind(findings: "Findings", name: str) -> str:
    return "" if findings.table is None else findings.table.kinds.get(name, "")


def level_of(findings: "Findings", name: str, value: float | str) -> str:
    """A value of a variable by the user's name for it."""
    levels = _levels(findings, name)
    if isinstance(value, str):
        return clean(value)
    if levels and float(value).is_integer() and 0 <= int(value) < len(levels):
        return clean(levels[int(value)])
    if _kind(findings, name) == "binary":
        return ("no", "yes")[int(value)] if value in (0, 1) else f"{value:g}"
    return f"{value:g}"
