"""The number needed to treat: how many units have to be treated for one more, or one fewer, to have the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from bayescause.arguments import one_of, optional, require
from bayescause.inference.telling import Tell, silent
from bayescause.query.keys import names_its_keys
from bayescause.query.two_levels import MeanDifference

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior

__all__ = ["NumberNeededToTreat"]


@names_its_keys
@dataclass(frozen=True)
class NumberNeededToTreat(MeanDifference):
    """Number of units that have to be treated for one more, or one fewer, to have an outcome.

    ``1 / |P(Y = 1 | do(X = high)) - P(Y = 1 | do(X = low))|``, each averaged over the covariates of the units. The
    draws are those of the difference: their reciprocal passes through infinity. ``number_needed(effect)`` tells the
    number with its interval, as NNTB where the treatment does good and as NNTH where it does harm. It counts units
    under each treatment, and not units that are changed by it.

    Parameters
    ----------
    on : str
        Outcome: 0 or 1, or with a ``level``.
    worthwhile : float, optional
        Smallest difference of chances that matters: 0.05 for one in twenty.
    level : float or str, optional
        Level of the outcome whose chance is meant, if the outcome is not yes or no.
    better : str, optional
        ``"higher"`` or ``"lower"`` chances are good; by default what the model says of an outcome that is yes or no.

    References
    ----------
    Altman (1998), Confidence intervals for the number needed to treat; Laupacis, Sackett and Roberts (1988).

    Examples
    --------
    >>> NumberNeededToTreat(of="drug", on="relapse", better="lower").short
    'nnt'
    """

    short: ClassVar[str] = "nnt"
    formula: ClassVar[str] = "1 / |P[{on}({of} = {high})] - P[{on}({of} = {low})]|"
    name: ClassVar[str] = "number needed to treat"
    plainly: ClassVar[str] = "how many for one more or one fewer"
    quantity: ClassVar[str] = "risk"
    is_chance: ClassVar[bool] = True
    is_number_needed: ClassVar[bool] = True

    better: Literal["higher", "lower"] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require(better=(self.better, optional(one_of(("higher", "lower")))))

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the difference of chances, dims (chain, draw).

        Raises
        ------
        SpecError
            If the outcome is not yes or no, and no level of it is named.
        """
        from bayescause.query.risks import check_risk

        check_risk(self, posterior.table)
        return super().evaluate(posterior, route, tell=tell)
