"""How many times as much: the mean outcome at one level of the treatment, in multiples of that at another."""

from dataclasses import dataclass
from typing import ClassVar

from bayescause.inference.telling import silent
from bayescause.query.estimand import Scale
from bayescause.query.keys import names_its_keys
from bayescause.query.two_levels import TwoLevels

__all__ = ["MeanRatio"]


@names_its_keys
@dataclass(frozen=True)
class MeanRatio(TwoLevels):
    """``E[Y | do(X = high)] / E[Y | do(X = low)]`` of an outcome whose mean is not near zero."""

    short: ClassVar[str] = "mean_ratio"
    formula: ClassVar[str] = "E[{on}({of} = {high})] / E[{on}({of} = {low})]"
    name: ClassVar[str] = "ratio of means"
    scale: ClassVar[Scale] = "ratio"
    null: ClassVar[float] = 1.0
    is_average: ClassVar[bool] = False
    ways: ClassVar[tuple[str, ...]] = ("simulation", "front_door")

    def evaluate(self, posterior, route, *, tell=silent):
        """Draws of the ratio, dims (chain, draw)."""
        from bayescause.query.regime_questions import regime_draws
        from bayescause.query.regimes import set_to_each

        low, high = regime_draws(self, set_to_each(self.of, self.contrast), posterior, route, tell)
        return high / low
