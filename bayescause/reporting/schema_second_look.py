"""The shape of what ``report.json`` says after a second look at an answer, by another route for one."""

from typing import Literal

from bayescause.reporting.shapes import Number, Shape

__all__ = ["CrossChecked"]


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
