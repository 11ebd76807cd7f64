"""The reference meaning of an instrumented effect: two straight lines whose errors are correlated, in PyMC.

``x = A a + v`` and ``y = B b + u``, where B holds x. The outcome is emitted given the treatment's error, ``u = k v +
t e``, and that error is the one that was observed: ``pm.do`` on the treatment then moves the outcome along its own line
and leaves the hidden causes as they were.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bayescause.compilation.coefficients import emit_coefficients
from bayescause.compilation.deriving import derive
from bayescause.compilation.equations import ETA, equations
from bayescause.compilation.plan import Block
from bayescause.compilation.table import Table
from bayescause.scm.design import MechanismDesign, drive
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names
from bayescause.scm.priors import emit
from bayescause.scm.structural_model import StructuralModel

__all__ = ["emit_pair"]


def emit_pair(model: StructuralModel, table: Table, block: Block, safe: str) -> None:
    """Add the two equations of ``block`` to the open PyMC model.

    Names begin with ``safe``: ``<safe>_<variable>`` is a response, dims ``unit``, ``<safe>_<variable>_coefficient`` its
    coefficients, ``<safe>_<variable>_sd`` the sd of its error, ``<safe>_error_correlation`` that of both errors. A
    row counts if treatment, outcome and all predictors are known.

    Parameters
    ----------
    model : StructuralModel
    table : Table
    block : Block
        Of treatment and outcome, in this order.
    safe : str
        The block's key as ``safe_names`` gives it.
    """
    import pymc as pm
    import pytensor.tensor as pt

    tasks = equations(model, block)
    design = derive(model, table, tasks)
    first, second = (design.mechanisms[task.key] for task in tasks)
    names = safe_names(table.kinds)
    at_first, at_second = (f"{safe}_{names[task.variable]}" for task in (first, second))
    nodes, repeats = _nodes(table, (first, second), safe)
    for task, name in ((first, at_first), (second, at_second)):
        pm.modelcontext(None).add_coord(f"{name}_term", list(task.coefficients))
    sd, full = emit(first.priors["sd"], f"{at_first}_sd"), emit(second.priors["sd"], f"{at_second}_sd")
    # LKJ(eta) of one correlation is Beta(eta, eta) between -1 and 1 (Lewandowski, Kurowicka and Joe 2009, section 3).
    correlation = pm.Deterministic(f"{safe}_error_correlation", 2 * pm.Beta(f"{safe}_error_tie", ETA, ETA) - 1)
    line = drive(first, emit_coefficients(first, at_first), nodes, design, pt)
    treatment = _respond(at_first, line, sd, nodes[first.variable], repeats)
    moved = {**nodes, first.variable: treatment}
    shared = correlation * full / sd * (nodes[first.variable] - line)
    mean = drive(second, emit_coefficients(second, at_second), moved, design, pt) + shared
    _respond(at_second, mean, full * pm.math.sqrt(1 - correlation**2), nodes[second.variable], repeats)


def _nodes(table: Table, tasks: Sequence[MechanismDesign], safe: str) -> tuple[dict[str, Any], Any]:
    """Data of every column that the equations use, and by how much each row counts more than once."""
    import pymc as pm

    used = dict.fromkeys(name for task in tasks for term in task.terms for name in term.variables)
    used |= dict.fromkeys(task.variable for task in tasks)
    columns = {name: table.columns[name] for name in used}
    complete = np.isfinite(list(columns.values())).all(axis=0)
    names = safe_names(table.kinds)
    nodes = {name: pm.Data(f"{safe}_{names[name]}_data", _filled(each), dims="unit") for name, each in columns.items()}
    if table.frequency is None and complete.all():
        return nodes, None
    return nodes, pm.Data(f"{safe}_weight_data", table.counts * complete, dims="unit") - 1


def _filled(values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    # The row does not count, but its density has to be a number: a code has to be one that occurs.
    return np.where(known, values, values[known][0] if known.any() else 0.0)


def _respond(name: str, mean: Any, sd: Any, observed: Any, repeats: Any) -> Any:
    import pymc as pm

    response = pm.Normal(name, mu=mean, sigma=sd, observed=observed, dims="unit")
    if repeats is not None:
        pm.Potential(f"{name}_repeats", repeats * pm.logp(response, observed), dims="unit")
    return response
