"""Values of one response beside what the model expects of them: residuals and their powers, each computed once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bayescause.scm.mechanism import FloatArray

__all__ = ["Standing"]


@dataclass(frozen=True, eq=False)
class Standing:
    """Values, as seen or as replicated, with the mean and the spread that the model gives each of them.

    What several discrepancies look at is kept, because an array of all samples and rows is slow to make.

    Parameters
    ----------
    values : array, dims (sample, row) or (1, row)
        Data as seen are the same in every sample.
    mean, spread : array, dims (sample, row)

    Examples
    --------
    >>> both = np.array([[0.0, 2.0, 4.0], [1.0, 1.0, 4.0]])
    >>> Standing(both, np.zeros((2, 3)), np.ones((2, 3))).variance.round(3).tolist()
    [2.667, 2.0]
    """

    values: FloatArray
    mean: FloatArray
    spread: FloatArray

    @cached_property
    def residual(self) -> FloatArray:
        """Distance from the mean in spreads, dims (sample, row)."""
        distance = np.subtract(self.values, self.mean)
        return np.asarray(np.divide(distance, self.spread, out=distance))

    @cached_property
    def squares(self) -> FloatArray:
        """Squared residuals, dims (sample, row)."""
        return np.square(self.residual)

    @property
    def variance(self) -> FloatArray:
        """Mean squared residual less the squared mean residual, dims (sample,)."""
        return self._moments[0]

    @property
    def skewness(self) -> FloatArray:
        """Third moment of the residuals, standardised, dims (sample,)."""
        return self._moments[1]

    @property
    def kurtosis(self) -> FloatArray:
        """Fourth moment of the residuals, standardised, dims (sample,): 3 for normal noise."""
        return self._moments[2]

    @cached_property
    def _moments(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        rows = self.residual.shape[-1]
        centred = self.residual - self.residual.mean(axis=-1, keepdims=True)
        squares = np.square(centred)
        variance = squares.mean(axis=-1)
        third, fourth = (np.einsum("sr,sr->s", squares, other) / rows for other in (centred, squares))
        return variance, third / variance**1.5, fourth / variance**2
