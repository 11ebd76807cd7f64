"""What a fitted model cannot say: an effect that is no number, and groups that it cannot tell apart."""

from collections.abc import Iterable, Iterator, Mapping

from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.graph.formula import Factor
from bayescause.query.contrasts import Contrast
from bayescause.query.dependence import moving_covariates
from bayescause.query.estimand import Estimand
from bayescause.scm.design import Design

__all__ = ["no_number", "same_by_construction", "valueless", "without_value"]

DOMAINS = {"log": "zero or below", "sqrt": "below zero"}
"""Where a function of a column has no value."""

TOO_LARGE = "Under some draws of the parameters the answer is too large to be a number. Look at the priors and links."
"""What is said where no function is to blame."""


def valueless(design: Design, keys: Iterable[str], facts: Mapping[str, float]) -> Iterator[str]:
    """Terms of the tasks ``keys`` that have no value at ``facts``, a sentence each, with what to do."""
    limited = (factor for factor in _factors(design, keys) if factor.function in DOMAINS and factor.variable in facts)
    for factor in dict.fromkeys(limited):
        value = facts[factor.variable]
        if value < 0 or (value == 0 and factor.function == "log"):
            yield f"{factor} has no value at {factor.variable} = {value:g}. Give a value at which it has one."


def without_value(design: Design, keys: Mapping[str, str]) -> str:
    """Why what was predicted of one unit is no number: by variables with their tasks, in order."""
    limited = (factor for factor in _factors(design, keys.values()) if factor.function in DOMAINS)
    reached = next((factor for factor in limited if factor.variable in keys), None)
    return _beyond_its_domain(reached) if reached is not None else TOO_LARGE


def _factors(design: Design, keys: Iterable[str]) -> Iterator[Factor]:
    return (factor for key in keys for term in design.mechanisms[key].terms for factor in term.factors)


def no_number(design: Design, route: Route, contrast: Contrast | None) -> str:
    """Why the effect on ``route`` is not a finite number, and what to do, in words."""
    limited = [factor for factor in _factors(design, route.keys.values()) if factor.function in DOMAINS]
    for factor in limited:
        if contrast is not None and factor.variable == contrast.of and min(contrast.low, contrast.high) <= 0:
            return (
                f"{factor} has no value at one of {contrast.of} = {contrast.low:g} and {contrast.high:g}. "
                "Compare levels at which it has one, or use another function."
            )
    for factor in limited:
        if factor.variable in route.order:
            return _beyond_its_domain(factor)
    return (
        "Under some draws of the parameters the effect is too large to be a number: its mean may not exist. "
        f"Look at the prior and the link of {route.order[-1]}."
    )


def _beyond_its_domain(factor: Factor) -> str:
    return (
        f"The model lets {factor.variable} be {DOMAINS[str(factor.function)]}, where {factor} has no value. "
        f"Use {factor.variable} itself or another function of it, or put its transformed values into the table."
    )


def same_by_construction(design: Design, route: Route, question: Estimand) -> Iterator[str]:
    """A sentence, if the groups of a conditional effect cannot differ in this model but by who is in them."""
    of, modifiers = question.of, particulars(question).given
    given = ", ".join(modifiers)
    moving = moving_covariates(design, route, (of,))
    if not modifiers or set(modifiers) & set(moving):
        return
    through = f" but through {', '.join(moving)}" if moving else ""
    products = " + ".join(f"{of}*{name}" for name in modifiers)
    yield (
        f"The effect cannot differ by {given}{through}: it is the same by construction. "
        f"To let it, add {products} to the formula of {question.on}."
    )
