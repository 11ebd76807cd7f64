"""An estimand is a question about an effect: of what, on what, between which two levels, for whom."""

from typing import ClassVar, Protocol

import xarray as xr

from bayescause.compilation.plan import Route
from bayescause.identification.verdict import CausalQuery
from bayescause.inference.posterior import Posterior

__all__ = ["ESTIMANDS", "Estimand"]

ESTIMANDS = "bayescause.query.estimands"
"""The plug-in folder of estimands."""


class Estimand(Protocol):
    """What a file in ``bayescause/query/estimands/`` has to offer.

    A plug-in is one frozen dataclass with the members below; fields that do not apply keep their defaults.
    """

    short: ClassVar[str]
    """Name in files and JSON: ``"ate"``."""

    @property
    def of(self) -> str:
        """Treatment."""
        ...

    @property
    def on(self) -> str:
        """Outcome."""
        ...

    @property
    def contrast(self) -> tuple[float | str, float | str]:
        """Reference level and level of interest of the treatment, as values or as the user's names of levels."""
        ...

    @property
    def population(self) -> str:
        """``"superpopulation"`` (rows are drawn from a larger population) or ``"sample"`` (these rows)."""
        ...

    @property
    def where(self) -> str | None:
        """Condition that selects the units."""
        ...

    @property
    def given(self) -> tuple[str, ...]:
        """Effect modifiers."""
        ...

    @property
    def worthwhile(self) -> float | None:
        """Smallest effect that matters, in the unit of the outcome."""
        ...

    @property
    def count_above(self) -> float | None:
        """Value of the outcome above which units are counted in the report."""
        ...

    @property
    def query(self) -> CausalQuery:
        """The identification question inside."""
        ...

    @property
    def name(self) -> str:
        """The estimand in words: ``"average effect"``."""
        ...

    def evaluate(self, posterior: Posterior, route: Route) -> xr.DataArray:
        """Draws of the estimand, dims (chain, draw, ...), in the unit of the outcome."""
        ...
