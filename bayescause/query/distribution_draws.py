"""Draws of what distributions under two levels of a treatment say: quantiles, and chances of exceeding a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bayescause.compilation.contrasts import level_value
from bayescause.compilation.particulars import particulars
from bayescause.errors import DataError
from bayescause.inference.labelled_draws import labelled_along
from bayescause.inference.telling import Tell, silent
from bayescause.query.contrasts import code_of, level_name
from bayescause.query.doses import grid_of
from bayescause.query.mixtures import read_mixtures, unordered
from bayescause.query.outcome_laws import laws_by_functional
from bayescause.query.regimes import set_to_each
from bayescause.query.selection import units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.estimand import Estimand
    from bayescause.scm.mechanism import FloatArray

    class OutcomeLaw(Protocol):
        """The outcome's law under one level of the treatment, draw by draw."""

        @property
        def samples(self) -> int: ...

        def cumulative(self, values: FloatArray) -> FloatArray: ...

        def quantile(self, probability: float) -> FloatArray: ...


__all__ = [
    "along",
    "chances_above",
    "distributions",
    "highest_faults",
    "quantiles",
    "thresholds_of",
    "value_faults",
    "values_of",
]


def quantiles(
    question: Estimand,
    posterior: Posterior,
    route: Route,
    probabilities: Sequence[float],
    tell: Tell = silent,
) -> tuple[xr.DataArray, xr.DataArray]:
    """Quantiles of the outcome at both levels, the reference first, dims (chain, draw, probability) each."""

    def read(law: OutcomeLaw) -> list[FloatArray]:
        return [law.quantile(probability) for probability in probabilities]

    low, high = _at_both(question, posterior, route, read, tell)
    axis = {"probability": list(probabilities)}
    return labelled_along(low, axis, posterior.draws), labelled_along(high, axis, posterior.draws)


def chances_above(
    question: Estimand,
    posterior: Posterior,
    route: Route,
    thresholds: Sequence[float],
    tell: Tell = silent,
) -> tuple[xr.DataArray, xr.DataArray]:
    """Chances that the outcome exceeds each of ``thresholds``, the reference first, dims (chain, draw, threshold)."""

    def read(law: OutcomeLaw) -> list[FloatArray]:
        return [1 - law.cumulative(np.full(law.samples, float(threshold))) for threshold in thresholds]

    low, high = _at_both(question, posterior, route, read, tell)
    axis = {"threshold": _names(posterior.table, question.on, thresholds)}
    return labelled_along(low, axis, posterior.draws), labelled_along(high, axis, posterior.draws)


def distributions(
    question: Estimand, posterior: Posterior, route: Route, at: Sequence[float | str], tell: Tell = silent
) -> xr.DataArray:
    """Chances that the outcome is no larger than each value, dims (chain, draw, group, value); the reference first."""
    table, of = posterior.table, question.of
    values = values_of(table, question.on, at)

    def read(law: OutcomeLaw) -> list[FloatArray]:
        return [law.cumulative(np.full(law.samples, float(value))) for value in values]

    levels = [level_name(table, of, code_of(table, of, level)) for level in particulars(question).contrast or ()]
    axes = {"group": [f"{of} = {level}" for level in levels], "value": _names(table, question.on, values)}
    return labelled_along(_at_both(question, posterior, route, read, tell), axes, posterior.draws)


def value_faults(table: Table, outcome: str, values: Sequence[float | str]) -> tuple[str, ...]:
    """Why the outcome cannot be compared with ``values``: no order, no such level, or one twice, a sentence each.

    Examples
    --------
    >>> from bayescause.compilation.table import Table
    >>> pain = Table({"pain": np.array([0.0, 1.0])}, {"pain": "ordinal"}, {"pain": ("mild", "severe")})
    >>> value_faults(pain, "pain", ("mild", "none"))
    ("'pain' has no level 'none'. It has mild, severe.",)
    """
    if outcome not in table.columns:
        return ()
    found = list(unordered(table, outcome))
    numbers: list[float] = []
    for value in () if found else values:
        try:
            number = _number(table, outcome, value)
        except DataError as error:
            found.extend(error.faults)
            continue
        if number in numbers:
            found.append(f"{value!r} is a level of {outcome!r} that is named already. Name each once.")
        numbers.append(number)
    return tuple(found)


