"""Two straight-line equations whose errors are correlated: all that their rows and priors say, summed up once.

``x = A a + v`` and ``y = B b + u``, where B holds x, and (v, u) are jointly normal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.inference.sufficient import location_of, never_varies, row_blocks
from bayescause.scm.design import Design, MechanismDesign, design_block
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.priors import moments

__all__ = ["EquationPair", "sum_up_pair"]

EXHAUSTED = 1e-13
"""Share of a response's sum of squares below which its residual is rounding error."""


@dataclass(frozen=True, eq=False)
class EquationPair:
    """Sufficient statistics and priors of two equations, in scaled units.

    Parameters
    ----------
    tasks : tuple of two MechanismDesign
        The response of the first is a predictor of the second.
    rows : array, dims (row, coefficient)
        Predictors, those of the first equation before those of the second; a few rows that stand for all rows: their
        Gram matrix is the same.
    responses : array, dims (row, 2)
    units : float
        Units with all values known.
    skipped : int
        Rows left out because a value is missing.
    shifts, scales : array, dims (2,)
        What was subtracted from each response, and by what it was divided.
    stretch : array, dims (coefficient,)
        By what coefficients in data units are multiplied to be in scaled units.
    location, width : array, dims (coefficient,)
        Prior means and sds in scaled units. The width of a fixed coefficient is 0, of a flat one infinite.
    """

    tasks: tuple[MechanismDesign, MechanismDesign]
    rows: FloatArray
    responses: FloatArray
    units: float
    skipped: int
    shifts: FloatArray
    scales: FloatArray
    stretch: FloatArray
    location: FloatArray
    width: FloatArray

    @property
    def first_size(self) -> int:
        """Number of coefficients of the first equation."""
        return len(self.tasks[0].coefficients)

    @property
    def treatment(self) -> int:
        """Place, among all coefficients, of the first response in the second equation."""
        return self.first_size + self.tasks[1].coefficients.index(self.tasks[0].variable)

    def in_data_units(self, scaled: FloatArray) -> FloatArray:
        """Coefficients in data units, dims (sample, coefficient), from scaled ones."""
        return np.asarray(scaled / self.stretch + self._origin)

    def in_scaled_units(self, coefficients: FloatArray) -> FloatArray:
        """Coefficients in scaled units, dims (sample, coefficient), from those in data units."""
        return np.asarray((coefficients - self._origin) * self.stretch)

    @property
    def _origin(self) -> FloatArray:
        origin = np.zeros(len(self.stretch))
        origin[[0, self.first_size]] = self.shifts
        return origin


def sum_up_pair(tasks: tuple[MechanismDesign, MechanismDesign], design: Design, table: Table) -> EquationPair:
    """Sum up the rows of ``table`` in which everything that ``tasks`` need is known.

    Raises
    ------
    DataError
        If there is no such row, or a response is determined without residual.
    """
    shifts, scales = np.array([location_of(task.variable, table) for task in tasks]).T
    widths = [len(task.coefficients) for task in tasks]
    triangle, units, skipped = np.zeros((0, sum(widths) + 2)), 0.0, 0
    for values, counts in _blocks(tasks, design, table, shifts, scales):
        used = np.isfinite(values).all(axis=1) & (counts > 0)
        skipped += int((~used).sum())
        weighted = values[used] * np.sqrt(counts[used])[:, None]
        triangle, units = np.linalg.qr(np.vstack([triangle, weighted]), mode="r"), units + float(counts[used].sum())
    if units == 0:
        names = ", ".join(repr(task.variable) for task in tasks)
        raise DataError(f"There is no row in which {names} and all their predictors are known; nothing can be fitted.")
    stretch = [_spreads(task) / scale for task, scale in zip(tasks, scales, strict=True)]
    location, width = _priors(tasks, shifts, stretch)
    pair = EquationPair(
        tasks,
        triangle[:, :-2],
        triangle[:, -2:],
        units,
        skipped,
        shifts,
        scales,
        np.concatenate(stretch),
        location,
        width,
    )
    _check_residuals(pair)
    return pair


def _spreads(task: MechanismDesign) -> FloatArray:
    return np.concatenate(([1.0], np.where(task.scales > 0, task.scales, 1.0)))


def _blocks(
    tasks: tuple[MechanismDesign, MechanismDesign],
    design: Design,
    table: Table,
    shifts: FloatArray,
    scales: FloatArray,
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Scaled predictors and responses, dims (row, column), with counts, block by block."""
    width = sum(len(task.coefficients) for task in tasks) + 2
    needed = dict.fromkeys(name for task in tasks for term in task.terms for name in term.variables)
    needed |= dict.fromkeys(task.variable for task in tasks)
    for held in table.blocks(tuple(needed)):
        for rows in row_blocks(held.rows, width):
            columns = {name: values[rows] for name, values in held.columns.items()}
            parts = [_scaled(task, columns, design) for task in tasks]
            targets = np.column_stack([columns[task.variable] for task in tasks])
            yield np.hstack([*parts, (targets - shifts) / scales]), held.counts[rows]


def _scaled(task: MechanismDesign, columns: Mapping[str, FloatArray], design: Design) -> FloatArray:
    block = (design_block(task, columns, design, np) - task.centres) / _spreads(task)[1:]
    return np.column_stack([np.ones(len(block)), block])


def _priors(
    tasks: tuple[MechanismDesign, MechanismDesign], shifts: FloatArray, stretch: list[FloatArray]
) -> tuple[FloatArray, FloatArray]:
    locations, widths = [], []
    for task, shift, factor in zip(tasks, shifts, stretch, strict=True):
        pairs = [_centre_and_width(task, name) for name in task.coefficients]
        location, width = np.array(pairs, dtype=float).T
        location[0] -= shift if np.isfinite(width[0]) else 0.0
        locations.append(location * factor)
        widths.append(width * factor)
    return np.concatenate(locations), np.concatenate(widths)


def _centre_and_width(task: MechanismDesign, name: str) -> tuple[float, float]:
    prior = task.priors[name]
    return (0.0, np.inf) if prior.family == "flat" else moments(prior)


def _check_residuals(pair: EquationPair) -> None:
    split, place = pair.first_size, pair.treatment
    everything = np.delete(pair.rows, place, axis=1)
    predictors = (pair.rows[:, :split], np.column_stack([everything, pair.responses[:, 0]]))
    sides = zip(pair.tasks, predictors, pair.responses.T, pair.shifts, pair.scales, strict=True)
    for task, columns, response, shift, scale in sides:
        rest = response - columns @ np.linalg.lstsq(columns, response)[0]
        if pair.units > columns.shape[1] and rest @ rest < EXHAUSTED * pair.units:
            raise DataError(
                never_varies(task.variable, columns, response, shift, scale)
                or f"{task.variable!r} is determined exactly by its predictors: no residual is left to learn from. "
                "Leave out the predictor that it was computed from."
            )
