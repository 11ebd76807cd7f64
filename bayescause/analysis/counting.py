"""A count of units above a line under each treatment is told only if the model predicts that very count."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["CountedArm", "UnitCounts", "check_count"]


@dataclass(frozen=True)
class CountedArm:
    """Units above the line if everyone had one value of the treatment.

    Parameters
    ----------
    value : float
        Of the treatment.
    label : str
        The user's name of ``value``: ``"kept smoking"``; the number itself where there is none.
    per_100 : float
        Expected units of 100 above the line under do(treatment = value), in the averaging population.
    low, high : float
        Interval of ``per_100``, of ArviZ's default kind and probability.
    observed, predicted : float
        Units of 100 above the line among those observed with this value: as seen, and as the model says.
    p_value : float
        Two-sided posterior predictive p-value of ``observed``.
    """

    value: float
    label: str
    per_100: float
    low: float
    high: float
    observed: float
    predicted: float
    p_value: float


@dataclass(frozen=True)
class UnitCounts:
    """How many units in 100 lie above a line under each of two treatments.

    Parameters
    ----------
    variable, treatment : str
    threshold : float
        The line, in the unit of ``variable``.
    arms : tuple of CountedArm
        Under the reference value, then under the other; empty where refused.
    passes : bool
        Whether the counts may be printed: the predictive check of both arms' own counts passed.
    basis : str
        ``"mechanism"``: noise as the mechanism has it; ``"observed residuals"``: the mechanism's mean with the
        residuals that were seen, used where the mechanism's noise fails the check.
    words : str
        One sentence: what was checked and with which result.
    """

    variable: str
    treatment: str
    threshold: float
    arms: tuple[CountedArm, ...]
    passes: bool
    basis: str
    words: str

    def __str__(self) -> str:
        return self.words


def check_count(effect: "Effect", threshold: float, *, seed: int = 0) -> UnitCounts:
    """Count units above ``threshold`` under both treatments, and check that very count."""
    raise NotImplementedError
