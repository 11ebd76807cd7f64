"""Abduction, action, prediction: a unit keeps its noise while something about it is set to another value.

The three steps of Pearl (2009, theorem 7.1.7): the noise of each mechanism between action and outcome is conditioned
on what was observed of the unit, the action replaces mechanisms, and the others respond with the same noise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bayescause.inference.arguments import Arguments, arguments_of
from bayescause.query.drawn_laws import Laws
from bayescause.scm.design import MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.noise import WithResidual, has_atoms, noise_of, response_to

__all__ = [
    "COUPLINGS",
    "Ranks",
    "Unit",
    "abducted",
    "arguments_in",
    "is_same",
    "predicted",
    "spread_ranks",
]

ROUNDING = 1e-11
"""Relative difference of two drives that are the same: they may have been added up in another order."""

type Ranks = Callable[[tuple[int, int]], FloatArray]
"""Uniform numbers of a shape (sample, row)."""

COUPLINGS: Mapping[str, str] = {
    "comonotone": "comonotone by the latent index: a unit keeps its rank among the values that were possible for it",
    "independent": "independent noises: a unit whose causes change draws anew, whatever was seen of it",
}
"""How the values of a discrete variable under different causes hang together in one unit, by name."""


@dataclass(frozen=True, eq=False)
class Unit:
    """What is known of one variable of units, and of the noise behind it.

    Parameters
    ----------
    noise : array, dims (sample, row)
        Residuals or ranks.
    values : array, dims (row,) or (sample, row), optional
        As they were, in the unit of the data; None for a unit of which nothing was observed, whose noise is a rank.
    arguments : Arguments, optional
        What its mechanism was driven by.
    fresh : array, dims (sample, row), optional
        Ranks for another world, where noises are independent between the worlds.
    """

    noise: FloatArray
    values: FloatArray | None = None
    arguments: Arguments | None = None
    fresh: FloatArray | None = None


def spread_ranks(rng: np.random.Generator) -> Ranks:
    """Uniform numbers that are spread evenly along each row: one in each of as many equal shares, in random order.

    Several such draws are a Latin hypercube (McKay, Beckman and Conover 1979).

    Examples
    --------
    >>> ranks = spread_ranks(np.random.default_rng(0))((1, 4))
    >>> np.sort(np.floor(4 * ranks)).tolist()
    [[0.0, 1.0, 2.0, 3.0]]
    """

    def ranks(shape: tuple[int, int]) -> FloatArray:
        places = np.broadcast_to(np.arange(shape[1], dtype=float), shape)
        return np.asarray((rng.permuted(places, axis=1) + rng.random(shape)) / shape[1])

    return ranks


def abducted(
    laws: Laws,
    keys: Mapping[str, str],
    columns: Mapping[str, FloatArray],
    *,
    ranks: Ranks,
    coupling: str = "comonotone",
) -> dict[str, Unit]:
    """Noise of each variable of ``keys`` given everything that was observed of the units.

    Parameters
    ----------
    laws : Laws
    keys : mapping of str to str
        Task key of each variable whose noise is asked for.
    columns : mapping of str to array, dims (row,) or (sample, row)
        The units' values, in the unit of the data: of these variables, and of all that drives them.
    ranks : callable
        Uniform numbers of a shape (sample, row): where in the interval that a discrete value leaves open the rank is.
    coupling : str
        A name of ``COUPLINGS``.
    """
    found = {}
    for name, key in keys.items():
        task, arguments = laws.design.mechanisms[key], arguments_in(laws, key, columns)
        shape = (laws.samples, np.shape(columns[name])[-1])
        noise = noise_of(task.mechanism, columns[name], *arguments)
        atoms = has_atoms(task.mechanism)
        drawn = noise.at(ranks(shape)) if atoms else noise.low
        fresh = ranks(shape) if atoms and coupling == "independent" else None
        found[name] = Unit(np.broadcast_to(drawn, shape), columns[name], arguments, fresh)
    return found


def predicted(
    laws: Laws,
    keys: Mapping[str, str],
    order: Sequence[str],
    do: Mapping[str, float | FloatArray],
    columns: Mapping[str, FloatArray],
    units: Mapping[str, Unit],
) -> dict[str, FloatArray]:
    """Values of the units had ``do`` been, dims (row,) or (sample, row): whatever it does not reach is as it was.

    Parameters
    ----------
    laws : Laws
    keys : mapping of str to str
    order : sequence of str
        Variables that ``do`` reaches, parents first.
    do : mapping of str to float or array, dims (row,) or (sample, row)
        In the unit of the data.
    columns : mapping of str to array, dims (row,) or (sample, row)
        The units as they were.
    units : mapping of str to Unit
        From ``abducted``.
    """
    rows = max(np.shape(column)[-1] for column in columns.values())
    world = {**columns, **{name: np.asarray(value, float) + np.zeros(rows) for name, value in do.items()}}
    for name in order:
        if name not in do:
            arguments = arguments_in(laws, keys[name], world)
            world[name] = _response(laws.design.mechanisms[keys[name]], units[name], arguments)
    return world


def arguments_in(laws: Laws, key: str, columns: Mapping[str, FloatArray]) -> Arguments:
    """What drives the mechanism ``key`` where the variables have the values of ``columns``."""
    return arguments_of(laws.design.mechanisms[key], laws.parameters[key], columns, laws.design)


def _response(task: MechanismDesign, unit: Unit, arguments: Arguments) -> FloatArray:
    if unit.values is None or unit.arguments is None:
        return task.mechanism.quantile(unit.noise, *arguments)
    if isinstance(task.mechanism, WithResidual):
        return response_to(task.mechanism, unit.noise, *arguments)
    noise = unit.noise if unit.fresh is None else unit.fresh
    # Nothing that drives it has changed: then it is what it was, whatever the coupling, and to the last digit.
    return np.where(is_same(unit.arguments, arguments), unit.values, response_to(task.mechanism, noise, *arguments))


def is_same(before: Arguments, after: Arguments) -> FloatArray:
    """Where everything that drives a mechanism is the same but for rounding, dims (sample, row)."""
    pairs = (
        np.abs(part[name] - other[name]) <= ROUNDING * (1 + np.abs(part[name]))
        for part, other in ((before[0], after[0]), (before[2], after[2]))
        for name in part
    )
    return np.asarray(np.logical_and.reduce(list(np.broadcast_arrays(*pairs))))
