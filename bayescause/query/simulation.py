"""Expected outcomes under an intervention: everything on a causal path is simulated forward, the rest is as observed.

This is the truncated factorisation (Pearl 2009, equation 3.10) evaluated draw by draw. A variable between
treatment and outcome is replaced by its mean only where everything downstream is affine in it; otherwise it is
integrated over, by exact sums or quadrature where there are few of them and by Sobol points where there are many.
Both rules use the same nodes in every world, so that a contrast differs by the intervention alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bayescause.compilation.plan import Route
from bayescause.inference.arguments import Arguments, arguments_of, mean_under
from bayescause.inference.posterior import Parameters
from bayescause.query.dependence import integrated
from bayescause.query.drawn_laws import Laws, task_of
from bayescause.query.nodes_together import uniforms_of, uses_points
from bayescause.scm.abilities import is_by_terms, is_known_by_mean
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray

__all__ = [
    "BOUNDED",
    "OutcomeLaw",
    "expected_outcome",
    "expected_outcomes",
    "outcome_law",
]


BOUNDED = ("logit", "probit", "cloglog")
"""Links under which a mean stays within limits, whatever comes before."""

NEGLIGIBLE = 1e-13
"""Probability up to which values of several variables together are left out of a bounded mean, if no unit has more of
it: of at most 2,000 nodes that is less than 1e-9 of the mean's range."""


@dataclass(frozen=True, eq=False)
class _World:
    """What is known of each unit: columns (row,), (sample, row) or (node, sample, row), and the nodes' weights.

    ``places``, dims (node,), number the nodes of one variable, so that a column of it says the same where the number is
    the same; columns without such may differ from node to node. Columns of what is set have those of ``worlds``.
    """

    columns: Mapping[str, FloatArray]
    weights: FloatArray
    worlds: int = 1
    places: Mapping[str, npt.NDArray[np.intp]] = field(default_factory=dict)

    @property
    def is_single(self) -> bool:
        """Whether nothing is integrated over yet: one node, whose weight is one."""
        return self.weights.size == 1 and self.weights.item() == 1


def expected_outcome(
    laws: Laws,
    route: Route,
    do: Mapping[str, float | FloatArray],
    columns: Mapping[str, FloatArray],
    samples: slice,
) -> FloatArray:
    """Mean of the outcome of each unit under ``do``, for each draw; or the chance of the level that ``laws`` name.

    Parameters
    ----------
    laws : Laws
    route : Route
        Which variables are simulated, in which order, by which tasks.
    do : mapping of str to float or array, dims (row,)
        Interventions, in the unit of the data; codes for levels.
    columns : mapping of str to array, dims (row,)
        The units' covariates; where a variable sees the treatment as it was observed, that too.
    samples : slice
        Which draws, chains one after another.

    Returns
    -------
    array, dims (sample, row)
        In the unit of the outcome.
    """
    [found] = expected_outcomes(laws, route, [do], columns, samples)
    return np.asarray(found)


def expected_outcomes(
    laws: Laws,
    route: Route,
    worlds: Sequence[Mapping[str, float | FloatArray]],
    columns: Mapping[str, FloatArray],
    samples: slice,
) -> FloatArray:
    """``expected_outcome`` in each of several ``worlds``, dims (world, sample, row): what they share is computed once.

    Examples
    --------
    >>> from bayescause.compilation.plan import Route
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.query.drawn_laws import laws_of
    >>> from bayescause.query.estimands.average_effect import AverageEffect
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> model, question = StructuralModel.parse("sick ~ dose"), AverageEffect(of="dose", on="sick")
    >>> posterior = fit(model, {"dose": [0.0, 1.0, 2.0] * 6, "sick": [0, 1, 0, 0, 1, 1] * 3}, [question])
    >>> [route] = posterior.plan.routes
    >>> worlds = [{"dose": 0.0}, {"dose": 1.0}, {"dose": 2.0}]
    >>> expected_outcomes(laws_of(posterior, route), route, worlds, {}, slice(0, 100)).shape
    (3, 100, 1)
    """
    over = integrated(laws.design, route)
    if len(worlds) > 1 and not _are_together(laws.design, route, worlds, over):
        apart = [expected_outcome(laws, route, do, columns, samples) for do in worlds]
        return np.stack(np.broadcast_arrays(*apart))
    forward = _forward(laws, route, _held(worlds, columns), columns, samples, over=over)
    if laws.level is None:
        mean = mean_under(forward.task, forward.given, forward.columns, laws.design)
    else:
        mean = forward.law(laws.design).chance_of(laws.level)
    if mean.ndim == 2:
        return np.broadcast_to(mean, (len(worlds), *mean.shape))
    # The worlds are the first nodes, so that each node of a variable on the way stands for all of them in turn.
    means, weights = (each.reshape(-1, len(worlds), *each.shape[1:]) for each in (mean, forward.world.weights))
    return np.asarray(np.einsum("nwsr,nwsr->wsr", means, weights) if len(means) > 1 else means[0])


