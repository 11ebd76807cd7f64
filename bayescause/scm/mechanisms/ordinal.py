"""One of several levels in order: a latent law, moved by a linear predictor, between cut points."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np

from bayescause.scm.latent_intervals import INTERVALS
from bayescause.scm.level_laws import (
    UNNAMED,
    code_faults,
    code_mean,
    code_nodes,
    code_quantile,
    code_variance,
    taken,
)
from bayescause.scm.links import binary_link, check_link
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Kernel, Moments
from bayescause.scm.priors import Prior

__all__ = ["Ordinal"]


@dataclass(frozen=True)
class Ordinal:
    """``P(level >= k) = inverse link(drive - cut point k)``: the cumulative logit, or probit, with one drive.

    The drive keeps its intercept, so the first cut point is zero; the others are ``gap2``, ``gap2 + gap3`` and so on,
    the distances between neighbouring cut points. The intercept is about the chance of any level but the first. A
    coefficient moves all levels alike (proportional odds). Its mean is the expected score, with the scores 0, 1, 2, ...

    Default priors: those of K levels that are equally probable are in the middle: intercept
    ``normal(link((K - 1) / K), 2.5)``, coefficient of a column with sd s ``normal(0, 2.5 / s)``, each gap
    ``lognormal(log of the gap of equal levels, 1)``.

    Parameters
    ----------
    levels : tuple of str
        Names of the codes 0, 1, ..., in order; taken from the data when a model is fitted.
    link : str
        ``logit`` or ``probit``.

    Raises
    ------
    SpecError
        If the link is another.

    References
    ----------
    McCullagh, Regression models for ordinal data (1980), section 2; Bürkner and Vuorre (2019).

    Examples
    --------
    >>> family = Ordinal(levels=("never", "sometimes", "often"))
    >>> chances = family.chances({"mean": np.zeros(1)}, {"gap2": np.array(1.0)})
    >>> chances.ravel().round(3).tolist()
    [0.5, 0.231, 0.269]
    """

    short: ClassVar[str] = "ordinal"
    kinds: ClassVar[tuple[str, ...]] = ("ordinal",)
    default_for: ClassVar[tuple[str, ...]] = ("ordinal",)
    links: ClassVar[tuple[str, ...]] = ("logit", "probit")
    predictors: ClassVar[tuple[str, ...]] = ("mean",)
    is_affine: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ()

    levels: tuple[str, ...] = ()
    link: str = "logit"

    def __post_init__(self) -> None:
        check_link(self)

    @property
    def dispersion(self) -> tuple[str, ...]:
        """The gaps between cut points: one fewer than cut points, two fewer than levels."""
        return tuple(f"gap{number}" for number in range(2, len(self.levels or UNNAMED)))

    def with_levels(self, levels: tuple[str, ...]) -> Self:
        """The family of a response with these levels, in order."""
        return replace(self, levels=levels)

    def default_priors(self, moments: Moments) -> DefaultPriors:
        """Priors by rule, on the scale of the link."""
        count = len(self.levels or UNNAMED)
        cuts = _quantile(self.link, np.arange(1, max(count, 2)) / max(count, 2))
        gaps = zip(self.dispersion, np.log(np.diff(cuts)).tolist(), strict=True)
        return DefaultPriors(
            intercept=Prior("normal", (float(-cuts[0]), 2.5)),
            slope_scale=2.5,
            dispersion={name: Prior("lognormal", (middle, 1.0)) for name, middle in gaps},
        )

    def faults(self, values: FloatArray, inputs: Mapping[str, FloatArray]) -> str | None:
        """Values that are no codes of levels."""
        return code_faults(self.short, values, self.levels)

    def chances(self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray]) -> FloatArray:
        """Chance of each level, dims (level, ..., row)."""
        link = binary_link(self.link)
        above = [link.success(drives["mean"] - cut) for cut in self._cuts(dispersion)]
        between = [one - other for one, other in pairwise(above)]
        return np.stack(np.broadcast_arrays(1.0 - above[0], *between, above[-1]))

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
        """Emit ``pm.Categorical`` by the logarithms of its chances, which are stable where a chance rounds to 0."""
        import pymc as pm

        interval = INTERVALS[self.link]
        ends = [drives["mean"] - cut for cut in self._cuts(dispersion)]
        between = [interval.log_chance_tensor(high, low) for high, low in pairwise(ends)]
        logs = [interval.log_below(-ends[0]), *between, interval.log_below(ends[-1])]
        return pm.Categorical(name, logit_p=pm.math.stack(logs, axis=-1), dims=dims, observed=observed)

    def log_density(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Log-likelihood, dims (..., row)."""
        link, interval = binary_link(self.link), INTERVALS[self.link]
        ends = [drives["mean"] - cut for cut in self._cuts(dispersion)]
        between = [interval.log_chance(high, low) for high, low in pairwise(ends)]
        first, last = link.log_failure_chance(ends[0]), link.log_chance(ends[-1])
        return taken(np.stack(np.broadcast_arrays(first, *between, last)), values)

    def kernel(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> Kernel:
        """Log-likelihood and derivatives in (drive, log gaps), dims (..., row), (..., row, p), (..., row, p, p).

        Each row has an interval whose ends are the drive less the cut points below and above its level; the chain rule
        carries the derivatives in the two ends over to the drive and to the gaps that make up the cut points.
        """
        cuts = np.stack(np.broadcast_arrays(*self._cuts(dispersion)))
        drive, last = drives["mean"], len(cuts)
        below = drive - taken(cuts, np.clip(values - 1, 0, last - 1))
        above = drive - taken(cuts, np.clip(values, 0, last - 1))
        link, is_inner = binary_link(self.link), (values > 0) & (values < last)
        inner = INTERVALS[self.link].bends(np.where(is_inner, below, 1.0), np.where(is_inner, above, 0.0))
        first, top = link.log_failure(above), link.log_success(below)
        zero = np.zeros_like(below)
        high, low, high_high, high_low, low_low = (
            np.where(values == 0, at_first, np.where(values == last, at_top, at_inner))
            for at_first, at_top, at_inner in (
                (zero, top.first, inner.high),
                (first.first, zero, inner.low),
                (zero, top.second, inner.high_high),
                (zero, zero, inner.high_low),
                (first.second, zero, inner.low_low),
            )
        )
        tops, bottoms = zip(*self._carried(values, zero, dispersion), strict=True)
        gradient = [high * top + low * bottom for top, bottom in zip(tops, bottoms, strict=True)]
        hessian = [
            [
                high_high * tops[i] * tops[j]
                + high_low * (tops[i] * bottoms[j] + bottoms[i] * tops[j])
                + low_low * bottoms[i] * bottoms[j]
                # A gap is the exponential of its logarithm, so it bends as it rises.
                + (gradient[i] if i == j > 0 else 0.0)
                for j in range(len(tops))
            ]
            for i in range(len(tops))
        ]
        return Kernel(
            value=self.log_density(values, drives, dispersion, inputs),
            gradient=np.stack(gradient, axis=-1),
            hessian=np.stack([np.stack(row, axis=-1) for row in hessian], axis=-2),
        )

    def mean(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Expected score: levels count 0, 1, 2, ..."""
        return code_mean(self.chances(drives, dispersion))

    def variance(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Variance of the score."""
        return code_variance(self.chances(drives, dispersion))

    def quantile(
        self,
        probability: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Smallest level whose cumulative probability reaches ``probability``."""
        return code_quantile(probability, self.chances(drives, dispersion))

    def cumulative(
        self,
        values: FloatArray,
        drives: Mapping[str, FloatArray],
        dispersion: Mapping[str, FloatArray],
        inputs: Mapping[str, FloatArray],
    ) -> FloatArray:
        """Chance of this level or a lower one."""
        cuts = np.stack(np.broadcast_arrays(*self._cuts(dispersion)))
        level = np.clip(np.floor(values), 0, len(cuts) - 1)
        below = binary_link(self.link).success(taken(cuts, level) - drives["mean"])
        return np.where(values < 0, 0.0, np.where(values >= len(cuts), 1.0, below))

    def nodes(
        self, drives: Mapping[str, FloatArray], dispersion: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """The levels and their chances: exact."""
        return code_nodes(self.chances(drives, dispersion))

    def _cuts(self, dispersion: Mapping[str, Any]) -> Sequence[Any]:
        """The cut points, the first of which is zero."""
        cuts: list[Any] = [0.0]
        for name in self.dispersion:
            cuts.append(cuts[-1] + dispersion[name])
        return cuts

    def _carried(
        self, values: FloatArray, zero: FloatArray, dispersion: Mapping[str, FloatArray]
    ) -> Iterator[tuple[FloatArray, FloatArray]]:
        """How far each parameter moves the upper and the lower end of the interval of each row."""
        yield zero + 1.0, zero + 1.0
        for number, name in enumerate(self.dispersion, start=2):
            moves = zero - dispersion[name]
            yield np.where(values >= number, moves, 0.0), np.where(values >= number - 1, moves, 0.0)


def _quantile(link: str, probability: FloatArray) -> FloatArray:
    from scipy.special import logit, ndtri

    inverse = {"logit": logit, "probit": ndtri}
    return np.asarray(inverse[link](probability))
