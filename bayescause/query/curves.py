"""Effects that are curves: along which dim, and what stands on its axis."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bayescause.compilation.particulars import particulars

if TYPE_CHECKING:
    from bayescause.query.estimand import Estimand

__all__ = ["AXES", "axis_of", "point_name", "point_told", "response_of"]

AXES: Mapping[str, Callable[[Any], str]] = {
    "dose": lambda question: str(question.of),
    "probability": lambda _: "share",
    "threshold": lambda question: str(question.on),
    "value": lambda question: str(question.on),
    "modifier": lambda question: str(particulars(question).given[0]),
}
"""Dims along which an effect is one curve and not several effects, and the variable on the axis."""


def axis_of(question: "Estimand", dim: str) -> str:
    """What stands on the axis of a curve: a variable's name, or the share of units of a quantile.

    Examples
    --------
    >>> from bayescause.query.estimands.dose_response import DoseResponse
    >>> axis_of(DoseResponse(of="dose", on="pain"), "dose")
    'dose'
    """
    return AXES[dim](question)


def point_name(at: object) -> str:
    """A point of the curve in words.

    Examples
    --------
    >>> point_name(3.0), point_name("high")
    ('3', 'high')
    """
    return f"{at:.4g}" if isinstance(at, int | float) else str(at)


def point_told(axis: str, dim: str, at: object) -> str:
    """A point of the curve after ``at``: ``dose = 3``, or which quantile.

    Examples
    --------
    >>> point_told("dose", "dose", 3.0), point_told("share", "probability", 0.1)
    ('dose = 3', 'the 10 % quantile')
    """
    if dim == "probability" and isinstance(at, float):
        return "the median" if at == 0.5 else f"the {100 * at:g} % quantile"
    return f"{axis} = {point_name(at)}"


def response_of(question: "Estimand", outcome: str) -> str:
    """What a curve is about: the outcome itself, or a chance of it.

    Examples
    --------
    >>> from bayescause.query.estimands.exceedance import Exceedance
    >>> response_of(Exceedance(of="promo", on="sales"), "sales")
    'the chance of more sales'
    """
    return particulars(question).response.replace("{}", outcome) or outcome
