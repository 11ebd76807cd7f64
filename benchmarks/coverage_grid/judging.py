"""Whether intervals hold the truth as often as they say: an exact binomial test of each part, corrected for all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from coverage_grid.cells import Ranks

__all__ = ["FAMILYWISE", "LEVEL", "UNDERSTOOD", "Held", "failing", "held_in"]

LEVEL = 0.9
"""Probability of the central intervals that are counted."""

FAMILYWISE = 0.05
"""Chance that a grid of right cells has one that fails."""


UNDERSTOOD: Mapping[str, str] = {}
"""Why a cell fails, by its name."""


@dataclass(frozen=True)
class Held:
    """How many intervals held the truth of one part of one cell.

    Parameters
    ----------
    cell, part : str
        Names; the part is empty where an answer is one number.
    hits, data_sets : int
    """

    cell: str
    part: str
    hits: int
    data_sets: int

    @property
    def share(self) -> float:
        """Of the intervals, those that held the truth."""
        return self.hits / self.data_sets

    @property
    def chance(self) -> float:
        """Two-sided p-value of the exact binomial test."""
        return float(binomtest(self.hits, self.data_sets, LEVEL).pvalue)


def held_in(cell: str, found: Mapping[int, Ranks]) -> list[Held]:
    """Hits of each part of a cell, from the ranks of its data sets.

    Examples
    --------
    >>> held_in("ate", {0: {"": 0.5}, 1: {"": 0.99}, 2: {"": None}})
    [Held(cell='ate', part='', hits=1, data_sets=2)]
    """
    places: dict[str, list[float]] = {}
    for ranks in found.values():
        if None not in ranks.values():
            for part, place in ranks.items():
                places.setdefault(part, []).append(float(place or 0.0))
    tail = (1 - LEVEL) / 2
    inside = {part: (np.array(each) >= tail) & (np.array(each) <= 1 - tail) for part, each in places.items()}
    return [Held(cell, part, int(each.sum()), len(each)) for part, each in inside.items()]


def failing(parts: Iterable[Held], tests: int) -> list[Held]:
    """Parts whose share is not the intervals' probability, where ``tests`` of them are made in all."""
    return [part for part in parts if part.chance < FAMILYWISE / tests]
