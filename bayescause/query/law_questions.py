"""What questions share that compare laws of an outcome, and not its means, at two levels of a treatment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.query.question import LevelContrast

if TYPE_CHECKING:
    from bayescause.compilation.table import Table

__all__ = ["LawQuestion", "several"]


@dataclass(frozen=True)
class LawQuestion(LevelContrast):
    """A question about the whole law of an outcome at one level of a treatment against another.

    Parameters
    ----------
    on : str
        Outcome, whose values have an order.

    Examples
    --------
    >>> LawQuestion(of="promo", on="sales").query.on
    ('sales',)
    """

    is_average: ClassVar[bool] = False
    is_of_law: ClassVar[bool] = True
    ways: ClassVar[tuple[str, ...]] = ("simulation", "front_door", "functional")

    @property
    def points(self) -> tuple[float | str, ...]:
        """Values or levels of the outcome that the question names."""
        return ()

    def faults_in_data(self, table: Table) -> tuple[str, ...]:
        """That the levels of the outcome have no order, or that it has no such level."""
        from bayescause.query.distribution_draws import value_faults

        return value_faults(table, self.on, self.points)


def several(key: str, given: object, is_one: Callable[[object], bool], wanted: str) -> tuple[Any, ...]:
    """What a key of a question holds, as a tuple of different values.

    Parameters
    ----------
    key : str
    given : object
        What the user wrote.
    is_one : function
        Whether a value is one of those that the key takes.
    wanted : str
        What it takes, in words: ``"finite numbers"``.

    Raises
    ------
    SpecError
        If it is one value alone, holds something else, or holds a value twice.

    Examples
    --------
    >>> several("above", [1, 2.5], lambda one: one > 0, "numbers above zero")
    (1, 2.5)
    >>> several("above", 3, lambda one: one > 0, "numbers above zero")
    Traceback (most recent call last):
    ...
    bayescause.errors.SpecError: `above` is 3; it takes values in brackets. Write numbers above zero.
    """
    if not isinstance(given, tuple | list):
        raise SpecError(f"`{key}` is {shown(given)}; it takes values in brackets. Write {wanted}.")
    if not all(map(is_one, given)) or len(set(given)) < len(given):
        raise SpecError(f"`{key}` is {shown(given)}. Write different {wanted}.")
    return tuple(given)
