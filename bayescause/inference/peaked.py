"""What can be drawn around its peaks: a log density with derivatives, wherever its rows are."""

from typing import Protocol

from bayescause.inference.log_posterior import Expansion, Values
from bayescause.inference.unconstrained import Coordinates
from bayescause.scm.mechanism import FloatArray

__all__ = ["Peaked"]


class Peaked(Protocol):
    """A log density over the axes of a task."""

    @property
    def size(self) -> int:
        """Number of axes."""

    @property
    def coordinates(self) -> Coordinates:
        """The axes."""

    def at(self, points: FloatArray) -> Values:
        """Values at points, dims (sample, axis)."""

    def expand(self, point: FloatArray) -> Expansion:
        """Value and derivatives at one point, dims (axis,)."""
