"""What families of levels share whose chances go with the exponentials of their drives: what logits decide."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import ClassVar, Self

import numpy as np

from bayescause.scm.level_laws import (
    UNNAMED,
    chances_of_logits,
    code_cumulative,
    code_faults,
    code_mean,
    code_nodes,
    code_quantile,
    code_variance,
    log_chance_of_logits,
)
from bayescause.scm.links import check_link
from bayescause.scm.mechanism import FloatArray

__all__ = ["OfLogits"]


@dataclass(frozen=True)
class OfLogits:
    """A family of one of several levels, whose logits up to a constant are its drives.

    Plug-ins may not import each other: families of this kind derive from here, and say themselves which drives they
    have. What all of them have is given by name, so that their own keys may go by position.

    Parameters
    ----------
    levels : tuple of str
        Names of the codes 0, 1, ...; taken from the data when a model is fitted.
    link : str
    """

    short: ClassVar[str]
    links: ClassVar[tuple[str, ...]] = ("logit",)
    dispersion: ClassVar[tuple[str, ...]] = ()
    is_affine: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ()

    _: KW_ONLY
    levels: tuple[str, ...] = ()
    link: str = "logit"

    def __post_init__(self) -> None:
        check_link(self)

    @property
    def predictors(self) -> tuple[str, ...]:
        """Every level."""
        return self.levels or UNNAMED

    def with_levels(self, levels: tuple[str, ...]) -> Self:
        """The family of a response with these levels, in the order of their codes."""
        return replace(self, levels=levels)

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Values that are no codes of levels."""
        return code_faults(self.short, values, self.levels)

    def logits(self, drives: Mapping[str, FloatArray]) -> FloatArray:
        """Logarithms of the levels' weights, dims (level, ..., row)."""
        return np.stack([np.asarray(drives[level]) for level in self.predictors])

    def chances(self, drives: Mapping[str, FloatArray]) -> FloatArray:
        """Chance of each level, dims (level, ..., row)."""
        return chances_of_logits(self.logits(drives))

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        return log_chance_of_logits(self.logits(drives), values)

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Expected code: the chance of yes, or the mean score of levels in order; without an order it means nothing."""
        return code_mean(self.chances(drives))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Variance of the code."""
        return code_variance(self.chances(drives))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """The level at which the chances, added up in the order of the codes, reach ``probability``."""
        return code_quantile(probability, self.chances(drives))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of a code no larger."""
        return code_cumulative(values, self.chances(drives))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """The levels and their chances: exact."""
        return code_nodes(self.chances(drives))
