"""Slices break an effect down by groups of units, and say whether the model could have held a difference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.analysis.overlap import Overlap

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from bayescause.query.effect import Effect, Interval

__all__ = ["Slice", "Slices", "slice_by"]


@dataclass(frozen=True, eq=False)
class Slice:
    """The effect among one group of units.

    Parameters
    ----------
    label : str
        ``"sex = 1"``, ``"education = college"``, ``"age > 50"``.
    by : str
        What made the group: a column or a condition, as it was asked for.
    units, treated : int
        Units in the group, and how many of them are at the contrast's second value.
    status : str
        ``"ok"``, ``"weak"`` or ``"refused"``.
    reason : str
        ``"estimated"``: the model could hold a difference; ``"same by construction"``: it could not, and what
        differs is who the units are; ``"refused"``: no number.
    words : str
        The reason in a sentence.
    overlap : Overlap
    effect : Effect, optional
        The effect in this group; None if refused.
    """

    label: str
    by: str
    units: int
    treated: int
    status: str
    reason: str
    words: str
    overlap: Overlap
    effect: "Effect | None" = None

    @property
    def draws(self) -> "xr.DataArray | None":
        """Draws of the effect, dims (chain, draw), in the unit of the outcome; None if refused."""
        return None if self.effect is None else self.effect.draws

    @property
    def mean(self) -> float | None:
        """Posterior mean, in the unit of the outcome; None if refused."""
        return None if self.draws is None else float(self.draws.mean())

    @property
    def interval(self) -> "Interval | None":
        """Interval of ArviZ's default kind and probability; None if refused."""
        return None if self.effect is None else self.effect.interval()

    @property
    def is_by_construction(self) -> bool:
        """Whether the model cannot hold a difference between this slice and its neighbours."""
        return self.reason == "same by construction"


@dataclass(frozen=True, eq=False)
class Slices:
    """An effect by groups of units.

    Parameters
    ----------
    effect : Effect
        The whole.
    by : tuple of str
        What was asked for.
    slices : tuple of Slice
        In the order of ``by``.
    suggestions : tuple of str
        What to add to which formula to let the effect differ, one sentence each.
    """

    effect: "Effect"
    by: tuple[str, ...]
    slices: tuple[Slice, ...]
    suggestions: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Slice]:
        return iter(self.slices)

    def __len__(self) -> int:
        return len(self.slices)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a slice: label, by, units, treated, mean, low, high, overlap, status, reason."""
        raise NotImplementedError


def slice_by(effect: "Effect", by: Sequence[str]) -> Slices:
    """Estimate ``effect`` within each group of units."""
    raise NotImplementedError
