"""The front door once more by ``pm.do`` on the compiled PyMC model: on the treatment, then on its mediators."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.analysis.replayed_pairs import replayed_pairs
from bayescause.analysis.second_route import Budget, Pairs

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["ByFrontDoorAgain"]


@dataclass(frozen=True)
class ByFrontDoorAgain:
    """For the front door with variables of any family."""

    short: ClassVar[str] = "front_door"

    def pairs(self, effect: "Effect", budget: Budget) -> Pairs | str:
        """The effect by expectations and by simulated units."""
        return replayed_pairs(effect, budget)
