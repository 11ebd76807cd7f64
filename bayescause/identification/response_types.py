"""Bounds on an effect from laws of discrete variables: the linear program over response types, solved for each law."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.bounds import ResponseModel, response_model
from bayescause.identification.evaluation import DiscreteLaw
from bayescause.identification.linear_programs import Constraints, Known, constraints_of, has_solution, least

__all__ = [
    "ObservedLaws",
    "bounds_of_law",
    "effect_bounds",
    "is_allowed",
    "mean_bounds",
    "observed_laws",
    "response_constraints",
    "strata_of",
]

MOST_NUMBERS = 2**22
"""Numbers that are held at a time while costs are added up."""

type Floats = NDArray[np.float64]
type Integers = NDArray[np.intp]
type Stratum = Mapping[str, int]


@dataclass(frozen=True, eq=False)
class ObservedLaws:
    """Draws of the observed law, in the factors of a ``ResponseModel``.

    Parameters
    ----------
    levels : mapping of str to int
        Number of levels of each variable.
    conditionals : mapping of str to array, dims (draw, level of each of ``given[name]``..., level of ``name``)
        For each member of ``district`` and ``between``.
    before : array, dims (draw, level of each of ``before``...)
        Joint law of what comes before.
    """

    levels: Mapping[str, int]
    conditionals: Mapping[str, Floats]
    before: Floats


def bounds_of_law(
    graph: CausalGraph, of: str, on: str, law: DiscreteLaw, *, contrast: tuple[int, int] = (0, 1)
) -> tuple[Floats, Floats]:
    """The smallest and the largest average effect that are compatible with each observed law, dims (law,) each.

    Parameters
    ----------
    graph : CausalGraph
    of, on : str
        Treatment and outcome.
    law : DiscreteLaw
        Of all measured causes of the outcome; an outcome without ``values`` is worth its codes.
    contrast : tuple of int
        Codes of the reference level and the level of interest.

    Raises
    ------
    GraphError
        If there are no bounds by response types.

    References
    ----------
    Balke and Pearl (1997), Bounds on treatment effects from studies with imperfect compliance; Sachs, Jonzon, Gabriel
    and Sjölander (2023), A general method for deriving tight symbolic bounds on causal effects.

    Examples
    --------
    >>> bow = CausalGraph.parse("x -> y; x <-> y")
    >>> low, high = bounds_of_law(bow, "x", "y", DiscreteLaw(("x", "y"), np.array([[0.3, 0.2], [0.1, 0.4]])))
    >>> [round(float(end[0]), 3) for end in (low, high)]
    [-0.3, 0.7]
    """
    model = response_model(graph, of, on, levels=law.levels)
    if isinstance(model, str):
        raise GraphError(model)
    worth = law.values.get(on, range(law.levels[on]))
    return effect_bounds(model, observed_laws(model, law), contrast, np.asarray(worth, dtype=float).tolist())


def observed_laws(model: ResponseModel, law: DiscreteLaw) -> "ObservedLaws":
    """The factors of joint laws; a condition that never occurs has all levels of what it conditions equally likely."""
    joint = law.probability.reshape(-1, *law.levels.values())
    conditionals = {}
    for name, given in model.given.items():
        table = _summed(law, joint, (*given, name))
        total = table.sum(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore"):
            conditionals[name] = np.where(total > 0, table / total, 1.0 / table.shape[-1])
    return ObservedLaws(law.levels, conditionals, _summed(law, joint, model.before))


def _summed(law: DiscreteLaw, joint: Floats, names: Sequence[str]) -> Floats:
    axes = {name: axis for axis, name in enumerate(law.names, start=1)}
    return np.asarray(np.einsum(joint, [0, *axes.values()], [0, *(axes[name] for name in names)]))


def strata_of(model: ResponseModel, levels: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Each combination of levels of ``model.strata``."""
    for chosen in product(*(range(levels[name]) for name in model.strata)):
        yield dict(zip(model.strata, chosen, strict=True))


