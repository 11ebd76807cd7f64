"""The reference meaning of a saturated law: tables of probabilities with Dirichlet rows, in PyMC.

Each variable looks its row up by what it is given. What it is given in the same law are random variables, so that
``pm.do`` on one of them moves the others as the tables say.
"""

from math import prod
from typing import Any

import numpy as np

from bayescause.compilation.contingency import conditions_of, level_names
from bayescause.compilation.plan import Block
from bayescause.compilation.table import Table
from bayescause.scm.names import safe_names

__all__ = ["MASS", "emit_saturated"]

MASS = 1.0
"""Total mass of the Dirichlet prior of a row: it weighs as much as one unit, however many levels there are."""


def emit_saturated(table: Table, block: Block, safe: str) -> None:
    """Add the tables of ``block``, and its variables, to the open PyMC model.

    Names begin with ``safe``: ``<safe>_<variable>`` is a variable, with dims ``unit``, and ``<safe>_<variable>_data``
    its observations; ``<safe>_<variable>_probability`` is its table, with dims ``.._given`` and ``.._level``.

    Parameters
    ----------
    table : Table
    block : Block
    safe : str
        The block's key as ``safe_names`` gives it.
    """
    import pymc as pm

    used = dict.fromkeys(name for variable in block.variables for name in (*block.given[variable], variable))
    short = safe_names(used)
    data = {name: _codes(table, name) for name in used}
    nodes = {name: pm.Data(f"{safe}_{short[name]}_data", values, dims="unit") for name, values in data.items()}
    built = dict(nodes)
    for variable in block.variables:
        name, given = f"{safe}_{short[variable]}", block.given[variable]
        probability = _table(table, variable, given, name)
        sizes = [len(level_names(table, each)) for each in given]
        place = sum((built[each] * prod(sizes[at + 1 :]) for at, each in enumerate(given)), start=0 * nodes[variable])
        built[variable] = pm.Categorical(name, p=probability[place], observed=nodes[variable], dims="unit")
        seen = ~np.isnan([table.columns[each] for each in (*given, variable)]).any(axis=0)
        if table.frequency is not None or not seen.all():
            weight = pm.Data(f"{name}_units_data", table.counts * seen, dims="unit")
            repeats = (weight - 1) * pm.logp(built[variable], nodes[variable])
            pm.Potential(f"{name}_repeats", repeats, dims="unit")


def _table(table: Table, variable: str, given: tuple[str, ...], name: str) -> Any:
    import pymc as pm

    levels, conditions = level_names(table, variable), conditions_of(table, given)
    dims = (f"{name}_given", f"{name}_level")
    pm.modelcontext(None).add_coords({dims[0]: list(conditions), dims[1]: list(levels)})
    shapes = np.full((len(conditions), len(levels)), MASS / len(levels))
    return pm.Dirichlet(f"{name}_probability", a=shapes, dims=dims)


def _codes(table: Table, name: str) -> Any:
    # A code that was not seen has weight 0, but must be possible.
    return np.nan_to_num(table.columns[name]).astype(np.int64)