def _are_together(
    design: Design, route: Route, worlds: Sequence[Mapping[str, float | FloatArray]], over: Sequence[str]
) -> bool:
    """Whether ``worlds`` can be nodes of one: each sets the same variables, alike for all units."""
    is_set_alike = all(do.keys() == worlds[0].keys() and not any(map(np.ndim, do.values())) for do in worlds)
    by_terms = all(is_by_terms(design.mechanisms[key].mechanism) for key in route.keys.values())
    return is_set_alike and by_terms and not uses_points(design, route, over)


def _held(
    worlds: Sequence[Mapping[str, float | FloatArray]], columns: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """What is set, dims (row,) in one world, (world, 1, 1) in several."""
    if len(worlds) > 1:
        return {name: np.array([do[name] for do in worlds], dtype=float)[:, None, None] for name in worlds[0]}
    rows = len(next(iter(columns.values()))) if columns else 1
    return {name: np.broadcast_to(np.asarray(value, dtype=float), rows) for name, value in worlds[0].items()}


@dataclass(frozen=True, eq=False)
class OutcomeLaw:
    """What the outcome's mechanism takes for each unit in one world.

    Parameters
    ----------
    task : MechanismDesign
        Of the outcome.
    arguments : Arguments
        Drives, dispersion and inputs, dims ([node,] sample, row), as ``Mechanism.mean`` takes them.
    weights : array, dims (node, sample or 1, row or 1)
        Of the nodes of what is integrated over.
    columns : mapping of str to array, dims ([node,] sample, row) or (row,)
        Everything in that world that the outcome could see.
    """

    task: MechanismDesign
    arguments: Arguments
    weights: FloatArray
    columns: Mapping[str, FloatArray]

    def chance_of(self, level: float) -> FloatArray:
        """Chance that a unit has ``level``, at each node, dims ([node,] sample, row)."""
        drives = next(iter(self.arguments[0].values()))
        return np.exp(self.task.mechanism.log_density(np.full(drives.shape[-1], level), *self.arguments))


def outcome_law(
    laws: Laws,
    route: Route,
    do: Mapping[str, float | FloatArray],
    columns: Mapping[str, FloatArray],
    samples: slice,
    *,
    over: Sequence[str],
    moved: str | None = None,
) -> OutcomeLaw:
    """The outcome's law of each unit under ``do``, for each draw, as ``expected_outcome`` takes its arguments.

    Parameters
    ----------
    over : sequence of str
        Variables between treatment and outcome that are integrated over; the others are replaced by their means.
    moved : str, optional
        One of the others that is put one unit above its mean.
    """
    return _forward(laws, route, _held([do], columns), columns, samples, over=over, moved=moved).law(laws.design)


class _Forward(NamedTuple):
    """What the outcome follows from, after everything before it was simulated."""

    task: MechanismDesign
    given: Parameters
    columns: Mapping[str, FloatArray]
    world: _World

    def law(self, design: Design) -> OutcomeLaw:
        arguments = arguments_of(self.task, self.given, self.columns, design)
        return OutcomeLaw(self.task, arguments, self.world.weights, self.world.columns)


def _forward(
    laws: Laws,
    route: Route,
    held: Mapping[str, FloatArray],
    columns: Mapping[str, FloatArray],
    samples: slice,
    *,
    over: Sequence[str],
    moved: str | None = None,
) -> _Forward:
    seen = {name: columns[name] for name in held if name in columns}
    worlds = next((len(values) for values in held.values() if values.ndim == 3), 1)
    several = {name: np.arange(worlds) for name, values in held.items() if values.ndim == 3}
    world = _World({**columns, **held}, np.ones((worlds, 1, 1)), worlds, several)
    uniforms = uniforms_of(laws, route, over)
    is_bounded = laws.level is not None or task_of(laws, route, route.order[-1], samples)[0].mechanism.link in BOUNDED
    left_out = NEGLIGIBLE if is_bounded else -1.0
    for variable in route.order[:-1]:
        if variable in held:
            continue
        task, given = task_of(laws, route, variable, samples)
        if variable not in over:
            mean = mean_under(task, given, world.columns, laws.design) + (variable == moved)
            world = replace(world, columns={**world.columns, variable: mean})
        elif variable in uniforms:
            world = _at_points(laws, task, given, world, uniforms[variable])
        else:
            world = _at_nodes(laws, task, given, world, left_out=left_out)
    outcome = route.order[-1]
    task, given = task_of(laws, route, outcome, samples)
    final = {**world.columns, **seen} if outcome in route.natural else world.columns
    return _Forward(task, given, final, world)


def _at_points(laws: Laws, task: MechanismDesign, given: Parameters, world: _World, uniform: FloatArray) -> _World:
    drives, dispersion, inputs = arguments_of(task, given, world.columns, laws.design)
    values = task.mechanism.quantile(uniform[:, None, None], drives, dispersion, inputs)
    return _World({**world.columns, task.variable: values}, np.full((1, 1, 1), 1.0 / len(uniform)))


def _at_nodes(laws: Laws, task: MechanismDesign, given: Parameters, world: _World, *, left_out: float) -> _World:
    first, group = _different(task, world)
    seen = {name: column[first] if column.ndim == 3 else column for name, column in world.columns.items()}
    values, weights = _nodes_under(task, given, seen, laws.design)
    if weights.ndim == 3:  # alike at all nodes that there are already: every new node meets every old one
        values, weights = values[:, None], weights[:, None]
    fresh, old = _kept(weights, group, world, left_out)
    columns = {name: column[old] if column.ndim == 3 else column for name, column in world.columns.items()}
    chosen = [each[fresh, group[old] if each.shape[1] > 1 else 0] for each in (values, weights)]
    places = {name: number[old] for name, number in world.places.items()}
    shares = chosen[1] if world.is_single else chosen[1] * world.weights[old]
    return _World({**columns, task.variable: chosen[0]}, shares, world.worlds, places | _numbered(task, values, fresh))


def _different(task: MechanismDesign, world: _World) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Nodes at which the law of a variable may differ, and which of them each node is like, dims (node,)."""
    every = np.arange(len(world.weights))
    names = (*(name for term in task.terms for name in term.variables), *task.mechanism.inputs, *task.causes)
    moving = [world.places.get(name, every) for name in names if world.columns[name].ndim == 3]
    if not moving:
        return every[:1], np.zeros_like(every)
    _, first, group = np.unique(np.stack(moving), axis=1, return_index=True, return_inverse=True)
    return first, group.ravel()


def _kept(
    weights: FloatArray, group: npt.NDArray[np.intp], world: _World, left_out: float
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """New and old nodes that meet, dims (node,): all of them but those that together hardly ever occur in any unit."""
    # Nodes of counts that stand for several may weigh less than nothing.
    tops, before = np.abs(weights).max(axis=(2, 3)), np.abs(world.weights).max(axis=(1, 2))
    together = np.broadcast_to(tops if tops.shape[1] == 1 else tops[:, group], (len(tops), len(before))) * before
    # What is no number stays, and makes the answer none.
    likely = ~(together <= left_out)
    # Every world keeps the same nodes.
    somewhere = likely.reshape(len(tops), -1, world.worlds).any(axis=2)
    fresh, old = np.nonzero(np.repeat(somewhere, world.worlds, axis=1))
    return fresh, old


def _numbered(
    task: MechanismDesign, values: FloatArray, fresh: npt.NDArray[np.intp]
) -> dict[str, npt.NDArray[np.intp]]:
    """The numbers of the new nodes, if their values depend on nothing else that differs from node to node."""
    return {task.variable: fresh} if values.shape[1] == 1 else {}


def _nodes_under(
    task: MechanismDesign, given: Parameters, columns: Mapping[str, FloatArray], design: Design
) -> tuple[FloatArray, FloatArray]:
    if is_known_by_mean(task.mechanism):
        return task.mechanism.nodes_of_mean(mean_under(task, given, columns, design))
    return task.mechanism.nodes(*arguments_of(task, given, columns, design))