def response_constraints(model: ResponseModel, levels: Mapping[str, int]) -> Constraints:
    """What the observed law says of the chances of response types: rows are cells of the district at each setting."""
    types = _types(model, levels)
    grid = _grid(model.settings, levels)
    size = prod(levels[name] for name in model.settings)
    seen: dict[str, Integers] = {name: values[None, :] for name, values in grid.items()}
    for name in model.district:
        seen[name] = _response(model, levels, types, name, seen)
    cells = np.broadcast_to(_flat(model.district, levels, seen), (len(next(iter(types.values()))), size))
    number = prod(levels[name] for name in model.district)
    matrix = np.zeros((size, number, len(cells)))
    matrix[np.arange(size)[:, None], cells.T, np.arange(len(cells))[None, :]] = 1.0
    return constraints_of(matrix.reshape(size * number, -1))


def is_allowed(
    model: ResponseModel, constraints: Constraints, laws: ObservedLaws, stratum: Stratum, *, known: Known | None = None
) -> tuple[NDArray[np.bool_], Known]:
    """Whether the graph allows each law, dims (draw,), as far as the district within ``stratum`` goes.

    Parameters
    ----------
    model : ResponseModel
    constraints : Constraints
        Those of ``response_constraints``.
    laws : ObservedLaws
    stratum : mapping of str to int
        Code of each of ``model.strata``.
    known : Known, optional
        What earlier calls found.

    Notes
    -----
    For an instrument this is the instrumental inequality (Pearl 1995) and whatever else response types imply.
    """
    return has_solution(constraints, _seen(model, laws, stratum)[:, constraints.rows], known=known)


def effect_bounds(
    model: ResponseModel,
    laws: ObservedLaws,
    contrast: tuple[int, int],
    worth: Sequence[float],
) -> tuple[Floats, Floats]:
    """The smallest and the largest effect that are compatible with each law, dims (draw,) each.

    Parameters
    ----------
    model : ResponseModel
    laws : ObservedLaws
        The law of ``before`` is that of the units whose average effect is asked for.
    contrast : tuple of int
        Codes of the reference level and the level of interest.
    worth : sequence of float
        What each level of the outcome is worth, in its unit.

    Returns
    -------
    low, high : array, dims (draw,)
        Not finite where the graph does not allow the law.
    """
    constraints = response_constraints(model, laws.levels)
    low, high = np.zeros(len(laws.before)), np.zeros(len(laws.before))
    found = Known(), Known()
    for stratum in strata_of(model, laws.levels):
        share = _share(model, laws, stratum)
        counted = share > 0
        if not counted.any():
            continue
        part = _drawn(laws, counted)
        right = _seen(model, part, stratum)[:, constraints.rows]
        cost = _costs(model, part, stratum, contrast, np.asarray(worth, dtype=float))
        smallest, lower = least(constraints, right, cost, known=found[0])
        largest, upper = least(constraints, right, -cost, known=found[1])
        scale = share[counted] if cost.ndim == 1 else 1.0
        low[counted] += scale * smallest
        high[counted] -= scale * largest
        found = lower, upper
    return low, high


def mean_bounds(
    model: ResponseModel, laws: ObservedLaws, contrast: tuple[int, int], worth: Sequence[float]
) -> tuple[float, float]:
    """The smallest and the largest effect that are compatible with the mean of the laws.

    As ends are minima and maxima of many linear functions, they lie outside of the ends' own means.
    """
    constraints = response_constraints(model, laws.levels)
    low = high = 0.0
    for stratum in strata_of(model, laws.levels):
        share = _share(model, laws, stratum)
        if not (share > 0).any():
            continue
        right = _seen(model, laws, stratum)[:, constraints.rows].mean(axis=0)[None]
        cost = _costs(model, laws, stratum, contrast, np.asarray(worth, dtype=float))
        scale = float(share.mean()) if cost.ndim == 1 else 1.0
        cost = cost if cost.ndim == 1 else cost.mean(axis=0)
        low += scale * float(least(constraints, right, cost)[0][0])
        high -= scale * float(least(constraints, right, -cost)[0][0])
    return low, high


def _drawn(laws: ObservedLaws, kept: NDArray[np.bool_]) -> ObservedLaws:
    return ObservedLaws(
        laws.levels, {name: table[kept] for name, table in laws.conditionals.items()}, laws.before[kept]
    )


def _share(model: ResponseModel, laws: ObservedLaws, stratum: Stratum) -> Floats:
    """Probability of the part of ``stratum`` that lies before the district, dims (draw,)."""
    picked = tuple(stratum.get(name, slice(None)) for name in model.before)
    return np.asarray(laws.before[(slice(None), *picked)].reshape(len(laws.before), -1).sum(axis=1))


