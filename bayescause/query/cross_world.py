"""The range of a unit's mean outcome over all couplings: what its discrete values leave open, whatever hangs together.

Given a value that had chance p, another value of the same unit under other causes may have any law whose chances are
at most 1 / p times its own (the bounds of Frechet 1951). Noises of different variables are independent, so that the
smallest mean is found backwards from the outcome: at each variable as much chance as may be goes to what leads to
the smallest mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bayescause.inference.arguments import Arguments
from bayescause.query.abduction import Unit, arguments_in, is_same
from bayescause.query.drawn_laws import Laws
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.noise import has_atoms, response_to

__all__ = ["lowest_mean", "mean_range"]

MOST = 5_000
"""Combinations of values of the variables between, above which no range is sought."""

LEAST = 1e-300
"""Smallest chance of a value that was seen: a smaller one allows anything just as well."""

type Ends = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class _Way:
    laws: Laws
    keys: Mapping[str, str]
    units: Mapping[str, Unit]


def mean_range(
    laws: Laws,
    keys: Mapping[str, str],
    order: Sequence[str],
    do: Mapping[str, float],
    columns: Mapping[str, FloatArray],
    units: Mapping[str, Unit],
) -> Ends | None:
    """Smallest and largest mean of the last variable of ``order`` under ``do``, each dims (sample,); None if too many.

    Parameters
    ----------
    laws : Laws
    keys : mapping of str to str
    order : sequence of str
        Variables that ``do`` reaches, parents first.
    do : mapping of str to float
    columns : mapping of str to array, dims (1,)
        All that was observed of one unit.
    units : mapping of str to Unit
        From ``abducted``, with one row.
    """
    world = {**columns, **{name: np.full(1, value) for name, value in do.items()}}
    found = _ends(_Way(laws, keys, units), tuple(order), world)
    return None if found is None else (found[0][:, 0], found[1][:, 0])


def lowest_mean(values: FloatArray, weights: FloatArray, chance: FloatArray) -> FloatArray:
    """Smallest mean of ``values`` under a law whose chances are at most ``weights / chance``, dims (...).

    Parameters
    ----------
    values, weights : array, dims (node, ...)
    chance : array, dims (...)

    Examples
    --------
    >>> lowest_mean(np.array([0.0, 1.0]), np.array([0.3, 0.7]), np.array(0.5)).round(6).tolist()
    0.4
    """
    order = np.argsort(values, axis=0)
    values, most = (np.take_along_axis(each, order, axis=0) for each in (values, weights / np.maximum(chance, LEAST)))
    before = np.cumsum(most, axis=0) - most
    return np.asarray((np.clip(1 - before, 0.0, most) * values).sum(axis=0))


def _ends(way: _Way, order: Sequence[str], columns: Mapping[str, FloatArray]) -> Ends | None:
    name, rest = order[0], order[1:]
    mechanism = way.laws.design.mechanisms[way.keys[name]].mechanism
    arguments, unit = arguments_in(way.laws, way.keys[name], columns), way.units[name]
    if has_atoms(mechanism):
        return _over_values(way, order, columns, arguments)
    value = response_to(mechanism, unit.noise, *arguments)
    return _ends(way, rest, {**columns, name: value}) if rest else (value, value)


def _over_values(
    way: _Way, order: Sequence[str], columns: Mapping[str, FloatArray], arguments: Arguments
) -> Ends | None:
    name, rest = order[0], order[1:]
    mechanism, unit = way.laws.design.mechanisms[way.keys[name]].mechanism, way.units[name]
    if unit.values is None or unit.arguments is None:
        return None
    values, weights = mechanism.nodes(*arguments)
    shape = (len(values), *np.broadcast_shapes(values.shape[1:], weights.shape[1:], (way.laws.samples, 1)))
    values, weights = np.broadcast_to(values, shape), np.broadcast_to(weights, shape)
    if shape[0] * shape[2] > MOST:
        return None
    if rest:
        found = _ends(way, rest, {**_repeated(columns, shape), name: _flat(values)})
        if found is None:
            return None
        lows, highs = (_unflat(end, shape) for end in found)
    else:
        lows, highs = values, values
    chance = np.exp(mechanism.log_density(unit.values, *unit.arguments))
    low, high = lowest_mean(lows, weights, chance), -lowest_mean(-highs, weights, chance)
    same, here = is_same(unit.arguments, arguments), values == unit.values
    if (same & ~here.any(axis=0)).any():
        return None
    # Where nothing that drives it has changed, it is what it was.
    return np.where(same, (here * lows).sum(axis=0), low), np.where(same, (here * highs).sum(axis=0), high)


def _repeated(columns: Mapping[str, FloatArray], shape: tuple[int, int, int]) -> dict[str, FloatArray]:
    nodes, _, cells = shape
    return {
        key: np.tile(np.broadcast_to(column, (*column.shape[:-1], cells)), (1,) * (column.ndim - 1) + (nodes,))
        for key, column in columns.items()
    }


def _flat(values: FloatArray) -> FloatArray:
    """From (node, sample, cell) to (sample, node by cell)."""
    nodes, samples, cells = values.shape
    return np.ascontiguousarray(np.moveaxis(values, 0, 1)).reshape(samples, nodes * cells)


def _unflat(values: FloatArray, shape: tuple[int, int, int]) -> FloatArray:
    nodes, samples, cells = shape
    return np.moveaxis(np.broadcast_to(values, (samples, nodes * cells)).reshape(samples, nodes, cells), 1, 0)
