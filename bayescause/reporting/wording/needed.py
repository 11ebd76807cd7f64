"""The number needed to treat as an owner would say it: one in so many, without abbreviations."""

import math
from dataclasses import replace

from bayescause.query.number_needed import NumberNeeded, Reciprocal

__all__ = ["in_whole_units", "range_in_units"]

MOST = 10_000
"""Units beyond which nobody counts."""

_WORDS = {"benefit": "gains", "harm": "is harmed", "more": "more", "fewer": "fewer"}


def in_whole_units(counted: NumberNeeded) -> NumberNeeded:
    """``counted`` with its middle in whole units, never fewer than one."""
    first, *rest = counted.middle.words.split()
    if not math.isfinite(counted.middle.number):
        return counted
    words = [first, _whole(counted.middle)] if counted.better is not None else [_whole(counted.middle), *rest]
    return replace(counted, middle=replace(counted.middle, words=" ".join(words)))


def range_in_units(counted: NumberNeeded, unit: str = "unit") -> str:
    """Where the number very likely lies, counted in units.

    Examples
    --------
    >>> best, worst = Reciprocal(8.0, "benefit", "NNTB 8"), Reciprocal(40.0, "harm", "NNTH 40")
    >>> range_in_units(NumberNeeded(best, best, worst, True, "lower", 0.9, "89 % ETI"), "person")
    'from one person in 8 that gains, to none at all, to one in 40 that is harmed'
    >>> worst = Reciprocal(40.0, "benefit", "NNTB 40")
    >>> range_in_units(NumberNeeded(best, best, worst, False, "lower", 0.99, "89 % ETI"))
    'very likely one in 8 to one in 40'
    """
    if not counted.passes_infinity:
        few, many = sorted((counted.best, counted.worst), key=lambda end: end.number)
        return f"very likely one in {_whole(few)} to one in {_whole(many)}"
    if counted.better is None:
        return f"from {_change(counted.best)}, to no change at all, to {_change(counted.worst)}"
    best, worst = (f"in {_whole(end)} that {_WORDS[end.direction]}" for end in (counted.best, counted.worst))
    return f"from one {unit} {best}, to none at all, to one {worst}"


def _change(end: Reciprocal) -> str:
    return f"one {_WORDS[end.direction]} in {_whole(end)}"


def _whole(end: Reciprocal) -> str:
    if end.number > MOST:
        return f"more than {MOST:,}"
    shown = end.words.split()
    digits = next(text for text in shown if text[:1].isdigit())
    return f"{max(1, round(float(digits.replace(',', '')))):,}"
