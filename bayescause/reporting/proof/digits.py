"""Numbers for a reviewer: to the digits that their Monte Carlo error supports, with what they are."""

import math
from typing import TYPE_CHECKING

from bayescause.query.digits import decimals_supported, format_number, format_probability
from bayescause.query.wording import centre

if TYPE_CHECKING:
    from bayescause.query.effect import Effect

__all__ = ["Digits", "probability", "significant"]


class Digits:
    """Prints effects to the decimals that a Monte Carlo standard error supports.

    Parameters
    ----------
    mcse : float
        In the unit of the effect.
    value : float
        Its typical size, which decides where there is no Monte Carlo error.

    Examples
    --------
    >>> Digits(0.02, 3.517)(3.5171)
    '3.5'
    """

    def __init__(self, mcse: float, value: float) -> None:
        self.decimals = min(decimals_supported(mcse, value), 6)

    @classmethod
    def of(cls, effect: "Effect") -> "Digits":
        """Those of an effect; to three figures where it has no mean, and so no Monte Carlo error of one."""
        error = effect.diagnostics.mcse_mean
        return cls(error if math.isfinite(error) else abs(centre(effect)) / 100, centre(effect))

    def __call__(self, value: float | None) -> str:
        """``value``, or a dash where there is none."""
        if value is None or math.isnan(value):
            return "–"
        return "∞" if math.isinf(value) else format_number(float(value), self.decimals).replace("-", "−")

    def range(self, low: float, high: float) -> str:
        """Two ends."""
        return f"{self(low)} to {self(high)}"


def probability(value: float | None) -> str:
    """A probability, with its bound where it is near 0 or 1."""
    return "–" if value is None else format_probability(float(value)).removeprefix("= ")


def significant(value: float | None, figures: int = 3) -> str:
    """``value`` to some significant figures; a dash where there is none.

    Examples
    --------
    >>> significant(0.0218731), significant(1234.5), significant(None)
    ('0.0219', '1,230', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    if value == 0:
        return "0"
    places = figures - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, places)}f}".replace("-", "−")
