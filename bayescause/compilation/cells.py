"""The columns of a table of probabilities: one for each combination of the levels of a response's parents."""

from dataclasses import replace

from bayescause.compilation.contingency import level_names
from bayescause.compilation.plan import Task
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.graph.formula import Factor, Term
from bayescause.scm.constants import CELL, Constants
from bayescause.scm.kinds import LEVELLED

__all__ = ["CELL", "cell_constants", "with_cells"]


def with_cells(task: Task, table: Table) -> Task:
    """``task`` with one product of all levels of all its parents in place of its terms, whatever they were.

    Raises
    ------
    SpecError
        If a parent has no levels, or levels are to be pooled.

    Examples
    --------
    >>> import numpy as np
    >>> table = Table({"x": np.zeros(2), "z": np.zeros(2)}, {"x": "binary", "z": "categorical"}, {"z": ("a", "b")})
    >>> task = Task("y", "y", (Term((Factor("x"),)), Term((Factor("z"),))), None)
    >>> [str(term) for term in with_cells(task, table).terms]
    ['cell(x):cell(z)']
    """
    pooled = [term.group for term in task.terms if term.group is not None]
    SpecError.raise_if(
        [
            f"{task.variable!r} is a table of probabilities (saturated), whose cells are not pooled. Write {group} for "
            f"`(1 | {group})`, which gives each of its levels cells of its own, or choose the family categorical."
            for group in dict.fromkeys(pooled)
        ]
    )
    parents = dict.fromkeys(name for term in task.terms for name in term.variables)
    SpecError.raise_if(
        [
            f"{task.variable!r} is a table of probabilities (saturated), and its cause {name!r} is "
            f"{table.kinds[name]}: a table needs levels. Cut {name} into groups, or choose another family."
            for name in parents
            if table.kinds[name] not in LEVELLED
        ]
    )
    return replace(task, terms=(Term(tuple(Factor(name, CELL) for name in parents)),) if parents else ())


def cell_constants(name: str, table: Table) -> Constants:
    """A column for each level, seen or not: none of them is the reference."""
    levels = level_names(table, name)
    return Constants(levels=tuple(map(float, range(len(levels)))), labels=tuple(levels))
