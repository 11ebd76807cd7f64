"""Drawn laws of the variables on a route, as plain arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bayescause.compilation.plan import Route
from bayescause.inference.posterior import Parameters, Posterior, parameters
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray

__all__ = ["Laws", "laws_of", "task_of"]


@dataclass(frozen=True, eq=False)
class Laws:
    """Drawn laws of the variables on a route.

    Parameters
    ----------
    design : Design
    parameters : mapping of str to Parameters
        By task key; all with the same number of samples.
    seed : int
        Of the points at which noises are integrated over, where there are too many for a quadrature.
    level : float, optional
        Value of the outcome whose chance stands for its mean: that of an outcome that is 1 there, and 0 elsewhere.
    """

    design: Design
    parameters: Mapping[str, Parameters]
    seed: int = 0
    level: float | None = None

    @property
    def samples(self) -> int:
        """Draws of each parameter, all chains together."""
        return len(next(iter(self.parameters.values())).coefficients)

    @property
    def centre(self) -> "Laws":
        """The laws at the posterior mean of their parameters: one draw."""
        return self._with(lambda draws: draws.mean(axis=0, keepdims=True))

    def some(self, number: int) -> "Laws":
        """Some ``number`` of the draws, spread over all of them; all, if they are no more."""
        return self._with(lambda draws: draws[:: max(1, self.samples // number)])

    def part(self, samples: slice) -> "Laws":
        """The laws under the draws of one block, or under one of them."""
        return self._with(lambda draws: draws[samples])

    def _with(self, change: Callable[[FloatArray], FloatArray]) -> "Laws":
        changed = {
            key: Parameters(change(one.coefficients), {name: change(draws) for name, draws in one.dispersion.items()})
            for key, one in self.parameters.items()
        }
        return replace(self, parameters=changed)


def laws_of(posterior: Posterior, route: Route, level: float | None = None) -> Laws:
    """The laws that ``route`` needs, as plain arrays; of a ``level`` of the outcome, if its chance is asked for."""
    drawn = {key: parameters(posterior, key) for key in dict.fromkeys(route.keys.values())}
    return Laws(posterior.design, drawn, posterior.seed, level)


def task_of(laws: Laws, route: Route, variable: str, samples: slice) -> tuple[MechanismDesign, Parameters]:
    """The mechanism of ``variable``, and the ``samples`` of its parameters."""
    key = route.keys[variable]
    drawn = laws.parameters[key]
    dispersion = {name: values[samples] for name, values in drawn.dispersion.items()}
    return laws.design.mechanisms[key], Parameters(drawn.coefficients[samples], dispersion)
