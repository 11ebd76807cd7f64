"""Expected outcomes under an intervention: everything on a causal path is simulated forward, the rest is as observed.

This is the truncated factorisation (Pearl 2009, equation 3.10) evaluated draw by draw. A variable between
treatment and outcome is replaced by its mean only where everything downstream is affine in it; otherwise it is
integrated over, by exact sums or quadrature where there are few of them and by Sobol points where there are many.
Both rules use the same nodes in every world, so that a contrast differs by the intervention alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bayescause.compilation.plan import Route
from bayescause.graph.formula import Factor, Term
from bayescause.inference.arguments import Arguments, arguments_of
from bayescause.inference.posterior import Parameters, Posterior, parameters
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import CountedNodes, FloatArray
from bayescause.scm.terms import has_dummies

__all__ = [
    "Laws",
    "OutcomeLaw",
    "blocks_of",
    "expected_outcome",
    "integrated",
    "is_affine",
    "laws_of",
    "moved_by",
    "moving_covariates",
    "needed_covariates",
    "node_count",
    "outcome_law",
    "task_of",
    "uses_points",
]

NODES = 2_000
"""Most quadrature nodes of all integrated variables together; beyond them Sobol points are used."""

SOBOL_POINTS = 1_024
"""Points in the unit cube of the integrated variables' noises; the error of the integral falls almost as 1 / points."""

CELLS = 200_000
"""Numbers held at once by one block of draws: 1.6 MB an array. Larger ones leave the cache and take longer."""

AFFINE = (None, "center", "standardize")
"""Functions of a column that are affine in it."""


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


@dataclass(frozen=True, eq=False)
class _World:
    """What is known of each unit: columns (row,), (sample, row) or (node, sample, row), and the nodes' weights."""

    columns: Mapping[str, FloatArray]
    weights: FloatArray


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
    law = outcome_law(laws, route, do, columns, samples, over=integrated(laws.design, route))
    mean = law.mean if laws.level is None else law.chance_of(laws.level)
    return np.asarray((mean * law.weights).sum(axis=0) if mean.ndim == 3 else mean)


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

    @property
    def mean(self) -> FloatArray:
        """Of each unit at each node, dims ([node,] sample, row)."""
        return self.task.mechanism.mean(*self.arguments)

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
    rows = len(next(iter(columns.values()))) if columns else 1
    held = {name: np.broadcast_to(np.asarray(value, dtype=float), rows) for name, value in do.items()}
    seen = {name: columns[name] for name in do if name in columns}
    world = _World({**columns, **held}, np.ones((1, 1, 1)))
    uniforms = _uniforms(laws, route, over)
    for variable in route.order[:-1]:
        if variable in do:
            continue
        task, given = task_of(laws, route, variable, samples)
        if variable not in over:
            mean = _mean(laws, task, given, world.columns) + (variable == moved)
            world = _World({**world.columns, variable: mean}, world.weights)
        elif variable in uniforms:
            world = _at_points(laws, task, given, world, uniforms[variable])
        else:
            world = _at_nodes(laws, task, given, world)
    outcome = route.order[-1]
    task, given = task_of(laws, route, outcome, samples)
    final = {**world.columns, **seen} if outcome in route.natural else world.columns
    return OutcomeLaw(task, arguments_of(task, given, final, laws.design), world.weights, world.columns)


def _mean(laws: Laws, task: MechanismDesign, given: Parameters, columns: Mapping[str, FloatArray]) -> FloatArray:
    drives, dispersion, inputs = arguments_of(task, given, columns, laws.design)
    return task.mechanism.mean(drives, dispersion, inputs)


def _at_points(laws: Laws, task: MechanismDesign, given: Parameters, world: _World, uniform: FloatArray) -> _World:
    drives, dispersion, inputs = arguments_of(task, given, world.columns, laws.design)
    values = task.mechanism.quantile(uniform[:, None, None], drives, dispersion, inputs)
    return _World({**world.columns, task.variable: values}, np.full((1, 1, 1), 1.0 / len(uniform)))


