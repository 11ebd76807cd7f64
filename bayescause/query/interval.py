"""An interval is two ends with a kind and a probability, which always stand beside them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from bayescause.notebooks import by_its_words
from bayescause.query.digits import decimals_for_sentence, format_number

__all__ = ["Interval"]


@dataclass(frozen=True)
class Interval:
    """A credible interval with its kind (``"eti"`` or ``"hdi"``) and probability.

    Parameters
    ----------
    kind : str
    prob : float
    low, high : DataArray
        In the unit of the outcome; without dims for one effect, with dim ``group`` for several.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0, 1, 0, 1, 1, 0], "y": [1.0, 3.0, 1.5, 2.5, 3.5, 0.5]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"))
    >>> interval = effect.interval(ci_prob=0.9, ci_kind="hdi")
    >>> low, high = interval
    >>> interval.name, bool(low < high)
    ('90 % HDI', True)
    >>> print(interval)
    90 % HDI 1.1 to 2.8
    """

    kind: str
    prob: float
    low: xr.DataArray
    high: xr.DataArray

    @property
    def name(self) -> str:
        """Probability and kind, as they stand beside the bounds: ``"89 % ETI"``.

        Examples
        --------
        >>> Interval("eti", 0.89, xr.DataArray(0.0), xr.DataArray(1.0)).name
        '89 % ETI'
        """
        return f"{100 * self.prob:g} % {self.kind.upper()}"

    def __iter__(self) -> Iterator[xr.DataArray]:
        return iter((self.low, self.high))

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        ends = zip(np.ravel(self.low), np.ravel(self.high), strict=True)
        return f"{self.name} {', '.join(_told(low, high) for low, high in ends)}"


def _told(low: float, high: float) -> str:
    # An interval of a normal posterior is three to four sds wide.
    decimals = decimals_for_sentence((high - low) / 4, float("nan"), high)
    return f"{format_number(low, decimals)} to {format_number(high, decimals)}"
