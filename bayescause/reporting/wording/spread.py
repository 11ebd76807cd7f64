"""By how much the draws of an effect spread, for rounding: also where they have no standard deviation."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["WIDTH_IN_SDS", "spread_of"]

WIDTH_IN_SDS = 3.2
"""Width of an 89 % interval of a normal law, for draws that have no sd."""


def spread_of(effect: "Effect") -> tuple[float, float]:
    """Posterior sd, of a curve the largest, or what stands for it; and the Monte Carlo error of the mean."""
    if effect.moments_exist:
        return float(effect.sd().max()), effect.diagnostics.mcse_mean
    interval = effect.interval()
    return float((interval.high - interval.low).max()) / WIDTH_IN_SDS, 0.0