def _at_nodes(laws: Laws, task: MechanismDesign, given: Parameters, world: _World) -> _World:
    drives, dispersion, inputs = arguments_of(task, given, world.columns, laws.design)
    values, weights = task.mechanism.nodes(drives, dispersion, inputs)
    if weights.ndim == 3:  # alike at all nodes that there are already: every new node meets every old one
        values, weights = values[:, None], weights[:, None]
    fresh, old = len(weights), len(world.weights)
    columns = {
        name: np.tile(column, (fresh, 1, 1)) if column.ndim == 3 else column for name, column in world.columns.items()
    }
    flat, shares = (_flat(each, fresh, old) for each in (values, weights * world.weights))
    return _World({**columns, task.variable: flat}, shares)


def _flat(each: FloatArray, fresh: int, old: int) -> FloatArray:
    """From dims (new node, old node or 1, sample or 1, row or 1) to (node, sample or 1, row or 1)."""
    return np.broadcast_to(each, (fresh, old, *each.shape[2:])).reshape(fresh * old, *each.shape[2:])


def task_of(laws: Laws, route: Route, variable: str, samples: slice) -> tuple[MechanismDesign, Parameters]:
    """The mechanism of ``variable``, and the ``samples`` of its parameters."""
    key = route.keys[variable]
    drawn = laws.parameters[key]
    dispersion = {name: values[samples] for name, values in drawn.dispersion.items()}
    return laws.design.mechanisms[key], Parameters(drawn.coefficients[samples], dispersion)


def integrated(design: Design, route: Route) -> tuple[str, ...]:
    """Variables between treatment and outcome that are integrated over: something downstream is not affine in them."""
    return tuple(name for name in route.order[:-1] if moved_by(design, route, name) is None)


def is_affine(design: Design, route: Route) -> bool:
    """Whether the outcome's mean is affine in everything on the causal paths."""
    tasks = [design.mechanisms[route.keys[name]] for name in route.order]
    return all(task.mechanism.is_affine for task in tasks) and not integrated(design, route)


def moved_by(design: Design, route: Route, variable: str) -> tuple[str, ...] | None:
    """What ``variable`` moves, itself first, if all of it is affine in it; None otherwise."""
    moved = {variable: None}
    for name in route.order[route.order.index(variable) + 1 :]:
        task = design.mechanisms[route.keys[name]]
        if moved.keys() & task.mechanism.inputs and name != route.order[-1]:
            return None
        touched = [term for term in task.terms if moved.keys() & term.variables]
        if not touched:
            continue
        path = set(route.order)
        if not task.mechanism.is_affine or not all(_is_linear_in_one(term, path, design) for term in touched):
            return None
        moved[name] = None
    return tuple(moved)


def _is_linear_in_one(term: Term, path: set[str], design: Design) -> bool:
    random = [factor for factor in term.factors if factor.variable in path]
    return len(random) == 1 and random[0].function in AFFINE and not has_dummies(random[0], design)


