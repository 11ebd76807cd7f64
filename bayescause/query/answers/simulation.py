"""Effects by simulation: mechanisms along the causal paths, or one adjusted regression."""

from dataclasses import dataclass
from typing import ClassVar

from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.effect import Effect
from bayescause.query.estimand import Answering, Estimand
from bayescause.query.simulated import simulated_effect

__all__ = ["BySimulation"]


@dataclass(frozen=True)
class BySimulation:
    """For truncated factorization and adjustment."""

    short: ClassVar[str] = "simulation"

    def answer(self, posterior: Posterior, question: Estimand, route: Route, *, tell: Tell = silent) -> Effect:
        """The effect, or a refusal where its draws are not numbers."""
        if isinstance(question, Answering):
            return question.answered(posterior, route, tell=tell)
        return simulated_effect(posterior, question, route, tell=tell)
