"""Counts of units by the levels of discrete columns: what a saturated law needs to know of a table."""

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from bayescause.compilation.table import Table
from bayescause.scm.mechanism import FloatArray

__all__ = ["conditions_of", "contingency", "level_names", "level_values"]


def level_names(table: Table, name: str) -> tuple[str, ...]:
    """The user's names of the levels of a discrete column; ``("0", "1")`` for a binary one without names."""
    return tuple(table.levels.get(name) or ("0", "1"))


def level_values(levels: Sequence[str]) -> FloatArray | None:
    """What levels are worth as numbers: 0 and 1 for two, their names if these are numbers; None otherwise.

    Examples
    --------
    >>> level_values(["no", "yes"]).tolist(), level_values(["1", "2", "5"]).tolist(), level_values(["a", "b", "c"])
    ([0.0, 1.0], [1.0, 2.0, 5.0], None)
    """
    if len(levels) == 2:
        return np.array([0.0, 1.0])
    try:
        return np.array([float(name) for name in levels])
    except ValueError:
        return None


def contingency(table: Table, name: str, given: Sequence[str]) -> FloatArray:
    """Units at each level of ``name``, for each combination of levels of ``given``.

    Parameters
    ----------
    table : Table
    name : str
    given : sequence of str

    Returns
    -------
    array, dims (level of the first of given, ..., level of name)
        Units, each row counted as often as its frequency says. Rows that lack one of the columns are left out.

    Examples
    --------
    >>> codes = {"x": np.array([0.0, 0.0, 1.0]), "y": np.array([1.0, 1.0, 0.0])}
    >>> contingency(Table(codes, {"x": "binary", "y": "binary"}, {}), "y", ["x"]).tolist()
    [[0.0, 2.0], [1.0, 0.0]]
    """
    names = (*given, name)
    shape = tuple(len(level_names(table, each)) for each in names)
    total = np.zeros(prod(shape))
    for part in table.blocks(names):
        codes = np.stack([part.columns[each] for each in names])
        known = ~np.isnan(codes).any(axis=0)
        places = np.ravel_multi_index(tuple(codes[:, known].astype(int)), shape)
        total += np.bincount(places, weights=part.counts[known], minlength=len(total))
    return total.reshape(shape)


def conditions_of(table: Table, given: Sequence[str]) -> tuple[str, ...]:
    """What the rows of a table of conditional probabilities are given, one name a row: ``"x = no, m = 2"``.

    Examples
    --------
    >>> conditions_of(Table({}, {}, {"x": ("no", "yes")}), ["x"])
    ('x = no', 'x = yes')
    """
    sides = ([f"{name} = {level}" for level in level_names(table, name)] for name in given)
    return tuple(", ".join(cell) for cell in product(*sides))
