"""A design is all that was derived from the data: centres, scales, knots, levels and prior scales, once, frozen."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bayescause.graph.formula import Factor, Term
from bayescause.scm.abilities import is_by_terms
from bayescause.scm.constants import Constants
from bayescause.scm.mechanism import FloatArray, Mechanism
from bayescause.scm.pooling import Pool, pushes
from bayescause.scm.priors import Prior
from bayescause.scm.products import product
from bayescause.scm.terms import column_names, evaluate

__all__ = [
    "INTERCEPT",
    "RAW_INTERCEPT",
    "Constants",
    "Design",
    "MechanismDesign",
    "added_up",
    "design_block",
    "design_matrix",
    "drive",
    "drive_parts",
    "drives_of",
    "named_of",
    "ordinary_block",
    "ordinary_matrix",
]

INTERCEPT = "intercept"
"""Name of the drive's value where every predictor is at its mean."""

RAW_INTERCEPT = "raw_intercept"
"""Key of a prior on the drive's value where every column is zero: such a task has centres zero, and this is its
intercept's prior, so that every family and every engine can have it."""


@dataclass(frozen=True, eq=False)
class MechanismDesign:
    """One fitting task in numbers.

    Parameters
    ----------
    key : str
        Name of the task; the variable's own name where its declared mechanism is fitted.
    variable : str
        The response.
    mechanism : Mechanism
    terms : tuple of Term
        Pooled terms stand last.
    columns : tuple of str
        Names of the coefficients without the intercept: ``qsmk``, ``education[3]``, ``qsmk:smokeintensity``.
    centres, scales : array, dims (column,)
        Mean and sd of each column of the design matrix, in the column's unit. A drive is
        ``intercept + sum(coefficient * (column - centre))``. Centres are zero where the raw intercept has a prior.
    priors : mapping of str to Prior
        Of each of ``coefficients`` that is not pooled and of each of ``dispersion``, in data units.
    pools : tuple of Pool
        Columns whose coefficients are normal around zero with a common sd, a dispersion parameter. Their centres are
        zero. Every predictor has pools of its own over the same columns, one predictor after another.
    has_intercept : bool
        False for a table of probabilities, which has a column for each combination of its parents' levels.
    """

    key: str
    variable: str
    mechanism: Mechanism
    terms: tuple[Term, ...]
    columns: tuple[str, ...]
    centres: FloatArray
    scales: FloatArray
    priors: Mapping[str, Prior]
    pools: tuple[Pool, ...] = ()
    has_intercept: bool = True

    @cached_property
    def places(self) -> Mapping[str, tuple[str, str]]:
        """Predictor and column (or ``intercept``) of each coefficient, by its name, in the order of all arrays.

        Every predictor has an intercept and slopes over the same columns, one predictor after another; pooled effects
        follow, again one predictor after another. With one predictor a coefficient has the name of its column; with
        several, that of the predictor stands before it: ``presence.dose``.
        """
        predictors = self.mechanism.predictors
        ordinary, pooled = self.columns[: self._ordinary], self.columns[self._ordinary :]
        columns = (INTERCEPT, *ordinary) if self.has_intercept else ordinary
        pairs = [(predictor, column) for own in (columns, pooled) for predictor in predictors for column in own]
        return {named_of(self.mechanism, *pair): pair for pair in pairs}

    @property
    def causes(self) -> tuple[str, ...]:
        """Columns that are the drives as they are, of a mechanism that says itself how they act; no others have any."""
        return () if is_by_terms(self.mechanism) else tuple(name for term in self.terms for name in term.variables)

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of the coefficients, each predictor's intercept before its slopes."""
        return tuple(self.places)

    @property
    def fixed(self) -> tuple[str, ...]:
        """Names of the coefficients that have priors of their own: all but the pooled ones, intercepts first."""
        return self.coefficients[: self._width * len(self.mechanism.predictors)]

    def fixed_of(self, predictor: str) -> slice:
        """Places among ``coefficients`` of those of one predictor that have priors of their own."""
        place = self.mechanism.predictors.index(predictor)
        return slice(self._width * place, self._width * (place + 1))

    def effects_of(self, pool: Pool) -> slice:
        """Places among ``coefficients`` of the effects of one of ``pools``."""
        place, width = self.mechanism.predictors.index(pool.predictor), len(self.columns) - self._ordinary
        shift = len(self.fixed) + place * width - self._ordinary
        return slice(shift + pool.start, shift + pool.stop)

    @property
    def _ordinary(self) -> int:
        """How many columns are not pooled."""
        return self.pools[0].start if self.pools else len(self.columns)

    @property
    def _width(self) -> int:
        """How many coefficients of one predictor are not pooled."""
        return self.has_intercept + self._ordinary

    @property
    def dispersion(self) -> tuple[str, ...]:
        """Names of the parameters that are no coefficients: those of the family, then the sds of pooled effects."""
        return (*self.mechanism.dispersion, *(pool.name for pool in self.pools))


