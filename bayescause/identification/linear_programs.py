"""Many linear programs with the same constraints but other right-hand sides: a vertex found for one serves others."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Constraints", "Known", "constraints_of", "has_solution", "least"]

TOLERANCE = 1e-9
"""How far below zero the chance of a response type, or a reduced cost, may be by rounding."""

SLACK = 1e-6
"""By how much right-hand sides may miss a solution in all: solvers and sums of chances are no more exact."""

type Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Constraints:
    """``matrix @ x == right``, ``x >= 0``, without rows that follow from others and without columns that are alike.

    Parameters
    ----------
    matrix : array, dims (row, kind)
    rows : array, dims (row,)
        Which rows of the full system were kept.
    order : array, dims (column,)
        Columns of the full system, sorted by kind.
    starts : array, dims (kind,)
        Where each kind starts in ``order``.
    """

    matrix: Floats
    rows: NDArray[np.intp]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Known:
    """What was found for some programs and is tried first on others with the same constraints.

    Parameters
    ----------
    bases : tuple of array, dims (row,)
        Columns, each time optimal for some program.
    rays : tuple of array, dims (row,)
        Directions that no right-hand side with a solution has.
    """

    bases: tuple[NDArray[np.intp], ...] = ()
    rays: tuple[Floats, ...] = ()


def constraints_of(matrix: Floats) -> Constraints:
    """The rows of ``matrix`` on which all others depend, and its columns, each once.

    Examples
    --------
    >>> constraints_of(np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [0.0, 1.0, 1.0]])).matrix.shape
    (2, 2)
    """
    columns, kinds = np.unique(matrix, axis=1, return_inverse=True)
    order = np.argsort(kinds, kind="stable")
    rows = np.sort(_independent(columns.T))
    return Constraints(columns[rows], rows, order, np.searchsorted(kinds[order], np.arange(columns.shape[1])))


def has_solution(
    constraints: Constraints, right: Floats, *, known: Known | None = None
) -> tuple[NDArray[np.bool_], Known]:
    """Whether the program of each right-hand side, dims (program, row), has any solution, dims (program,)."""
    values, known = least(constraints, right, np.zeros(len(constraints.order)), known=known)
    return np.isfinite(values), known


def least(constraints: Constraints, right: Floats, cost: Floats, *, known: Known | None = None) -> tuple[Floats, Known]:
    """The least cost of each program, dims (program,): infinite where there is no solution.

    Parameters
    ----------
    constraints : Constraints
    right : array, dims (program, row)
        Right-hand sides of the kept rows.
    cost : array, dims (column,) or (program, column)
        Of the full system's columns; of columns that are alike the cheapest counts.
    known : Known, optional
        What served similar programs.

    Returns
    -------
    values : array, dims (program,)
    known : Known
        What was given, and what was found.

    Notes
    -----
    A basis is optimal if its solution is not negative and no reduced cost is (Bertsimas and Tsitsiklis 1997, section
    3.1). Each basis is tried on all programs at once; only where none is optimal is a program handed to HiGHS.

    Examples
    --------
    >>> shares = constraints_of(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]))
    >>> least(shares, np.array([[1.0, 1.0], [2.0, 1.0]]), np.array([1.0, 1.0, 1.0]))[0].tolist()
    [1.0, 2.0]
    """
    cost = np.minimum.reduceat(cost[..., constraints.order], constraints.starts, axis=-1)
    bases, rays = ([], []) if known is None else (list(known.bases), list(known.rays))
    values = np.full(len(right), np.nan)
    for ray in rays:
        values[right @ ray > SLACK] = np.inf
    for basis in bases:
        _try(constraints, right, cost, basis, values)
    while (open_ := np.flatnonzero(np.isnan(values))).size:
        first = int(open_[0])
        own = cost if cost.ndim == 1 else cost[first]
        solved = _solved(constraints.matrix, right[first], own)
        if solved is None:
            ray = _certificate(constraints.matrix, right[first])
            if right[first] @ ray > SLACK:
                rays.append(ray)
                values[open_[right[open_] @ ray > SLACK]] = np.inf
                continue
            solved = _solved(constraints.matrix, _nearest(constraints.matrix, right[first]), own)
        value, columns = (np.inf, None) if solved is None else solved
        if columns is not None:
            _try(constraints, right, cost, columns, values)
            bases.append(columns)
        if np.isnan(values[first]):
            values[first] = value
    return values, Known(tuple(bases), tuple(rays))


def _try(constraints: Constraints, right: Floats, cost: Floats, basis: NDArray[np.intp], values: Floats) -> None:
    """Fill in ``values`` of the programs that ``basis`` solves."""
    inverse = np.linalg.inv(constraints.matrix[:, basis])
    if cost.ndim == 1 and (cost - cost[basis] @ inverse @ constraints.matrix).min() < -TOLERANCE:
        return
    places = np.flatnonzero(np.isnan(values))
    solutions = right[places] @ inverse.T
    is_solved = solutions.min(axis=1) >= -TOLERANCE
    places, solutions = places[is_solved], solutions[is_solved]
    if cost.ndim == 1:
        values[places] = solutions @ cost[basis]
        return
    costs = cost[places]
    reduced = costs - (costs[:, basis] @ inverse) @ constraints.matrix
    is_best = reduced.min(axis=1) >= -TOLERANCE
    values[places[is_best]] = (solutions * costs[:, basis]).sum(axis=1)[is_best]


def _solved(matrix: Floats, right: Floats, cost: Floats) -> tuple[float, NDArray[np.intp] | None] | None:
    """Value and basis of one program; None if it has no solution."""
    from scipy.optimize import linprog

    found: Any = linprog(cost, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs-ds")
    if found.status == 2:
        return None
    if found.status != 0:
        raise ArithmeticError(f"A linear program for bounds could not be solved: {found.message}")
    reduced = cost - found.eqlin.marginals @ matrix
    # The solution's own columns first, then those that cost nothing, until they span.
    candidates = np.concatenate(
        [np.flatnonzero(found.x > TOLERANCE), np.flatnonzero((found.x <= TOLERANCE) & (np.abs(reduced) < TOLERANCE))]
    )
    basis = candidates[_first_independent(matrix[:, candidates])]
    return float(found.fun), basis if len(basis) == len(matrix) else None


def _certificate(matrix: Floats, right: Floats) -> Floats:
    """A direction that no solution could have: not positive on any column, positive on ``right`` (Farkas)."""
    from scipy.optimize import linprog

    found: Any = linprog(-right, A_ub=matrix.T, b_ub=np.zeros(matrix.shape[1]), bounds=(-1, 1), method="highs-ds")
    return np.asarray(found.x)


def _nearest(matrix: Floats, right: Floats) -> Floats:
    """The right-hand side with a solution that differs least from ``right`` in all."""
    from scipy.optimize import linprog

    rows, columns = matrix.shape
    slack = np.eye(rows)
    cost = np.concatenate([np.zeros(columns), np.ones(2 * rows)])
    found: Any = linprog(cost, A_eq=np.hstack([matrix, slack, -slack]), b_eq=right, bounds=(0, None), method="highs-ds")
    return np.asarray(matrix @ np.maximum(found.x[:columns], 0.0))


def _independent(columns: Floats) -> NDArray[np.intp]:
    from scipy.linalg import qr

    _, triangle, order = qr(columns, mode="economic", pivoting=True)
    size = np.abs(np.diag(triangle))
    return np.asarray(order[: int((size > TOLERANCE * max(1.0, size.max())).sum())])


def _first_independent(columns: Floats) -> NDArray[np.intp]:
    """Columns that do not depend on those before them."""
    kept: list[int] = []
    directions = np.zeros((0, len(columns)))
    for place in range(columns.shape[1]):
        rest = columns[:, place] - directions.T @ (directions @ columns[:, place])
        rest -= directions.T @ (directions @ rest)
        length = float(np.linalg.norm(rest))
        if length > 1e-7:
            kept.append(place)
            directions = np.vstack([directions, rest / length])
        if len(kept) == len(columns):
            break
    return np.array(kept, dtype=np.intp)
