"""The shape of ``report.json``: what ``to_json`` writes is checked against it, and ``json_schema()`` publishes it."""

from typing import Any, Literal

from pydantic import Field

from bayescause.reporting.schema_second_look import CrossChecked, Held
from bayescause.reporting.schema_unit import Imagined
from bayescause.reporting.shapes import Number, Range, Shape, Status

__all__ = ["Report", "json_schema"]


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


class SliceRow(Shape):
    """The effect in one group; no number where it is refused."""

    question: int
    by: str
    label: str
    units: int
    treated: int
    status: Status
    reason: str
    words: str
    overlap: str
    mean: Number
    interval: Range | None


class Turning(Shape):
    """The effect under something unmeasured that many times as strong as a measured cause."""

    multiple: float
    treatment_r2: Number
    outcome_r2: Number
    adjusted: Number


class Yardstick(Shape):
    """A measured cause, and how many times as strong an unmeasured one has to be."""

    name: str
    multiple_to_reach_against: Number
    multiple_to_reach_zero: Number
    bounds: list[Turning]
    reason: str


class Robustness(Shape):
    """Partial R2 with treatment and outcome alike that moves the effect to the target."""

    target: float
    plug_in: Number
    mean: Number
    interval: Range


class Doubt(Shape):
    """One sensitivity analysis."""

    question: int
    kind: str
    status: str
    reason: str
    method: str
    against: Number
    treatment_r2: Number
    robustness: list[Robustness]
    benchmarks: list[Yardstick]
    notes: list[str]


class Ranked(Shape):
    """One quantity of the calibration."""

    name: str
    kind: str
    passes: bool
    distance: Number
    coverage: Number


class Practice(Shape):
    """Simulation-based calibration."""

    status: str
    reason: str
    passes: bool
    replications: int
    draws: int
    seed: int
    engines: dict[str, str]
    quantities: list[Ranked]
    skipped: list[str]


class Choice(Shape):
    """A decision; money is per row."""

    question: int
    act: str
    instead: str
    gain: float
    cost: float
    money: str
    leaves_out: str
    status: str
    reason: str
    threshold: Number
    probability_pays: Number
    probability_loses: Number
    probability_benefit: Number
    probability_harm: Number
    net_gain: Number
    loss_if_loses: Number
    expected_loss_acting: Number
    expected_loss_not_acting: Number
    value_of_perfect_information: Number
    recommendation: str | None


class Checked(Shape):
    """One predictive check; ``low`` and ``high`` hold the central 95 % of the replicated values."""

    key: str
    variable: str
    statistic: str
    observed: Number
    low: Number
    high: Number
    p_value: Number
    verdict: str
    words: str


class GraphStatement(Shape):
    """Something that the graph demands of the data; strengths are on the scale of a correlation.

    ``suspects`` are arrows that are not in the graph and would account for it if the data speak against it.
    """

    statement: str
    kind: Literal["independence", "constraint"]
    variables: list[str]
    verdict: Literal["spoken against", "not spoken against", "could not be tested"]
    method: str
    units: int
    p_value: Number
    adjusted: Number
    strength: Number
    detectable: Number
    reason: str
    words: str
    suspects: list[str]


class GraphChecks(Shape):
    """What the data say about the graph; that nothing speaks against it proves nothing."""

    headline: str
    is_contradicted: bool
    level: float
    is_whole: bool
    rows: int
    seed: int
    statements: list[GraphStatement]


class Source(Shape):
    """The table: rows, units that they stand for, and the SHA-256 of its bytes."""

    rows: int
    units: int
    sha256: str
    source: str
    collected: str


class Report(Shape):
    """All findings."""

    schema_version: int = Field(alias="schema")
    title: str
    unit: str
    status: Status
    headline: str
    model: str | None
    data: Source | None
    seed: int
    versions: dict[str, str]
    questions: list[Answered | Curved | Refused]
    counterfactuals: list[Imagined]
    slices: list[SliceRow]
    sensitivity: list[Doubt]
    calibration: Practice | None
    decision: Choice | None
    graph_checks: GraphChecks | None
    checks: list[Checked]
    assumed: list[str]
    warnings: list[str]


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of ``report.json`` and of what ``bayescause run --json`` prints.

    Examples
    --------
    >>> sorted(json_schema()["properties"])[:3]
    ['assumed', 'calibration', 'checks']
    """
    return Report.model_json_schema(by_alias=True)
