"""What families of counts share: a known exposure, the logarithm as link, and which values are none of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bayescause.scm.exposure import count_faults, exposure_inputs
from bayescause.scm.links import check_link
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Moments
from bayescause.scm.presence import two_step_priors

__all__ = ["CountFamily", "TwoStepCount"]


@dataclass(frozen=True)
class CountFamily:
    """A family of counts over an exposure.

    Plug-ins may not import each other: families of counts take their keys from here, and say themselves what the keys
    mean for them.

    Parameters
    ----------
    exposure : str, optional
        Column of what the counts are out of.
    link : str
    """

    short: ClassVar[str]
    links: ClassVar[tuple[str, ...]] = ("log",)
    is_affine: ClassVar[bool] = False

    exposure: str | None = None
    link: str = "log"

    def __post_init__(self) -> None:
        check_link(self)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The column of exposures, if there is one."""
        return exposure_inputs(self.exposure)

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Values that are not 0, 1, 2, ..., and exposures that are not above zero."""
        return count_faults(self.short, values, self.exposure, inputs)


@dataclass(frozen=True)
class TwoStepCount(CountFamily):
    """A family of counts with one drive for whether there is any, and one for how many."""

    predictors: ClassVar[tuple[str, ...]] = ("mean", "presence")
    drive_links: ClassVar[Mapping[str, str]] = {"mean": "log", "presence": "logit"}
    dispersion: ClassVar[tuple[str, ...]] = ()

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scales of the two drives."""
        return two_step_priors(moments, self.exposure)
