"""Bounds from the draws of the observed law: two linear programs a draw, one for each end of the range."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr

from bayescause.compilation.contingency import level_names
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.identification.bounds import ResponseModel
from bayescause.identification.response_types import ObservedLaws, effect_bounds, mean_bounds
from bayescause.inference.allowed_laws import MOST_REJECTED, levels_in, model_of
from bayescause.inference.law import DrawnBlock
from bayescause.inference.posterior import Posterior
from bayescause.inference.randomness import generator
from bayescause.inference.telling import Tell, silent
from bayescause.query.bounds import Bounds
from bayescause.query.contrasts import resolve_contrast
from bayescause.query.effect import Effect
from bayescause.query.estimand import Estimand
from bayescause.query.population import drawn_weights, population_of
from bayescause.query.selection import as_draws, cells, units_of
from bayescause.query.settling import refuse
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names

__all__ = ["ByBounds"]


@dataclass(frozen=True)
class ByBounds:
    """For average effects of discrete variables that are not identified."""

    short: ClassVar[str] = "bounds"

    def answer(self, posterior: Posterior, question: Estimand, route: Route, *, tell: Tell = silent) -> Effect:
        """The refused effect with its bounds; without them if the data contradict the graph. Nothing is told."""
        drawn = posterior.blocks[str(route.block)]
        rejected = float(drawn.stats["share_rejected"])
        if rejected > MOST_REJECTED:
            return refuse(posterior.model, question, route, _contradicted(question))
        model = model_of(posterior.model, posterior.table, drawn.block)
        low, high, *at_mean = _ends(posterior, question, drawn, model)
        bounds = Bounds(
            low,
            high,
            "response_functions",
            model.is_sharp,
            share_rejected=rejected,
            share_rejected_before=float(drawn.stats["share_rejected_before"]),
            doubts=drawn.doubts,
            low_at_mean=at_mean[0],
            high_at_mean=at_mean[1],
        )
        return Effect(
            question,
            route.verdict,
            "refused",
            model=posterior.model,
            reasons=(
                f"These data do not settle the effect of {question.of} on {question.on}; they leave a range open.",
                *drawn.doubts,
            ),
            assumed=tuple(_assumed(posterior, question, drawn)),
            bounds=bounds,
        )


def _contradicted(question: Estimand) -> str:
    return (
        f"The data contradict the drawing: no way in which units could respond to {question.of} makes a table like "
        "this. An arrow or a <-> is missing, or a column is not what it is taken for."
    )


def _ends(
    posterior: Posterior, question: Estimand, drawn: DrawnBlock, model: ResponseModel
) -> tuple[xr.DataArray, ...]:
    """Both ends, dims (chain, draw), and both at the mean of the laws; within groups of ``given`` with dim group."""
    if not particulars(question).given:
        return _of_units(posterior, question, drawn, model, units_of(question, posterior.table))
    found = cells(question, posterior.table)
    groups = xr.DataArray([label for label, _ in found], dims="group", name="group")
    ends = [_of_units(posterior, question, drawn, model, selected) for _, selected in found]
    sides = (xr.concat(side, dim=groups) for side in zip(*ends, strict=True))
    return tuple(side.transpose(..., "group") for side in sides)


def _of_units(
    posterior: Posterior, question: Estimand, drawn: DrawnBlock, model: ResponseModel, selected: np.ndarray
) -> tuple[xr.DataArray, ...]:
    table, levels = posterior.table, levels_in(posterior.table)
    safe = safe_names(model.order)
    conditionals = {name: _flat(drawn.draws[f"law_of_{safe[name]}"].to_numpy()) for name in model.given}
    before = _law_before(posterior, question, model, selected)
    contrast = resolve_contrast(table, question)
    worth = _worth(table, question.on, contrast.level)
    laws, compared = ObservedLaws(levels, conditionals, before), (int(contrast.low), int(contrast.high))
    low, high = effect_bounds(model, laws, compared, worth)
    at_mean = (xr.DataArray(end) for end in mean_bounds(model, laws, compared, worth))
    return as_draws(posterior, low).rename("low"), as_draws(posterior, high).rename("high"), *at_mean


def _worth(table: Table, outcome: str, level: float | None) -> tuple[float, ...]:
    """What the levels of the outcome are worth: numbers, or 1 for the level asked about and 0 for the others."""
    names = level_names(table, outcome)
    if level is not None:
        return tuple(float(code == level) for code in range(len(names)))
    return (0.0, 1.0) if table.kinds[outcome] == "binary" else tuple(map(float, names))


def _law_before(posterior: Posterior, question: Estimand, model: ResponseModel, selected: np.ndarray) -> FloatArray:
    """Joint law, among the units asked about, of what the hidden causes do not reach, dims (draw, level...)."""
    table, levels = posterior.table, levels_in(posterior.table)
    samples = posterior.draws.sizes["chain"] * posterior.draws.sizes["draw"]
    population = population_of(table, model.before, selected)
    rng = generator(posterior.seed, "population", *model.before)
    weights = drawn_weights(population, samples, rng, population=question.population)
    shape = tuple(levels[name] for name in model.before)
    law = np.zeros((samples, *shape))
    if not shape:
        return np.ones(samples)
    places = np.ravel_multi_index([population.columns[name].astype(int) for name in model.before], shape)
    law.reshape(samples, -1)[:, places] = weights
    return law


def _flat(array: FloatArray) -> FloatArray:
    return array.reshape(-1, *array.shape[2:])


def _assumed(posterior: Posterior, question: Estimand, drawn: DrawnBlock) -> Iterator[str]:
    yield from drawn.notes
    if question.population == "superpopulation":
        yield "population: the rows are draws from a larger population (superpopulation)"
    else:
        yield "population: these rows and no others (sample)"
    yield from posterior.table.notes
    yield f"seed {posterior.seed}"
