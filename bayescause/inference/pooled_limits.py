"""How far certified draws of tasks with pooled effects reach: beyond that NUTS draws, and the reason is recorded."""

import numpy as np

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.inference.distinct_rows import counted, needed_by
from bayescause.inference.group_sums import nested_and_crossed
from bayescause.inference.pooled_proposal import FINE
from bayescause.scm.design import MechanismDesign
from bayescause.scm.priors import support

__all__ = ["held_rows", "sampling_obstacle", "size_obstacle"]

MOST_SCALES = 2
"""Unknown sds of effects that are put on a grid."""

MOST_SHARED = 250
"""Coefficients and effects besides those of the group with the most levels."""

MOST_EFFECTS = 5_000
"""Effects of that group: so many thousand draws of them are held at once."""

MOST_WORK = 2_000_000_000
"""Different rows times squared number of parameters of a row: what Newton's steps cost, as a few seconds of it."""

MOST_CELLS = 30_000_000
"""Numbers that say, at each point of the grid of sds, how the effects of that group follow the rest: 2 GB in all."""

MOST_HELD = 100_000
"""Different rows, at most, of a table that is read in blocks: more would not be drawn either."""

MOST_LOOKS = 300_000
"""Different rows times how often a draw looks at each: minutes, for thousands of draws."""


def sampling_obstacle(task: MechanismDesign) -> str | None:
    """Why a task with pooled effects cannot be drawn around its peaks, in words; None if it can."""
    free = [pool.name for pool in task.pools if task.priors[pool.name].family != "fixed"]
    if not 1 <= len(free) <= MOST_SCALES:
        return f"{len(free)} sds of effects are unknown, and grids are made of one or two"
    closed = next((name for name in free if np.isfinite(support(task.priors[name])[1])), None)
    if closed is not None:
        return f"the prior of {closed!r} is {task.priors[closed]}, which ends abruptly"
    effects = sum(pool.stop - pool.start for pool in nested_and_crossed(task)[0])
    shared = len(task.coefficients) - effects
    if effects > MOST_EFFECTS:
        return f"its largest group has {effects:,} effects, more than {MOST_EFFECTS:,}"
    if shared > MOST_SHARED:
        return f"it has {shared:,} coefficients, more than {MOST_SHARED}, besides the effects of its largest group"
    cells = FINE[len(free)] ** len(free) * effects * shared
    if cells > MOST_CELLS:
        return f"{effects:,} effects beside {shared:,} coefficients need more memory than there should be"
    return None


def size_obstacle(task: MechanismDesign, rows: int, looks: int) -> str | None:
    """Why so many different rows are too many, in words; None if they are not.

    Parameters
    ----------
    task : MechanismDesign
    rows : int
    looks : int
        How often each row is looked at for one draw.
    """
    nested, _ = nested_and_crossed(task)
    width = len(task.coefficients) - len(nested) * (nested[0].stop - nested[0].start - 1)
    if rows * width**2 > MOST_WORK or rows * looks > MOST_LOOKS:
        return f"{rows:,} different rows, each looked at {looks} times a draw, take longer than sampling"
    return None


def held_rows(task: MechanismDesign, table: Table) -> Table:
    """The rows of a task with pooled effects in memory: different ones with their counts, of a table read in blocks.

    Raises
    ------
    DataError
        If those are too many.
    """
    found = counted(task, table, MOST_HELD)
    if found is not None:
        return found
    groups = ", ".join(dict.fromkeys(repr(pool.group) for pool in task.pools))
    distinct = [name for name in needed_by(task) if table.kinds[name] in ("continuous", "proportion", "count")]
    raise DataError(
        f"{task.variable!r} ({task.mechanism.short} with pooled effects) is fitted on its different rows with their "
        f"counts, and {table.source} has more than {MOST_HELD:,} different rows. Round what has many values "
        f"({', '.join(map(repr, distinct))}), so that rows repeat; write {groups} as a plain term, whose levels are "
        "coefficients, which is read in passes; make it gaussian, which sums up any number of rows; or ask of a random "
        f"sample of the rows, such as DuckDB's `USING SAMPLE {MOST_HELD // 2}` gives."
    )
