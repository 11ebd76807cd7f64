"""Tables with an axis for each variable: conditioned, multiplied, divided and summed, undefined cells marked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Table", "conditional", "divided", "summed_product", "weighted"]

type Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Table:
    """Values by law and by level of each variable.

    Parameters
    ----------
    names : tuple of str
    values : array, dims (law, level of the first variable, ..., level of the last)
        Zero where undefined.
    undefined : array of bool, same dims, optional
        Where the value is conditional on an event of probability zero; None if it never is.
    """

    names: tuple[str, ...]
    values: Floats
    undefined: NDArray[np.bool_] | None = None

    @property
    def levels(self) -> dict[str, int]:
        """Number of levels of each variable."""
        return dict(zip(self.names, self.values.shape[1:], strict=True))

    def named(self, old: str, new: str) -> "Table":
        """The same with another name for one variable."""
        return Table(tuple(new if name == old else name for name in self.names), self.values, self.undefined)

    def summed_to(self, names: Collection[str]) -> "Table":
        """Sum over all variables but ``names``; the table has no undefined cell."""
        gone = tuple(axis for axis, name in enumerate(self.names, start=1) if name not in names)
        return Table(tuple(name for name in self.names if name in names), self.values.sum(axis=gone))

    def held(self, name: str, level: int) -> "Table":
        """The part of the table in which variable ``name`` has one level."""
        here = tuple(level if other == name else slice(None) for other in self.names)
        undefined = None if self.undefined is None else self.undefined[:, *here]
        return Table(tuple(other for other in self.names if other != name), self.values[:, *here], undefined)

    def alive(self) -> Floats:
        """One where the value can count: it is undefined, or not zero."""
        return np.asarray((self.values != 0) if self.undefined is None else (self.values != 0) | self.undefined, float)


def conditional(joint: Table, given: Sequence[str]) -> Table:
    """``joint`` divided by its own sum over all variables but ``given``.

    Examples
    --------
    >>> joint = Table(("x", "y"), np.array([[[0.25, 0.75], [0.0, 0.0]]]))
    >>> found = conditional(joint, ["x"])
    >>> found.values.tolist(), found.undefined.tolist()
    ([[[0.25, 0.75], [0.0, 0.0]]], [[[False, False], [True, True]]])
    """
    return divided(joint, joint.summed_to(given)) if given else joint


def divided(top: Table, bottom: Table) -> Table:
    """``top`` over ``bottom``, undefined where ``bottom`` is zero; the axes of ``bottom`` may be fewer or more."""
    order = (*top.names, *(name for name in bottom.names if name not in top.names))
    above, below = _spread(top, order), _spread(bottom, order)
    undefined = np.broadcast_to(below.values == 0, np.broadcast_shapes(above.values.shape, below.values.shape))
    for table in (above, below):
        if table.undefined is not None:
            undefined = undefined | table.undefined
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(undefined, 0.0, above.values / below.values)
    return Table(order, values, undefined if undefined.any() else None)


def weighted(table: Table, name: str, worth: Floats) -> Table:
    """The mean of what the levels of ``name`` are worth, where ``table`` is the law of ``name``."""
    axis = table.names.index(name) + 1
    left = tuple(other for other in table.names if other != name)
    undefined = None if table.undefined is None else table.undefined.any(axis=axis)
    return Table(left, np.moveaxis(table.values, axis, -1) @ worth, undefined)


def summed_product(tables: Sequence[Table], over: Collection[str] = (), repeats: int = 1) -> Table:
    """The product of ``tables``, summed over the variables ``over``, and ``repeats`` times that.

    A cell is undefined if a term that its sum needs is: one in which no other factor is zero.

    Notes
    -----
    Variables are summed out pair by pair of tables, the cheapest pair first, so that no table in between is larger
    than it has to be.

    Examples
    --------
    >>> chance = Table(("z",), np.array([[0.5, 0.5]]))
    >>> response = Table(("z", "y"), np.array([[[0.25, 0.75], [0.5, 0.5]]]))
    >>> summed_product([chance, response], {"z"}).values.tolist()
    [[0.375, 0.625]]
    """
    order = tuple(dict.fromkeys(name for table in tables for name in table.names))
    left = tuple(name for name in order if name not in over)
    values = repeats * _contracted(tables, [table.values for table in tables], order, left)
    if all(table.undefined is None for table in tables):
        return Table(left, values)
    counted = _contracted(tables, [table.alive() for table in tables], order, left)
    sound = _contracted(tables, [np.asarray(table.values != 0, float) for table in tables], order, left)
    undefined = counted > sound
    return Table(left, np.where(undefined, 0.0, values), undefined if undefined.any() else None)


def _contracted(tables: Sequence[Table], arrays: Sequence[Floats], order: Sequence[str], left: Sequence[str]) -> Floats:
    axes = {name: index for index, name in enumerate(order, start=1)}
    operands: list[object] = []
    for table, array in zip(tables, arrays, strict=True):
        operands += [array, [0, *(axes[name] for name in table.names)]]
    found = np.einsum(*operands, [0, *(axes[name] for name in left)], optimize="greedy")  # type: ignore[call-overload]
    return np.asarray(found)


def _spread(table: Table, order: Sequence[str]) -> Table:
    """``table`` with its axes in the order of ``order``, and an axis of length one for each other variable."""
    source = [0, *(table.names.index(name) + 1 for name in order if name in table.names)]
    shape = [table.values.shape[0], *(table.levels.get(name, 1) for name in order)]
    undefined = None if table.undefined is None else table.undefined.transpose(source).reshape(shape)
    return Table(tuple(order), table.values.transpose(source).reshape(shape), undefined)
