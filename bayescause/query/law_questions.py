"""What questions share that compare laws of an outcome, and not its means, at two levels of a treatment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bayescause.errors import SpecError
from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import check_question

if TYPE_CHECKING:
    from bayescause.compilation.table import Table

__all__ = ["LawQuestion", "several"]


@dataclass(frozen=True)
class LawQuestion:
    """A question about the whole law of an outcome at one level of a treatment against another.

    Plug-ins may not import each other: those that ask in this way take their keys from here, and say themselves what
    the keys mean for them.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome, whose values have an order.
    contrast : tuple of two levels
        Reference level and level of interest.
    population : str
        One of ``bayescause.query.estimand.POPULATIONS``.
    where : str, optional
        Condition that selects the units.
    worthwhile : float, optional
        Smallest effect that matters.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

    Examples
    --------
    >>> LawQuestion(of="promo", on="sales").query.on
    ('sales',)
    """

    null: ClassVar[float] = 0.0
    is_average: ClassVar[bool] = False
    is_of_law: ClassVar[bool] = True
    ways: ClassVar[tuple[str, ...]] = ("simulation", "front_door", "functional")

    of: str
    on: str
    contrast: tuple[float | str, float | str] = (0, 1)
    population: str = "superpopulation"
    where: str | None = None
    worthwhile: float | None = None

    def __post_init__(self) -> None:
        check_question(self)

    @property
    def points(self) -> tuple[float | str, ...]:
        """Values or levels of the outcome that the question names."""
        return ()

    @property
    def query(self) -> CausalQuery:
        """The law of the outcome under an intervention on the treatment."""
        return CausalQuery((self.of,), (self.on,))

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
        raise SpecError(f"`{key}` is {given!r}; it takes values in brackets. Write {wanted}.")
    if not all(map(is_one, given)) or len(set(given)) < len(given):
        raise SpecError(f"`{key}` is {given!r}. Write different {wanted}.")
    return tuple(given)
