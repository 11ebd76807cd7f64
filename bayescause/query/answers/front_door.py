"""Effects by the front door: mediators see the treatment as it is set, the outcome as it was observed."""

from dataclasses import dataclass
from typing import ClassVar

from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.simulated import simulated_effect

__all__ = ["ByFrontDoor"]


@dataclass(frozen=True)
class ByFrontDoor:
    """For the front door with variables of any family."""

    short: ClassVar[str] = "front_door"

    def answer(self, posterior: Posterior, question: Estimand, route: Route, *, tell: Tell = silent) -> Effect:
        """The effect, or a refusal where its draws are not numbers."""
        return simulated_effect(posterior, question, route, tell=tell)
