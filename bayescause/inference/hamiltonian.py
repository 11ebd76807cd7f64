"""NUTS on a compiled model: by nutpie, or by PyMC's own sampler where that is missing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.inference.compiled_nuts import CompiledNuts
from bayescause.inference.sampler_crashes import crashes_in_words
from bayescause.scm.mechanism import FloatArray

__all__ = ["Settings", "sample_nuts"]


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
    named, arrays = compiled.pymc_model.named_vars, compiled.arrays_of(table)
    if not compiled.takes(arrays):
        raise DataError(
            "The sampler was compiled for a table without row counts and missing responses; this one has some. "
            "Compile it again with this table."
        )
    weights = {name: table.counts for name in named if name.endswith("_weight_data") and name not in arrays}
    return {name: np.asarray(values, dtype=named[name].dtype) for name, values in (arrays | weights).items()}


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