def named_of(mechanism: Mechanism, predictor: str, name: str) -> str:
    """Name of a parameter that belongs to one predictor: ``presence.dose`` where there are several.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.hurdle import Hurdle
    >>> named_of(Hurdle(), "presence", "dose")
    'presence.dose'
    """
    return name if len(mechanism.predictors) == 1 else f"{predictor}.{name}"


@dataclass(frozen=True, eq=False)
class Design:
    """What a model took from its data.

    Parameters
    ----------
    mechanisms : mapping of str to MechanismDesign
        By task key, parents before children.
    constants : mapping of Factor to Constants
    levels : mapping of str to tuple of str
        Names of the codes 0, 1, ... of each categorical or binary column.
    """

    mechanisms: Mapping[str, MechanismDesign]
    constants: Mapping[Factor, Constants]
    levels: Mapping[str, tuple[str, ...]]

    @cached_property
    def known(self) -> dict[Hashable, Any]:
        """What ``remembered`` functions have found of it, by function and arguments."""
        return {}


def design_block(task: MechanismDesign, columns: Mapping[str, Any], design: Design, xp: Any) -> Any:
    """Design matrix of ``task`` without the intercept, uncentred, dims (..., row, column).

    Parameters
    ----------
    task : MechanismDesign
        Only its terms are read.
    columns : mapping of str to array or tensor, dims (..., row)
        Leading dims may differ; they are broadcast.
    design : Design
    xp : module
        ``numpy`` or ``pytensor.tensor``.

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> task = MechanismDesign("y", "y", Gaussian(), (Term((Factor("x"),)),), ("x",), np.zeros(1), np.ones(1), {})
    >>> design_block(task, {"x": np.array([1.0, 2.0])}, Design({}, {}, {}), np).tolist()
    [[1.0], [2.0]]
    """
    return _block(task.terms, columns, design, xp)


def ordinary_block(task: MechanismDesign, columns: Mapping[str, Any], design: Design, xp: Any) -> Any:
    """``design_block`` without the columns of pooled terms, of which there may be thousands."""
    return _block([term for term in task.terms if term.group is None], columns, design, xp)


def _block(terms: Sequence[Term], columns: Mapping[str, Any], design: Design, xp: Any) -> Any:
    blocks = [evaluate(term, columns, design, xp) for term in terms]
    if not blocks:
        return xp.zeros_like(next(iter(columns.values())))[..., None][..., :0]
    if len({block.ndim for block in blocks}) > 1:
        like = sum(xp.zeros_like(block[..., :1]) for block in blocks)
        blocks = [block + like for block in blocks]
    return xp.concatenate(blocks, axis=-1)


def design_matrix(task: MechanismDesign, columns: Mapping[str, FloatArray], design: Design) -> FloatArray:
    """What the coefficients of one predictor are multiplied by: ones, then centred columns, dims (row, column).

    Parameters
    ----------
    task : MechanismDesign
    columns : mapping of str to array, dims (row,)
        The response included: it tells the number of rows where there are no terms.
    design : Design

    Examples
    --------
    >>> from bayescause.scm.mechanisms.gaussian import Gaussian
    >>> task = MechanismDesign("y", "y", Gaussian(), (Term((Factor("x"),)),), ("x",), np.ones(1), np.ones(1), {})
    >>> design_matrix(task, {"y": np.zeros(2), "x": np.array([1.0, 3.0])}, Design({}, {}, {})).tolist()
    [[1.0, 0.0], [1.0, 2.0]]
    """
    block = design_block(task, columns, design, np) - task.centres
    return np.column_stack([np.ones(len(columns[task.variable])), block]) if task.has_intercept else block


