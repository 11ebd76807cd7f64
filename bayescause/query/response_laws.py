"""The law of a unit's outcome under an intervention, not its mean alone: what lies between is integrated over.

A normal variable that the outcome follows in a straight line is not integrated numerically: its noise adds to the
variance of the outcome, or of the outcome's drive. Everything else between treatment and outcome is summed over at the
nodes of ``simulation``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.inference.arguments import arguments_of
from bayescause.query.behind_normals import NoisyDrive, noisy_drive
from bayescause.query.dependence import moved_by
from bayescause.query.drawn_laws import Laws, task_of
from bayescause.query.gathered_laws import ByDrive
from bayescause.query.simulation import OutcomeLaw, outcome_law
from bayescause.scm.abilities import is_by_terms
from bayescause.scm.design import Design
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.noise import NormallySpread, chance_up_to, has_atoms

__all__ = ["ResponseLaw", "folded", "response_law", "spread_out"]


class ResponseLaw(Protocol):
    """The laws of units under each draw, dims ([node,] sample, row)."""

    @property
    def weights(self) -> FloatArray:
        """Of the nodes, dims (node, sample or 1, row or 1)."""
        ...

    @property
    def has_atoms(self) -> bool:
        """Whether single values have a chance."""
        ...

    def moments(self) -> tuple[FloatArray, FloatArray]:
        """Mean and variance; the variance is infinite where there is none."""
        ...

    def cumulative(self, values: FloatArray) -> FloatArray:
        """Chance of a response no larger than ``values``, dims (sample, 1)."""
        ...

    def quantile(self, probability: float) -> FloatArray:
        """Smallest value whose chance of not being exceeded reaches ``probability``."""
        ...

    def by_drive(self, shares: FloatArray) -> ByDrive | None:
        """These laws with the units' ``shares``, dims (sample, row), if they differ by one drive alone."""
        ...

    def at(self, drives: ByDrive) -> "ResponseLaw":
        """Laws of the same kind at other drives, as many as there are weights."""
        ...


@dataclass(frozen=True, eq=False)
class _OfMechanism:
    """By the outcome's mechanism."""

    law: OutcomeLaw
    has_atoms: bool

    @property
    def weights(self) -> FloatArray:
        return self.law.weights

    def moments(self) -> tuple[FloatArray, FloatArray]:
        mechanism = self.law.task.mechanism
        return mechanism.mean(*self.law.arguments), mechanism.variance(*self.law.arguments)

    def cumulative(self, values: FloatArray) -> FloatArray:
        return chance_up_to(self.law.task.mechanism, values, *self.law.arguments)

    def quantile(self, probability: float) -> FloatArray:
        return self.law.task.mechanism.quantile(np.asarray(probability), *self.law.arguments)

    def by_drive(self, shares: FloatArray) -> ByDrive | None:
        drives, dispersion, inputs = self.law.arguments
        if len(drives) != 1 or inputs or not is_by_terms(self.law.task.mechanism):
            return None
        return ByDrive(next(iter(drives.values())), dispersion, self.law.weights * shares)

    def at(self, drives: ByDrive) -> "_OfMechanism":
        (name,) = self.law.arguments[0]
        law = OutcomeLaw(self.law.task, ({name: drives.drive}, dict(drives.dispersion), {}), np.ones((1, 1, 1)), {})
        return _OfMechanism(law, self.has_atoms)


