"""How far a value is from the nearest one that was seen: beyond the range, or in a gap inside it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bayescause.compilation.table import Table
from bayescause.scm.kinds import LEVELLED

__all__ = ["GAP", "gaps_of"]

GAP = 0.5
"""Sds of a quantity between a value inside its range and the nearest seen one from which it lies in a gap."""


def gaps_of(table: Table, name: str, values: Sequence[float]) -> tuple[str, ...]:
    """A sentence for each of ``values`` that lies inside the observed range, and far from every observed value.

    Examples
    --------
    >>> table = Table({"dose": np.array([0.0, 1.0, 9.0, 10.0])}, {"dose": "continuous"}, {})
    >>> gaps_of(table, "dose", [1.0, 5.0])
    ("'dose' was never seen near 5: the nearest value is 4 away. The answer there is interpolated across a gap.",)
    """
    if not len(values) or table.kinds.get(name) in LEVELLED:
        return ()
    (low, high), seen = table.span(name), _seen(table, name)
    far, reach = _distance(seen, values), GAP * float(seen.std())
    return tuple(
        f"{name!r} was never seen near {value:g}: the nearest value is {away:g} away. The answer there is "
        "interpolated across a gap."
        for value, away in zip(values, far.tolist(), strict=True)
        if low <= value <= high and away > reach
    )


def _seen(table: Table, name: str) -> npt.NDArray[np.float64]:
    """Values in order."""
    values = table.sample.columns[name]
    return np.sort(values[np.isfinite(values)])


def _distance(seen: npt.NDArray[np.float64], values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Distance of each of ``values`` to the nearest one that was seen, dims of ``values``."""
    asked = np.asarray(values, dtype=float)
    place = np.searchsorted(seen, asked)
    above, below = seen[np.minimum(place, len(seen) - 1)], seen[np.maximum(place - 1, 0)]
    return np.asarray(np.minimum(np.abs(asked - above), np.abs(asked - below)))
