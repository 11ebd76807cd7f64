"""Symmetric matrices whose effects of one level meet those of no other level, only the axes that all levels share.

Ordered with the effects first such a matrix is a block diagonal with an edge, like an arrow. Its root, its determinant
and its solutions cost as much as there are levels, by Schur's complement of the blocks.
"""

from typing import NamedTuple

import numpy as np

from bayescause.inference.newton import FLATTEST, ascent
from bayescause.scm.mechanism import FloatArray

__all__ = ["Arrow", "ArrowRoot", "arrow_ascent", "rooted", "solved"]


class Arrow(NamedTuple):
    """A symmetric matrix, or many of them along leading dims.

    Parameters
    ----------
    blocks : array, dims (..., level, effect, effect)
        Of each level's effects.
    edges : array, dims (..., level, effect, axis)
        Between them and the axes that all levels share.
    rest : array, dims (..., axis, axis)
        Of those axes.
    """

    blocks: FloatArray
    edges: FloatArray
    rest: FloatArray


class ArrowRoot(NamedTuple):
    """The lower root of a positive definite arrow, effects first.

    Parameters
    ----------
    blocks : array, dims (..., level, effect, effect)
        Lower roots of the blocks.
    edges : array, dims (..., level, effect, axis)
        The root's edge, turned: ``solve(blocks, edges)`` of the matrix.
    rest : array, dims (..., axis, axis)
        Lower root of what is left of the rest, Schur's complement.
    """

    blocks: FloatArray
    edges: FloatArray
    rest: FloatArray

    @property
    def log_determinant(self) -> FloatArray:
        """Of the matrix that this is the root of, dims (...)."""
        own = np.log(np.diagonal(self.blocks, axis1=-2, axis2=-1)).sum(axis=(-2, -1))
        return np.asarray(2.0 * (own + np.log(np.diagonal(self.rest, axis1=-2, axis2=-1)).sum(axis=-1)))


def rooted(arrow: Arrow) -> ArrowRoot | None:
    """The root of ``arrow``, or None where it is not positive definite.

    Examples
    --------
    >>> two = Arrow(np.array([[[4.0]], [[9.0]]]), np.array([[[2.0]], [[3.0]]]), np.array([[6.0]]))
    >>> found = rooted(two)
    >>> found.rest.tolist(), round(float(np.exp(found.log_determinant)), 9)
    ([[2.0]], 144.0)
    """
    try:
        blocks = _roots(arrow.blocks)
        edges = solved(blocks, arrow.edges)
        return ArrowRoot(blocks, edges, np.linalg.cholesky(arrow.rest - _gram(edges, edges)))
    except np.linalg.LinAlgError:
        return None


def solved(roots: FloatArray, right: FloatArray) -> FloatArray:
    """Solutions of ``roots @ found = right`` for many small lower roots, row by row for all of them at once.

    Parameters
    ----------
    roots : array, dims (..., row, row)
        Lower triangular with a diagonal that is not zero; what stands above it is not looked at.
    right : array, dims (..., row, column)
        Leading dims of both broadcast together.

    Returns
    -------
    array, dims (..., row, column)

    Examples
    --------
    >>> solved(np.array([[2.0, 0.0], [1.0, 4.0]]), np.array([[2.0], [9.0]])).tolist()
    [[1.0], [2.0]]
    """
    found = np.empty(np.broadcast_shapes(right.shape, (*roots.shape[:-1], right.shape[-1])))
    for row in range(roots.shape[-1]):
        left = right[..., row, :]
        if row:
            left = left - np.einsum("...k,...ka->...a", roots[..., row, :row], found[..., :row, :])
        np.divide(left, roots[..., row, row, None], out=found[..., row, :])
    return found


def _roots(blocks: FloatArray) -> FloatArray:
    """Lower roots of many small matrices; of numbers a loop over matrices would take ten times as long."""
    if blocks.shape[-1] > 1:
        return np.linalg.cholesky(blocks)
    if not (blocks > 0).all():
        raise np.linalg.LinAlgError("A block is not positive definite.")
    return np.sqrt(blocks)


def arrow_ascent(precision: Arrow, effects: FloatArray, rest: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Newton's step given minus the Hessian and the gradient, as ``newton.ascent``: it goes up wherever it starts.

    Parameters
    ----------
    precision : Arrow
        Without leading dims.
    effects : array, dims (level, effect)
        The gradient in the effects.
    rest : array, dims (axis,)
        The gradient in the axes that all levels share.
    """
    bends, directions = np.linalg.eigh(precision.blocks)
    turned = directions * np.maximum(np.abs(bends), FLATTEST)[..., None, :] ** -0.5
    edges, pulls = turned.swapaxes(-1, -2) @ precision.edges, (turned.swapaxes(-1, -2) @ effects[..., None])[..., 0]
    left = precision.rest - _gram(edges, edges)
    shared = ascent(-left, rest - np.einsum("lma,lm->a", edges, pulls))
    own = (turned @ (pulls - edges @ shared)[..., None])[..., 0]
    longest = 10.0 * np.sqrt(own.size + shared.size)
    size = min(1.0, longest / max(float(np.sqrt((own**2).sum() + (shared**2).sum())), 1e-300))
    return own * size, shared * size


def _gram(one: FloatArray, other: FloatArray) -> FloatArray:
    """Sums over levels and effects of products, dims (..., axis, axis): as one product of two flat matrices."""
    flat = [each.reshape(*each.shape[:-3], -1, each.shape[-1]) for each in (one, other)]
    return np.asarray(flat[0].swapaxes(-1, -2) @ flat[1])
