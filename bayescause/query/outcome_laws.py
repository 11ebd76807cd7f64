"""The outcome's law under each level of a treatment where it is read off one joint law, draw by draw."""

from dataclasses import dataclass

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.identification.evaluation import averaged, discrete_mean
from bayescause.inference.posterior import Posterior
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.drawn_laws import laws_of
from bayescause.query.estimand import Estimand
from bayescause.query.functional_effects import held_levels, normal_contrast, valued
from bayescause.query.joint_laws import discrete_law, gaussian_law, is_discrete, parts_of
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.normal_quantile import normal_quantile

__all__ = ["NormalOutcome", "SteppedOutcome", "laws_by_functional"]

SLACK = 1e-12
"""By how much a chance may miss a share by rounding."""


@dataclass(frozen=True, eq=False)
class SteppedOutcome:
    """An outcome with levels in order.

    Parameters
    ----------
    chances : array, dims (sample, level)
        Of an outcome no higher than each level.
    """

    chances: FloatArray

    @property
    def samples(self) -> int:
        """Draws of the law."""
        return len(self.chances)

    def cumulative(self, values: FloatArray) -> FloatArray:
        """Chance of a level no higher than ``values``, codes, dims (sample,)."""
        reached = np.floor(values).astype(int)
        inside = np.clip(reached, 0, self.chances.shape[1] - 1)
        return np.where(reached < 0, 0.0, np.take_along_axis(self.chances, inside[:, np.newaxis], axis=1)[:, 0])

    def quantile(self, probability: float) -> FloatArray:
        """Code of the lowest level that the outcome does not exceed with ``probability``, dims (sample,)."""
        reached = self.chances >= probability - SLACK
        return np.where(reached.any(axis=1), reached.argmax(axis=1), self.chances.shape[1] - 1).astype(float)


@dataclass(frozen=True, eq=False)
class NormalOutcome:
    """An outcome that is normal, with means and sds of dims (sample,), in its unit."""

    mean: FloatArray
    sd: FloatArray

    @property
    def samples(self) -> int:
        """Draws of the law."""
        return len(self.mean)

    def cumulative(self, values: FloatArray) -> FloatArray:
        """Chance of an outcome no larger than ``values``, dims (sample,)."""
        from scipy.special import ndtr

        return np.asarray(ndtr((values - self.mean) / self.sd))

    def quantile(self, probability: float) -> FloatArray:
        """Value that the outcome does not exceed with ``probability``, dims (sample,)."""
        return self.mean + self.sd * float(normal_quantile(np.array([probability]))[0])


def laws_by_functional(
    posterior: Posterior, route: Route, question: Estimand
) -> tuple[SteppedOutcome, SteppedOutcome] | tuple[NormalOutcome, NormalOutcome]:
    """The outcome's law under both levels of ``question``, the reference first.

    Notes
    -----
    Of jointly normal variables in straight lines a unit's outcome under another value of the treatment is its own,
    moved by the effect times the step: Y(x) = Y + b (x - X). So the law is normal, with variance Var(Y - b X) at any x.
    """
    if is_discrete(posterior, route):
        return _stepped(posterior, route, question)
    contrast, laws = resolve_contrast(posterior.table, question), laws_of(posterior, route)
    joint = gaussian_law(laws, route)
    slope = normal_contrast(laws, route, contrast).effect[:, 0] / (contrast.high - contrast.low)
    x, y = (joint.names.index(name) for name in (question.of, question.on))
    cov = joint.covariance
    sd = np.sqrt(cov[:, y, y] - 2 * slope * cov[:, x, y] + slope**2 * cov[:, x, x])
    low, high = (
        NormalOutcome(joint.mean[:, y] + slope * (level - joint.mean[:, x]), sd)
        for level in (contrast.low, contrast.high)
    )
    return low, high


def _stepped(posterior: Posterior, route: Route, question: Estimand) -> tuple[SteppedOutcome, SteppedOutcome]:
    functional, (high, low) = held_levels(posterior, route, question)
    sides: tuple[list[FloatArray], list[FloatArray]] = ([], [])
    for samples in parts_of(posterior, route):
        law = discrete_law(posterior, route, samples)
        for side, at in zip(sides, (low, high), strict=True):
            chances = []
            for code in range(law.levels[question.on]):
                found = discrete_mean(functional, valued(law, question.on, float(code)), question.on, at)
                chances.append(averaged(found, law, found.names).values)
            side.append(np.cumsum(np.stack(chances, axis=1), axis=1))
    first, second = (SteppedOutcome(np.concatenate(side)) for side in sides)
    return first, second
