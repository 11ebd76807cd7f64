"""The keys of questions: those that every question has, and those that several have, with what they mean."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from bayescause.identification.verdict import CausalQuery
from bayescause.query.estimand import check_question

__all__ = ["CountsUnits", "LevelContrast", "OfLevel", "Question"]


@dataclass(frozen=True)
class Question:
    """What a treatment does to an outcome among the units of a population: the keys of every question.

    Estimands derive from here, or from what several of them share besides (``TwoLevels``, ``LawQuestion``, ...), and
    state what is new. Of the keys that they inherit they say only what they mean otherwise: ``names_its_keys`` writes
    the rest into their docstrings.

    Parameters
    ----------
    of : str
        Treatment.
    on : str
        Outcome.
    population : str
        ``"superpopulation"``: the rows are draws from a larger population, and that uncertainty is in the interval.
        ``"sample"``: these rows and no others.
    where : str, optional
        Condition that selects the units: ``"age > 50"``.
    worthwhile : float, optional
        Smallest effect that matters, in the unit of the outcome.

    Raises
    ------
    SpecError
        If the question makes no sense whatever the graph and the data are.

    Examples
    --------
    >>> Question(of="promo", on="sales").query
    CausalQuery(of=('promo',), on=('sales',), given=(), kind='total', through=(), along=())
    """

    short: ClassVar[str]
    null: ClassVar[float] = 0.0

    of: str
    on: str
    _: KW_ONLY
    population: str = "superpopulation"
    where: str | None = None
    worthwhile: float | None = None

    def __post_init__(self) -> None:
        check_question(self)

    @property
    def query(self) -> CausalQuery:
        """What has to be identified: the law of the outcome under an intervention on the treatment."""
        return CausalQuery((self.of,), (self.on,))


@dataclass(frozen=True)
class CountsUnits(Question):
    """A question beside whose answer the report may count units.

    Parameters
    ----------
    count_above : float or str, optional
        Value of the outcome, or name of a level of one with an order, above which the report counts units.
    """

    _: KW_ONLY
    count_above: float | str | None = None


@dataclass(frozen=True)
class OfLevel(Question):
    """A question that may be about one level of the outcome.

    Parameters
    ----------
    level : float or str, optional
        Level of the outcome, or value of a count: the effect is one on its chance, and not on the mean.
    """

    _: KW_ONLY
    level: float | str | None = None


@dataclass(frozen=True)
class LevelContrast(Question):
    """A question about one level of the treatment against another.

    Parameters
    ----------
    contrast : tuple of two levels
        Reference level and level of interest, as values in the unit of the data or as the names of levels.
    """

    contrast: tuple[float | str, float | str] = (0, 1)
