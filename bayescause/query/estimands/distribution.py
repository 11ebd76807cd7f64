"""Both distributions of the outcome: the chance of no more than each value, at either level of the treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayescause.arguments import shown
from bayescause.errors import SpecError
from bayescause.inference.telling import Tell, silent
from bayescause.query.estimand import Scale, is_level
from bayescause.query.keys import names_its_keys
from bayescause.query.law_questions import LawQuestion, several

if TYPE_CHECKING:
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.replaying import Worlds
    from bayescause.scm.mechanism import FloatArray

__all__ = ["Distribution"]


@names_its_keys
@dataclass(frozen=True)
class Distribution(LawQuestion):
    """Distribution functions of an outcome at two levels of a treatment, in one answer.

    ``P(Y <= v | do(X = low))`` and ``P(Y <= v | do(X = high))`` for several values ``v``. A quantile effect is what
    they are apart sideways, an effect on a chance what they are apart upright. They say how much of the population
    lies where under each level, and not which units move (that needs a coupling).

    Parameters
    ----------
    at : tuple of float or str
        Values of the outcome in its unit, or levels of an ordinal one by their names. By default those that were seen,
        or eleven quantiles of them.
    worthwhile : float, optional
        Chance that matters.

    References
    ----------
    Chernozhukov, Fernandez-Val and Melly (2013), Inference on counterfactual distributions.

    Examples
    --------
    >>> Distribution(of="nurse", on="wait", at=(10, 30)).at
    (10, 30)
    """

    short: ClassVar[str] = "distribution"
    formula: ClassVar[str] = "P({on}({of} = {low}) <= v) and P({on}({of} = {high}) <= v), for each v"
    name: ClassVar[str] = "distribution functions"
    plainly: ClassVar[str] = "how the values are spread"
    scale: ClassVar[Scale] = "level"
    quantity: ClassVar[str] = "chance that {} is at most each value"
    response: ClassVar[str] = "the chance that {} is at most a value"
    grouping: ClassVar[str] = "under"
    is_chance: ClassVar[bool] = True

    at: tuple[float | str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "at", several("at", self.at, is_level, "finite numbers, or names of levels"))
        if len(self.at) == 1:
            raise SpecError(
                f"`at` is {shown(self.at)}; a distribution function needs two or more values. Name another."
            )

    @property
    def points(self) -> tuple[float | str, ...]:
        """Values or levels of the outcome at which the functions are asked for."""
        return self.at

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of both distribution functions, dims (chain, draw, group, value)."""
        from bayescause.query.distribution_draws import distributions

        return distributions(self, posterior, route, self.at, tell)

    def replayed(self, worlds: Worlds) -> FloatArray:
        """Shares of simulated units, dims (sample, cell): values at the reference, then those at the other level."""
        from bayescause.query.distribution_draws import values_of
        from bayescause.query.replaying import shares_of_levels

        return shares_of_levels(self, worlds, values_of(worlds.units, self.on, self.at))
