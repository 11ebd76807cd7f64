"""Repeats in a frame: rows that stand there twice, and units that have several rows."""

import re
from collections.abc import Iterator
from math import isnan

import numpy as np
import numpy.typing as npt

from bayescause.compilation.concerns import Concern
from bayescause.compilation.frames import Cells, Frame
from bayescause.errors import DataQualityWarning

__all__ = ["IDENTITY", "repeated_rows", "repeated_units"]

IDENTITY = re.compile(r"(.*[_ .-])?(id|uuid|seqn)|[a-z]+I[dD]")
"""Names of columns that look like the identity of a unit."""

MIX = np.uint64(0x9E3779B97F4A7C15)
"""An odd number near 2**64 over the golden ratio, by which hashes are spread (Knuth 1998, section 6.4)."""


def repeated_rows(frame: Frame) -> Iterator[Concern]:
    """A concern, if more rows repeat than would by chance.

    Chance is what independent columns with the same values would give; and some column must have mostly different
    values, since rows of a few categories repeat by themselves.

    Parameters
    ----------
    frame : Frame
        With all columns of the source.
    """
    if frame.rows < 2 or frame.foreign or not frame.columns:
        return
    hashes = [_hashes(cells) for cells in frame.columns.values()]
    whole = np.zeros(frame.rows, dtype=np.uint64)
    for column in hashes:
        whole = (whole ^ column) * MIX
        whole ^= whole >> np.uint64(29)
    repeats = frame.rows - len(_counts(whole))
    if not repeats:
        return
    counts = [_counts(column) for column in hashes]
    most = max(map(len, counts))
    if most > (frame.rows - repeats) / 2 and _expected(counts, frame.rows) < repeats / 4:
        word = "row is a repeat of another row" if repeats == 1 else "rows are repeats of other rows"
        text = f"{repeats:,} {word}. Remove them; if they are different units, give their number as a frequency column."
        yield Concern(text, DataQualityWarning)


def repeated_units(frame: Frame, needed: tuple[str, ...]) -> Iterator[Concern]:
    """A concern for each column that looks like a unit's identity, is not part of the model, and repeats."""
    for name, cells in frame.columns.items():
        if not IDENTITY.fullmatch(name) or name in needed:
            continue
        present = [
            cell for cell in cells.tolist() if cell is not None and not (isinstance(cell, float) and isnan(cell))
        ]
        distinct = len(set(present))
        if len(present) / 10 <= distinct < len(present):
            text = (
                f"{name!r} looks like the identity of a unit, and {len(present) - distinct:,} of its {len(present):,} "
                "values are repeats. Rows of one unit are not independent, and this model takes them to be: "
                "intervals may be too narrow."
            )
            yield Concern(text, DataQualityWarning)


def _hashes(cells: Cells) -> npt.NDArray[np.uint64]:
    if cells.dtype.kind in "bf":
        # Adding zero turns -0.0 into 0.0.
        return (cells.astype(np.float64) + 0.0).view(np.uint64)
    return np.fromiter(map(hash, cells.tolist()), dtype=np.int64, count=len(cells)).view(np.uint64)


def _counts(column: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
    """How often each different value occurs; by sorting, which is faster here than the hashing of ``np.unique``."""
    ordered = np.sort(column)
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    return np.diff(np.append(starts, len(ordered)))


def _expected(counts: list[npt.NDArray[np.intp]], rows: int) -> float:
    """Pairs of equal rows, if columns were independent."""
    pairs = rows * (rows - 1) / 2
    shares = [float((column * (column - 1.0)).sum()) / 2 / pairs for column in counts]
    return pairs * float(np.prod(shares))
