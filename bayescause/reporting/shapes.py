"""What all objects of ``report.json`` are made of: finite numbers or null, a status, a range, and no other keys."""

import math
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

__all__ = ["Number", "Range", "Shape", "Status"]


def _finite(value: Any) -> Any:
    """Null for what is not a number: JSON has no word for it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


type Number = Annotated[float | None, BeforeValidator(_finite)]
type Status = Literal["ok", "weak", "refused"]


class Shape(BaseModel):
    """An object with these keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Range(Shape):
    """An interval with its kind (``eti`` or ``hdi``) and probability, in the unit of the effect."""

    kind: str
    prob: float
    low: Number
    high: Number
