"""Saturated laws of discrete variables: in each row of probabilities anything may be, and the data say what is.

The joint law is a product of conditionals in one topological order. Each row of a conditional has a Dirichlet prior of
total mass 1, the same for each of K levels (Perks 1947), so that its posterior is Dirichlet too, and is drawn exactly.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bayescause.compilation.saturated_model import MASS
from bayescause.inference.dirichlet_rows import dirichlet_rows
from bayescause.inference.law import BlockJob, DrawnBlock
from bayescause.inference.randomness import generator
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray

__all__ = ["Saturated"]


@dataclass(frozen=True)
class Saturated:
    """Conditional probability tables, each row with a Dirichlet law of its own."""

    short: ClassVar[str] = "saturated"

    def can_draw(self, job: BlockJob) -> str | None:
        """Why the block cannot be drawn, as a sentence; None if it can."""
        if job.engine not in ("auto", "exact", "nuts"):
            return f"The engine {job.engine!r} does not draw the {job.block.key}. Use engine='auto', which is exact."
        used = dict.fromkeys(name for each in job.block.variables for name in (*job.block.given[each], each))
        strange = [name for name in used if job.table.kinds[name] not in LEVELLED]
        if strange:
            return f"{', '.join(strange)} has no levels, and the {job.block.key} is one of discrete variables."
        return None

    def draw(self, job: BlockJob) -> DrawnBlock:
        """Draw each table from random numbers that belong to the block and to its variable."""
        from bayescause.inference.probability_tables import as_block

        if job.engine == "nuts":
            from bayescause.inference.table_chains import sample_tables

            return sample_tables(job)
        return as_block(job, {variable: _drawn(job, variable) for variable in job.block.variables}, "exact")


def _drawn(job: BlockJob, variable: str) -> FloatArray:
    """Probabilities, dims (chain, draw, row, level)."""
    from bayescause.inference.probability_tables import units_by_row

    counts = units_by_row(job, variable)
    random = generator(job.seed, "saturated", job.block.key, variable)
    logs = dirichlet_rows(counts + MASS / counts.shape[-1], job.chains * job.draws, random)
    return np.exp(logs).reshape(job.chains, job.draws, *counts.shape)
