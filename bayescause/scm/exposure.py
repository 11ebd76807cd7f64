"""Counts over a known exposure: a mean that is proportional to a column such as hours, people or kilometres."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bayescause.scm.mechanism import FloatArray, Moments

__all__ = ["count_faults", "exposed", "exposure_inputs", "log_rate"]


def exposure_inputs(exposure: str | None) -> tuple[str, ...]:
    """The column of exposures, if there is one."""
    return () if exposure is None else (exposure,)


def exposed(drive: Any, exposure: str | None, inputs: Mapping[str, Any], xp: Any = np) -> Any:
    """Logarithm of the mean: the drive, plus the logarithm of the exposure if there is one.

    Examples
    --------
    >>> exposed(np.array([0.0]), "hours", {"hours": np.array([1.0])}).tolist()
    [0.0]
    """
    return drive if exposure is None else drive + xp.log(inputs[exposure])


def log_rate(moments: Moments, exposure: str | None) -> float:
    """Logarithm of the mean count (of half a count in all, where nothing was counted), for one unit of exposure."""
    mean = max(moments.mean, 0.5 / max(moments.rows, 1))
    return float(np.log(mean / (moments.inputs.get(exposure, 1.0) if exposure else 1.0)))


def count_faults(family: str, values: FloatArray, exposure: str | None, inputs: Mapping[str, FloatArray]) -> str | None:
    """Values that are not 0, 1, 2, ..., and exposures that are not above zero."""
    broken = (values < 0) | ~np.isfinite(values) | (values != np.round(values))
    strange = np.unique(values[~np.isnan(values) & broken])
    if len(strange):
        return (
            f"must be a count (0, 1, 2, ...) for the {family} family; it also holds {strange[:3].tolist()}. "
            "Use whole numbers, or choose family gaussian."
        )
    if exposure is None:
        return None
    amount = np.broadcast_to(inputs[exposure], values.shape)
    bad = ~np.isnan(values) & ~(np.isfinite(amount) & (amount > 0))
    if not bad.any():
        return None
    row = int(np.argmax(bad))
    return (
        f"must have an exposure above zero for the {family} family; {exposure!r} is {amount[row]:g} in row {row + 1}. "
        "Mend the row, or drop it."
    )
