"""Rule: what a unit gets depends on what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.arguments import shown
from bayescause.compilation.conditions import Condition, mask
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.query.intervention import Intervention, Nodes, read_intervention, write_intervention
from bayescause.surface import literal

__all__ = ["FollowRule"]

KEYS = ("when", "then", "otherwise")


@dataclass(frozen=True)
class FollowRule:
    """One thing for those who meet a condition, another for the rest.

    ``{ rule = { when = "age > 50", then = 1, otherwise = 0 } }``; ``then`` and ``otherwise`` are levels or
    interventions: ``otherwise = { shift = 0 }`` leaves the others as they are.

    Parameters
    ----------
    when : str
        Comparisons joined by ``and``, as in ``where``.
    then, otherwise : Intervention, mapping, float or str
        Without ``otherwise`` the others stay as they are.

    Examples
    --------
    >>> print(FollowRule("age > 50", 1, 0).told("treated"))
    treated = 1 where age > 50, else treated = 0
    """

    short: ClassVar[str] = "rule"

    when: str
    then: Any
    otherwise: Any = None

    def __post_init__(self) -> None:
        if not isinstance(self.when, str):
            raise SpecError(f"`when` is {shown(self.when)}; write a condition, such as 'age > 50'.")
        object.__setattr__(self, "when", str(Condition.parse(self.when)))
        object.__setattr__(self, "then", read_intervention(self.then))
        rest = {"shift": 0.0} if self.otherwise is None else self.otherwise
        object.__setattr__(self, "otherwise", read_intervention(rest))

    @classmethod
    def read(cls, value: Any) -> "FollowRule":
        """From what stands behind ``rule``."""
        if not isinstance(value, Mapping) or not {"when", "then"} <= set(value) <= set(KEYS):
            written = literal({"when": "age > 50", "then": 1, "otherwise": 0})
            raise SpecError(f"`rule` is {shown(value)}; write {written}.")
        return cls(**value)

    @property
    def written(self) -> dict[str, Any]:
        """Condition and both branches."""
        then, rest = map(write_intervention, self._branches)
        return {"when": self.when, "then": then, "otherwise": rest}

    @property
    def sees_natural(self) -> bool:
        """Whether one of the branches does."""
        return any(one.sees_natural for one in self._branches)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the condition and of the branches."""
        own = Condition.parse(self.when).columns
        return tuple(dict.fromkeys((*own, *(name for one in self._branches for name in one.columns))))

    def told(self, variable: str) -> str:
        """``treated = 1 where age > 50, else treated = 0``."""
        then, rest = (one.told(variable) for one in self._branches)
        return f"{then} where {self.when}, else {rest}"

    def check(self, variable: str, table: Table) -> None:
        """Refuse what either branch cannot do."""
        for branch in self._branches:
            branch.check(variable, table)

    def nodes(self, variable: str, table: Table) -> Nodes:
        """Every node of one branch with every node of the other."""
        chosen = mask(Condition.parse(self.when), table)
        then, rest = (one.nodes(variable, table) for one in self._branches)
        values = np.where(chosen, then.values[:, np.newaxis], rest.values[np.newaxis])
        return Nodes(values.reshape(-1, table.rows), np.outer(then.weights, rest.weights).ravel())

    @property
    def _branches(self) -> tuple[Intervention, Intervention]:
        return self.then, self.otherwise