def _seen(model: ResponseModel, laws: ObservedLaws, stratum: Stratum) -> Floats:
    """Factor of the district at each setting, dims (draw, setting x cell)."""
    grid = _grid((*model.settings, *model.district), laws.levels)
    factors = [_looked_up(model, laws, name, {**grid, **stratum}) for name in model.district]
    return np.asarray(np.prod(np.broadcast_arrays(*factors), axis=0))


def _costs(
    model: ResponseModel, laws: ObservedLaws, stratum: Stratum, contrast: tuple[int, int], worth: Floats
) -> Floats:
    """Effect of each response type, dims (type,), or (draw, type) where other laws enter."""
    low, high = (_worth_under(model, laws, stratum, level, worth) for level in contrast)
    return high - low


def _worth_under(model: ResponseModel, laws: ObservedLaws, stratum: Stratum, level: int, worth: Floats) -> Floats:
    levels = laws.levels
    others = [name for name in (*model.before, *model.between) if name not in stratum]
    types = _types(model, levels)
    fixed = {name: np.full((1, 1), held) for name, held in (*stratum.items(), (model.of, level))}
    values = fixed | {name: codes[None, :] for name, codes in _grid(others, levels).items()}
    for name in model.responding:
        values[name] = _response(model, levels, types, name, values)
    size = (len(next(iter(types.values()))), prod(levels[name] for name in others))
    gained = np.broadcast_to(worth[values[model.on]], size)
    if not others and not set(model.between):
        return gained[:, 0]
    draws = len(laws.before)
    block = max(1, MOST_NUMBERS // (size[0] * size[1]))
    parts = []
    for start in range(0, draws, block):
        part = _drawn(laws, (np.arange(draws) >= start) & (np.arange(draws) < start + block))
        chance = np.broadcast_to(_before(model, part, values), (len(part.before), *size))
        for name in model.between:
            chance = chance * _looked_up(model, part, name, values)
        parts.append((chance * gained).sum(axis=2))
    return np.concatenate(parts)


def _before(model: ResponseModel, laws: ObservedLaws, values: Mapping[str, Integers]) -> Floats:
    flat = np.atleast_2d(_flat(model.before, laws.levels, values))
    return np.asarray(laws.before.reshape(len(laws.before), -1)[:, flat])


def _looked_up(model: ResponseModel, laws: ObservedLaws, name: str, values: Mapping[str, Integers | int]) -> Floats:
    """Chance of a variable's level given what it is conditioned on, dims (draw, ...)."""
    table = laws.conditionals[name]
    flat = _flat((*model.given[name], name), laws.levels, values)
    return np.asarray(table.reshape(len(table), -1)[:, flat])


def _types(model: ResponseModel, levels: Mapping[str, int]) -> dict[str, Integers]:
    """Number of the function by which each member responds, dims (type,)."""
    functions = {name: levels[name] ** prod(levels[one] for one in _causes(model, name)) for name in model.district}
    return _grid(tuple(functions), functions)


def _causes(model: ResponseModel, name: str) -> tuple[str, ...]:
    return tuple(parent for parent in model.graph.parents(name) if parent not in model.strata)


def _response(
    model: ResponseModel,
    levels: Mapping[str, int],
    types: Mapping[str, Integers],
    name: str,
    values: Mapping[str, Integers],
) -> Integers:
    """Level with which each type of unit responds, dims (type, ...)."""
    place = _flat(_causes(model, name), levels, values)
    return np.asarray(types[name][:, None] // levels[name] ** place % levels[name])


def _grid(names: Sequence[str], levels: Mapping[str, int]) -> dict[str, Integers]:
    """Every combination of levels, dims (combination,) each."""
    shape = tuple(levels[name] for name in names)
    found = np.unravel_index(np.arange(prod(shape)), shape) if shape else ()
    return dict(zip(names, found, strict=True))


def _flat(names: Sequence[str], levels: Mapping[str, int], values: Mapping[str, Integers | int]) -> Integers:
    """Place of a combination of levels in a flat table."""
    place = np.zeros((), dtype=np.intp)
    for name in names:
        place = place * levels[name] + values[name]
    return place
