"""Set: everybody gets one value."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.arguments import is_number, shown
from bayescause.compilation.contrasts import level_value
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.query.contrasts import code_of
from bayescause.query.intervention import Nodes

__all__ = ["SetTo"]


@dataclass(frozen=True)
class SetTo:
    """Everybody gets ``level``: ``{ set = 1 }``.

    Parameters
    ----------
    level : float or str
        In the unit of the data, or the name of a level.

    Examples
    --------
    >>> print(SetTo(3).told("price"))
    price = 3
    """

    short: ClassVar[str] = "set"
    sees_natural: ClassVar[bool] = False
    columns: ClassVar[tuple[str, ...]] = ()

    level: float | str

    def __post_init__(self) -> None:
        if not isinstance(self.level, str) and not is_number(self.level):
            raise SpecError(f"`set` is {shown(self.level)}; it takes a number or the name of a level.")

    @classmethod
    def read(cls, value: Any) -> "SetTo":
        """From what stands behind ``set``."""
        return cls(value)

    @property
    def written(self) -> float | str:
        """The level."""
        return self.level

    def told(self, variable: str) -> str:
        """``price = 3``."""
        return f"{variable} = {self.level if isinstance(self.level, str) else f'{self.level:g}'}"

    def check(self, variable: str, table: Table) -> None:
        """Refuse a level that is impossible, or that no row has."""
        code_of(table, variable, self.level)

    def nodes(self, variable: str, table: Table) -> Nodes:
        """One node."""
        return Nodes.certain(np.full(table.rows, level_value(self.level, variable, table)))
