"""What a model file may say: its tables and keys, apart from the parts that plug-ins give."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = [
    "SCHEMA",
    "CalibrationPart",
    "ConcordancePart",
    "DataPart",
    "DecisionPart",
    "GraphPart",
    "ModelFile",
    "SlicesPart",
    "VariablePart",
]

SCHEMA = 1
"""Version of the model file that this package reads."""

type Words = Annotated[str, StringConstraints(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class DataPart(_Part):
    """``[data]``: where the table is and how it is written."""

    file: Words
    separator: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] = "."
    frequency: Words | None = None
    """Column of integer counts: how many units each row stands for."""
    missing: Literal["error", "drop"] = "error"
    """What to do about rows in which a needed cell is empty."""
    interventions: Words | None = None
    """Column that names the variables which an experiment set in each row; empty where it set none."""
    collected: str = ""
    """When the data were gathered, in words: ``"1971 to 1982"``."""


class GraphPart(_Part):
    """``[graph]``: what causes what, in the grammar of graph texts."""

    edges: Words
    latent: list[Words] = []


class VariablePart(_Part):
    """One entry of ``[variables]``; keys beyond these belong to the family."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, allow_inf_nan=False)

    label: Words | None = None
    unit: Words | None = None
    kind: Literal["continuous", "binary", "count", "proportion", "categorical", "ordinal"] | None = None
    levels: list[str] = []
    better: Literal["higher", "lower"] | None = None
    family: Words | None = None
    terms: Words | None = None
    priors: dict[str, Words] = {}


class SlicesPart(_Part):
    """``[slices]``: columns, or conditions on them."""

    by: Annotated[list[Words], Field(min_length=1)]


class DecisionPart(_Part):
    """``[decision]``: what acting is, what happens otherwise, and in which money."""

    question: Words | None = None
    act: Words
    instead: Words
    gain: float
    cost: float = 0.0
    money: str = ""
    leaves_out: str = ""


class CalibrationPart(_Part):
    """``[calibration]``: practice runs on simulated tables whose answer is known."""

    replications: Annotated[int, Field(ge=20, le=100_000)] = 200


class ConcordancePart(_Part):
    """``[concordance]``: every answer once more by another route, from the same draws."""

    draws: Annotated[int, Field(ge=20, le=100_000)] = 400
    rows: Annotated[int, Field(ge=20, le=100_000)] = 1_000


class ModelFile(_Part):
    """A whole model file.

    Examples
    --------
    >>> ModelFile.model_validate({
    ...     "schema": 1, "title": "Does it pay?", "graph": {"edges": "promo -> sales"},
    ...     "questions": [{"estimand": "ate", "of": "promo", "on": "sales"}],
    ... }).unit
    'row'
    """

    version: Annotated[Literal[1], Field(alias="schema")]
    title: Words
    unit: Words = "row"
    data: DataPart | None = None
    graph: GraphPart
    variables: dict[str, VariablePart] = {}
    questions: Annotated[list[dict[str, Any]], Field(min_length=1)]
    slices: SlicesPart | None = None
    sensitivity: list[dict[str, Any]] = []
    decision: DecisionPart | None = None
    calibration: CalibrationPart | None = None
    concordance: ConcordancePart | None = None
