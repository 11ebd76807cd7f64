"""Overlap asks whether every kind of unit was seen under both treatments, so that like can be compared with like."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["Overlap", "overlap"]


@dataclass(frozen=True)
class Overlap:
    """Whether units of one treatment have comparable units under the other.

    Parameters
    ----------
    verdict : str
        ``"good"``, ``"limited"``, ``"none"`` or ``"unknown"`` (with the reason in ``words``).
    units : int
        Units looked at.
    treated : int
        Those at the contrast's second value (of a continuous treatment: nearer to it than to the first).
    share_outside : float
        Share of the units whose kind is hardly ever seen under one of the two treatments, 0 to 1.
    lowest, highest : float
        Smallest and largest estimated probability of the second treatment among the units.
    region : tuple of str
        Where comparable units are missing, in the user's columns: ``("age > 70",)``.
    words : str
        One sentence.

    Examples
    --------
    >>> Overlap("good", units=100, treated=40, share_outside=0.0, lowest=0.2, highest=0.7).is_good
    True
    """

    verdict: str
    units: int
    treated: int
    share_outside: float
    lowest: float = float("nan")
    highest: float = float("nan")
    region: tuple[str, ...] = ()
    words: str = ""

    @property
    def is_good(self) -> bool:
        """Whether like is compared with like everywhere."""
        return self.verdict == "good"

    def __str__(self) -> str:
        return self.words


def overlap(effect: "Effect", mask: FloatArray | None = None) -> Overlap:
    """Overlap of the two treatments of ``effect`` among the rows of ``mask``."""
    raise NotImplementedError
