"""An effect by expectations and by simulated units of the compiled model, from the same draws and for the same units.

Both routes are asked about exactly the same units. The compiled model simulates each of them twice: what is read off
all of it, less what halves of it say too much, has no bias of the order of one over the units (the half-sample
jackknife; Quenouille 1956): ratios and quantiles can be compared as well as means. What jumps from value to value
has another bias, where a jump is near: it is no larger than the halves of the units differ from each other.
"""

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.compiled_worlds import CompiledWorlds, compile_worlds
from bayescause.analysis.second_route import Budget, Pairs
from bayescause.analysis.thinning import some_units, thinned_posterior
from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.inference.posterior import Posterior
from bayescause.inference.randomness import generator
from bayescause.query.copied_laws import copied
from bayescause.query.drawn_laws import laws_of
from bayescause.query.nodes_together import uses_points
from bayescause.query.replaying import Replaying, Stepwise
from bayescause.query.response_laws import spread_out
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.compilation.plan import Route
    from bayescause.query.effect import Effect
from bayescause.query.curves import point_name
from bayescause.query.estimand import Estimand
from bayescause.surface import called

__all__ = ["replayed_pairs"]

ROUNDING = 1e-10
"""Relative difference that floating-point sums over units may have by rounding alone."""

SCRAMBLES, FEW_DRAWS = 4, 40
"""Other sets of integration points, and the draws under which the first route is evaluated at them."""

FULL = 4.0
"""A bias is bounded, and errors count up to so many of their sizes: a fourth of the bound is what is added."""

ROUTES = ("expectations, mechanism by mechanism", "pm.do on the compiled PyMC model, simulated responses")


def replayed_pairs(effect: "Effect", budget: Budget) -> Pairs | str:
    """``effect`` by both routes; or in words why it cannot be read off simulated units.

    Parameters
    ----------
    effect : Effect
        One that was drawn.
    budget : Budget
    """
    question, route = effect.estimand, effect.route
    if effect.posterior is None or route is None:
        return "Nothing was fitted, so that there is nothing to compare."
    refusal = _refusal(question, route)
    if refusal or not isinstance(question, Replaying):
        return refusal
    table = some_units(effect.posterior.table, budget.rows, generator(budget.seed, "second route", "units"))
    posterior = replace(thinned_posterior(effect.posterior, budget.draws), table=table)
    worlds = replace(compile_worlds(replace(posterior, table=_twice(table)), route, seed=budget.seed), once=table)
    if worlds.unknown:
        return f"The posterior holds no draws of {', '.join(worlds.unknown)}, which the compiled model needs."
    first = _evaluated(posterior, route, question)
    second, bias = _read_off(question, worlds, table.rows)
    return Pairs(
        first,
        second,
        _labels(effect),
        np.hypot(_integration_error(posterior, route, question), bias),
        ROUNDING * _size(table, question, first),
        ROUTES,
        len(first),
        table.rows,
    )


def _evaluated(posterior: Posterior, route: "Route", question: "Estimand") -> FloatArray:
    """The first route for exactly these units, dims (sample, cell)."""
    draws = replace(question, population="sample").evaluate(posterior, route)  # type: ignore[type-var]
    return np.asarray(draws.to_numpy().reshape(draws.sizes["chain"] * draws.sizes["draw"], -1))


def _twice(table: Table) -> Table:
    return replace(table, columns={name: np.tile(values, 2) for name, values in table.columns.items()})


def _refusal(question: "Estimand", route: "Route") -> str:
    """Why ``question`` is not read off simulated units; empty if it is."""
    if not isinstance(question, Replaying):
        coupling = particulars(question).coupling
        if coupling is None:
            return f"The {question.name} is not read off simulated units."
        return (
            f"The {question.name} is about one unit in two worlds ({coupling}), and units that are drawn anew "
            f"do not show how these hang together. The average effect ({called('ate')}) can be computed by two routes."
        )
    laws = {(copy.variable, route.keys[copy.name]) for copy in route.copies}
    twice = sorted(name for name in route.order if sum(variable == name for variable, _ in laws) > 1)
    if twice:
        return f"Two laws of {' and of '.join(twice)} were fitted, and units that are simulated follow one."
    return ""


def _read_off(question: Replaying, worlds: CompiledWorlds, rows: int) -> tuple[FloatArray, FloatArray]:
    """The value among simulated units, dims (sample, cell), and the bias that is left, dims (cell,)."""
    half = np.arange(2 * rows) < rows
    whole, one, other = (_cells(question.replayed(worlds.among(kept))) for kept in (half | ~half, half, ~half))
    if isinstance(question, Stepwise) and worlds.has_atoms:
        # Halves differ with chance 2 p (1 - p) if each errs with p, so that p < 1/2 is no larger than that.
        return whole, np.abs(one - other).mean(axis=0) / FULL
    taken_out = whole - (one + other) / 2.0
    # What bends with the law of the units, as quantiles do, may keep a bias of higher order, no larger than the first.
    left = np.abs(taken_out.mean(axis=0)) if isinstance(question, Stepwise) else np.zeros(whole.shape[1])
    return whole + taken_out, left


def _cells(values: FloatArray) -> FloatArray:
    return values.reshape(len(values), -1)


def _integration_error(posterior: Posterior, route: "Route", question: "Estimand") -> FloatArray:
    """Standard error of the first route by the choice of its integration points, dims (cell,)."""
    few = thinned_posterior(posterior, FEW_DRAWS)
    laws, world = copied(laws_of(few, route), route)
    spread = spread_out(laws.design, world, dict.fromkeys(route.query.of))
    if not any(uses_points(laws.design, world, over) for over in (None, spread)):
        return np.zeros(_evaluated(few, route, question).shape[1])
    seeds = (posterior.seed + 1 + scramble for scramble in range(SCRAMBLES))
    means = [_evaluated(replace(few, seed=seed), route, question).mean(axis=0) for seed in seeds]
    return np.asarray(np.std(means, axis=0, ddof=1))


def _labels(effect: "Effect") -> tuple[str, ...]:
    dims = [dim for dim in (effect.draws.dims if effect.draws is not None else ()) if dim not in ("chain", "draw")]
    if not dims or effect.draws is None:
        return ("",)
    if len(dims) == 1:
        return tuple(map(str, effect.draws[dims[0]].to_numpy().tolist()))
    cells = product(*(effect.draws[dim].to_numpy().tolist() for dim in dims))
    return tuple(" at ".join(map(point_name, cell)) for cell in cells)


def _size(table: Table, question: "Estimand", first: FloatArray) -> float:
    """Size of the numbers that are added up: of the outcome, or of the effect."""
    outcome = table.columns[question.on]
    seen = outcome[np.isfinite(outcome)]
    return float(max(np.abs(seen).max(initial=0.0), np.abs(first).max(), np.finfo(float).tiny))
