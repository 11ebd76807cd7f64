"""Coordinates of draws, made once for all posteriors and effects that are alike: they take longer than the draws."""

from functools import lru_cache

import numpy as np
import xarray as xr

__all__ = ["draw_coordinates"]


@lru_cache(maxsize=64)
def draw_coordinates(chains: int, draws: int, terms: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> xr.Coordinates:
    """Chains and draws by number, and the labels of further dims.

    Parameters
    ----------
    chains, draws : int
    terms : tuple of (str, tuple of str)
        Dims with their labels.

    Examples
    --------
    >>> sorted(draw_coordinates(2, 3, (("sales_term", ("intercept", "promo")),)))
    ['chain', 'draw', 'sales_term']
    """
    named = {name: (name, np.array(labels, dtype=str)) for name, labels in terms}
    found: xr.Coordinates = xr.Dataset(coords={"chain": np.arange(chains), "draw": np.arange(draws), **named}).coords
    return found
