"""Laws on the codes 0, 1, ... of a response with levels: what their chances say of means, ranks and sums.

Chances are arrays with dims (level, ..., row): the level stands first.
"""

from collections.abc import Sequence

import numpy as np

from bayescause.scm.logarithms import log_one_plus
from bayescause.scm.mechanism import FloatArray, Kernel

__all__ = [
    "UNNAMED",
    "chances_of_logits",
    "code_cumulative",
    "code_faults",
    "code_mean",
    "code_nodes",
    "code_quantile",
    "code_variance",
    "kernel_of_logits",
    "log_chance_of_logits",
    "taken",
]

FURTHEST = 600.0
"""Logits above that of a row's level, up to which exponentials of them are added up as they are."""

UNNAMED = ("0", "1", "2")
"""Levels that a family stands for before it knows those of its response."""


def code_faults(family: str, values: FloatArray, levels: Sequence[str]) -> str | None:
    """Values that are not the code of a level; any whole number is one while the levels are not known.

    Examples
    --------
    >>> code_faults("ordinal", np.array([0.0, 2.0]), ("low", "high"))
    'must be a code from 0 to 1 for the ordinal family; it also holds [2.0]. Name all of its levels.'
    """
    highest = len(levels) - 1 if levels else np.inf
    broken = ~((values >= 0) & (values <= highest) & (values == np.round(values)) & np.isfinite(values))
    strange = np.unique(values[~np.isnan(values) & broken])
    if not len(strange):
        return None
    until = f"from 0 to {highest}" if levels else "(0, 1, 2, ...)"
    return (
        f"must be a code {until} for the {family} family; it also holds {strange[:3].tolist()}. Name all of its levels."
    )


def code_mean(chances: FloatArray) -> FloatArray:
    """Expected code, dims (..., row)."""
    return np.asarray(np.tensordot(np.arange(float(len(chances))), chances, axes=1))


def code_variance(chances: FloatArray) -> FloatArray:
    """Variance of the code, dims (..., row)."""
    codes = np.arange(float(len(chances))).reshape(-1, *(1,) * (chances.ndim - 1))
    return np.asarray((np.square(codes - code_mean(chances)) * chances).sum(axis=0))


def code_quantile(probability: FloatArray, chances: FloatArray) -> FloatArray:
    """Smallest code whose cumulative probability reaches ``probability``.

    Examples
    --------
    >>> code_quantile(np.array([0.1, 0.5, 0.9]), np.array([[0.2], [0.6], [0.2]])).tolist()
    [0.0, 1.0, 2.0]
    """
    reached = np.cumsum(chances, axis=0)[:-1]
    shape = np.broadcast_shapes(np.shape(probability), chances.shape[1:])
    return np.asarray(sum((1.0 * (probability > below) for below in reached), start=np.zeros(shape)))


def code_cumulative(values: FloatArray, chances: FloatArray) -> FloatArray:
    """Chance of a code no larger than ``values``."""
    last = len(chances) - 1
    reached = np.concatenate([np.cumsum(chances, axis=0)[:-1], np.ones_like(chances[:1])])
    return np.where(values < 0, 0.0, taken(reached, np.clip(np.floor(values), 0, last)))


def code_nodes(chances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The codes, dims (level, 1, ...), and their chances, dims (level, ..., row): an exact sum."""
    codes = np.arange(float(len(chances))).reshape(-1, *(1,) * (chances.ndim - 1))
    return codes, chances


def taken(each: FloatArray, codes: FloatArray) -> FloatArray:
    """The entry of ``each``, dims (level, ..., row), at the level of every row, dims (..., row)."""
    found: FloatArray = each[0] + np.zeros(np.shape(codes))
    for code in range(1, len(each)):
        found = np.where(codes == code, each[code], found)
    return found


def chances_of_logits(logits: FloatArray) -> FloatArray:
    """Chances in proportion to the exponentials of ``logits``, both with dims (level, ..., row)."""
    relative = np.exp(logits - logits.max(axis=0))
    return np.asarray(relative / relative.sum(axis=0))


def log_chance_of_logits(logits: FloatArray, codes: FloatArray) -> FloatArray:
    """Logarithm of the chance of the level of each row, dims (..., row), of ``logits``, dims (level, ..., row).

    There is no cancellation where the chance is near one.
    """
    relative = logits - taken(logits, codes)
    levels = np.arange(float(len(logits))).reshape(-1, *(1,) * (logits.ndim - 1))
    if relative.max(initial=0.0) < FURTHEST:
        return np.asarray(-log_one_plus(np.where(levels == codes, 0.0, np.exp(relative)).sum(axis=0)))
    highest = relative.max(axis=0)
    others = np.where(levels == codes, 0.0, np.exp(relative - highest)).sum(axis=0)
    # Where the level itself is the most probable one, the others are a small addition to one.
    total = np.where(highest == 0.0, np.log1p(others), np.log(np.exp(-highest) + others))
    return np.asarray(-(highest + total))


def kernel_of_logits(logits: FloatArray, codes: FloatArray) -> Kernel:
    """Log chance of each row's level and its derivatives in all logits, dims (..., row, level) and twice so.

    Examples
    --------
    >>> kernel_of_logits(np.zeros((2, 1)), np.array([1.0])).gradient.tolist()
    [[-0.5, 0.5]]
    """
    value = log_chance_of_logits(logits, codes)
    chances = np.moveaxis(chances_of_logits(logits), 0, -1)
    own = np.asarray(codes)[..., None] == np.arange(chances.shape[-1])
    # What is left of one beside a chance is the sum of the others: no cancellation.
    gradient = np.where(own, -np.expm1(value)[..., None], -chances)
    hessian = chances[..., :, None] * chances[..., None, :]
    diagonal = np.arange(chances.shape[-1])
    total = chances.sum(axis=-1, keepdims=True)
    hessian[..., diagonal, diagonal] = -chances * (total - chances)
    return Kernel(value, gradient, hessian)
