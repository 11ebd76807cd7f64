"""What a family of mechanisms may offer besides, and whether one does: a family that is silent is asked in full."""

import math
from collections.abc import Mapping
from typing import ClassVar, Protocol, Self, TypeGuard, runtime_checkable

import numpy as np

from bayescause.scm.mechanism import FloatArray, Mechanism

__all__ = [
    "CountedNodes",
    "KnownByMean",
    "OfExponential",
    "OfLevels",
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
