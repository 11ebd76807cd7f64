"""What a second route must be able to do: give an effect once more, from the same draws, in another way.

To add one, put a file into ``bayescause/analysis/second_routes/`` whose ``short`` is that of a way in
``bayescause/compilation/ways``.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["SECOND_ROUTES", "Budget", "Pairs", "SecondRoute"]

SECOND_ROUTES = "bayescause.analysis.second_routes"
"""The plug-in folder of second routes."""


@dataclass(frozen=True)
class Budget:
    """How much is simulated.

    Parameters
    ----------
    draws : int
        Posterior draws, at most.
    rows : int
        Units, at most: all if there are no more, otherwise chosen at random.
    seed : int
        Of the choice, and of what is simulated.
    """

    draws: int = 400
    rows: int = 1_000
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Pairs:
    """An effect by two routes, draw by draw.

    Parameters
    ----------
    first, second : array, dims (sample, cell)
        In the unit of the effect; a cell for each group or dose.
    labels : tuple of str
        Of the cells; empty text where there is one.
    error : array, dims (cell,)
        Standard error of the mean of ``first`` that all draws share: zero where it has none.
    resolution : float
        Size of a difference that floating-point numbers make, in the unit of the effect.
    routes : tuple of str
        Both routes in words.
    draws, rows : int
    """

    first: FloatArray
    second: FloatArray
    labels: tuple[str, ...]
    error: FloatArray
    resolution: float
    routes: tuple[str, str]
    draws: int
    rows: int


class SecondRoute(Protocol):
    """From an effect to pairs."""

    short: ClassVar[str]
    """Name of the way of the first route."""

    def pairs(self, effect: "Effect", budget: Budget) -> Pairs | str:
        """The effect by both routes, or why there is no second one, in words."""
        ...
