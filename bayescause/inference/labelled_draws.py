"""Draws with labels: what posteriors and effects of one kind share is made once; it takes longer than the draws."""

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import xarray as xr

from bayescause.scm.mechanism import FloatArray

__all__ = ["labelled", "labelled_along", "labelled_together"]

type Terms = tuple[tuple[str, tuple[str, ...]], ...]
"""Dims with their labels."""


def labelled(values: FloatArray) -> xr.DataArray:
    """Draws of one quantity, dims (chain, draw), as an array with labels, called ``effect``.

    Examples
    --------
    >>> labelled(np.zeros((2, 3))).coords["draw"].to_numpy().tolist()
    [0, 1, 2]
    """
    return _one(*values.shape).copy(deep=False, data=values)


def labelled_along(values: FloatArray, axes: Mapping[str, Sequence[float] | Sequence[str]]) -> xr.DataArray:
    """Draws of a quantity along further axes, dims (chain, draw, ...), called ``effect``.

    Parameters
    ----------
    values : array, dims (..., chain, draw)
        The axes first, as a computation gives them.
    axes : mapping of str to sequence
        Labels along each axis.

    Examples
    --------
    >>> labelled_along(np.zeros((3, 2, 5)), {"value": (10.0, 20.0, 40.0)}).sizes
    Frozen({'chain': 2, 'draw': 5, 'value': 3})
    """
    chains, draws = values.shape[-2:]
    coordinates = _coordinates(chains, draws).assign({name: np.asarray(labels) for name, labels in axes.items()})
    turned = np.moveaxis(values, (-2, -1), (0, 1))
    return xr.DataArray(turned, coordinates, ("chain", "draw", *axes), "effect")


def labelled_together(
    variables: Mapping[str, tuple[tuple[str, ...], FloatArray]], chains: int, draws: int, terms: Terms = ()
) -> xr.Dataset:
    """Draws of several quantities.

    Parameters
    ----------
    variables : mapping of str to (dims, values)
    chains, draws : int
    terms : tuple of (str, tuple of str)
        Further dims with their labels.

    Examples
    --------
    >>> slopes = {"sales_coefficient": (("chain", "draw", "sales_term"), np.zeros((2, 3, 2)))}
    >>> found = labelled_together(slopes, 2, 3, (("sales_term", ("intercept", "promo")),))
    >>> sorted(found.coords)
    ['chain', 'draw', 'sales_term']
    """
    laid = tuple((name, dims, values.shape) for name, (dims, values) in variables.items())
    data: dict[Hashable, FloatArray] = {name: values for name, (_, values) in variables.items()}
    return _several(laid, chains, draws, terms).copy(data=data)


@lru_cache(maxsize=64)
def _one(chains: int, draws: int) -> xr.DataArray:
    return xr.DataArray(_room((chains, draws)), _coordinates(chains, draws), ("chain", "draw"), "effect")


@lru_cache(maxsize=64)
def _several(
    laid: tuple[tuple[str, tuple[str, ...], tuple[int, ...]], ...], chains: int, draws: int, terms: Terms
) -> xr.Dataset:
    variables = {name: (dims, _room(shape)) for name, dims, shape in laid}
    return xr.Dataset(variables, _coordinates(chains, draws, terms))


@lru_cache(maxsize=64)
def _coordinates(chains: int, draws: int, terms: Terms = ()) -> xr.Coordinates:
    named = {name: (name, np.array(labels, dtype=str)) for name, labels in terms}
    found: xr.Coordinates = xr.Dataset(coords={"chain": np.arange(chains), "draw": np.arange(draws), **named}).coords
    return found


def _room(shape: tuple[int, ...]) -> FloatArray:
    """Something of this shape that needs no memory."""
    return np.broadcast_to(np.zeros(()), shape)
