"""The shape of a counterfactual in ``report.json``."""

from typing import Any

from bayescause.reporting.shapes import Number, Range, Shape, Status

__all__ = ["AnyCoupling", "Imagined"]


class AnyCoupling(Shape):
    """What any coupling of discrete values allows: draws of the smallest and of the largest mean."""

    low: Number
    high: Number
    interval: Range
    is_sharp: bool


class Imagined(Shape):
    """What a variable of one unit would have been; no numbers where it is refused.

    ``parameter_sd`` is what more data would remove, ``noise_sd`` what no data on other units would.
    """

    on: str
    do: dict[str, float | str]
    observed: dict[str, float | str]
    who: str
    was: float | str | None
    verdict: dict[str, Any]
    status: Status
    reasons: list[str]
    words: str
    unit: str | None
    coupling: str | None
    mean: Number = None
    sd: Number = None
    parameter_sd: Number = None
    noise_sd: Number = None
    interval: Range | None = None
    any_coupling: AnyCoupling | None = None
    r_hat: Number = None
    ess_bulk: Number = None
    ess_tail: Number = None
    mcse_mean: Number = None
    assumed: list[str]