def needed_covariates(design: Design, route: Route, fixed: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that must be known of a unit to give its mean outcome, besides the ``fixed`` and the simulated ones."""
    names: dict[str, None] = {}
    for variable in route.order:
        task = design.mechanisms[route.keys[variable]]
        set_here = () if variable in route.natural else fixed
        found = (*(name for term in task.terms for name in term.variables), *task.mechanism.inputs)
        names.update(dict.fromkeys(name for name in found if name not in set_here))
    return tuple(name for name in names if name not in route.order)


def moving_covariates(design: Design, route: Route, fixed: tuple[str, ...]) -> tuple[str, ...]:
    """Columns on which a unit's *effect* depends; whatever else is in the mechanisms cancels between the worlds.

    On a straight scale these are the columns that meet the treatment, or what it moves, in a product; where the
    treatment meets a variable on its way in a product, or that variable is bent, also whatever that variable's level
    depends on. Behind a curved link everything counts.
    """
    levels: dict[str, dict[str, None]] = {}
    changes: dict[str, dict[str, None]] = {}
    for variable in route.order:
        task = design.mechanisms[route.keys[variable]]
        set_here = () if variable in route.natural else fixed
        levels[variable], changes[variable] = _dependence(task, design, set_here, levels, changes)
    return tuple(changes[route.order[-1]])


def _dependence(
    task: MechanismDesign,
    design: Design,
    fixed: tuple[str, ...],
    levels: Mapping[str, dict[str, None]],
    changes: Mapping[str, dict[str, None]],
) -> tuple[dict[str, None], dict[str, None]]:
    """Columns that the mean of a response depends on, and those that its change between the worlds depends on."""
    level: dict[str, None] = {}
    change: dict[str, None] = {}
    is_touched = False
    inputs = (Term((Factor(name),)) for name in task.mechanism.inputs)
    for term in (*task.terms, *inputs):
        moved = [name for name in term.variables if name in levels]
        is_set = bool(set(fixed).intersection(term.variables))
        is_touched |= is_set or bool(moved)
        own = dict.fromkeys(name for name in term.variables if name not in (*fixed, *moved))
        # Between the worlds x1 m1 - x0 m0 keeps the level of m; m1 - m0 keeps its change only.
        carried = changes if not is_set and _is_linear_in_one(term, set(levels), design) else levels
        level |= own | _together(levels, moved)
        change |= own | _together(carried, moved) if is_set or moved else {}
    return level, level if is_touched and not task.mechanism.is_affine else change


def _together(found: Mapping[str, dict[str, None]], names: Iterable[str]) -> dict[str, None]:
    return {column: None for name in names for column in found[name]}


def blocks_of(laws: Laws, route: Route, rows: int, over: Sequence[str] | None = None) -> Iterator[slice]:
    """Blocks of draws that keep every array of a world below ``CELLS`` numbers."""
    samples = laws.samples
    size = max(1, CELLS // max(1, rows * node_count(laws.design, route, over)))
    for start in range(0, samples, size):
        yield slice(start, min(start + size, samples))


def node_count(design: Design, route: Route, over: Sequence[str] | None = None) -> int:
    """Points at which every unit is evaluated under one draw: one, if nothing is integrated over.

    ``over`` is what is integrated over; by default what a mean needs.
    """
    product = 1
    for name in integrated(design, route) if over is None else over:
        product *= _nodes_of(design.mechanisms[route.keys[name]])
    return product if product <= NODES else SOBOL_POINTS


def _nodes_of(task: MechanismDesign) -> int:
    if isinstance(task.mechanism, CountedNodes):
        return task.mechanism.node_count
    zeros = {name: np.zeros((1, 1)) for name in task.mechanism.predictors}
    ones = {name: np.ones((1, 1)) for name in task.mechanism.dispersion}
    inputs = {name: np.ones(1) for name in task.mechanism.inputs}
    values, _ = task.mechanism.nodes(zeros, ones, inputs)
    return len(values)


def uses_points(design: Design, route: Route, over: Sequence[str] | None = None) -> bool:
    """Whether noises are integrated over random points, so that a mean has an error besides that of the draws."""
    names = integrated(design, route) if over is None else over
    product = int(np.prod([_nodes_of(design.mechanisms[route.keys[name]]) for name in names], dtype=float))
    return product > NODES


def _uniforms(laws: Laws, route: Route, names: Sequence[str]) -> dict[str, FloatArray]:
    if not uses_points(laws.design, route, names):
        return {}
    from scipy.stats import qmc

    # The points are fixed: an integral over them has an error, but not one that differs from draw to draw.
    points = qmc.Sobol(len(names), scramble=True, rng=np.random.default_rng(laws.seed)).random(SOBOL_POINTS)
    return dict(zip(names, points.T, strict=True))
