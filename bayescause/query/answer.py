"""What an answer must be able to do: turn the draws of a posterior into the effect that a route of its way promises.

To add one, put a file into ``bayescause/query/answers/`` whose ``short`` is that of a way in
``bayescause/compilation/ways``.
"""

from typing import ClassVar, Protocol

from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Posterior
from bayescause.inference.telling import Tell, silent
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand

__all__ = ["ANSWERS", "Answer"]

ANSWERS = "bayescause.query.answers"
"""The plug-in folder of answers."""


class Answer(Protocol):
    """From the draws of a posterior to an effect."""

    short: ClassVar[str]
    """Name of the way."""

    def answer(self, posterior: Posterior, question: Estimand, route: Route, *, tell: Tell = silent) -> Effect:
        """The effect: with draws, or refused with the reason; the posterior holds what the route needs.

        What takes long says through ``tell`` how far it is.
        """
        ...