def ordinary_matrix(task: MechanismDesign, columns: Mapping[str, FloatArray], design: Design) -> FloatArray:
    """``design_matrix`` without the columns of pooled terms, dims (row, column)."""
    block = ordinary_block(task, columns, design, np)
    centred = block - task.centres[: block.shape[1]]
    return np.column_stack([np.ones(len(columns[task.variable])), centred]) if task.has_intercept else centred


def drives_of(
    task: MechanismDesign, coefficients: Any, columns: Mapping[str, Any], design: Design, xp: Any
) -> dict[str, Any]:
    """The drive of each predictor, dims (..., row), by its name; parameters as for ``drive``.

    ``coefficients`` holds those of all predictors, as ``places`` names them. A mechanism that is not by terms is driven
    by its causes as they are.
    """
    if not is_by_terms(task.mechanism):
        return {name: columns[name] for name in task.causes}
    predictors = task.mechanism.predictors
    if len(predictors) == 1:
        return {predictors[0]: drive(task, coefficients, columns, design, xp)}
    return {name: drive(task, _own(task, name, coefficients, xp), columns, design, xp) for name in predictors}


def _own(task: MechanismDesign, predictor: str, coefficients: Any, xp: Any) -> Any:
    """The coefficients of one predictor, pooled ones last."""
    effects = (task.effects_of(pool) for pool in task.pools if pool.predictor == predictor)
    parts = [coefficients[..., places] for places in (task.fixed_of(predictor), *effects)]
    return xp.concatenate(parts, axis=-1) if len(parts) > 1 else parts[0]


def drive(task: MechanismDesign, coefficients: Any, columns: Mapping[str, Any], design: Design, xp: Any) -> Any:
    """Linear predictor ``intercept + sum(coefficient * (column - centre))``, dims (..., row), in the link's unit.

    Parameters
    ----------
    task : MechanismDesign
    coefficients : array or tensor, dims (..., coefficient)
        Of one predictor, in data units, the intercept first.
    columns : mapping of str to array or tensor, dims (..., row)
        Leading dims, such as ``sample``, may stand on either side, on both or on neither.
    design : Design
    xp : module
        ``numpy`` or ``pytensor.tensor``.
    """
    return added_up(drive_parts(task, coefficients, columns, design, xp))


def drive_parts(
    task: MechanismDesign, coefficients: Any, columns: Mapping[str, Any], design: Design, xp: Any
) -> list[Any]:
    """What ``drive`` adds up, which broadcast together; all but the first are nobody else's. Parameters as there."""
    first = int(task.has_intercept)
    level = coefficients[..., 0][..., None] if task.has_intercept else 0.0
    if not task.terms:
        return [level + xp.zeros_like(next(iter(columns.values()))) if columns else level]
    fixed, slopes, moving, place = [], [], [], first
    for term in task.terms:
        end = place + len(column_names(term, design))
        slope = coefficients[..., place:end]
        if term.group is not None:
            moving.append(pushes(term, slope, columns, design, xp))
        else:
            block = evaluate(term, columns, design, xp)
            centred = block - task.centres[place - first : end - first]
            if block.ndim == 2:  # the same rows for every sample: one matrix product for all such terms together
                fixed.append(centred)
                slopes.append(slope)
            else:
                moving.append(_pushes(centred, slope, end - place))
        place = end
    if fixed:
        along, matrix = xp.concatenate(slopes, axis=-1), xp.concatenate(fixed, axis=-1).T
        moving.append(product(along, matrix) if xp is np and along.ndim == 2 else along @ matrix)
    return [level, *moving]


def _pushes(centred: Any, slope: Any, width: int) -> Any:
    return centred[..., 0] * slope if width == 1 else (centred @ slope[..., :, None])[..., 0]


def added_up(parts: Sequence[Any]) -> Any:
    """The sum of arrays or tensors, none of which is needed any more but the first: small ones come before large ones,
    and memory is used again where it suffices.
    """
    total, *rest = sorted(parts, key=_size)
    for part in rest:
        if isinstance(part, np.ndarray) and part is not parts[0] and _covers(part.shape, np.shape(total)):
            total = np.add(part, total, out=part)
        else:
            total = total + part
    return total


def _size(part: Any) -> int:
    return part.size if isinstance(part, np.ndarray) else 0


def _covers(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether ``shape`` is what both broadcast to."""
    pairs = zip(reversed(shape), reversed(other), strict=False)
    return len(shape) >= len(other) and all(size in (own, 1) for own, size in pairs)
