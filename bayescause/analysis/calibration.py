"""Simulation-based calibration: truths drawn from the prior rank uniformly among the posterior draws of their data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Calibration", "RankedQuantity", "calibrate"]


@dataclass(frozen=True, eq=False)
class RankedQuantity:
    """One quantity whose truth was ranked among its posterior draws, once a replication.

    Parameters
    ----------
    name : str
        ``"ate of promo on sales"``, ``"sales: promo"``, ``"log-likelihood of sales"``, ``"joint log-likelihood"``.
    kind : str
        ``"effect"``, ``"parameter"`` or ``"log_likelihood"``.
    ranks : array, dims (replication,)
        (rank + U) / (draws + 1), between 0 and 1.
    difference : array, dims (point,)
        Empirical distribution of ``ranks`` minus the uniform one, at the points of ``Calibration.grid``.
    distance : float
        Largest standardised distance from uniform; passes up to ``Calibration.critical``.
    passes : bool
    coverage : float
        Share of replications in which the truth lay in the central 95 % interval.
    """

    name: str
    kind: str
    ranks: FloatArray
    difference: FloatArray
    distance: float
    passes: bool
    coverage: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Whether the procedure that gave the answer is right about its own uncertainty.

    Parameters
    ----------
    status : str
        ``"ok"`` (it ran) or ``"refused"`` (with ``reason``; then there are no quantities).
    reason : str
        Why refused, in words; empty if not.
    quantities : tuple of RankedQuantity
        Effects, then parameters, then log-likelihoods.
    replications : int
        Data sets simulated and fitted.
    draws : int
        Posterior draws of each.
    grid : array, dims (point,)
        Between 0 and 1.
    low, high : array, dims (point,)
        Band within which the difference of every quantity stays in 95 of 100 calibrations of a right procedure.
    critical : float
        Standardised distance of that band, corrected for the number of quantities.
    engines : mapping of str to str
        Engine of each task.
    seed : int
    skipped : tuple of str
        What could not be ranked, with the reason.
    """

    status: str
    reason: str
    quantities: tuple[RankedQuantity, ...]
    replications: int
    draws: int
    grid: FloatArray
    low: FloatArray
    high: FloatArray
    critical: float
    engines: "dict[str, str]"
    seed: int = 0
    skipped: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[RankedQuantity]:
        return iter(self.quantities)

    def __len__(self) -> int:
        return len(self.quantities)

    @property
    def passes(self) -> bool:
        """Whether it ran and every quantity stays within the band."""
        return self.status == "ok" and not self.failing

    @property
    def failing(self) -> tuple[RankedQuantity, ...]:
        """The quantities that leave the band."""
        return tuple(quantity for quantity in self.quantities if not quantity.passes)

    def of_kind(self, kind: str) -> tuple[RankedQuantity, ...]:
        """The quantities of one kind."""
        return tuple(quantity for quantity in self.quantities if quantity.kind == kind)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a quantity: name, kind, passes, distance, coverage."""
        raise NotImplementedError


def calibrate(
    model: Any, data: Any, questions: Sequence[Any], *, replications: int = 500, seed: int = 0
) -> Calibration:
    """Rank what is asked, the parameters and the log-likelihoods over data simulated from the prior."""
    raise NotImplementedError
