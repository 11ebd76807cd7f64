"""What the rows of each level say of one effect, tabulated once: so no draw looks at the rows for it.

The log-likelihood of a level is a smooth curve of its effect, held by values and slopes at even places (cubic Hermite
interpolation). What levels share moves that curve: along, by as much as the effect gives way, which is exact for
columns that are the same in all rows of a level; and else by its first derivative at the peak. Nothing is certified
here: the importance weights, from the rows themselves, judge the draws.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bayescause.inference.level_rows import LevelRows, LevelSlopes
from bayescause.inference.posterior import Parameters
from bayescause.scm.mechanism import FloatArray

__all__ = ["LevelTable", "giving_way", "level_table"]

FIRST, MOST = 33, 1_025
"""Places of each level at first, and at most; each time there are twice as many cells between them."""

CLOSE = 0.01
"""Error of all levels together, as the root of their sum of squares, for which there are places enough."""

DEEP = 30.0
"""Where a level lies this far below its top, no error counts."""


@dataclass(frozen=True, eq=False)
class LevelTable:
    """Log-likelihoods of the rows of each level by one of its effects.

    Parameters
    ----------
    shared : array, dims (axis,)
        What all levels share, at the peak.
    gives : array, dims (level, axis)
        How far the effect gives way when that moves.
    lows, widths : array, dims (level,)
        First place of each level, and how far apart its places are.
    values, slopes : array, dims (level, place)
    tilts : array, dims (axis, level, place)
        Derivatives in what is shared, the effect giving way, at ``FIRST`` places.
    """

    shared: FloatArray
    gives: FloatArray
    lows: FloatArray
    widths: FloatArray
    values: FloatArray
    slopes: FloatArray
    tilts: FloatArray

    def at(self, shared: FloatArray, effects: FloatArray) -> FloatArray:
        """Log-likelihoods of the rows of each level, up to a constant of each sample, dims (node, sample, level).

        Beyond the places a curve goes on in a straight line.

        Parameters
        ----------
        shared : array, dims (sample, axis)
        effects : array, dims (node, sample, level)
            In data units.
        """
        moves, size = shared - self.shared, self.values.shape[1]
        places = (effects - moves @ self.gives.T - self.lows) / self.widths
        inside = np.clip(places, 0.0, size - 1.0)
        found = self._along(inside)
        outside = places - inside
        if outside.any():
            found += outside * self.widths * np.where(outside < 0, self.slopes[:, 0], self.slopes[:, -1])
        inside *= (self.tilts.shape[2] - 1) / (size - 1)
        return found + self._tilted(moves, inside)

    def _along(self, places: FloatArray) -> FloatArray:
        size, levels = self.values.shape[1], len(self.lows)
        cell = np.minimum(places.astype(np.intp), size - 2)
        way = places - cell
        cell += size * np.arange(levels)
        rises, starts, ends = self._bows
        found = (1 - way) * starts.take(cell)
        found += way * ends.take(cell)
        found *= 1 - way
        found += rises.take(cell)
        found *= way
        found += self.values.take(cell)
        return np.asarray(found)

    @cached_property
    def _bows(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Rise of each cell, and how much more its ends rise than a straight line, dims (level, place)."""
        rises = np.diff(self.values, axis=1, append=self.values[:, -1:])
        slopes = self.slopes * self.widths[:, None]
        return rises, slopes - rises, rises - np.roll(slopes, -1, axis=1)

    def _tilted(self, moves: FloatArray, places: FloatArray) -> FloatArray:
        axes, levels, size = self.tilts.shape
        tilted = (moves @ self.tilts.reshape(axes, -1)).ravel()
        cell = np.minimum(places.astype(np.intp), size - 2)
        way = places - cell
        cell += size * np.arange(len(moves) * levels).reshape(-1, levels)
        below = tilted.take(cell)
        return np.asarray(below + way * (tilted.take(cell + 1) - below))


def giving_way(rows: LevelRows, peak: Parameters, effect: int) -> FloatArray:
    """How far an effect gives way when what levels share moves from the peak, dims (level, axis), if left alone."""
    bend = rows.curve(peak).bend
    own, edges = bend.blocks[:, effect, effect, None], bend.edges[:, effect]
    return -np.divide(edges, own, out=np.zeros_like(edges), where=own < 0)


def level_table(
    rows: LevelRows, peak: Parameters, effect: int, gives: FloatArray, *, low: FloatArray, high: FloatArray
) -> LevelTable:
    """A table of one of the nested effects between two places of each level, others as they are at the peak.

    Parameters
    ----------
    rows : LevelRows
    peak : Parameters
        Of one sample.
    effect : int
        Its place among the nested effects of a level.
    gives : array, dims (level, axis)
        From ``giving_way``.
    low, high : array, dims (level,)
        In data units.
    """
    looks = [_looked(rows, peak, effect, place) for place in np.linspace(low, high, FIRST)]
    values, slopes = _curves(looks, effect)
    tilts = np.stack([look.rest + look.effects[:, effect, None] * gives for look in looks], axis=-1)
    shared = rows.shared(peak)[0]
    found = LevelTable(shared, gives, low, (high - low) / (FIRST - 1), values, slopes, np.moveaxis(tilts, 1, 0))
    while found.values.shape[1] < MOST:
        found, error = _finer(found, rows, peak, effect)
        if error < CLOSE:
            break
    return found


def _finer(table: LevelTable, rows: LevelRows, peak: Parameters, effect: int) -> tuple[LevelTable, float]:
    """The same with twice as many cells, and the error of those before between their places."""
    size = table.values.shape[1]
    middles = table.lows + np.arange(0.5, size - 1)[:, None] * table.widths
    looks = [_looked(rows, peak, effect, place) for place in middles]
    values, slopes = _curves(looks, effect)
    guesses = table.at(table.shared[None], middles[:, None])[:, 0].T
    top = table.values.max(axis=1, keepdims=True)
    errors = np.where(values > top - DEEP, np.abs(guesses - values), 0.0).max(axis=1)
    both = [
        np.insert(old, np.arange(1, size), new, axis=1) for old, new in ((table.values, values), (table.slopes, slopes))
    ]
    finer = replace(table, widths=table.widths / 2, values=both[0], slopes=both[1])
    return finer, float(np.sqrt((errors**2).sum()))


def _looked(rows: LevelRows, peak: Parameters, effect: int, place: FloatArray) -> LevelSlopes:
    coefficients = peak.coefficients.copy()
    coefficients[0, rows.places[:, effect]] = place
    with np.errstate(all="ignore"):
        return rows.slopes(Parameters(coefficients, peak.dispersion))


def _curves(looks: list[LevelSlopes], effect: int) -> tuple[FloatArray, FloatArray]:
    """Values and slopes, dims (level, place)."""
    values = np.stack([look.value for look in looks], axis=-1)
    return np.maximum(values, -1e300), np.stack([look.effects[:, effect] for look in looks], axis=-1)
