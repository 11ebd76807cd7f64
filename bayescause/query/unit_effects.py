"""The effect on each unit of a table, block by block, or why units have none of their own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.particulars import particulars
from bayescause.errors import RefusedEffectError
from bayescause.query.averaging import by_unit
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.estimand import OfUnits
from bayescause.query.selection import units_of
from bayescause.surface import called

if TYPE_CHECKING:
    import numpy.typing as npt

    from bayescause.query.effect import Effect
    from bayescause.scm.mechanism import FloatArray

__all__ = ["effects_of_units"]


def effects_of_units(effect: "Effect") -> "Iterator[tuple[npt.NDArray[np.intp], FloatArray]]":
    """Blocks of (row numbers, draws with dims (sample, row) in the unit of the outcome).

    Raises
    ------
    RefusedEffectError
        If the question is no average of effects of units, or the answer tells of all units together.
    """
    question, posterior, route = effect.estimand, effect.posterior, effect.route
    if particulars(question).contrast is None or question.scale != "difference":
        raise RefusedEffectError(f"The {question.name} is no average of effects of units: ask for {called('ate')}.")
    if posterior is None or route is None:
        return iter(())
    if not route.is_by_unit:
        raise RefusedEffectError(
            f"Units have no effects of their own where the answer is that of {route.name}: it tells of all units "
            "together."
        )
    rows = np.flatnonzero(units_of(question, posterior.table))
    if isinstance(question, OfUnits):
        return question.by_unit(posterior, route, rows)
    return by_unit(posterior, route, resolve_contrast(posterior.table, question), rows)
