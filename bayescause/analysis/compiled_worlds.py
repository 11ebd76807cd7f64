"""Units simulated by the compiled PyMC model under ``pm.do``, for many posterior draws at once.

The model is intervened on by ``pm.do`` and vectorised over the draws, so that it is compiled once for each set of
variables that are set. Worlds with the same such set share their random numbers. Where hidden causes make a variable's
law one that is given more than its own causes, the model does not join it to what follows: then variables are drawn one
after another, each with all that came before it set.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from bayescause.compilation.plan import Route
from bayescause.compilation.pymc_model import data_names, to_pymc
from bayescause.compilation.table import Table
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.surgery import project
from bayescause.inference.posterior import Posterior
from bayescause.inference.randomness import generator, seed_sequence
from bayescause.query.replaying import Do
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.noise import has_atoms

__all__ = ["CompiledWorlds", "compile_worlds"]

MODE = "FAST_COMPILE"
"""PyTensor's mode: NumPy throughout, so that compiling takes a second or two, and no compiler is needed."""

type Simulator = Callable[[Do, str], Mapping[str, FloatArray]]


@dataclass(frozen=True, eq=False)
class CompiledWorlds:
    """Units of a table under interventions on a compiled model.

    Parameters
    ----------
    table : Table
    graph : CausalGraph
        Without latent nodes.
    route : Route
        Which variables are simulated, by which tasks.
    samples : int
        Posterior draws, each with a simulation of its own.
    simulate : callable
        From what is set, and a name of the noises, to the variables that are not, dims (sample, row).
    seed : int
    kept : bool array, dims (row,)
    has_atoms : bool
        Whether single values of the outcome have a chance.
    unknown : tuple of str
        Parameters of the compiled model of which the posterior holds no draws: with any, nothing can be simulated.
    once : Table, optional
        The units without repetition, if ``table`` has each of them several times.
    """

    table: Table
    graph: CausalGraph
    route: Route
    samples: int
    simulate: Simulator
    seed: int
    kept: npt.NDArray[np.bool_]
    has_atoms: bool = False
    unknown: tuple[str, ...] = ()
    once: Table | None = None

    @property
    def units(self) -> Table:
        """The units once each, dims (row,)."""
        return self.table if self.once is None else self.once

    @property
    def order(self) -> tuple[str, ...]:
        """Variables that are simulated, causes first."""
        return self.route.order

    @property
    def is_structural(self) -> bool:
        """Whether all of them follow laws of their own, given their causes alone."""
        return _is_joined(self.route)

    def under(self, do: Do, noise: str = "") -> Mapping[str, FloatArray]:
        """Variables of the route that are not set, dims (sample, row), in the unit of the data."""
        return self.simulate(do, noise)

    def outcome(self, do: Do) -> FloatArray:
        """The outcome, dims (sample, row); where it sees the treatment as observed, its mediators see it as set."""
        *between, outcome = self.route.order
        if outcome not in self.route.natural:
            return self.under(do)[outcome]
        carried = dict(do)
        for mediator in between:
            carried[mediator] = self.under(carried)[mediator]
        return self.under({name: values for name, values in carried.items() if name not in self.route.query.of})[
            outcome
        ]

    def random(self, name: str) -> np.random.Generator:
        """Random numbers for what an intervention on ``name`` draws."""
        return generator(self.seed, "intervention", name)

    def among(self, kept: npt.NDArray[np.bool_]) -> "CompiledWorlds":
        """The same worlds, with fewer units looked at."""
        return replace(self, kept=kept)


def compile_worlds(posterior: Posterior, route: Route, *, seed: int) -> CompiledWorlds:
    """The units of ``posterior.table`` as the compiled model of ``route`` has them, for each draw of ``posterior``.

    Parameters
    ----------
    posterior : Posterior
    route : Route
        One that is simulated.
    seed : int
        Of the noises.
    """
    table, samples = posterior.table, posterior.draws.sizes["chain"] * posterior.draws.sizes["draw"]
    model, nodes, drawn = _model_of(posterior, route), _nodes_of(posterior, route), _draws_of(posterior)
    simulate = _simulator(model, nodes, drawn, route, shape=(samples, table.rows), seed=seed)
    unknown = _unknown(model, [nodes.response[name] for name in route.order], drawn)
    graph, everybody = project(posterior.model.graph), np.ones(table.rows, dtype=bool)
    atoms = has_atoms(posterior.design.mechanisms[route.keys[route.order[-1]]].mechanism)
    return CompiledWorlds(table, graph, route, samples, simulate, seed, everybody, atoms, unknown)


@dataclass(frozen=True)
class _Nodes:
    """Names in the model: of the responses that are drawn, and of what stands for a variable among causes."""

    response: Mapping[str, str]
    cause: Mapping[str, str]


def _is_joined(route: Route) -> bool:
    """Whether what lies between is, in the model, what its effects see: so it is for mechanisms, named as variables."""
    return all(route.keys[name] == name for name in route.order[:-1])


