"""The part of ``report.json`` that a question has: its answer, a curve, or the reasons why there is none."""

from typing import Any, Literal

from bayescause.reporting.schema_second_look import CrossChecked, Held
from bayescause.reporting.shapes import Number, Range, Shape, Status

__all__ = ["Answered", "Curved", "Refused"]


class Quality(Shape):
    """Diagnostics of the effect itself."""

    r_hat: Number
    ess_bulk: Number
    ess_tail: Number
    mcse_mean: Number
    engines: dict[str, str]
    pareto_k: dict[str, float]


class Likeness(Shape):
    """Overlap of the two treatments."""

    verdict: Literal["good", "limited", "none", "unknown"]
    units: int
    treated: int
    share_outside: Number
    words: str


class Arm(Shape):
    """Units in 100 above the line under one treatment."""

    label: str
    per_100: Number
    interval: Range
    observed: Number
    predicted: Number


class Counts(Shape):
    """Units above a line under both treatments; to be shown only if the check of that very count passed."""

    threshold: float
    passes: bool
    basis: str
    arms: list[Arm]
    words: str


class Question(Shape):
    """A question with its answer, or with the reasons why there is none; ``asked`` is what a model file writes."""

    estimand: str
    asked: dict[str, Any]
    of: str
    on: str
    contrast: list[float | str] | None
    sides: list[str] | None
    scale: Literal["difference", "ratio", "probability", "level"]
    quantity: str | None
    null: float
    coupling: str | None
    manner: str | None = None
    population: str
    where: str | None
    slice: str | None
    verdict: dict[str, Any]
    status: Status
    words: str = ""
    reasons: list[str]
    unit: str | None


class Look(Shape):
    """One look at what an answer rests on, in words: ``conditions`` and ``graph`` of a formula, overlap, fit."""

    name: str
    words: str
    is_good: bool


class Parts(Shape):
    """The total effect and its parts, medians in the unit of the outcome; ``share`` is indirect over total."""

    total: Number
    direct: Number
    indirect: Number
    together: Number
    apart: Number
    share: Number
    share_interval: Range | None


class CountedEnd(Shape):
    """How many have to be treated for one that gains or loses; null where that is infinitely many."""

    number: Number
    direction: Literal["benefit", "harm", "more", "fewer"]


class Needed(Shape):
    """Number needed to treat: from ``best`` to ``worst``, through infinity where the interval holds no difference."""

    middle: CountedEnd
    best: CountedEnd
    worst: CountedEnd
    passes_infinity: bool
    better: Literal["higher", "lower"] | None
    probability: Number
    words: str


class Answered(Question):
    """A question with a number; that of ``nnt`` has its numbers as a difference of chances, and ``number_needed``."""

    status: Literal["ok", "weak"]
    has_mean: bool = True
    mean: Number
    median: Number
    sd: Number
    unadjusted: Number
    interval: Range
    probability_above_zero: Number
    probability_above_null: Number
    probability_worthwhile: Number
    diagnostics: Quality
    overlap: Likeness | None
    counts: Counts | None
    looked_at: list[Look]
    concordance: CrossChecked | None = None
    prior: Held | None = None
    parts: Parts | None = None
    number_needed: Needed | None = None


class Point(Shape):
    """One point of a curve: ``interval`` is its own, ``band`` that of the whole curve at once."""

    at: float | str
    mean: Number
    median: Number
    sd: Number
    interval: Range
    band: Range


class Curved(Question):
    """A question whose answer is a curve."""

    status: Literal["ok", "weak"]
    curve: list[Point]
    diagnostics: Quality
    looked_at: list[Look]
    concordance: CrossChecked | None = None


class End(Shape):
    """One end of the range that the data leave open, in the unit of the effect."""

    mean: Number
    sd: Number
    interval: Range
    r_hat: Number
    ess_bulk: Number
    ess_tail: Number
    mcse_mean: Number


class Bounded(Shape):
    """The range of effects that the data leave open; ``interval`` holds all of it with at least its probability.

    The shares are those of laws of the variables that no model with this graph has: given the data, and before them.
    """

    low: End
    high: End
    interval: Range
    method: str
    is_sharp: bool
    share_rejected: float
    share_rejected_before: float
    words: str


class Refused(Question):
    """A question without a number, perhaps with a range."""

    status: Literal["refused"]
    bounds: Bounded | None = None
