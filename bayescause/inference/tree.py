"""A posterior as a plain ArviZ tree, safe to save: names that every format bears, metadata as one JSON string."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from bayescause.compilation.coefficients import coefficient_names
from bayescause.scm.names import safe_names

if TYPE_CHECKING:
    from bayescause.inference.posterior import Posterior

__all__ = ["tree_of"]

ATTRIBUTE = "bayescause"
"""Name of the attribute that holds the metadata: h5netcdf refuses dictionaries and booleans."""


JOINT = ("diverging", "energy", "reached_max_treedepth", "n_steps", "step_size")
"""Statistics of a whole run of NUTS, not of one task."""


def tree_of(posterior: "Posterior") -> xr.DataTree:
    """Give the groups ``posterior``, ``sample_stats``, ``observed_data`` (responses), ``constant_data`` (the rest)."""
    responses = {task.variable for task in posterior.design.mechanisms.values()}
    responses |= {name for drawn in posterior.blocks.values() for name in drawn.block.variables}
    columns = posterior.table.columns
    observed = {name: values for name, values in columns.items() if name in responses}
    constant = {name: values for name, values in columns.items() if name not in responses}
    counted = {} if posterior.table.frequency is None else {"row_count": posterior.table.frequency}
    return xr.DataTree.from_dict(
        {
            "posterior": _with(posterior.draws.assign(_scalars(posterior) | _joint(posterior)), _story(posterior)),
            "sample_stats": _with(
                posterior.sample_stats.assign(_shared(posterior) | _joint_stats(posterior)),
                {"engines": dict(posterior.engines)},
            ),
            "observed_data": _rows(observed),
            "constant_data": _rows(constant | counted),
        }
    )


def _scalars(posterior: "Posterior") -> dict[str, xr.DataArray]:
    """Coefficients under the names that the PyMC model gives them one by one, where their priors are not all normal."""
    found: dict[str, xr.DataArray] = {}
    for key, task in posterior.design.mechanisms.items():
        if not task.coefficients:
            continue
        safe = posterior.safe_keys[key]
        vector, names = (
            posterior.draws[f"{safe}_coefficient"],
            coefficient_names(posterior.design.mechanisms[key], safe),
        )
        if names != (vector.name,):
            found |= {name: vector.isel({f"{safe}_term": place}, drop=True) for place, name in enumerate(names)}
    return found


def _joint(posterior: "Posterior") -> dict[str, xr.DataArray]:
    """Draws of the blocks, their names and their own dims prefixed by the block's safe key."""
    found: dict[str, xr.DataArray] = {}
    for key, drawn in posterior.blocks.items():
        safe = posterior.safe_keys[key]
        own = {name: f"{safe}_{name}" for name in (*drawn.draws.data_vars, *drawn.draws.dims)}
        renamed = drawn.draws.rename({old: new for old, new in own.items() if old not in ("chain", "draw")})
        found |= {str(name): array for name, array in renamed.data_vars.items()}
    return found


def _joint_stats(posterior: "Posterior") -> dict[str, Any]:
    return {
        f"{posterior.safe_keys[key]}_{name}": (("chain", "draw")[: np.ndim(values)], values)
        for key, drawn in posterior.blocks.items()
        for name, values in drawn.stats.items()
    }


def _shared(posterior: "Posterior") -> dict[str, xr.DataArray]:
    """What NUTS recorded of its one joint run, once more under the names that ArviZ's plots look for."""
    joint = [posterior.safe_keys[key] for key, engine in posterior.engines.items() if engine == "nuts"]
    stats = posterior.sample_stats
    return {name: stats[f"{safe}_{name}"] for safe in joint[:1] for name in JOINT if f"{safe}_{name}" in stats}


def _story(posterior: "Posterior") -> dict[str, Any]:
    return {
        "tasks": {safe: key for key, safe in posterior.safe_keys.items()},
        "engines": dict(posterior.engines),
        "convergence": {key: asdict(found) for key, found in posterior.convergence.items()},
        "seed": posterior.seed,
        "notes": list(posterior.notes),
        "source": posterior.table.source,
        "sha256": posterior.table.sha256,
    }


def _with(dataset: xr.Dataset, story: Mapping[str, Any]) -> xr.Dataset:
    return dataset.assign_attrs({ATTRIBUTE: json.dumps(story)})


def _rows(columns: Mapping[str, Any]) -> xr.Dataset:
    names = safe_names(columns)
    arrays = {names[name]: ("unit", np.asarray(values)) for name, values in columns.items()}
    return _with(xr.Dataset(arrays), {"columns": {safe: name for name, safe in names.items()}})