def highest_faults(table: Table, outcome: str, values: Sequence[float | str]) -> tuple[str, ...]:
    """That nothing exceeds the highest level of an ordinal outcome, as a sentence for each of ``values`` that is it.

    Examples
    --------
    >>> from bayescause.compilation.table import Table
    >>> pain = Table({"pain": np.array([0.0, 1.0])}, {"pain": "ordinal"}, {"pain": ("mild", "severe")})
    >>> highest_faults(pain, "pain", ("mild", "severe"))
    ("Nothing exceeds 'severe', the highest level of 'pain'. Name one below it: mild.",)
    """
    levels = table.levels.get(outcome, ())
    if table.kinds.get(outcome) != "ordinal" or not levels:
        return ()
    return tuple(
        f"Nothing exceeds {value!r}, the highest level of {outcome!r}. Name one below it: {', '.join(levels[:-1])}."
        for value in values
        if _number(table, outcome, value) == len(levels) - 1
    )


def _number(table: Table, outcome: str, value: float | str) -> float:
    """``value`` in the outcome's column: levels of an ordinal outcome are known by name, and so are texts."""
    if isinstance(value, str) or table.kinds.get(outcome) == "ordinal":
        return level_value(value, outcome, table)
    return float(value)


def _names(table: Table, outcome: str, values: Sequence[float]) -> list[float] | list[str]:
    if table.kinds.get(outcome) != "ordinal":
        return list(values)
    return [level_name(table, outcome, value) for value in values]


def values_of(table: Table, outcome: str, at: Sequence[float | str]) -> tuple[float, ...]:
    """``at`` as numbers in order if there is any; else values that were seen, or quantiles of them.

    Levels of an ordinal outcome are given by name and come as codes.

    Raises
    ------
    DataError
        If the outcome has no such level.

    Examples
    --------
    >>> from bayescause.compilation.table import Table
    >>> values_of(Table({"y": np.array([0.0, 1.0, 2.0, 1.0])}, {"y": "count"}, {}), "y", ())
    (0.0, 1.0, 2.0)
    """
    return tuple(sorted(_number(table, outcome, one) for one in at)) if at else grid_of(table, outcome)


def along(draws: xr.DataArray, dim: str) -> xr.DataArray:
    """``draws``, without ``dim`` where there is one point only."""
    return draws.isel({dim: 0}, drop=True) if draws.sizes[dim] == 1 else draws


def thresholds_of(table: Table, outcome: str, above: Sequence[float | str]) -> tuple[float, ...]:
    """``above`` as numbers if there is any; else values of the outcome that were seen, or quantiles of many.

    Of few values the largest is left out: nothing exceeds it. Levels of an ordinal outcome are given by name and come
    as codes.

    Raises
    ------
    DataError
        If the outcome has no such level.

    Examples
    --------
    >>> from bayescause.compilation.table import Table
    >>> thresholds_of(Table({"y": np.array([0.0, 1.0, 2.0, 1.0])}, {"y": "count"}, {}), "y", ())
    (0.0, 1.0)
    """
    if above:
        return tuple(_number(table, outcome, value) for value in above)
    seen = grid_of(table, outcome)
    return seen[:-1] or seen if seen[-1] == table.span(outcome)[1] else seen


def _at_both(
    question: Estimand,
    posterior: Posterior,
    route: Route,
    read: Callable[[OutcomeLaw], list[FloatArray]],
    tell: Tell,
) -> FloatArray:
    """What ``read`` gives at the reference, then at the other level, dims (level, point, chain, draw)."""
    if route.is_simulated:
        regimes = set_to_each(question.of, particulars(question).contrast or ())
        selected, population = units_of(question, posterior.table), question.population
        found = read_mixtures(posterior, route, regimes, read, population=population, selected=selected, tell=tell)
    else:
        found = np.stack([point for law in laws_by_functional(posterior, route, question) for point in read(law)])
    sizes = posterior.draws.sizes
    return np.asarray(found.reshape(2, -1, sizes["chain"], sizes["draw"]))
