"""What questions share about the effect among units that were alike before the treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bayescause.arguments import require
from bayescause.errors import SpecError
from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import LEVELS, Scale
from bayescause.query.question import CountsUnits, LevelContrast

__all__ = ["ConditionalQuestion"]


@dataclass(frozen=True)
class ConditionalQuestion(LevelContrast, CountsUnits):
    """A question about the average effect given effect modifiers.

    Parameters
    ----------
    given : tuple of str
        Effect modifiers, none a descendant of the treatment.
    at : tuple of float, optional
        Values of one modifier that is a quantity.

    Examples
    --------
    >>> ConditionalQuestion(of="dose", on="pain", given=("age",)).query.given
    ('age',)
    """

    name: ClassVar[str] = "conditional average effect"
    plainly: ClassVar[str] = "average effect, group by group"
    scale: ClassVar[Scale] = "difference"

    given: tuple[str, ...] = ()
    at: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        require(at=(self.at, LEVELS))
        object.__setattr__(self, "at", tuple(self.at))
        _require_modifiers(self)
        super().__post_init__()

    @property
    def query(self) -> CausalQuery:
        """The law of the outcome under an intervention on the treatment, given the modifiers."""
        return CausalQuery((self.of,), (self.on,), self.given)


def _require_modifiers(question: ConditionalQuestion) -> None:
    if not question.given:
        raise SpecError(f"{question.name!r} needs `given`: the columns that form the groups.")
    if {question.of, question.on}.intersection(question.given):
        raise SpecError(f"`given` of the {question.name} names the treatment or the outcome. Name other columns.")
