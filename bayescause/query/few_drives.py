"""Blocks of draws whose laws have many drives, as fewer blocks whose laws have few: see ``gathered_laws``."""

from collections.abc import Iterator, Sequence

import numpy as np

from bayescause.query.gathered_laws import ByDrive, gathered, joined
from bayescause.query.response_laws import ResponseLaw
from bayescause.query.simulator import CELLS
from bayescause.scm.mechanism import FloatArray

__all__ = ["Part", "averaged", "few_drives", "first_of_shares"]

ERROR = 1e-5
"""Error of a chance, at most, in each block that reaches further than those before it: far below that of the draws.
Otherwise nothing more is gathered."""

USUAL = (0.1, 0.5, 0.9)
"""Shares of units at whose means chances are compared, besides those about the mean of all."""

type Part = tuple[float, ResponseLaw, FloatArray]
"""A world of a regime: its weight, the laws of the units in it, and their shares, dims (sample, row)."""

type Block = Sequence[tuple[Part, ...]]
"""The worlds of each regime, for some draws."""


def averaged(law: ResponseLaw, values: FloatArray, shares: FloatArray) -> FloatArray:
    """Average of ``values``, dims ([node,] sample, row), over nodes and units, dims (sample,)."""
    if values.ndim == 3:
        values = (values * law.weights).sum(axis=0)
    return np.asarray((values * shares).sum(axis=1))


def few_drives(blocks: Iterator[Block]) -> Iterator[Block]:
    """The same laws of populations: where a law differs by one drive, at few drives and for many draws at once."""
    waiting: list[list[ByDrive]] = []
    is_good = True
    looked_at: FloatArray | None = None
    last: Block = ()
    for block in blocks:
        pattern = [part for regime in block for part in regime]
        drives = [law.by_drive(shares) for _, law, shares in pattern] if is_good else []
        told = [one for one in drives if one is not None]
        if is_good and len(told) == len(pattern) and all(one.is_large for one in told):
            few = [gathered(one) for one in told]
            reach = _reach(few)
            if looked_at is None or (reach > looked_at).any():
                is_good = all(map(_is_close, pattern, few))
                looked_at = reach if looked_at is None else np.maximum(looked_at, reach)
            if is_good:
                waiting.append(few)
                last = block
                if sum(one[0].drive.size for one in waiting) >= CELLS:
                    yield _block(last, waiting)
                    waiting = []
                continue
        is_good = False
        if waiting:  # draws stay in their order
            yield _block(last, waiting)
            waiting = []
        yield block
    if waiting:
        yield _block(last, waiting)


def _reach(few: Sequence[ByDrive]) -> FloatArray:
    """What the error depends on, the larger the worse or not seen yet: steps of the grids, and dispersion."""
    ends = [(one.drive[:, 1] - one.drive[:, 0]).max() for one in few]
    for each in (values for one in few for values in one.dispersion.values()):
        ends += [each.max(), -each.min()]
    return np.array(ends)


def _block(like: Block, waiting: Sequence[Sequence[ByDrive]]) -> Block:
    """What waits, together, in the regimes and worlds of a block like it."""
    pattern, worlds = [part for regime in like for part in regime], [len(regime) for regime in like]
    whole = [joined(parts) for parts in zip(*waiting, strict=True)]
    parts = [(weight, law.at(few), few.weights) for (weight, law, _), few in zip(pattern, whole, strict=True)]
    ends = np.cumsum(worlds).tolist()
    return [tuple(parts[end - number : end]) for end, number in zip(ends, worlds, strict=True)]


def _is_close(part: Part, few: ByDrive) -> bool:
    """Whether the chances of not exceeding the mean, an sd more or less, and what most units have are kept."""
    _, law, shares = part
    other = law.at(few)
    mean, variance = other.moments()
    middle = averaged(other, mean, few.weights)
    sd = np.sqrt(np.maximum(averaged(other, mean**2 + variance, few.weights) - middle**2, 0.0))
    for value in (middle - sd, middle, middle + sd, *_usual(law, shares)):
        at = np.where(np.isfinite(value), value, 0.0)[:, None]
        gap = averaged(law, law.cumulative(at), shares) - averaged(other, other.cumulative(at), few.weights)
        if not (np.abs(gap) <= ERROR).all():
            return False
    return True


def _usual(law: ResponseLaw, shares: FloatArray) -> list[FloatArray]:
    """Means of units and nodes that ``USUAL`` shares of them do not exceed, dims (sample,).

    Behind heavy tails mean and sd of all lie where hardly any unit does, and so do the points of an even grid.
    """
    return first_of_shares([(law.moments()[0], shares * law.weights)], USUAL)


def first_of_shares(parts: Sequence[tuple[FloatArray, FloatArray]], shares: Sequence[float]) -> list[FloatArray]:
    """Values that each of ``shares`` of the units do not exceed, dims (sample,).

    Parameters
    ----------
    parts : sequence of (array, array), dims ([node,] sample, row)
        Values, and weights that add up to one over all parts.
    shares : sequence of float

    Examples
    --------
    >>> values, weights = np.array([[3.0, 1.0, 2.0]]), np.array([[0.2, 0.5, 0.3]])
    >>> [found.tolist() for found in first_of_shares([(values, weights)], (0.4, 0.6))]
    [[1.0], [2.0]]
    """
    flat = [_by_sample(*np.broadcast_arrays(values, weights)) for values, weights in parts]
    every, own = (np.concatenate(each) for each in zip(*flat, strict=True))
    order = np.argsort(every, axis=0)
    every, total = (np.take_along_axis(each, order, axis=0) for each in (every, own))
    total = np.cumsum(total, axis=0)
    places = (np.minimum((total < share).sum(axis=0), len(order) - 1) for share in shares)
    return [np.take_along_axis(every, place[np.newaxis], axis=0)[0] for place in places]


def _by_sample(*arrays: FloatArray) -> list[FloatArray]:
    return [each.swapaxes(-1, -2).reshape(-1, each.shape[-2]) for each in arrays]
