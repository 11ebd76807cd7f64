"""What a family of mechanisms must be able to do: emit PyMC, and say the same in NumPy.

To add one, put a file into ``bayescause/scm/mechanisms/`` that holds one frozen class with the members below.
Nothing else has to be edited: Python, model files and the command line find it by its ``short`` name.

Shapes: a *drive* is a linear predictor, an array ``(..., row)``; dispersion parameters are scalars or arrays
``(..., 1)`` that broadcast against it; ``inputs`` are columns ``(row,)``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bayescause.scm.priors import Prior

__all__ = [
    "DefaultPriors",
    "FloatArray",
    "Kernel",
    "Mechanism",
    "Moments",
    "OwnFunction",
]

type FloatArray = npt.NDArray[np.float64]

type OwnFunction = Callable[[str, Mapping[str, Any], str], Any]
"""A mechanism as a Python function ``(name, parents, dims)`` that returns a PyMC random variable."""


class Kernel(NamedTuple):
    """Log-likelihood of each row and its derivatives.

    The argument is (drives, dispersion parameters on the unconstrained scale), in the order of ``predictors`` and
    ``dispersion``; its length is p. The unconstrained scale of a dispersion parameter is its logarithm.
    """

    value: FloatArray
    """dims (row,)"""
    gradient: FloatArray
    """dims (row, p)"""
    hessian: FloatArray
    """dims (row, p, p)"""


@dataclass(frozen=True)
class Moments:
    """What default priors may know of a response: its mean and sd, in the unit of the data, and its number of rows.

    Parameters
    ----------
    mean, sd : float
        In the unit of the data.
    rows : int
    inputs : mapping of str to float
        Mean of each column that the family needs besides.
    """

    mean: float
    sd: float
    rows: int
    inputs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class DefaultPriors:
    """Weakly informative priors of one mechanism before the scales of its predictors are known.

    Parameters
    ----------
    intercept : Prior
        Of the drive where every predictor is at its mean.
    slope_scale : float
        Sd of the prior of a coefficient whose predictor has sd one.
    dispersion : mapping of str to Prior
    intercepts : mapping of str to Prior
        By drive, for drives whose intercept has a prior of its own.
    slope_scales : mapping of str to float
        By drive, for drives whose slopes have a scale of their own.
    coefficient : Prior, optional
        Of every slope, whatever the scale of its column: for tables.
    """

    intercept: Prior
    slope_scale: float
    dispersion: Mapping[str, Prior]
    intercepts: Mapping[str, Prior] = field(default_factory=dict)
    slope_scales: Mapping[str, float] = field(default_factory=dict)
    coefficient: Prior | None = None

    def intercept_of(self, predictor: str) -> Prior:
        """Prior of the intercept of the drive ``predictor``."""
        return self.intercepts.get(predictor, self.intercept)

    def slope_scale_of(self, predictor: str) -> float:
        """Scale of the slopes of the drive ``predictor``."""
        return self.slope_scales.get(predictor, self.slope_scale)


class Mechanism(Protocol):
    """A family of responses with its link."""

    short: ClassVar[str]
    """Name in files: ``"gaussian"``."""
    kinds: ClassVar[tuple[str, ...]]
    """Kinds of variable that it describes; for those in ``default_for`` it is the default family."""
    default_for: ClassVar[tuple[str, ...]]
    links: ClassVar[tuple[str, ...]]
    """Links offered; the first is the default."""

    @property
    def predictors(self) -> tuple[str, ...]:
        """Names of the drives; one, ``("mean",)``, for most families."""
        ...

    @property
    def dispersion(self) -> tuple[str, ...]:
        """Names of the other parameters, all above zero: ``("sd",)``."""
        ...

    @property
    def link(self) -> str:
        """One of ``links``."""
        ...

    @property
    def is_affine(self) -> bool:
        """Whether the mean is affine in the drive (identity link)."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns that it needs besides its parents, such as the number of trials."""
        ...

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, in the unit of the data."""
        ...

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Why these values cannot come from this family, and what to do; None if they can.

        A clause that goes on after the variable's name: ``must be 0 or 1; it also holds [2.0].``. NaN is ignored.
        """
        ...

    def respond(
        self,
        name: str,
        drives: Mapping[str, Any],
        dims: str,
        *,
        dispersion: Mapping[str, Any],
        inputs: Mapping[str, Any],
        observed: Any = None,
    ) -> Any:
        """Emit the random variable ``name`` into the open PyMC model."""
        ...

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood of each row with its normalising constant, dims (..., row)."""
        ...

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood by row with two derivatives.

        Dispersion is given on its natural scale; the derivatives are in its logarithm. Leading dims go through.
        """
        ...

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Expected value, dims (..., row), in the unit of the variable."""
        ...

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Variance of one unit around its mean, dims (..., row); infinite where it does not exist."""
        ...

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Smallest value whose cumulative probability reaches ``probability``: turns uniform noise into a response."""
        ...

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Values and weights, dims (node, ..., row): an exact sum or a quadrature over the response.

        Either has length 1 along a dim in which all of its entries are alike.
        """
        ...
