"""What families share whose responses are a linear mean plus a scale times noise of a law of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bayescause.scm.links import check_link
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Moments
from bayescause.scm.precision import precise, precision_faults, precision_inputs
from bayescause.scm.priors import Prior

__all__ = ["LocationScale"]


@dataclass(frozen=True)
class LocationScale:
    """A family whose responses are ``drive + scale * residual``; the scale is its first dispersion parameter.

    Plug-ins may not import each other: families of this kind derive from here, and say themselves what law the residual
    has.

    Parameters
    ----------
    link : str
    weights : str, optional
        Column of how precise each observation is: its variance is divided by the weight. With weights of ``1 / se**2``
        and a scale that is ``fixed(1)`` the standard errors are known.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> drives, sd, weights = {"mean": np.array([1.0])}, {"sd": np.array(2.0)}, {"w": np.array([4.0])}
    >>> Gaussian(weights="w").residual(np.array([5.0]), drives, sd, weights).tolist()
    [4.0]
    """

    short: ClassVar[str]
    dispersion: ClassVar[tuple[str, ...]]
    links: ClassVar[tuple[str, ...]] = ("identity",)
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    is_affine: ClassVar[bool] = True

    link: str = "identity"
    weights: str | None = None

    def __post_init__(self) -> None:
        check_link(self)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The column of weights, if there is one."""
        return precision_inputs(self.weights)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, in the unit of the data."""
        sd = moments.sd or abs(moments.mean) or 1.0
        return DefaultPriors(
            intercept=Prior("normal", (moments.mean, 2.5 * sd)),
            slope_scale=2.5 * sd,
            dispersion={self.dispersion[0]: Prior("exponential", (1 / sd,))},
        )

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Infinite values, and weights that are not above zero."""
        if np.isinf(values).any():
            return f"must be finite for the {self.short} family. Mend or drop the rows that are not."
        return precision_faults(self.short, values, self.weights, inputs)

    def scale(self, dispersion: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
        """The scale of each row, arrays and tensors alike; of all rows, where none has a weight."""
        return precise(dispersion[self.dispersion[0]], self.weights, inputs)

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """The drive."""
        return drives["mean"]

    def residual(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Distance from the drive, in scales."""
        return np.asarray((values - drives["mean"]) / self.scale(dispersion, inputs))

    def restored(
        self,
        residual: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Drive plus so many scales."""
        return np.asarray(drives["mean"] + self.scale(dispersion, inputs) * residual)
