"""Which units an effect is about: those that meet its condition, or of them the treated or the untreated."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from bayescause.compilation.table import Table
    from bayescause.query.estimand import Estimand

__all__ = ["units_of"]

SIDE = {"att": 1, "atu": 0}
"""Estimands about the units at one level of the treatment: which of the two levels."""


def units_of(estimand: "Estimand", table: "Table") -> npt.NDArray[np.bool_]:
    """Rows of ``table`` that ``estimand`` averages over, dims (row,).

    Parameters
    ----------
    estimand : Estimand
    table : Table

    Raises
    ------
    SpecError
        If its condition cannot be read, or a level was never seen.
    """
    from bayescause.query.contrasts import code_of
    from bayescause.query.selection import units_meant

    meant = np.asarray(units_meant(estimand, table))
    if estimand.short not in SIDE:
        return meant
    level = code_of(table, estimand.of, estimand.contrast[SIDE[estimand.short]])
    return np.asarray(meant & (table.columns[estimand.of] == level))
