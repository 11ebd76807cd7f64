"""Draws with labels: what posteriors and effects of one kind share is made once; it takes longer than the draws."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from bayescause.scm.mechanism import FloatArray

__all__ = ["labelled", "labelled_along", "labelled_together", "over_draws"]

type Terms = tuple[tuple[str, tuple[str, ...]], ...]
"""Dims with their labels."""


def labelled(values: FloatArray, like: xr.Dataset | None = None) -> xr.DataArray:
    """Draws of one quantity, dims (chain, draw), as an array with labels, called ``effect``.

    Parameters
    ----------
    values : array, dims (chain, draw)
    like : Dataset, dims (chain, draw), optional
        Whose labels they have; by default they are numbered. Some draws of a posterior keep the numbers that they had.

    Examples
    --------
    >>> every = labelled(np.zeros((2, 3)))
    >>> every.coords["draw"].to_numpy().tolist()
    [0, 1, 2]
    >>> second = every.to_dataset().isel(draw=slice(None, None, 2))
    >>> labelled(np.ones((2, 2)), second).coords["draw"].to_numpy().tolist()
    [0, 2]
    """
    return _relabelled(_one(*values.shape).copy(deep=False, data=values), like)


def labelled_along(
    values: FloatArray, axes: Mapping[str, Sequence[float] | Sequence[str]], like: xr.Dataset | None = None
) -> xr.DataArray:
    """Draws of a quantity along further axes, dims (chain, draw, ...), called ``effect``.

    Parameters
    ----------
    values : array, dims (..., chain, draw)
        The axes first, as a computation gives them.
    axes : mapping of str to sequence
        Labels along each axis.
    like : Dataset, dims (chain, draw), optional
        As for ``labelled``.

    Examples
    --------
    >>> labelled_along(np.zeros((3, 2, 5)), {"value": (10.0, 20.0, 40.0)}).sizes
    Frozen({'chain': 2, 'draw': 5, 'value': 3})
    """
    chains, draws = values.shape[-2:]
    coordinates = _coordinates(chains, draws).assign({name: np.asarray(labels) for name, labels in axes.items()})
    turned = np.moveaxis(values, (-2, -1), (0, 1))
    return _relabelled(xr.DataArray(turned, coordinates, ("chain", "draw", *axes), "effect"), like)


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


def over_draws(draws: xr.DataArray, of: Callable[..., Any]) -> xr.DataArray:
    """What ``of`` makes of all draws together, dims (...) of those (chain, draw, ...), with the labels that are left.

    Parameters
    ----------
    draws : DataArray, dims (chain, draw, ...)
    of : function
        Of an array and the axes to go over, such as ``numpy.mean``: a tenth of the time that xarray's own takes.

    Examples
    --------
    >>> along = labelled_along(np.ones((3, 2, 5)), {"value": (10.0, 20.0, 40.0)})
    >>> over_draws(along, np.mean).sel(value=20.0).item()
    1.0
    """
    gone = ("chain", "draw")
    left = {name: one for name, one in draws.coords.variables.items() if not set(gone).intersection(one.dims)}
    dims = [dim for dim in draws.dims if dim not in gone]
    return xr.DataArray(of(draws.to_numpy(), axis=draws.get_axis_num(gone)), left, dims, draws.name)


def _relabelled(found: xr.DataArray, like: xr.Dataset | None) -> xr.DataArray:
    if like is None:
        return found
    # Labels that are as they are by default are left alone: to set them takes longer than to compare them.
    usual = found.coords.variables
    other = {name: like.variables[name].values for name in ("chain", "draw") if name in like.variables}
    moved = {name: labels for name, labels in other.items() if not np.array_equal(labels, usual[name].values)}
    return found.assign_coords(moved) if moved else found


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
