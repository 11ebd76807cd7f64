"""What families of responses above zero share: their keys, which values they take, and where their intercept is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bayescause.scm.links import check_link
from bayescause.scm.mechanism import FloatArray, Moments

__all__ = ["PositiveFamily", "log_middle"]


@dataclass(frozen=True)
class PositiveFamily:
    """A family of quantities above zero whose mean is log-linear.

    Plug-ins may not import each other: families of this kind derive from here, and say themselves what their law is.

    Parameters
    ----------
    link : str

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gamma import Gamma
    >>> Gamma().faults(np.array([2.0, 0.0]), {})[:71]
    'must be above zero and finite for the gamma family; it also holds [0.0]'
    """

    short: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]] = ("continuous",)
    default_for: ClassVar[tuple[str, ...]] = ()
    links: ClassVar[tuple[str, ...]] = ("log",)
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    is_affine: ClassVar[bool] = False
    has_exponential: ClassVar[bool] = True
    inputs: ClassVar[tuple[str, ...]] = ()

    link: str = "log"

    def __post_init__(self) -> None:
        check_link(self)

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Values that are not above zero, or infinite."""
        strange = np.unique(values[~np.isnan(values) & ~((values > 0) & np.isfinite(values))])
        if not len(strange):
            return None
        return (
            f"must be above zero and finite for the {self.short} family; it also holds {strange[:3].tolist()}. "
            "Choose family gaussian, or split the question into whether it is zero and how large it is if not."
        )


def log_middle(moments: Moments) -> float:
    """Logarithm of the mean of a response, on whose scale the intercept is; 0 where there is none.

    Examples
    --------
    >>> log_middle(Moments(mean=1.0, sd=2.0, rows=10))
    0.0
    """
    return math.log(moments.mean) if moments.mean > 0 else 0.0
