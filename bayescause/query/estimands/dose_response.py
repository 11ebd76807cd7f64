"""The dose-response curve: the mean outcome at each of several levels of the treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.arguments import require, shown
from bayescause.errors import SpecError
from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import LEVELS, Scale, is_level
from bayescause.query.keys import names_its_keys
from bayescause.query.question import CountsUnits

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.regimes import Regime
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["DoseResponse"]


@names_its_keys
@dataclass(frozen=True)
class DoseResponse(CountsUnits):
    """Mean outcome if everybody had the treatment at each level of a grid, or its change from a reference.

    ``E[Y | do(X = x)]`` for each ``x``; with a reference ``r``, ``E[Y | do(X = x)] - E[Y | do(X = r)]``.

    Parameters
    ----------
    levels : tuple of float or str
        Levels of the treatment; by default eleven between the 5 % and the 95 % quantile of those that were seen, or
        all levels of a treatment with names or few values.
    reference : float or str, optional
        Level that each is compared with; without it the levels of the outcome are told.

    References
    ----------
    Kennedy, Ma, McHugh and Small (2017), Non-parametric methods for doubly robust estimation of continuous treatment
    effects; Hirano and Imbens (2004), The propensity score with continuous treatments.

    Examples
    --------
    >>> DoseResponse(of="dose", on="pain").scale, DoseResponse(of="dose", on="pain", reference=0).scale
    ('level', 'difference')
    """

    short: ClassVar[str] = "dose_response"
    formula: ClassVar[str] = "E[{on}({of} = v)], for each v"
    name: ClassVar[str] = "dose-response curve"
    plainly: ClassVar[str] = "what comes of each value"
    is_average: ClassVar[bool] = False
    ways: ClassVar[tuple[str, ...]] = ("simulation", "front_door")

    levels: tuple[float | str, ...] = ()
    reference: float | str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require(levels=(self.levels, LEVELS))
        object.__setattr__(self, "levels", tuple(self.levels))
        if len(set(self.levels)) != len(self.levels) or len(self.levels) == 1:
            raise SpecError(f"`levels` is {shown(self.levels)}; a curve needs two or more that differ.")
        asked = self.levels if self.reference is None else (*self.levels, self.reference)
        if not all(map(is_level, asked)):
            raise SpecError(f"A dose is a finite number or the name of a level; asked for were {shown(asked)}.")

    @property
    def scale(self) -> Scale:
        """A level of the outcome, or a difference where there is a reference."""
        return "level" if self.reference is None else "difference"

    @property
    def sides(self) -> tuple[str, str]:
        """The reference, if any, and each level."""
        level = self.reference if isinstance(self.reference, str) else f"{self.reference or 0:g}"
        reference = "nothing" if self.reference is None else f"{self.of} = {level}"
        return reference, f"{self.of} at each level"

    def faults_in_data(self, table: Table) -> tuple[str, ...]:
        """Levels that the treatment cannot have."""
        from bayescause.query.doses import dose_faults

        return dose_faults(table, self.of, self.levels, self.reference)

    def doubts(self, posterior: Posterior) -> tuple[str, ...]:
        """Levels that were never seen."""
        from bayescause.query.doses import dose_doubts

        return dose_doubts(posterior.table, self.of, self.levels, self.reference)

    def regimes(self, table: Table) -> tuple[Regime, ...]:
        """Every dose, given to all units of ``table``."""
        from bayescause.query.doses import dose_regimes

        return dose_regimes(table, self.of, self.levels, self.reference)

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the curve, dims (chain, draw, dose), in the unit of the outcome."""
        from bayescause.query.doses import dose_draws

        return dose_draws(self, posterior, route, self.levels, self.reference, tell)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The curve among simulated units, dims (sample, dose), in the unit of the outcome."""
        from bayescause.query.doses import replayed_doses

        return replayed_doses(self, worlds, self.levels, self.reference)
