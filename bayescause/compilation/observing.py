"""Observing a large table: one pass over its blocks gives what each column says, and rows chosen at random."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256

import numpy as np

from bayescause.compilation.stream import Facts
from bayescause.compilation.table import Table
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray

__all__ = ["Moments", "observe"]


class Moments:
    """Weighted mean and variance of columns that arrive in blocks, dims (column,).

    Blocks are put together by their means and sums of squares around them (Chan, Golub and LeVeque 1983), so that no
    digits are lost where a mean is large.

    Examples
    --------
    >>> found = Moments(1)
    >>> for block in ([[1.0], [2.0]], [[6.0]]):
    ...     found.add(np.array(block), np.ones(len(block)))
    >>> found.mean.tolist(), round(float(found.sd[0]) ** 2, 6)
    ([3.0], 4.666667)
    """

    def __init__(self, columns: int) -> None:
        self.weight = np.zeros(columns)
        self.mean = np.zeros(columns)
        self.squares = np.zeros(columns)
        self.low = np.full(columns, np.inf)
        self.high = np.full(columns, -np.inf)

    def add(self, matrix: FloatArray, weights: FloatArray) -> None:
        """Take in rows, dims (row, column), each standing for ``weights`` units; all of them known."""
        if not len(matrix):
            return
        # Column by column in memory: NumPy is slow along short rows.
        columns, weight = np.ascontiguousarray(matrix.T), weights.sum()
        mean = columns @ weights / weight
        gap, total = mean - self.mean, self.weight + weight
        self.squares += np.square(columns - mean[:, None]) @ weights + np.square(gap) * self.weight * weight / total
        self.mean += gap * weight / total
        self.weight = total
        self.low = np.minimum(self.low, columns.min(axis=1))
        self.high = np.maximum(self.high, columns.max(axis=1))

    @property
    def sd(self) -> FloatArray:
        """Root of the mean square around the mean; exactly zero where all rows are equal."""
        spread = np.sqrt(self.squares / np.maximum(self.weight, 1.0))
        return np.asarray(np.where(self.low < self.high, spread, 0.0))


def observe(
    blocks: Iterable[Table], rows: int, sampled: int, *, is_digested: bool = True
) -> tuple[dict[str, Facts], Table, str]:
    """What all rows of each column say, ``sampled`` rows chosen at random, and the digest of the columns' bytes.

    Parameters
    ----------
    blocks : iterable of Table
        All rows, in order; at least one block.
    rows : int
        How many there are.
    sampled : int
    is_digested : bool
        Whether the digest is wanted; it is empty if not.
    """
    # The rows are chosen by their number, so that the same table always gives the same part.
    chosen = np.sort(np.random.default_rng(0).choice(rows, min(sampled, rows), replace=False))
    seen: dict[str, _Column] = {}
    parts: list[Table] = []
    start = 0
    for block in blocks:
        for name, values in block.columns.items():
            column = seen.setdefault(name, _Column(len(block.levels.get(name, ()))))
            column.add(values, block, name)
            if is_digested:
                column.digest.update(np.ascontiguousarray(values).tobytes())
        inside = chosen[np.searchsorted(chosen, start) : np.searchsorted(chosen, start + block.rows)] - start
        parts.append(block.chosen(inside))
        start += block.rows
    digests = b"".join(column.digest.digest() for _, column in sorted(seen.items()))
    facts = {name: column.facts for name, column in seen.items()}
    return facts, _together(parts), sha256(digests).hexdigest() if is_digested else ""


class _Column:
    """One column while its blocks come in."""

    def __init__(self, levels: int) -> None:
        self.moments = Moments(1)
        self.tally = np.zeros(levels)
        self.digest = sha256()

    def add(self, values: FloatArray, block: Table, name: str) -> None:
        known = ~np.isnan(values)
        seen, counts = (values, block.counts) if known.all() else (values[known], block.counts[known])
        self.moments.add(seen[:, None], counts)
        if block.kinds[name] in LEVELLED:
            tally = np.bincount(seen.astype(int), weights=counts, minlength=len(self.tally))
            self.tally = tally + np.pad(self.tally, (0, len(tally) - len(self.tally)))

    @property
    def facts(self) -> Facts:
        found = self.moments
        low, high, mean, sd, known = (
            float(one[0]) for one in (found.low, found.high, found.mean, found.sd, found.weight)
        )
        return Facts(low, high, mean, sd, known, self.tally)


def _together(parts: list[Table]) -> Table:
    columns: Mapping[str, FloatArray] = {
        name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns
    }
    counts = [part.frequency for part in parts if part.frequency is not None]
    return replace(parts[0], columns=columns, frequency=np.concatenate(counts) if counts else None)
