"""What a term is worth: its columns in the design matrix, by one implementation for NumPy arrays and PyTensor tensors.

The namespace ``xp`` is ``numpy`` or ``pytensor.tensor``; only operations that both share are used. A column has dims
(..., row); a block has dims (..., row, column). The columns of a product run through the last factor fastest.
"""

from collections.abc import Callable, Mapping
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from bayescause.graph.formula import GROUP, Factor, Term
from bayescause.scm.constants import CELL, CODED, Constants, constants_of
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.remembered import remembered

if TYPE_CHECKING:
    from bayescause.scm.design import Design

__all__ = ["column_names", "constants_of", "evaluate", "has_dummies", "term_faults"]

FUNCTIONS_OF_ONE_COLUMN: Mapping[str | None, Callable[[Any, Constants, Any], Any]] = MappingProxyType(
    {
        None: lambda values, _, __: values,
        "square": lambda values, _, __: values * values,
        "log": lambda values, _, xp: xp.log(values),
        "sqrt": lambda values, _, xp: xp.sqrt(values),
        "center": lambda values, constants, _: values - constants.center,
        "standardize": lambda values, constants, _: (values - constants.center) / constants.scale,
    }
)
"""Functions that give one column; dummies and splines give several."""


def evaluate(term: Term, columns: Mapping[str, Any], design: "Design", xp: Any) -> Any:
    """Columns of the design matrix that ``term`` stands for.

    Parameters
    ----------
    term : Term
    columns : mapping of str to array or tensor, dims (..., row)
        In the unit of the data; codes for categorical columns.
    design : Design
        Whose constants are used: nothing is derived from ``columns``.
    xp : module
        ``numpy`` or ``pytensor.tensor``.

    Returns
    -------
    array or tensor, dims (..., row, column)
        Uncentred; in the product of the factors' units.
    """
    first, *others = term.factors
    block = _block(columns[first.variable], first, _of(first, design), xp)
    width = len(_labels(design, first)) if others else 0
    for factor in others:
        other = _block(columns[factor.variable], factor, _of(factor, design), xp)
        other_width = len(_labels(design, factor))
        block = _products(block, width, other, other_width)
        width *= other_width
    return block


def column_names(term: Term, design: "Design") -> tuple[str, ...]:
    """Names of the coefficients of ``term``: ``qsmk``, ``education[3]``, ``qsmk:education[3]``.

    Examples
    --------
    >>> from bayescause.scm.design import Design
    >>> grade = Factor("grade")
    >>> design = Design({}, {grade: Constants(levels=(1.0, 2.0), labels=("b", "c"))}, {})
    >>> column_names(Term((Factor("dose"), grade)), design)
    ('dose:grade[b]', 'dose:grade[c]')
    """
    return _names_of(design, term)


@remembered
def _names_of(design: "Design", term: Term) -> tuple[str, ...]:
    return tuple(":".join(parts) for parts in product(*(_labels(design, factor) for factor in term.factors)))


def has_dummies(factor: Factor, design: "Design") -> bool:
    """Whether ``factor`` has a column for each level but one, so that a mean of its codes says nothing."""
    return _is_coded(factor, _of(factor, design))


def term_faults(
    term: Term, columns: Mapping[str, FloatArray], kinds: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Why ``term`` has no value on these columns, a sentence for each fault, and what to do.

    Parameters
    ----------
    term : Term
    columns : mapping of str to array, dims (row,)
    kinds : mapping of str to str, optional
        Kinds of the columns: a function of a categorical column is a fault.
    """
    found = (_fault(factor, columns[factor.variable], (kinds or {}).get(factor.variable)) for factor in term.factors)
    return tuple(fault for fault in found if fault)


def _of(factor: Factor, design: "Design") -> Constants:
    return design.constants.get(factor, Constants())


@remembered
def _labels(design: "Design", factor: Factor) -> tuple[str, ...]:
    constants = _of(factor, design)
    if _is_coded(factor, constants):
        written = factor.variable if factor.function == CELL else str(factor)
        return tuple(f"{written}[{label}]" for label in constants.labels)
    if factor.function == "spline":
        return tuple(f"{factor}[{number}]" for number in range(1, len(constants.knots)))
    return (str(factor),)


def _block(values: Any, factor: Factor, constants: Constants, xp: Any) -> Any:
    if _is_coded(factor, constants):
        return _indicators(values, constants, xp)
    if factor.function == "spline":
        return _spline(values, constants, xp)
    if factor.is_centred and factor.function == "square":
        return FUNCTIONS_OF_ONE_COLUMN["square"](values - constants.center, constants, xp)[..., None]
    column = FUNCTIONS_OF_ONE_COLUMN[factor.function](values, constants, xp)[..., None]
    return column - constants.center if factor.is_centred else column


def _is_coded(factor: Factor, constants: Constants) -> bool:
    return factor.function in ("factor", GROUP) or constants.reference is not None or bool(constants.levels)


def _indicators(values: Any, constants: Constants, xp: Any) -> Any:
    # One broadcast comparison, whatever the number of levels; `==` does not compare PyTensor variables.
    levels = np.array(constants.levels)
    repeated = values[..., None]
    return xp.where((repeated >= levels) & (repeated <= levels), np.array(1.0), np.array(0.0))


def _spline(values: Any, constants: Constants, xp: Any) -> Any:
    """Natural cubic spline: linear outside the boundary knots (Hastie, Tibshirani and Friedman 2009, eq. 5.4 and 5.5).

    The column is first put on a scale on which the boundary knots are 0 and 1.
    """
    low, high = constants.knots[0], constants.knots[-1]
    knots = (np.array(constants.knots) - low) / (high - low)
    place = ((values - low) / (high - low))[..., None]
    cubes = xp.maximum(place - knots, np.array(0.0)) ** 3
    slopes = (cubes[..., :-1] - cubes[..., -1:]) / (1.0 - knots[:-1])
    return xp.concatenate([place, slopes[..., :-1] - slopes[..., -1:]], axis=-1)


def _products(left: Any, left_width: int, right: Any, right_width: int) -> Any:
    if left_width == 1 or right_width == 1:
        return left * right
    pairs = left[..., :, None] * right[..., None, :]
    kept = (pairs.shape[axis] for axis in range(pairs.ndim - 2))
    return pairs.reshape((*kept, left_width * right_width))


def _fault(factor: Factor, values: FloatArray, kind: str | None) -> str | None:
    name, function = factor.variable, factor.function
    if kind in CODED and factor.is_offset:
        return f"{factor}: {name!r} is {kind}, so it is no number to add. Write {name} alone: it gets a column a level."
    if kind in CODED and function not in (None, "factor", GROUP, CELL):
        return f"{factor}: {name!r} is {kind}, so it has no {function}. Write {name} alone: it gets a column a level."
    limits = {"log": (values <= 0, "above zero"), "sqrt": (values < 0, "zero or above")}
    bad, wanted = limits.get(function or "", (np.zeros(len(values), dtype=bool), ""))
    if not bad.any():
        return None
    row = int(np.argmax(bad))
    return (
        f"{factor} needs values {wanted}; {name!r} has {int(bad.sum())} that are not, the first in row {row + 1} "
        f"({values[row]:g}). Use another function of {name!r}, or mend these rows."
    )
