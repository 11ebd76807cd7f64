"""What a family of mechanisms must be able to do: emit PyMC, and say the same in NumPy.

To add one, put a file into ``bayescause/scm/mechanisms/`` that holds one frozen class with the members below.
Nothing else has to be edited: Python, model files and the command line find it by its ``short`` name.

Shapes: a *drive* is a linear predictor, an array ``(..., row)``; dispersion parameters are scalars or arrays
``(..., 1)`` that broadcast against it; ``inputs`` are columns ``(row,)``.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol, Self, TypeGuard, runtime_checkable

import numpy as np
import numpy.typing as npt

from bayescause.scm.priors import Prior

__all__ = [
    "CountedNodes",
    "DefaultPriors",
    "FloatArray",
    "Kernel",
    "KnownByMean",
    "Mechanism",
    "Moments",
    "OfExponential",
    "OfLevels",
    "OwnFunction",
    "OwnPriors",
    "SeparateDrives",
    "SummedDensity",
    "WithDriveLinks",
    "is_by_terms",
    "is_known_by_mean",
    "is_of_exponential",
    "is_of_table",
    "parameter_count",
    "shape_of",
    "without_kernel",
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

    ``inputs`` holds the mean of each column that the family needs besides.
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
        """Prior of the intercept of one drive."""
        return self.intercepts.get(predictor, self.intercept)

    def slope_scale_of(self, predictor: str) -> float:
        """Scale of the slopes of one drive."""
        return self.slope_scales.get(predictor, self.slope_scale)


@runtime_checkable
class OwnPriors(Protocol):
    """A mechanism that says itself how its causes act: it is driven by them as they are, and takes nothing from data.

    Its free parameters have priors of their own, and may be arrays.
    """

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of each free parameter, by the names of ``dispersion``."""
        ...

    @property
    def dims(self) -> Mapping[str, tuple[str, ...] | None]:
        """Dims of each free parameter, as the function names them."""
        ...

    def prior_draws(self, samples: int, random: np.random.Generator) -> Mapping[str, FloatArray]:
        """Draws of the free parameters from their priors, dims (sample, ...)."""
        ...


def is_of_exponential(mechanism: "Mechanism") -> "TypeGuard[OfExponential]":
    """Whether the mean takes nothing of the drive but its exponential; protocols are too slow to be asked in a loop."""
    return bool(getattr(mechanism, "has_exponential", False))


def is_known_by_mean(mechanism: "Mechanism") -> "TypeGuard[KnownByMean]":
    """Whether the law is known where the mean is."""
    return hasattr(mechanism, "nodes_of_mean")


def is_of_table(mechanism: "Mechanism | None") -> bool:
    """Whether its drives have one coefficient for each combination of the levels of its parents, and no others."""
    return bool(getattr(mechanism, "is_table", False))


def is_by_terms(mechanism: "Mechanism") -> bool:
    """Whether terms with coefficients drive it; otherwise its causes do, as they are."""
    return not hasattr(mechanism, "prior_draws")


def shape_of(mechanism: "Mechanism", parameter: str) -> tuple[int, ...]:
    """Shape of one of ``dispersion``: a number, unless the mechanism says otherwise."""
    shapes: Mapping[str, tuple[int, ...]] = getattr(mechanism, "shapes", {})
    return shapes.get(parameter, ())


def parameter_count(mechanism: "Mechanism") -> int:
    """How many numbers a mechanism has besides coefficients.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> parameter_count(Gaussian())
    1
    """
    return sum(math.prod(shape_of(mechanism, name)) for name in mechanism.dispersion)


def without_kernel(mechanism: "Mechanism") -> str | None:
    """Why nothing but NUTS can draw ``mechanism``, as a clause; None if it has a kernel.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> without_kernel(Gaussian()) is None
    True
    """
    if hasattr(mechanism, "kernel"):
        return None
    return f"its mechanism is the {mechanism.short}, which only NUTS can draw: it gives no derivatives"


@runtime_checkable
class SummedDensity(Protocol):
    """A mechanism that adds up the log-likelihoods of rows for less than they cost one by one."""

    def log_likelihood(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
        counts: FloatArray,
    ) -> FloatArray:
        """Log-likelihood of all rows together, each as often as it ``counts``, dims (sample,)."""
        ...


@runtime_checkable
class SeparateDrives(Protocol):
    """A family of several drives whose log-likelihood is a sum with one part for each: none bends along two of them."""

    def log_density_of(
        self,
        predictor: str,
        values: FloatArray,
        drive: FloatArray,
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """The part of ``log_density`` that one drive decides, dims (..., row)."""
        ...


@runtime_checkable
class OfExponential(Protocol):
    """A family of one drive whose mean takes nothing of it but its exponential, which nodes and worlds may share."""

    @property
    def has_exponential(self) -> bool:
        """Whether that is so with the link that it has."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """As every mechanism's."""
        ...

    def mean_of_exponential(
        self, exponential: FloatArray, dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Expected value, dims (..., row), where the exponential of the drive is this, finite."""
        ...


@runtime_checkable
class KnownByMean(Protocol):
    """A family whose law is known where its mean is."""

    def nodes_of_mean(self, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
        """``nodes`` where the mean is this."""
        ...


@runtime_checkable
class CountedNodes(Protocol):
    """A mechanism that says how many nodes it gives, for which every family is asked at parameters of one."""

    @property
    def node_count(self) -> int:
        """How many, or so."""
        ...


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


@runtime_checkable
class OfLevels(Protocol):
    """A family whose drives or dispersion parameters depend on the levels of its response.

    The class has a field ``levels``; without them it stands for any number of levels, and can be built and asked for
    its kinds. A design is derived from the family that knows them.
    """

    levels: tuple[str, ...]
    """The user's names of the codes 0, 1, ...; empty where they are not known yet."""

    def with_levels(self, levels: tuple[str, ...]) -> Self:
        """The family of a response with these levels, the reference first."""
        ...


@runtime_checkable
class WithDriveLinks(Protocol):
    """A family of several drives that do not all stand behind the link of its mean."""

    drive_links: ClassVar[Mapping[str, str]]
    """By drive, the link on whose scale it is."""