@dataclass(frozen=True, eq=False)
class _OfNoisyDrive:
    """By the outcome's mechanism, with normal noise of its drive: at nodes, unless many units are gathered."""

    noisy: NoisyDrive
    has_atoms: bool

    @property
    def weights(self) -> FloatArray:
        return self._spread.weights

    def moments(self) -> tuple[FloatArray, FloatArray]:
        return self._spread.moments()

    def cumulative(self, values: FloatArray) -> FloatArray:
        return self._spread.cumulative(values)

    def quantile(self, probability: float) -> FloatArray:
        return self._spread.quantile(probability)

    def by_drive(self, shares: FloatArray) -> ByDrive | None:
        found = _OfMechanism(self.noisy.law, self.has_atoms).by_drive(shares)
        return None if found is None else replace(found, noise=self.noisy.sd)

    def at(self, drives: ByDrive) -> _OfMechanism:
        return _OfMechanism(self.noisy.law, self.has_atoms).at(drives)

    @cached_property
    def _spread(self) -> _OfMechanism:
        return _OfMechanism(self.noisy.spread(), self.has_atoms)


@dataclass(frozen=True, eq=False)
class _Normal:
    """Normal, with the noise of what lies between added."""

    mean: FloatArray
    sd: FloatArray
    weights: FloatArray
    has_atoms: bool = False

    def moments(self) -> tuple[FloatArray, FloatArray]:
        return self.mean, self.sd**2

    def cumulative(self, values: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        return np.asarray(ndtr((values - self.mean) / self.sd))

    def quantile(self, probability: float) -> FloatArray:
        from scipy.special import ndtri

        return np.asarray(self.mean + self.sd * ndtri(probability))

    def by_drive(self, shares: FloatArray) -> ByDrive | None:
        axes = tuple(axis for axis in range(self.sd.ndim) if axis != self.sd.ndim - 2)
        least, most = self.sd.min(axis=axes), self.sd.max(axis=axes)
        if not np.allclose(least, most, rtol=1e-12, atol=0.0):
            return None
        return ByDrive(self.mean, {"sd": most[:, None]}, self.weights * shares)

    def at(self, drives: ByDrive) -> "_Normal":
        return _Normal(drives.drive, drives.dispersion["sd"], np.ones((1, 1, 1)))


def response_law(
    laws: Laws,
    route: Route,
    do: Mapping[str, float | FloatArray],
    columns: Mapping[str, FloatArray],
    samples: slice,
) -> ResponseLaw:
    """The law of each unit's outcome under ``do``, for each draw; the arguments are those of ``expected_outcome``."""
    over, kept = spread_out(laws.design, route, do), folded(laws.design, route)
    noisy = noisy_drive(laws, route, do, columns, samples, over=over)
    if noisy is not None:
        return _OfNoisyDrive(noisy, has_atoms(noisy.law.task.mechanism))
    law = outcome_law(laws, route, do, columns, samples, over=over)
    mechanism = law.task.mechanism
    straight = [name for name in kept if name not in do]
    if not straight:
        return _OfMechanism(law, has_atoms(mechanism))
    mean, variance = mechanism.mean(*law.arguments), mechanism.variance(*law.arguments)
    for name in straight:
        above = outcome_law(laws, route, do, columns, samples, over=over, moved=name)
        slope = mechanism.mean(*above.arguments) - mean
        task, given = task_of(laws, route, name, samples)
        own = task.mechanism.variance(*arguments_of(task, given, law.columns, laws.design))
        variance = variance + slope**2 * own
    return _Normal(mean, np.sqrt(variance), law.weights)


def folded(design: Design, route: Route) -> tuple[str, ...]:
    """Normal variables on the way that everything behind them follows in straight lines with normal noise."""
    found = ((name, moved_by(design, route, name)) for name in route.order[:-1])
    return tuple(
        name
        for name, moved in found
        if moved is not None and route.order[-1] in moved and all(_is_normal(design, route, one) for one in moved)
    )


def spread_out(design: Design, route: Route, do: Mapping[str, object]) -> tuple[str, ...]:
    """Variables on the way that are integrated over at nodes."""
    kept = folded(design, route)
    return tuple(name for name in route.order[:-1] if name not in kept and name not in do)


def _is_normal(design: Design, route: Route, name: str) -> bool:
    return isinstance(design.mechanisms[route.keys[name]].mechanism, NormallySpread)
