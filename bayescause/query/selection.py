"""For whom an effect is averaged: the units that the question is about, or each group of effect modifiers."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from bayescause.compilation.conditions import Condition, groups, mask
from bayescause.compilation.particulars import Particulars, particulars
from bayescause.errors import SpecError
from bayescause.inference.labelled_draws import labelled
from bayescause.inference.telling import Tell, silent
from bayescause.query.averaging import average_contrast
from bayescause.query.contrasts import code_of, resolve_contrast
from bayescause.query.dependence import moving_covariates
from bayescause.surface import called

if TYPE_CHECKING:
    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.estimand import Estimand
    from bayescause.query.estimands.conditional_effect import ConditionalEffect
    from bayescause.scm.design import Design
    from bayescause.scm.mechanism import FloatArray

__all__ = [
    "as_draws",
    "cells",
    "faults_of_modifier",
    "over_units",
    "units_asked_about",
    "units_meant",
    "units_of",
    "within_groups",
]


def over_units(estimand: Estimand, posterior: Posterior, route: Route, tell: Tell = silent) -> xr.DataArray:
    """Average over the units that the question is about, dims (chain, draw)."""
    if posterior.table.stream is not None:
        from bayescause.query.streaming import average_in_stream

        return as_draws(posterior, average_in_stream(estimand, posterior, route, tell))
    return as_draws(posterior, _average(estimand, posterior, route, units_of(estimand, posterior.table), tell))


def within_groups(estimand: ConditionalEffect, posterior: Posterior, route: Route, tell: Tell = silent) -> xr.DataArray:
    """Average within each group of ``given``, dims (chain, draw, group), or at each value of ``at``."""
    if estimand.at:
        return _at_values(estimand, posterior, route, tell)
    found = cells(estimand, posterior.table)
    labels = [label for label, _ in found]
    draws = [as_draws(posterior, _average(estimand, posterior, route, selected, tell)) for _, selected in found]
    return xr.concat(draws, dim=xr.DataArray(labels, dims="group", name="group")).transpose("chain", "draw", "group")


def cells(estimand: Estimand, table: Table) -> list[tuple[str, np.ndarray]]:
    """Groups of a conditional effect that hold any unit: one for each combination of ``given``, with dims (row,)."""
    kept = units_of(estimand, table)
    sides = [groups(name, table) for name in particulars(estimand).given]
    crossed = (
        (", ".join(label for label, _ in cell), np.logical_and.reduce([kept, *(chosen for _, chosen in cell)]))
        for cell in product(*sides)
    )
    return [(label, selected) for label, selected in crossed if selected.any()]


def _at_values(estimand: ConditionalEffect, posterior: Posterior, route: Route, tell: Tell) -> xr.DataArray:
    SpecError.raise_if(faults_of_modifier(estimand, posterior.design, route))
    (modifier,) = particulars(estimand).given
    draws = [
        as_draws(posterior, _average(estimand, _held(posterior, modifier, value), route, None, tell))
        for value in estimand.at
    ]
    labels = [f"{modifier} = {value:g}" for value in estimand.at]
    return xr.concat(draws, dim=xr.DataArray(labels, dims="group", name="group")).transpose("chain", "draw", "group")


def faults_of_modifier(estimand: ConditionalEffect, design: Design, route: Route) -> tuple[str, ...]:
    """Why the effect cannot be told at single values of its one modifier, as a sentence; nothing if it can."""
    (modifier,) = particulars(estimand).given
    moving = set(moving_covariates(design, route, (estimand.of,)))
    # Averaging the other covariates over everybody is right only if the effect does not depend on them.
    if also := ", ".join(sorted(moving - {modifier})):
        told = f"`at` needs an effect that depends on {modifier!r} alone; here it depends on {also} as well."
        curve = called("cate_curve")
        return (f"{told} Ask for the curve along it ({curve}), or by groups: drop `at`, or slice by conditions.",)
    if not moving:
        told = f"The model holds no product of {estimand.of!r} and {modifier!r}, so the effect is the same everywhere."
        return (f"{told} Add {estimand.of}*{modifier} to the formula and fit again.",)
    return ()


def _held(posterior: Posterior, modifier: str, value: float) -> Posterior:
    from dataclasses import replace

    table = posterior.table
    columns = {**table.columns, modifier: np.full(table.rows, float(value))}
    return replace(posterior, table=replace(table, columns=columns))


def units_meant(estimand: Estimand, table: Table) -> np.ndarray:
    """Units that meet the question's ``where``, dims (row,)."""
    if estimand.where is None:
        return np.ones(table.rows, dtype=bool)
    return mask(Condition.parse(estimand.where), table)


def units_asked_about(estimand: Estimand, group: str | None, table: Table) -> int | None:
    """How many units meet the question's ``where`` and lie in ``group``, where that is one of the question's own.

    None where that was not counted: of a group that the question did not make, or of a table that is read in blocks.
    """
    told = particulars(estimand)
    is_of_units = group is not None and told.grouping == Particulars.grouping and not (told.at or told.held)
    if estimand.where is None and not is_of_units:
        return table.units
    if table.stream is not None or (is_of_units and not told.given):
        return None
    meant = dict(cells(estimand, table)).get(group or "") if is_of_units else units_meant(estimand, table)
    return None if meant is None else round(float(table.counts[meant].sum()))


def units_of(estimand: Estimand, table: Table) -> np.ndarray:
    """Units that the question is about: those that meet ``where`` and are at the level ``among``, dims (row,).

    Raises
    ------
    SpecError
        If its condition cannot be read, or nobody is at that level.
    """
    meant = units_meant(estimand, table)
    level = particulars(estimand).among
    if level is None:
        return meant
    there = table.columns[estimand.of] == code_of(table, estimand.of, level)
    if not there.any():
        raise SpecError(f"No row has {estimand.of!r} = {level!r}, so there is nobody to average over.")
    return np.asarray(meant & there)


def _average(
    estimand: Estimand, posterior: Posterior, route: Route, selected: np.ndarray | None, tell: Tell
) -> FloatArray:
    contrast, population = resolve_contrast(posterior.table, estimand), estimand.population
    return average_contrast(posterior, route, contrast, population=population, selected=selected, tell=tell)


def as_draws(posterior: Posterior, samples: FloatArray) -> xr.DataArray:
    """``samples``, dims (sample,), as draws of an effect, dims (chain, draw): chains one after another."""
    sizes = posterior.draws.sizes
    return labelled(samples.reshape(sizes["chain"], sizes["draw"]), posterior.draws)
