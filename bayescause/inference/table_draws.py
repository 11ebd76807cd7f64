"""Exact draws of tables of probabilities whose log weights have log-gamma priors: each row is a Dirichlet law."""

import numpy as np

from bayescause.compilation.table import Table
from bayescause.inference.dirichlet_rows import dirichlet_rows, log_gammas
from bayescause.inference.distinct_rows import distinct_rows
from bayescause.inference.engine import Drawn, Job
from bayescause.inference.randomness import generator
from bayescause.scm.design import Design, MechanismDesign, design_matrix
from bayescause.scm.mechanism import FloatArray

__all__ = ["draw_table", "table_obstacle"]


def table_obstacle(task: MechanismDesign) -> str | None:
    """Why the table ``task`` cannot be drawn exactly, in words; None if it can."""
    strange = next((name for name in task.coefficients if task.priors[name].family != "log_gamma"), None)
    if strange is None:
        return None
    return f"the prior of {strange!r} is {task.priors[strange]}, and tables need log_gamma(shape) in every cell"


def draw_table(task: MechanismDesign, job: Job) -> Drawn:
    """Draws of the log weights of every cell given the counts.

    With weights ``w`` that are independent gammas of shapes ``a``, the probabilities ``w / sum w`` of a row are
    Dirichlet(a) and independent of the sum, which is a gamma of shape ``sum a``. The data speak of the probabilities
    alone: they are Dirichlet(a + counts) now, and the sum keeps its law.
    """
    counts = _counts(task, job.design, job.table)
    shapes = np.array([task.priors[name].parameters[0] for name in task.coefficients]).reshape(counts.T.shape).T
    random, samples = generator(job.seed, "table", task.key), job.chains * job.draws
    logs = dirichlet_rows(shapes + counts, samples, random)
    totals = log_gammas(shapes.sum(axis=-1), samples, random)
    weights = np.swapaxes(logs + totals[..., None], 1, 2)
    likelihood = np.where(counts > 0, counts * logs, 0.0).sum(axis=(1, 2))
    skipped = round(job.table.units - counts.sum())
    return Drawn(
        coefficients=weights.reshape(job.chains, job.draws, -1),
        dispersion={},
        log_likelihood=likelihood.reshape(job.chains, job.draws),
        stats={"log_evidence": np.asarray(_log_evidence(shapes, counts))},
        notes=(f"{skipped:,} units without a value were left out of {task.key!r}",) if skipped else (),
    )


def _counts(task: MechanismDesign, design: Design, table: Table) -> FloatArray:
    """Units in each cell, dims (combination of the parents' levels, level)."""
    rows = distinct_rows(task, table)
    matrix = design_matrix(task, rows.columns, design)
    levels = np.arange(float(len(task.mechanism.predictors)))
    return np.asarray(matrix.T @ ((rows.columns[task.variable][:, None] == levels) * rows.counts[:, None]))


def _log_evidence(shapes: FloatArray, counts: FloatArray) -> float:
    """Log probability of the data under the prior: that of a Dirichlet-multinomial law for each row."""
    from scipy.special import gammaln

    cells = gammaln(shapes + counts) - gammaln(shapes)
    whole = gammaln(shapes.sum(axis=1)) - gammaln((shapes + counts).sum(axis=1))
    return float(cells.sum() + whole.sum())
