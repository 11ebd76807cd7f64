"""The quantile effect: by how much a quantile of the outcome differs between two levels of the treatment."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, ClassVar

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale
from bayescause.query.keys import names_its_keys
from bayescause.query.law_questions import LawQuestion, several
from bayescause.query.question import CountsUnits

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["QuantileEffect"]


@names_its_keys
@dataclass(frozen=True)
class QuantileEffect(LawQuestion, CountsUnits):
    """Effect of a treatment on quantiles of an outcome.

    ``Q_p(Y | do(X = high)) - Q_p(Y | do(X = low))``: the difference of two quantiles of the population, and not a
    quantile of the differences of units, which would need to know which units change places. A quantile is the smallest
    value that a share ``p`` of the units does not exceed.

    Parameters
    ----------
    probabilities : tuple of float
        Between 0 and 1; of several the effect is a curve. By default the median's.

    References
    ----------
    Doksum (1974), Empirical probability plots and statistical inference for nonlinear models in the two-sample case;
    Firpo (2007), Efficient semiparametric estimation of quantile treatment effects.

    Examples
    --------
    >>> QuantileEffect(of="promo", on="sales").quantity
    'median'
    >>> QuantileEffect(of="promo", on="sales", probabilities=(0.1,)).quantity
    '10 % quantile'
    """

    short: ClassVar[str] = "quantile"
    formula: ClassVar[str] = "Q_p[{on}({of} = {high})] - Q_p[{on}({of} = {low})], with P({on} <= Q_p) = p"
    name: ClassVar[str] = "quantile effect"
    plainly: ClassVar[str] = "effect on low, middle and high values"
    scale: ClassVar[Scale] = "difference"
    is_stepwise: ClassVar[bool] = True

    probabilities: tuple[float, ...] = (0.5,)

    def __post_init__(self) -> None:
        super().__post_init__()
        wanted = "shares between 0 and 1, such as (0.1, 0.5, 0.9)"
        object.__setattr__(self, "probabilities", several("probabilities", self.probabilities, _is_share, wanted))
        if not self.probabilities:
            raise SpecError(f"`probabilities` is {shown(self.probabilities)}. Write one or several {wanted}.")

    @property
    def quantity(self) -> str:
        """Which quantile."""
        if len(self.probabilities) > 1:
            return "quantiles"
        (share,) = self.probabilities
        return "median" if share == 0.5 else f"{100 * share:g} % quantile"

    def assumes(self, posterior: Posterior) -> tuple[str, ...]:
        """What a quantile is where the outcome jumps from value to value."""
        from bayescause.query.mixtures import WHOLE

        if posterior.table.kinds[self.on] not in WHOLE:
            return ()
        return (f"a quantile of {self.on} is the smallest value that so many units do not exceed: it moves in steps",)

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the effect, dims (chain, draw[, probability]), in the unit of the outcome."""
        from bayescause.query.distribution_draws import along, quantiles

        low, high = quantiles(self, posterior, route, self.probabilities, tell)
        return along(high - low, "probability")

    def replayed(self, worlds: Worlds) -> FloatArray:
        """The effect among simulated units, dims (sample, probability), in the unit of the outcome."""
        from bayescause.query.replaying import contrast_of_quantiles

        return contrast_of_quantiles(self, worlds, self.probabilities)


def _is_share(value: object) -> bool:
    return isinstance(value, Real) and 0 < float(value) < 1
