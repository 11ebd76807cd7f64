"""What a calibration ranks: asked effects, free parameters, and the log-likelihoods of each task and of all data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bayescause.analysis.simulating import Simulated, Simulation
from bayescause.compilation.experiment import rows_of
from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.posterior import Parameters
from bayescause.inference.sufficient import log_likelihood
from bayescause.query.averaging import sample_average_contrast
from bayescause.query.contrasts import Contrast, resolve_contrast
from bayescause.query.drawn_laws import Laws
from bayescause.query.estimand import Estimand
from bayescause.query.functional_effects import normal_contrast
from bayescause.query.selection import cells, units_of
from bayescause.scm.abilities import shape_of
from bayescause.scm.mechanism import FloatArray

__all__ = ["Quantities", "Quantity", "quantities", "why_not_ranked"]

type Draws = Mapping[str, Parameters]


@dataclass(frozen=True, eq=False)
class Quantity:
    """A number that parameters and data determine.

    Parameters
    ----------
    name : str
    kind : str
        ``"effect"`` or ``"parameter"``.
    value : function
        From parameters (sample, ...) of every task and simulated data to values (sample,).
    """

    name: str
    kind: str
    value: Callable[[Draws, Simulated], FloatArray]


def why_not_ranked(question: Estimand, route: Route) -> str | None:
    """Why the truth of ``question`` cannot be ranked, in words; None if it can."""
    if route.refusal is not None:
        return route.refusal
    if not route.order:
        return "by the graph the effect is zero"
    if route.block is not None:
        return f"effects answered by {route.name} are not ranked yet"
    if not question.is_average:
        return f"effects of kind {question.short!r} that are not averages over rows are not ranked yet"
    return None


@dataclass(frozen=True, eq=False)
class Quantities:
    """All that one calibration ranks: effects, then parameters, then log-likelihoods.

    Parameters
    ----------
    single : tuple of Quantity
        Effects and parameters.
    keys : tuple of str
        Tasks, each with its log-likelihood.
    """

    single: tuple[Quantity, ...]
    keys: tuple[str, ...]

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Name and kind of each, in the order of ``measure``."""
        likelihoods = [f"log-likelihood of {key}" for key in self.keys]
        if len(self.keys) > 1:
            likelihoods.append("joint log-likelihood")
        return (*((one.name, one.kind) for one in self.single), *((name, "log_likelihood") for name in likelihoods))

    def measure(self, draws: Draws, simulated: Simulated) -> FloatArray:
        """Values under each draw, dims (sample, quantity)."""
        single = [one.value(draws, simulated) for one in self.single]
        likelihoods = [_likelihood(key, draws[key], simulated) for key in self.keys]
        if len(self.keys) > 1:
            likelihoods.append(np.sum(likelihoods, axis=0))
        return np.stack([*single, *likelihoods], axis=-1)


def quantities(simulation: Simulation, questions: Sequence[tuple[Estimand, Route]]) -> Quantities:
    """What to rank for ``questions``, each with its route."""
    effects = [found for question, route in questions for found in _effects(simulation, question, route)]
    keys = tuple(simulation.design.mechanisms)
    parameters = [found for key in keys for found in _parameters(simulation, key)]
    return Quantities((*effects, *parameters), keys)


def _effects(simulation: Simulation, question: Estimand, route: Route) -> list[Quantity]:
    name = f"{question.short} of {question.of} on {question.on}"
    if question.where is not None:
        name += f" where {question.where}"
    contrast = resolve_contrast(simulation.table, question)
    if route.functional is not None:
        return [Quantity(name, "effect", lambda draws, _: _of_law(simulation, route, contrast, draws))]

    def within(label: str) -> Quantity:
        def value(draws: Draws, simulated: Simulated) -> FloatArray:
            selected = _selected(question, simulated.table, label)
            laws = Laws(simulation.design, draws)
            return sample_average_contrast(laws, route, contrast, simulated.table, selected)

        return Quantity(f"{name}, {label}" if label else name, "effect", value)

    return [within(label) for label, _ in cells(question, simulation.table)]


def _of_law(simulation: Simulation, route: Route, contrast: Contrast, draws: Draws) -> FloatArray:
    """The contrast on the jointly normal law of each draw, dims (sample,)."""
    return normal_contrast(Laws(simulation.design, draws), route, contrast).effect[:, 0]


def _selected(question: Estimand, table: Table, label: str) -> np.ndarray:
    """Units of one cell of a conditional effect, or of the whole, which is the cell without a label; dims (row,)."""
    return np.asarray(units_of(question, table) & dict(cells(question, table))[label])


def _parameters(simulation: Simulation, key: str) -> list[Quantity]:
    task = simulation.design.mechanisms[key]

    def coefficient(place: int) -> Callable[[Draws, Simulated], FloatArray]:
        return lambda draws, _: draws[key].coefficients[:, place]

    def dispersion(name: str, place: tuple[int, ...] = ()) -> Callable[[Draws, Simulated], FloatArray]:
        index: Any = (slice(None), *place)
        return lambda draws, _: draws[key].dispersion[name][index]

    named = {name: coefficient(place) for place, name in enumerate(task.coefficients)}
    for name in task.dispersion:
        for place in np.ndindex(shape_of(task.mechanism, name)):
            named[f"{name}[{', '.join(map(str, place))}]" if place else name] = dispersion(name, place)
    held = {name for name, prior in task.priors.items() if prior.family == "fixed"}
    free = {name: value for name, value in named.items() if name not in held}
    return [Quantity(f"{key}: {name}", "parameter", value) for name, value in free.items()]


def _likelihood(key: str, given: Parameters, simulated: Simulated) -> FloatArray:
    if key in simulated.summaries:
        return log_likelihood(simulated.summaries[key], given.coefficients, given.dispersion["sd"])
    design = simulated.simulation.design
    task = design.mechanisms[key]
    return joint_log_likelihood(task, design, rows_of(simulated.simulation.model, simulated.table, task), given)
