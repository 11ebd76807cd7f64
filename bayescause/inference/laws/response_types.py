"""The observed law of discrete variables, restricted to the laws that some response types could have made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr

from bayescause.identification.bounds import ResponseModel
from bayescause.inference.allowed_laws import MASS, Laws, Sampler, draw_allowed, model_of, rejected_before, sampler_of
from bayescause.inference.convergence import assess
from bayescause.inference.law import BlockJob, DrawnBlock
from bayescause.inference.randomness import generator
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names

__all__ = ["ResponseTypes"]

SHOWN = 8
"""Cells on which the draws are assessed."""


@dataclass(frozen=True)
class ResponseTypes:
    """Dirichlet laws of the cells, kept where the graph allows them."""

    short: ClassVar[str] = "response_types"

    def can_draw(self, job: BlockJob) -> str | None:
        """Why the block cannot be drawn: only the engine may be wrong."""
        if job.engine not in ("auto", "exact"):
            return f"The engine {job.engine!r} cannot draw the {job.block.key}, only 'exact' can. Use engine='auto'."
        return None

    def draw(self, job: BlockJob) -> DrawnBlock:
        """Draw the conditionals of the block's variables, dims (chain, draw, level of each condition, own level)."""
        model = model_of(job.model, job.table, job.block)
        sampler = sampler_of(job.table, model)
        rng = generator(job.seed, "exact", job.block.key)
        laws, rejected = draw_allowed(sampler, rng, job.chains * job.draws)
        before = rejected_before(sampler, rng)
        draws = _dataset(job, model, laws)
        return DrawnBlock(
            job.block,
            draws,
            "exact",
            assess(*_assessed(draws)),
            stats={"share_rejected": np.array(rejected), "share_rejected_before": np.array(before)},
            notes=(f"{job.block.key}: prior of {MASS:g} row spread evenly over the cells of each row of its table",),
            doubts=tuple(_sparse(sampler)),
        )


def _dataset(job: BlockJob, model: ResponseModel, laws: Laws) -> xr.Dataset:
    safe = safe_names(model.order)
    arrays = {}
    for name, table in laws.items():
        dims = [f"{safe[one]}_level" for one in (*model.given[name], name)]
        arrays[f"law_of_{safe[name]}"] = (
            ("chain", "draw", *dims),
            table.reshape(job.chains, job.draws, *table.shape[1:]),
        )
    return xr.Dataset(arrays, {"chain": np.arange(job.chains), "draw": np.arange(job.draws)})


def _assessed(draws: xr.Dataset) -> tuple[list[FloatArray], list[str]]:
    """A few cells, evenly spread."""
    cells = {
        f"{name}[{place}]": flat[..., place]
        for name, array in draws.data_vars.items()
        for flat in [array.to_numpy().reshape(*array.shape[:2], -1)]
        for place in range(flat.shape[-1])
    }
    shown = [list(cells)[place] for place in np.unique(np.linspace(0, len(cells) - 1, SHOWN).astype(int))]
    return [cells[name] for name in shown], shown


def _sparse(sampler: Sampler) -> Iterator[str]:
    """Tables with rows that no unit is in."""
    model = sampler.model
    last = max(model.district, key=lambda name: len(model.given[name]))
    for name in (last, *model.between):
        counts, given = sampler.counts[name], model.given[name]
        inside = tuple(place for place, one in enumerate((*given, name)) if one in (*model.district, name))
        rows = counts.sum(axis=inside) if name == last else counts.sum(axis=-1)
        conditions = ", ".join(one for one in given if name != last or one not in model.district)
        if (empty := int((rows == 0).sum())) > 0:
            yield f"Nobody is in {empty} of {rows.size} groups by {conditions}: what is said of them is a guess."
