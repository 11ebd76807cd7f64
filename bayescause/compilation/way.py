"""A way is how a question of some kind is answered: it proposes what to fit, or says why it cannot serve.

To add one, put a file into ``bayescause/compilation/ways/`` with one frozen class that has the members below, and a
file with the same ``short`` into ``bayescause/query/answers/``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from bayescause.compilation.contrasts import without_risk
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Block, Route, Task
from bayescause.identification.verdict import CausalQuery, Verdict
from bayescause.scm.structural_model import StructuralModel
from bayescause.surface import setting

__all__ = ["WAYS", "Asked", "Proposal", "Way"]

WAYS = "bayescause.compilation.ways"
"""The plug-in folder of ways."""


@dataclass(frozen=True)
class Asked:
    """A question with its verdict, and what is known of the columns.

    Parameters
    ----------
    model : StructuralModel
    question : Estimand
    verdict : Verdict
    kinds : mapping of str to str
        Kinds of the columns, as the table has them and as the model says.
    levels : mapping of str to tuple of str
        Names of the codes of discrete columns, as the table has them; empty without a table.
    identities : collection of str
        Columns with a level for almost every unit.
    """

    model: StructuralModel
    question: Any
    verdict: Verdict
    kinds: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    identities: Collection[str] = ()

    @property
    def query(self) -> CausalQuery:
        """What has to be identified."""
        query: CausalQuery = self.question.query
        return query

    @property
    def is_mean_difference(self) -> bool:
        """Whether it asks for a difference of the outcome's mean between two levels, averaged over units."""
        question, told = self.question, particulars(self.question)
        of_mean = question.scale == "difference" and told.is_of_mean and self.without_risk is None
        of_mean &= told.coupling is None or self.query.is_mediated
        return bool(of_mean and question.is_average and told.contrast is not None)

    @property
    def without_mean(self) -> str | None:
        """Why the outcome has no mean that the question could be about, as a sentence; None if it has one."""
        on = self.query.on[0]
        if self.kinds.get(on) != "categorical" or particulars(self.question).level is not None:
            return None
        return (
            f"{on} is categorical: its levels have no order, so there is no mean, and no {self.question.name} on it. "
            + (
                "Name the level whose chance matters, such as "
                f"`{setting('level', next(iter(self.levels.get(on, ())), 'a'))}`."
                if hasattr(self.question, "level")
                else "Make a 0/1 column of the level that matters, and ask for the effect on that."
            )
        )

    @property
    def without_risk(self) -> str | None:
        """Why the outcome has no risk that the question could be about, in words; None if it has, or needs none."""
        return without_risk(self.question, self.kinds.get(self.query.on[0], "binary"))

    @property
    def where(self) -> str | None:
        """Condition that selects the units of the question."""
        where: str | None = getattr(self.question, "where", None)
        return where


@dataclass(frozen=True)
class Proposal:
    """A route to the answer, and what has to be fitted for it."""

    route: Route
    tasks: tuple[Task, ...] = ()
    blocks: tuple[Block, ...] = ()


class Way(Protocol):
    """How a question of some kind is answered."""

    short: ClassVar[str]
    """Name in ``Route.way``, and of the file in ``bayescause/query/answers`` that turns draws into an effect."""
    rank: ClassVar[int]
    """Ways are asked in this order, and the first proposal is taken."""

    def propose(self, asked: Asked) -> Proposal | str | None:
        """What to fit; or why this way cannot serve, as a sentence; or None where it does not apply."""
        ...
