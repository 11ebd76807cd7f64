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


UNDERSTOOD: Mapping[str, str] = {
    "lognormal-direct-ite-superpopulation": (
        "the average of the individual effects on everybody is bootstrapped from 150 units, whose effects have tails "
        "too heavy for that where the sd of the logarithms is large: of the fifth of the data sets with an sd above "
        "1.7, intervals hold the truth in 68 %, of the others in 84 to 94 %. The average over everybody is the average "
        "effect (`ate`), which needs no bootstrap of outcomes: ask for that, or for these units (`sample`). The answer "
        "is doubted where the tail of the units' effects is that heavy."
    ),
}
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
