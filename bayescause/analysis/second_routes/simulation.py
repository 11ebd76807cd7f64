"""What is computed by simulating mechanisms forward, once more by ``pm.do`` on the compiled PyMC model."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.analysis.replayed_pairs import replayed_pairs
from bayescause.analysis.second_route import Budget, Pairs

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["BySimulationAgain"]


@dataclass(frozen=True)
class BySimulationAgain:
    """For truncated factorization and adjustment."""

    short: ClassVar[str] = "simulation"

    def pairs(self, effect: "Effect", budget: Budget) -> Pairs | str:
        """The effect by expectations and by simulated units."""
        return replayed_pairs(effect, budget)
