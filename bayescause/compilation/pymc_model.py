"""The joint PyMC model of a plan: the reference meaning of everything that bayescause fits.

Children refer to their parents' random variables, so that ``pm.do`` reaches them; every array is a ``pm.Data``, so that
a table of another length can be swapped in; no quantity is stored by row.

A row that stands for several units counts that often: the model has the row once, as ordinary PyMC, and a
``pm.Potential`` adds ``(weight - 1)`` times its log-density. A row whose response was not seen has weight 0, and so has
one in which an experiment set it. Draws from the model (``pm.draw``, posterior prediction) are one for each row, and do
not look at weights.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bayescause.arguments import instance, optional, require
from bayescause.calling import names_its_arguments
from bayescause.compilation.checking import tabulate
from bayescause.compilation.coefficients import emit_coefficients
from bayescause.compilation.deriving import derive
from bayescause.compilation.experiment import every_row, fitted_in
from bayescause.compilation.joint_model import joint_model_of
from bayescause.compilation.plan import Plan, Task
from bayescause.compilation.planning import plan as plan_for
from bayescause.compilation.table import Table
from bayescause.errors import DataError, SpecError
from bayescause.scm.design import Design, MechanismDesign, drives_of
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import parameter_names, safe_names
from bayescause.scm.priors import emit
from bayescause.scm.structural_model import StructuralModel

__all__ = ["data_names", "model_data", "to_pymc"]

WHOLE = ("binary", "count", "categorical", "ordinal")
"""Kinds for which 0 stands in for a value that was not seen (it has weight 0, but must be possible)."""


@names_its_arguments
def to_pymc(model: StructuralModel, data: Any, plan: Plan | None = None, *, design: Design | None = None) -> Any:
    """Compile ``plan`` to one joint PyMC model.

    Names are those of the variables, made safe where they have to be: the response ``sales`` with dims ``unit``, its
    ``sales_coefficient`` with dims ``sales_term`` (in data units; the first is the value where every predictor is at
    its mean, and so it goes on for each drive of a family that has several), ``sales_sd``, and its observations
    ``sales_data``. A variable whose mechanism is not in the plan is a ``pm.Data`` of its own name, which ``pm.do`` and
    ``pm.set_data`` replace alike.

    Parameters
    ----------
    model : StructuralModel
    data : Table, frame, mapping of arrays, or path
    plan : Plan, optional
        None: every mechanism that may be fitted.
    design : Design, optional
        What was derived from the original data; None derives it from ``data``.

    Returns
    -------
    pymc.Model
        ``pm.do`` needs values of the variable's own type: whole numbers for a 0/1 variable.

    Raises
    ------
    DataError
        If ``data`` does not fit ``model``.
    SpecError
        If a prior or family does not fit.

    Examples
    --------
    >>> model = StructuralModel.parse("sales ~ promo")
    >>> compiled = to_pymc(model, {"promo": [0, 1, 0, 1], "sales": [9.5, 14.0, 10.5, 12.5]})
    >>> sorted(variable.name for variable in compiled.free_RVs)
    ['promo_coefficient', 'sales_coefficient', 'sales_sd']
    """
    import pymc as pm

    require(
        plan=(plan, optional(instance(Plan, "as `plan` gives it"))),
        design=(design, optional(instance(Design, "as a posterior holds it"))),
    )
    given = tabulate(model, data)
    chosen = plan or plan_for(model, kinds=given.kinds)
    resolved = design or derive(model, given, chosen.tasks)
    fitted = {task.key: fitted_in(model, given, task) for task in chosen.tasks} if given.experiment else {}
    if given.experiment and chosen.blocks:
        raise SpecError(
            f"{chosen.blocks[0].key!r} is fitted on the observed rows only, and one PyMC model cannot hold it beside "
            "mechanisms that are fitted on rows of an experiment too. Give the observed rows only."
        )
    table = every_row(given)
    safe = safe_names((*resolved.mechanisms, *(block.key for block in chosen.blocks)))
    tasks = [resolved.mechanisms[task.key] for task in chosen.tasks]
    coords: dict[str, Sequence[Any]] = {"unit": range(table.rows)}
    coords |= {f"{safe[task.key]}_term": list(task.coefficients) for task in tasks if task.coefficients}
    coords |= {f"{safe[task.key]}_pooled": list(task.coefficients[len(task.fixed) :]) for task in tasks if task.pools}
    with pm.Model(coords=coords) as compiled:
        arrays = model_data(table, chosen.tasks, resolved, fitted)
        nodes = {name: pm.Data(name, values, dims="unit") for name, values in arrays.items()}
        names = data_names(table, tasks, resolved)
        built = {variable: nodes[name] for variable, name in names.items()}
        for task in tasks:
            observed = nodes[names[task.variable]]
            response = _respond(task, safe[task.key], built, observed, resolved)
            if _weight(safe[task.key]) in nodes:
                repeats = (nodes[_weight(safe[task.key])] - 1) * pm.logp(response, observed)
                pm.Potential(f"{safe[task.key]}_repeats", repeats, dims="unit")
            if task.key == task.variable:
                built[task.variable] = response
        for block in chosen.blocks:
            joint_model_of(block).emit(model, table, block, safe[block.key])
    return compiled


def model_data(
    table: Table, tasks: Sequence[Task], design: Design, fitted: Mapping[str, npt.NDArray[np.bool_]] | None = None
) -> dict[str, FloatArray]:
    """Values of every ``pm.Data`` of the model of ``tasks``, dims (row,): what ``pm.set_data`` needs for another table.

    Parameters
    ----------
    table : Table
        With missing values in the responses only.
    tasks : sequence of Task
    design : Design
    fitted : mapping of str to array, dims (row,), optional
        By task key: the rows that a task is fitted on, if not all.

    Examples
    --------
    >>> from bayescause.compilation.planning import plan
    >>> model = StructuralModel.parse("sales ~ promo")
    >>> table = tabulate(model, {"promo": [0, 1, 0, 1], "sales": [9.5, 14.0, 10.5, 12.5]})
    >>> tasks = plan(model, kinds=table.kinds).tasks
    >>> list(model_data(table, tasks, derive(model, table, tasks)))
    ['promo_data', 'sales_data']
    """
    mechanisms = [design.mechanisms[task.key] for task in tasks]
    names, safe = data_names(table, mechanisms, design), safe_names(design.mechanisms)
    arrays = {name: _filled(table, variable) for variable, name in names.items()}
    weights = {_weight(safe[each.key]): _weights(table, each, (fitted or {}).get(each.key)) for each in mechanisms}
    return arrays | {name: found for name, found in weights.items() if found is not None}


def data_names(table: Table, tasks: Sequence[MechanismDesign], design: Design) -> dict[str, str]:
    """Name of the ``pm.Data`` of each column that ``tasks`` use.

    Raises
    ------
    DataError
        If a column is not in ``table``.
    """
    needed = dict.fromkeys(name for task in tasks for name in (*_predictors(task), task.variable))
    absent = [name for name in needed if name not in table.columns]
    DataError.raise_if([f"{name!r} is not in the table, and a mechanism needs it." for name in absent])
    keys, columns = safe_names(design.mechanisms), safe_names(table.columns)
    responses = {task.variable for task in tasks}
    names: dict[str, str] = {}
    for name in needed:
        plain = keys.get(name, columns[name])
        # Numbered names are given to tasks and to columns separately.
        clashes = name not in keys and plain in keys.values()
        names[name] = f"{plain}_column" if clashes else plain
    return {name: f"{plain}_data" if name in responses else plain for name, plain in names.items()}


def _predictors(task: MechanismDesign) -> tuple[str, ...]:
    return (*(name for term in task.terms for name in term.variables), *task.mechanism.inputs)


def _weight(safe: str) -> str:
    return f"{safe}_weight_data"


def _filled(table: Table, name: str) -> FloatArray:
    values = table.columns[name]
    gap = np.isnan(values)
    if not gap.any():
        return values
    return np.where(gap, 0.0 if table.kinds[name] in WHOLE else float(values[~gap].mean()), values)


def _weights(table: Table, task: MechanismDesign, fitted: npt.NDArray[np.bool_] | None) -> FloatArray | None:
    seen = ~np.isnan([table.columns[name] for name in (*_predictors(task), task.variable)]).any(axis=0)
    seen &= True if fitted is None else fitted
    return None if table.frequency is None and seen.all() else table.counts * seen


def _respond(task: MechanismDesign, safe: str, built: Mapping[str, Any], observed: Any, design: Design) -> Any:
    import pytensor.tensor as pt

    own = parameter_names(safe, task.dispersion)
    dispersion = {name: emit(task.priors[name], own[name]) for name in task.dispersion if name in task.priors}
    coefficients = emit_coefficients(task, safe, dispersion) if task.coefficients else None
    parents = {name: built[name] for term in task.terms for name in term.variables}
    return task.mechanism.respond(
        safe,
        drives_of(task, coefficients, parents or {task.variable: observed}, design, pt),
        "unit",
        dispersion=dispersion,
        inputs={name: built[name] for name in task.mechanism.inputs},
        observed=observed,
    )
