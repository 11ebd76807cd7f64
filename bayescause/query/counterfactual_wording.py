"""A counterfactual in words: what would have been, what leaves it open, and on what it rests."""

from typing import TYPE_CHECKING

from bayescause.query.digits import decimals_for_sentence, decimals_supported, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayescause.query.bounds import Bounds
    from bayescause.query.counterfactual import Counterfactual

__all__ = ["describe_counterfactual", "is_yes_or_no", "told_action"]


def describe_counterfactual(found: "Counterfactual") -> str:
    """Several lines for ``print``."""
    if found.draws is None:
        head = f"No number for what {found.on} would have been, had {told_action(found.do)} been."
        return "\n".join([head, *(f"  because      {reason}" for reason in found.reasons)])
    lines = [_answer(found), "", _numbers(found)]
    observed = ", ".join(f"{name} = {_told(value)}" for name, value in found.unit.items())
    lines.append(f"  of a unit    {observed or 'of which nothing was observed'}")
    if found.bounds is not None:
        lines.append(_range(found.bounds))
    lines += [f"  {found.status:<13}{reason}" for reason in found.reasons]
    lines += [f"  assumed      {each}" for each in found.assumed]
    return "\n".join(lines)


def _answer(found: "Counterfactual") -> str:
    model, was = found.model, found.unit.get(found.on)
    variable = model.variables[found.on] if model is not None else None
    label = (variable.label if variable is not None else None) or found.on
    unit = f" {variable.unit}" if variable is not None and variable.unit else ""
    it_was = f"; it was {_told(was)}" if was is not None else ""
    levels = variable.levels if variable is not None else ()
    had = f"had {told_action(found.do)} been"
    if is_yes_or_no(found):
        one = levels[1] if len(levels) == 2 else "1"
        return f"{label} would have been {one} with probability {found.mean():.2f}, {had}{it_was}."
    decimals = decimals_for_sentence(found.sd(), found.diagnostics.mcse_mean, found.mean())
    interval = found.interval()
    low, high = (format_number(float(end), decimals) for end in (interval.low, interval.high))
    size = format_number(found.mean(), decimals)
    return f"{label} would have been {size}{unit} ({interval.name} {low} to {high}), {had}{it_was}."


def _numbers(found: "Counterfactual") -> str:
    decimals = decimals_supported(found.diagnostics.mcse_mean, found.mean())
    sizes = (format_number(size, decimals) for size in (found.mean(), found.sd(), found.parameter_sd, found.noise_sd))
    mean, sd, of_parameters, of_noise = sizes
    return f"  mean {mean}   sd {sd}, of which parameters {of_parameters} and the unit's own noise {of_noise}"


def _range(bounds: "Bounds") -> str:
    ends = f"{float(bounds.low.mean()):.3g} and {float(bounds.high.mean()):.3g}"
    interval = bounds.interval()
    told = f"{100 * interval.prob:g} % range {float(interval.low):.3g} to {float(interval.high):.3g}"
    return f"  any coupling mean between {ends} ({told}): no data can tell which couplings hold"


def told_action(do: "Mapping[str, float | str]") -> str:
    """What is set: ``promo = 1 and price = 2.5``."""
    return " and ".join(f"{name} = {_told(value)}" for name, value in do.items())


def _told(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def is_yes_or_no(found: "Counterfactual") -> bool:
    """Whether all its draws are 0 or 1."""
    return found.draws is not None and bool(((found.draws == 0) | (found.draws == 1)).all())
