"""NUTS on the compiled PyMC model: compiled once for a structure, refitted by swapping data, crashes told in words."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

import numpy as np
import xarray as xr

from bayescause.compilation.plan import Plan
from bayescause.compilation.pymc_model import model_data, to_pymc
from bayescause.compilation.table import Table
from bayescause.errors import ConvergenceError, DataError, SamplerCrashError
from bayescause.graph.relations import topological_order
from bayescause.inference.swappable import Swappable, swappable
from bayescause.scm.design import INTERCEPT, Design, MechanismDesign, drives_of
from bayescause.scm.mechanism import FloatArray, OwnPriors
from bayescause.scm.structural_model import StructuralModel

__all__ = ["CompiledNuts", "Settings", "Structure", "compile_nuts", "compiled_once", "crashes_in_words", "sample_nuts"]


type Structure = tuple[str, ...]
"""What models have in common that differ in numbers and rows only."""

KEPT = 16
"""Compiled models that are kept, those used last: many graphs on one table have many structures."""

TRUTHS = 50
"""Draws from the priors of a Python function under which a row must be possible once."""


@dataclass(frozen=True)
class Settings:
    """How NUTS runs: chains, draws and adaptation steps of each, the acceptance rate that adaptation aims at.

    ``adaptation`` is the mass matrix of nutpie, ``"diag"`` or ``"low_rank"``; PyMC's own sampler has a diagonal one.
    """

    chains: int = 4
    draws: int = 1000
    tune: int = 1000
    target_accept: float = 0.8
    adaptation: str = "low_rank"
    progress: bool = False


@dataclass(frozen=True, eq=False)
class CompiledNuts:
    """A joint model of some tasks, compiled once; any table with the same columns can be put into it.

    Parameters
    ----------
    plan : Plan
        Of the tasks in the model.
    design : Design
    pymc_model : pymc.Model
    compiled : nutpie's compiled model, optional
        None where nutpie is not installed: PyMC's own sampler is used.
    numbers : mapping of str to array
        What ``design`` puts into the model: centres, knots, parameters of priors.
    places : mapping of str to shared variable
        Where the model keeps them.
    """

    plan: Plan
    design: Design
    pymc_model: Any
    compiled: Any = None
    numbers: Mapping[str, FloatArray] = field(default_factory=dict)
    places: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tasks(self) -> Mapping[str, MechanismDesign]:
        """The tasks in the model, by key."""
        return {task.key: self.design.mechanisms[task.key] for task in self.plan.tasks}


def compile_nuts(model: StructuralModel, table: Table, plan: Plan, design: Design) -> CompiledNuts:
    """Compile the tasks of ``plan`` into one sampler; takes seconds, whatever the number of rows."""
    return compiled_once({}, model, table, plan, design)


def compiled_once(
    known: dict[Structure, CompiledNuts], model: StructuralModel, table: Table, plan: Plan, design: Design
) -> CompiledNuts:
    """A sampler of the tasks of ``plan``: compiled only if none of ``known`` has its structure, and then added.

    Parameters
    ----------
    known : dict of structure to CompiledNuts
        What was compiled before, each with the design that it was asked for last; only the latest are kept.
    model : StructuralModel
    table : Table
    plan : Plan
    design : Design
        May have other numbers than the one that was compiled: the terms, the numbers of their columns and levels, the
        families of the priors and whether rows have weights are the structure.
    """
    for one in known.values():
        if one.design is design and not _strange(one, _arrays(one, table)):
            return one
    ordered = _in_order(model, plan)
    joint = _joint_model(model, table, ordered, design)
    # Functions may hide what they compute from the graph: other functions are another structure.
    structure = (*joint.structure, *(repr(design.mechanisms[task.key].mechanism) for task in ordered.tasks))
    before = known.pop(structure, None)
    if before is None:
        found = CompiledNuts(ordered, design, joint.model, _by_rust(joint.model), joint.numbers, joint.places)
    else:
        found = replace(before, plan=ordered, design=design, numbers=joint.numbers)
    known[structure] = found
    for oldest in list(known)[:-KEPT]:
        del known[oldest]
    return found


def _joint_model(model: StructuralModel, table: Table, plan: Plan, design: Design) -> Swappable:
    from pytensor.scalar.basic import autocast_float_as

    # A number that single precision holds exactly would have another type than its neighbour, and be another structure.
    with autocast_float_as("float64"):
        return swappable(to_pymc(model, table, plan, design=design))


def _by_rust(joint: Any) -> Any:
    if find_spec("nutpie") is None:
        return None
    import nutpie

    return nutpie.compile_pymc_model(joint)


def _in_order(model: StructuralModel, plan: Plan) -> Plan:
    """Parents first, then by name, so that the order of the questions does not decide who gets which random number."""
    place = {name: number for number, name in enumerate(topological_order(model.graph))}
    return replace(plan, tasks=tuple(sorted(plan.tasks, key=lambda task: (place[task.variable], task.key))))


def sample_nuts(compiled: CompiledNuts, table: Table, *, seed: int, settings: Settings) -> xr.DataTree:
    """Draw from the posterior given ``table``, which may have another number of rows than the one compiled with.

    Returns
    -------
    DataTree
        Groups ``posterior`` and ``sample_stats`` as the sampler names them.

    Raises
    ------
    ConvergenceError
        If no starting point has a finite log-likelihood: names the variable and the row.
    SamplerCrashError
        If the sampler dies.
    """
    data = _data_of(compiled, table)
    for name, place in compiled.places.items():
        place.set_value(compiled.numbers[name])
    with crashes_in_words(compiled, table):
        if compiled.compiled is None:
            return _by_pymc(compiled.pymc_model, data, table.rows, seed, settings)
        used = {variable.name for variable in compiled.compiled.shared_var_keys}
        swapped = {name: values for name, values in {**data, **compiled.numbers}.items() if name in used}
        return _by_nutpie(compiled.compiled.with_data(**swapped), seed, settings)


def _data_of(compiled: CompiledNuts, table: Table) -> dict[str, FloatArray]:
    """Values of the model's data variables; a model with row weights takes a table without, but not the reverse."""
    named, arrays = compiled.pymc_model.named_vars, _arrays(compiled, table)
    if _strange(compiled, arrays):
        raise DataError(
            "The sampler was compiled for a table without row counts and missing responses; this one has some. "
            "Compile it again with this table."
        )
    weights = {name: table.counts for name in named if name.endswith("_weight_data") and name not in arrays}
    return {name: np.asarray(values, dtype=named[name].dtype) for name, values in (arrays | weights).items()}


