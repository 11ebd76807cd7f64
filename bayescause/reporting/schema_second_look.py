"""The shape of what ``report.json`` says after a second look at an answer, by another route for one."""

from typing import Literal

from bayescause.reporting.shapes import Number, Shape

__all__ = ["CrossChecked", "Held"]


class Agreed(Shape):
    """One number by both routes; ``gap`` is the mean of the differences draw by draw, ``mcse`` its standard error."""

    label: str
    first: Number
    second: Number
    gap: Number
    mcse: Number
    ratio: Number


class CrossChecked(Shape):
    """Whether a second route gives the same answer from the same draws."""

    status: Literal["agree", "differ", "refused"]
    reason: str
    words: str
    routes: list[str]
    draws: int
    rows: int
    agreements: list[Agreed]


class Powered(Shape):
    """The effect if the prior counted ``power`` times: by how many sds it moves, and its width over what it is."""

    power: float
    shift: Number
    spread: Number
    pareto_k: Number


class Outside(Shape):
    """Units whose kind was hardly ever seen under one of the treatments: their share, and that of the variance."""

    units: Number
    share: Number
    sd_outside: Number
    sd_inside: Number


class Held(Shape):
    """How much of the variance is prior; ``held`` lies along ``directions`` that no number of rows like these tells."""

    status: Literal["ok", "refused"]
    reason: str
    words: str
    at: str = ""
    is_prior_driven: bool
    share: Number
    held: Number
    removable: Number
    directions: list[str]
    outside: Outside | None
    scaled: list[Powered]
