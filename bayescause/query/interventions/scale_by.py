"""Scale: everybody gets so many times what they would have anyway."""

from dataclasses import dataclass
from typing import Any, ClassVar

from bayescause.arguments import is_number, shown
from bayescause.compilation.table import Table
from bayescause.errors import DataError, SpecError
from bayescause.query.intervention import Nodes

__all__ = ["ScaleBy"]

SCALED = ("continuous", "proportion")
"""Kinds of which a multiple can be taken."""


@dataclass(frozen=True)
class ScaleBy:
    """Everybody gets ``factor`` times what they would have anyway: ``{ scale = 1.1 }``.

    Parameters
    ----------
    factor : float
        Zero or more.

    References
    ----------
    Haneuse and Rotnitzky (2013), Estimation of the effect of interventions that modify the received treatment.

    Examples
    --------
    >>> print(ScaleBy(1.1).told("price"))
    price x 1.1
    """

    short: ClassVar[str] = "scale"
    sees_natural: ClassVar[bool] = True
    columns: ClassVar[tuple[str, ...]] = ()

    factor: float

    def __post_init__(self) -> None:
        if not is_number(self.factor) or self.factor < 0:
            raise SpecError(f"`scale` is {shown(self.factor)}; it takes a number from 0 on: by how much to multiply.")

    @classmethod
    def read(cls, value: Any) -> "ScaleBy":
        """From what stands behind ``scale``."""
        return cls(value)

    @property
    def written(self) -> float:
        """The factor."""
        return self.factor

    def told(self, variable: str) -> str:
        """``price x 1.1``."""
        return f"{variable} x {self.factor:g}"

    def check(self, variable: str, table: Table) -> None:
        """Refuse multiples of levels and counts, and proportions above 1."""
        kind, values = table.kinds.get(variable, "continuous"), table.columns[variable] * self.factor
        if kind not in SCALED:
            raise DataError(f"{variable!r} is {kind}: its values cannot be multiplied by {self.factor:g}. Set a value.")
        if kind == "proportion" and values.max() > 1:
            raise DataError(f"{variable!r} is a proportion: {self.factor:g} times as much is above 1 for some units.")

    def nodes(self, variable: str, table: Table) -> Nodes:
        """One node."""
        return Nodes.certain(table.columns[variable] * self.factor)