def _arrays(compiled: CompiledNuts, table: Table) -> dict[str, FloatArray]:
    return model_data(table, compiled.plan.tasks, compiled.design)


def _strange(compiled: CompiledNuts, arrays: Mapping[str, FloatArray]) -> list[str]:
    """Data that the model has no place for: row weights that the table compiled with did not have."""
    return [name for name in arrays if name not in compiled.pymc_model.named_vars]


def _by_nutpie(compiled: Any, seed: int, settings: Settings) -> xr.DataTree:
    import nutpie

    tree: xr.DataTree = nutpie.sample(
        compiled,
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        cores=min(settings.chains, _cores()),
        seed=seed,
        save_warmup=False,
        progress_bar=settings.progress,
        target_accept=settings.target_accept,
        adaptation=settings.adaptation,
    )
    return tree


def _by_pymc(model: Any, data: Mapping[str, Any], rows: int, seed: int, settings: Settings) -> xr.DataTree:
    import pymc as pm

    with model:
        pm.set_data(dict(data), coords={"unit": np.arange(rows)})
        return _pymc_sample(seed, settings)


def _pymc_sample(seed: int, settings: Settings) -> xr.DataTree:
    import pymc as pm

    tree: xr.DataTree = pm.sample(
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        cores=1,  # a worker process that dies says nothing, and forking a process with threads may hang
        random_seed=seed,
        nuts_sampler="pymc",
        nuts={"target_accept": settings.target_accept},
        progressbar=settings.progress,
        quiet=not settings.progress,
        compute_convergence_checks=False,
    )
    return tree


def _cores() -> int:
    """Processors that this process may use, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def crashes_in_words(compiled: CompiledNuts, table: Table) -> Iterator[None]:
    """Turn what samplers throw, a Rust panic included, into errors that name what the user knows."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as crash:
        # A panic of Rust code is a BaseException of a class that cannot be imported.
        where = _impossible_start(compiled, table)
        if where:
            raise ConvergenceError(where) from crash
        shapes = ", ".join(
            f"{key!r}: {table.rows:,} rows x {len(task.coefficients) or len(task.mechanism.dispersion)}"
            for key, task in compiled.tasks.items()
        )
        said = " ".join(str(crash).split("Stack backtrace")[0].split())
        raise SamplerCrashError(
            f"The sampler died ({type(crash).__name__}: {said}) on {shapes} coefficients. "
            "Try another seed; if it happens again, please report it with this message."
        ) from crash


def _impossible_start(compiled: CompiledNuts, table: Table) -> str | None:
    """Name the first variable and row whose log-likelihood is not finite at the middle of the priors."""
    for key, task in compiled.tasks.items():
        row = _impossible_row(task, compiled.design, table)
        if row is not None:
            value = float(table.columns[task.variable][row])
            return (
                f"No starting point of {key!r} is possible: row {row + 1} has {task.variable!r} = {value:g}, which has "
                f"probability zero under its family {task.mechanism.short}. Correct the row or choose another family."
            )
    return None


def _impossible_row(task: MechanismDesign, design: Design, table: Table) -> int | None:
    used = ~np.isnan(table.columns[task.variable])
    columns = {name: values[used] for name, values in table.columns.items()}
    if isinstance(task.mechanism, OwnPriors):
        drawn = task.mechanism.prior_draws(TRUTHS, np.random.default_rng(0))
        given = {name: draws[:, None] for name, draws in drawn.items()}
    else:
        given = {name: np.ones((1, 1)) for name in task.mechanism.dispersion}
    start = np.array(
        [task.priors[name].parameters[0] if part == INTERCEPT else 0.0 for name, (_, part) in task.places.items()]
    )
    values = task.mechanism.log_density(
        columns[task.variable],
        drives_of(task, start, columns, design, np),
        given,
        {name: columns[name] for name in task.mechanism.inputs},
    )
    strange = np.flatnonzero(used)[~np.isfinite(np.atleast_2d(values)).any(axis=0)]
    return int(strange[0]) if len(strange) else None
