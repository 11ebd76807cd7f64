"""Rows in which somebody set variables: kept apart from the observed rows, and used where a mechanism is still at work.

A mechanism P(v | causes) that no hidden common cause reaches is the same in a row in which another variable was set,
and absent from a row in which v itself was (Pearl 2009, section 1.3.1: modularity). Everything else that is fitted, an
adjusted regression or a joint law, is a fact of the observed rows alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.structural_model import StructuralModel, fittable

__all__ = [
    "Experiment",
    "by_rows",
    "every_row",
    "every_unit",
    "fitted_in",
    "rows_of",
    "split",
    "used_in_brief",
    "used_in_words",
    "with_columns",
]

type Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Experiment:
    """Rows in which variables were set.

    Parameters
    ----------
    table : Table
        These rows, with the columns of the observed ones.
    was_set : mapping of str to array, dims (row,)
        Of each variable that was set in some row: in which.
    """

    table: Table
    was_set: Mapping[str, Mask]

    @property
    def sets(self) -> Mapping[tuple[str, ...], int]:
        """Which variables were set together, with the number of rows."""
        names = tuple(self.was_set)
        patterns = np.column_stack([self.was_set[name] for name in names])
        found, counts = np.unique(patterns, axis=0, return_counts=True)
        together = [tuple(name for name, is_set in zip(names, row, strict=True) if is_set) for row in found.tolist()]
        return dict(zip(together, counts.tolist(), strict=True))


class Fitted(Protocol):
    """A conditional law that is fitted: a task of a plan, or its design."""

    @property
    def key(self) -> str:
        """The variable's name for its declared mechanism, other words for any other law."""
        ...

    @property
    def variable(self) -> str:
        """The response."""
        ...


def split(table: Table, was_set: Mapping[str, Mask]) -> Table:
    """``table`` with its observed rows only, and the others as its experiment.

    Parameters
    ----------
    table : Table
    was_set : mapping of str to array, dims (row,)

    Raises
    ------
    DataError
        If no row was merely observed.
    """
    in_experiment = np.logical_or.reduce([np.zeros(table.rows, dtype=bool), *was_set.values()])
    if not in_experiment.any():
        return table
    if in_experiment.all():
        raise DataError(
            f"In every row {' or '.join(was_set)} was set: no row was only observed, and there is nobody to average. "
            "Leave `interventions` out, and delete the arrows into what was set: in these rows nothing causes it."
        )
    observed = _chosen(table, ~in_experiment)
    experiment = Experiment(
        _chosen(table, in_experiment), {name: rows[in_experiment] for name, rows in was_set.items() if rows.any()}
    )
    return replace(observed, experiment=experiment, notes=(*table.notes, _kept_apart(observed, experiment)))


def rows_of(model: StructuralModel, table: Table, task: Fitted) -> Table:
    """The rows that ``task`` is fitted on, as a table without an experiment.

    Parameters
    ----------
    model : StructuralModel
    table : Table
    task : Task or MechanismDesign

    Examples
    --------
    >>> model = StructuralModel.parse("y ~ x; x ~ 1")
    >>> rows = Table({"x": np.array([0.0, 1.0, 1.0]), "y": np.array([1.0, 2.0, 4.0])}, {}, {})
    >>> table = split(rows, {"x": np.array([False, False, True])})
    >>> from bayescause.compilation.tasks import declared_task
    >>> [rows_of(model, table, declared_task(model, name, "")).rows for name in ("x", "y")]
    [2, 3]
    """
    if table.experiment is None:
        return table
    usable = _usable(model, table.experiment, task)
    return _stacked(table, _chosen(table.experiment.table, usable)) if usable.any() else _observed(table)


def every_row(table: Table) -> Table:
    """Observed rows and those of the experiment, in that order, as a table without an experiment."""
    return table if table.experiment is None else _stacked(table, table.experiment.table)


def every_unit(table: Table) -> Table:
    """``table`` with a row for each unit, of a table whose rows stand for several.

    Examples
    --------
    >>> rows = Table({"x": np.array([0.0, 1.0])}, {}, {}, frequency=np.array([2.0, 1.0]))
    >>> every_unit(rows).columns["x"].tolist()
    [0.0, 0.0, 1.0]
    """
    if table.frequency is None:
        return table
    units = np.repeat(np.arange(table.rows), table.counts.astype(int))
    observed = replace(table.chosen(units), frequency=None)
    if table.experiment is None:
        return observed
    rows = np.repeat(np.arange(table.experiment.table.rows), table.experiment.table.counts.astype(int))
    was_set = {name: is_set[rows] for name, is_set in table.experiment.was_set.items()}
    return replace(observed, experiment=Experiment(every_unit(table.experiment.table), was_set))


