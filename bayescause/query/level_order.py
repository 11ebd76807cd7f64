"""Ranks of levels that have no order: as an outcome there are none, and on the way to one they follow any order."""

from collections.abc import Iterable, Iterator

from bayescause.compilation.table import Table

__all__ = ["arbitrary_orders", "has_arbitrary_order", "why_no_rank"]

ORDERED = 2
"""Levels that need no order: keeping the rank among two of them is the same either way round."""


def has_arbitrary_order(table: Table, name: str) -> bool:
    """Whether ``name`` has more than two levels, in no order but that of their codes.

    Examples
    --------
    >>> import numpy as np
    >>> way = Table({"way": np.arange(3.0)}, {"way": "categorical"}, {"way": ("bus", "car", "walk")})
    >>> has_arbitrary_order(way, "way")
    True
    """
    return table.kinds.get(name) == "categorical" and len(table.levels.get(name, ())) > ORDERED


def why_no_rank(table: Table, on: str) -> str | None:
    """Why it cannot be told what ``on`` would have been, as a sentence; None if its levels are in order."""
    if not has_arbitrary_order(table, on):
        return None
    return (
        f"{on} is categorical: its levels have no order, so there is no mean of it, and no rank that a unit could "
        "keep. Make a 0/1 column of the level that matters, and ask what that would have been."
    )


def arbitrary_orders(table: Table, between: Iterable[str]) -> Iterator[str]:
    """That units keep ranks in an order that nobody gave, a sentence for each of such variables ``between``."""
    for name in between:
        if has_arbitrary_order(table, name):
            order = ", ".join(table.levels[name])
            yield (
                f"The levels of {name} have no order, and the comonotone coupling took one, that of their codes "
                f"({order}): another gives another answer. The independent coupling takes none."
            )