def _simulator(
    model: Any,
    nodes: _Nodes,
    drawn: Mapping[str, FloatArray],
    route: Route,
    *,
    shape: tuple[int, int],
    seed: int,
) -> Simulator:
    @cache
    def compiled(acted: tuple[str, ...], wanted: tuple[str, ...]) -> Callable[[list[Any], str], list[FloatArray]]:
        responses = [nodes.response[name] for name in wanted]
        return _compiled(model, [nodes.cause[name] for name in acted], responses, drawn, seed)

    def together(do: Do, wanted: tuple[str, ...], noise: str) -> Mapping[str, FloatArray]:
        acted = tuple(sorted(name for name in do if nodes.cause.get(name) in model.named_vars))
        found = compiled(acted, wanted)([np.broadcast_to(np.asarray(do[name]), shape) for name in acted], noise)
        return dict(zip(wanted, found, strict=True))

    def one_by_one(do: Do, wanted: tuple[str, ...], noise: str) -> Mapping[str, FloatArray]:
        found: dict[str, FloatArray] = {}
        for name in wanted:
            found |= together({**do, **found}, (name,), noise)
        return found

    draw = together if _is_joined(route) else one_by_one
    return lambda do, noise: draw(do, tuple(name for name in route.order if name not in do), noise)


def _model_of(posterior: Posterior, route: Route) -> Any:
    kept = set(route.keys.values())
    tasks = tuple(task for task in posterior.plan.tasks if task.key in kept)
    plan = replace(posterior.plan, tasks=tasks, blocks=(), routes=())
    return to_pymc(posterior.model, posterior.table, plan, design=posterior.design)


def _nodes_of(posterior: Posterior, route: Route) -> _Nodes:
    tasks = [posterior.design.mechanisms[key] for key in dict.fromkeys(route.keys.values())]
    responses = {name: posterior.safe_keys[key] for name, key in route.keys.items()}
    joined = {name: response for name, response in responses.items() if route.keys[name] == name}
    return _Nodes(responses, data_names(posterior.table, tasks, posterior.design) | joined)


def _draws_of(posterior: Posterior) -> dict[str, FloatArray]:
    """Draws of every parameter under the name that the compiled model gives it, dims (sample, ...)."""
    drawn = posterior.to_datatree()["posterior"].to_dataset()
    return {str(name): np.reshape(array.to_numpy(), (-1, *array.shape[2:])) for name, array in drawn.items()}


def _compiled(
    model: Any, acted: Sequence[str], wanted: Sequence[str], drawn: Mapping[str, FloatArray], seed: int
) -> Callable[[list[Any], str], list[FloatArray]]:
    """From values of ``acted``, dims (sample, row), to one simulation of each of ``wanted`` a draw."""
    import pymc as pm
    from pymc.pytensorf import compile as compile_function
    from pymc.pytensorf import find_rng_nodes, reseed_rngs

    units = len(model.coords["unit"])
    set_to = {name: np.zeros(units, dtype=model[name].dtype) for name in acted}
    done = pm.do(model, set_to) if acted else model
    known = [name for name in done.named_vars if name in drawn]
    inputs, outputs, at_once = _of_draws([done[name] for name in wanted], [done[name] for name in (*acted, *known)])
    function = compile_function(
        inputs, outputs, mode=MODE, random_seed=seed, on_unused_input="ignore", accept_inplace=False
    )
    rngs = find_rng_nodes(outputs)

    def simulated(values: list[Any], noise: str) -> list[FloatArray]:
        # The same numbers in every world, so that only what is set differs.
        named = (*acted, noise) if noise else acted
        reseed_rngs(rngs, int(seed_sequence(seed, "worlds", *named).generate_state(1)[0]))
        given = [*values, *(drawn[name] for name in known)]
        typed = [np.asarray(one, dtype=into.dtype) for one, into in zip(given, inputs, strict=True)]
        if at_once:
            return [np.asarray(one, dtype=float) for one in function(*typed)]
        found = [function(*(one[sample] for one in typed)) for sample in range(len(typed[0]))]
        return [np.stack(parts).astype(float) for parts in zip(*found, strict=True)]

    return simulated


def _of_draws(outputs: Sequence[Any], variables: Sequence[Any]) -> tuple[list[Any], list[Any], bool]:
    """Inputs in the place of ``variables``, the outputs of them, and whether they take all draws at once."""
    from pytensor.graph.replace import clone_replace, vectorize_graph

    batches = [_input_for(one, leading=1) for one in variables]
    try:
        return batches, list(vectorize_graph(list(outputs), dict(zip(variables, batches, strict=True)))), True
    except NotImplementedError:  # truncated laws and mixtures draw one by one
        singles = [_input_for(one, leading=0) for one in variables]
        return singles, list(clone_replace(list(outputs), dict(zip(variables, singles, strict=True)))), False


def _input_for(variable: Any, *, leading: int) -> Any:
    from pytensor.tensor.type import TensorType

    return TensorType(variable.dtype, shape=(None,) * (variable.ndim + leading))(f"{variable.name}_of_draws")


def _unknown(model: Any, outputs: Sequence[str], drawn: Mapping[str, FloatArray]) -> tuple[str, ...]:
    """Parameters that ``outputs`` depend on and of which there are no draws."""
    from pytensor.graph.replace import clone_replace
    from pytensor.graph.traversal import ancestors

    inputs = {model[name]: _input_for(model[name], leading=0) for name in model.named_vars if name in drawn}
    met = {one.name for one in ancestors(clone_replace([model[name] for name in outputs], inputs))}
    return tuple(sorted(met.intersection(one.name for one in model.free_RVs)))