def with_columns(table: Table, columns: Mapping[str, FloatArray]) -> Table:
    """``table`` with other values; ``columns`` are those of ``every_row``."""
    observed = replace(table, columns={name: values[: table.rows] for name, values in columns.items()})
    if table.experiment is None:
        return observed
    rows = replace(table.experiment.table, columns={name: values[table.rows :] for name, values in columns.items()})
    return replace(observed, experiment=replace(table.experiment, table=rows))


def fitted_in(model: StructuralModel, table: Table, task: Fitted) -> Mask:
    """Which rows of ``every_row`` the task is fitted on, dims (row,)."""
    observed = np.ones(table.rows, dtype=bool)
    if table.experiment is None:
        return observed
    return np.concatenate([observed, _usable(model, table.experiment, task)])


def by_rows[Some: Fitted](
    model: StructuralModel, table: Table, tasks: Sequence[Some]
) -> Iterator[tuple[Table, tuple[Some, ...]]]:
    """``tasks`` in groups that are fitted on the same rows, each with these rows."""
    if table.experiment is None:
        yield table, tuple(tasks)
        return
    groups: dict[bytes, list[Some]] = {}
    for task in tasks:
        groups.setdefault(_usable(model, table.experiment, task).tobytes(), []).append(task)
    for group in groups.values():
        yield rows_of(model, table, group[0]), tuple(group)


def used_in_words(model: StructuralModel, table: Table, task: Fitted) -> str:
    """Which rows ``task`` is fitted on, such as ``"fitted on 300 observed rows and 100 in which promo was set"``."""
    if table.experiment is None:
        return ""
    usable = _usable(model, table.experiment, task)
    if not usable.any():
        return f"fitted on the {table.rows:,} observed rows only"
    others = [name for name, rows in table.experiment.was_set.items() if (rows & usable).any()]
    return f"fitted on {table.rows:,} observed rows and {usable.sum():,} in which {' or '.join(others)} was set"


def used_in_brief(model: StructuralModel, table: Table, tasks: Iterable[Fitted]) -> tuple[str, ...]:
    """How many rows of the experiment each of ``tasks`` is fitted on, in a few words; nothing without an experiment."""
    if table.experiment is None:
        return ()
    counts = {task.key: int(_usable(model, table.experiment, task).sum()) for task in tasks}
    used = ", ".join(f"{count:,} for {key}" for key, count in counts.items() if count)
    return (f"rows of an experiment used: {used or 'none'}",)


def _usable(model: StructuralModel, experiment: Experiment, task: Fitted) -> Mask:
    """Rows of the experiment in which the mechanism that ``task`` fits was at work."""
    rows = experiment.table.rows
    is_mechanism = task.key == task.variable and fittable(model)[task.variable] is None
    if not is_mechanism:
        return np.zeros(rows, dtype=bool)
    return ~experiment.was_set.get(task.variable, np.zeros(rows, dtype=bool))


def _observed(table: Table) -> Table:
    return replace(table, experiment=None)


def _chosen(table: Table, rows: Mask) -> Table:
    found = table.chosen(rows)
    gaps = {name: int(np.isnan(found.columns[name]).sum()) for name in table.missing}
    return replace(found, missing={name: count for name, count in gaps.items() if count})


def _stacked(table: Table, more: Table) -> Table:
    return replace(
        table,
        columns={name: np.concatenate([values, more.columns[name]]) for name, values in table.columns.items()},
        frequency=None if table.frequency is None else np.concatenate([table.counts, more.counts]),
        missing={
            name: table.missing.get(name, 0) + more.missing.get(name, 0) for name in {**table.missing, **more.missing}
        },
        experiment=None,
    )


def _kept_apart(observed: Table, experiment: Experiment) -> str:
    sets = "; ".join(f"{_listed(names)} in {count:,}" for names, count in experiment.sets.items())
    return (
        f"{observed.rows:,} rows were observed; in {experiment.table.rows:,} an experiment set variables ({sets}). "
        "The population is the observed rows; a mechanism is fitted on all rows in which it was at work, and taken to "
        "be the same in them"
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
