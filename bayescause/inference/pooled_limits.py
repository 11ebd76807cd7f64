"""How far certified draws of tasks with pooled effects reach: beyond that NUTS draws, and the reason is recorded."""

import numpy as np

from bayescause.scm.design import MechanismDesign
from bayescause.scm.priors import support

__all__ = ["sampling_obstacle", "size_obstacle"]

MOST_SCALES = 2
"""Unknown sds of effects that are put on a grid."""

MOST_PARAMETERS = 250
"""Coefficients and effects together."""

MOST_WORK = 2_000_000_000
"""Different rows times squared number of parameters: what one Newton step costs, as a few seconds of it."""


def sampling_obstacle(task: MechanismDesign) -> str | None:
    """Why a task with pooled effects cannot be drawn around its peaks, in words; None if it can."""
    free = [pool.name for pool in task.pools if task.priors[pool.name].family != "fixed"]
    if not 1 <= len(free) <= MOST_SCALES:
        return f"{len(free)} sds of effects are unknown, and grids are made of one or two"
    closed = next((name for name in free if np.isfinite(support(task.priors[name])[1])), None)
    if closed is not None:
        return f"the prior of {closed!r} is {task.priors[closed]}, which ends abruptly"
    if len(task.coefficients) > MOST_PARAMETERS:
        return f"it has {len(task.coefficients):,} coefficients, more than {MOST_PARAMETERS}, with its pooled effects"
    return None


def size_obstacle(task: MechanismDesign, rows: int) -> str | None:
    """Why so many different rows are too many, in words; None if they are not."""
    if rows * len(task.coefficients) ** 2 > MOST_WORK:
        return f"{rows:,} different rows and {len(task.coefficients)} coefficients take longer than sampling"
    return None
