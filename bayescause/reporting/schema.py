"""The shape of ``report.json``: what ``to_json`` writes is checked against it, and ``json_schema()`` publishes it."""

from typing import Any, Literal

from pydantic import Field

from bayescause.reporting.schema_answer import Answered, Curved, Refused
from bayescause.reporting.schema_unit import Imagined
from bayescause.reporting.shapes import Number, Range, Shape, Status

__all__ = ["Report", "json_schema"]


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
