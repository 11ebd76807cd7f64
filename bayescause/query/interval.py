"""An interval is two ends with a kind and a probability, which always stand beside them."""

from dataclasses import dataclass

import xarray as xr

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
    >>> interval.name, bool(interval.low < interval.high)
    ('90 % HDI', True)
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
