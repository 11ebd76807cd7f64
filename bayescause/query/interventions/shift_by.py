"""Shift: everybody gets so much more than they would have anyway."""

from dataclasses import dataclass
from typing import Any, ClassVar

from bayescause.arguments import is_number, shown
from bayescause.compilation.table import Table
from bayescause.errors import DataError, SpecError
from bayescause.query.intervention import Nodes
from bayescause.scm.kinds import LEVELLED

__all__ = ["ShiftBy"]


@dataclass(frozen=True)
class ShiftBy:
    """Everybody gets ``by`` more than they would have anyway: ``{ shift = 5.0 }``; by 0, everything stays as it is.

    Parameters
    ----------
    by : float
        In the unit of the variable.

    References
    ----------
    Diaz Munoz and van der Laan (2012), Population intervention causal effects based on stochastic interventions.

    Examples
    --------
    >>> print(ShiftBy(-1.5).told("price"))
    price - 1.5
    """

    short: ClassVar[str] = "shift"
    sees_natural: ClassVar[bool] = True
    columns: ClassVar[tuple[str, ...]] = ()

    by: float

    def __post_init__(self) -> None:
        if not is_number(self.by):
            raise SpecError(f"`shift` is {shown(self.by)}; it takes a number in the unit of the variable.")

    @classmethod
    def read(cls, value: Any) -> "ShiftBy":
        """From what stands behind ``shift``."""
        return cls(value)

    @property
    def written(self) -> float:
        """By how much."""
        return self.by

    def told(self, variable: str) -> str:
        """``price + 5``."""
        return f"{variable} {'-' if self.by < 0 else '+'} {abs(self.by):g}" if self.by else f"{variable} as it is"

    def check(self, variable: str, table: Table) -> None:
        """Refuse to shift levels, or to values that are impossible."""
        kind, values = table.kinds.get(variable, "continuous"), table.columns[variable] + self.by
        if self.by and kind in LEVELLED:
            raise DataError(f"{variable!r} is {kind}: there is nothing between its levels to shift it by. Set a level.")
        if self.by and kind == "count" and (not float(self.by).is_integer() or values.min() < 0):
            raise DataError(f"{variable!r} is a count: shifted by {self.by:g} it would be no count for some units.")
        if self.by and kind == "proportion" and (values.min() < 0 or values.max() > 1):
            raise DataError(f"{variable!r} is a proportion: shifted by {self.by:g} it leaves 0 to 1 for some units.")

    def nodes(self, variable: str, table: Table) -> Nodes:
        """One node."""
        return Nodes.certain(table.columns[variable] + self.by)
