"""How strong a hidden common cause of treatment and outcome has to be to change the answer: omitted-variable bias.

Straight-line gaussian systems only: one coefficient, a mediated path through its reduced form, or products of treatment
and covariates through the Riesz representer of the average effect. Anything else is refused in words.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from bayescause.analysis.doubting import Benchmark, Bound, RobustnessValue, Sensitivity
from bayescause.analysis.omitted_variable import (
    as_strong_as,
    largest_bias,
    multiple_to_reach,
    partial_r2,
    robustness_value,
    significant_robustness_value,
)
from bayescause.compilation.particulars import particulars
from bayescause.errors import SpecError
from bayescause.graph.names import nearest
from bayescause.scm.mechanism import FloatArray
from bayescause.surface import called

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayescause.analysis.least_squares import Functional
    from bayescause.compilation.plan import Route
    from bayescause.graph.formula import Term
    from bayescause.inference.posterior import Posterior
    from bayescause.query.effect import Effect
    from bayescause.query.estimand import Estimand
    from bayescause.query.interval import Interval
    from bayescause.scm.design import Design

__all__ = ["HiddenConfounder"]

MULTIPLES = (1.0, 2.0, 3.0)
"""Strengths, in units of a benchmark's, at which bounds are told."""


@dataclass(frozen=True)
class HiddenConfounder:
    """Something unmeasured that moves both treatment and outcome.

    Parameters
    ----------
    benchmarks : tuple of str
        Measured causes, or groups of them, as yardsticks.
    against : float, optional
        Effect at which the decision turns, in the unit of the effect.

    References
    ----------
    Cinelli and Hazlett (2020), Making sense of sensitivity, JRSS B 82. Chernozhukov, Cinelli, Newey, Sharma and
    Syrgkanis (2022), Long story short, NBER 30302.

    Examples
    --------
    >>> HiddenConfounder(benchmarks=("age",)).against is None
    True
    """

    short: ClassVar[str] = "hidden_confounder"

    benchmarks: tuple[str, ...] = ()
    against: float | None = None

    def obstacle(self, question: "Estimand", route: "Route", design: "Design | None" = None) -> str | None:
        """Why an answer to ``question`` by ``route`` will have no bound, as far as that is known before any draw.

        Without a table, and so without a ``design``, nothing is known of families.
        """
        return _unlike(question) or _unbounded(route, design)

    def doubt(self, effect: "Effect") -> Sensitivity:
        """Bounds on ``effect``, or a refusal with its reason."""
        reason, posterior = _obstacle(effect), effect.posterior
        if reason is not None or posterior is None:
            return Sensitivity(self.short, effect, "refused", reason or "")
        found = _regressed(effect, posterior)
        reason = _undetermined(found.functional, effect)
        if reason is not None:
            return Sensitivity(self.short, effect, "refused", reason)
        targets = (0.0,) if self.against in (None, 0.0) else (float(self.against or 0.0), 0.0)
        yardsticks = [(name, _block(effect, posterior, found, name)) for name in self.benchmarks]
        functional = found.functional
        return Sensitivity(
            self.short,
            effect,
            "ok",
            method=found.method,
            estimate=functional.estimate,
            scale=functional.scale,
            standard_error=functional.standard_error,
            degrees_of_freedom=functional.fit.degrees_of_freedom,
            treatment_r2=float(partial_r2(functional.estimate / functional.scale)),
            treatment_r2_draws=partial_r2(found.effects / found.scales),
            against=self.against,
            robustness=tuple(_robustness(found, target) for target in targets),
            benchmarks=tuple(_benchmark(found, name, block, self.against) for name, block in yardsticks),
            notes=_notes(found),
        )


@dataclass(frozen=True, eq=False)
class _Regressed:
    """The effect as a functional of one regression, at the flat-prior limit and draw by draw.

    ``columns_of`` names the variables behind each column; ``slopes`` has dims (sample, column), ``effects`` and
    ``noise`` (the outcome's residual sd) dims (sample,), ``chains`` says how many chains the samples come from.
    """

    functional: "Functional"
    method: str
    columns_of: tuple[tuple[str, ...], ...]
    slopes: FloatArray
    effects: FloatArray
    noise: FloatArray
    chains: int

    @property
    def scales(self) -> FloatArray:
        """Factor of the largest bias in each draw, dims (sample,)."""
        return np.asarray(self.noise * np.sqrt(self.functional.moment * self.functional.fit.degrees_of_freedom))


def _obstacle(effect: "Effect") -> str | None:
    from bayescause.query.routing import route_of

    question = effect.estimand
    if effect.draws is None:
        return f"There is no effect to doubt: {'; '.join(effect.reasons)}"
    if (unlike := _unlike(question)) is not None:
        return unlike
    if effect.group is not None or effect.draws.ndim > 2:
        return _several(question)
    if effect.posterior is None:
        return "By the graph there is no effect, and nothing was fitted."
    route = route_of(effect.posterior, question)
    return _unbounded(route, effect.posterior.design)


def _unlike(question: "Estimand") -> str | None:
    """Why the question is not about the whole of one difference of means between two levels; None if it is."""
    from bayescause.query.mediated_questions import is_mediated
    from bayescause.query.wording import quantified

    told = particulars(question)
    if told.contrast is None:
        return f"The {question.name} compares no two levels, and the bound is for such. Ask of {called('ate')}."
    if told.quantity:
        of = f"{quantified(question, question.on)}, and the bound is for its mean"
        return f"The {question.name} is about {of}. Ask of {called('ate')}."
    if is_mediated(question):
        return (
            f"This analysis is not available for the {question.name}: a part of an effect also rests on nothing "
            f"hidden behind mediators and outcome, and its bound knows of the treatment only. Ask of {called('ate')}."
        )
    return _several(question) if told.given else None


def _several(question: "Estimand") -> str:
    told = f"The {question.name} is several effects here, and the bound is for one"
    return f"{told}. Ask for the average effect, or give `where`."


def _unbounded(route: "Route", design: "Design | None") -> str | None:
    """Why answers by such a route have no bound; None if they may have one."""
    from bayescause.analysis.reduced_form import obstacle

    if route.is_by_unit:
        return None if design is None else obstacle(design, route)
    return (
        f"This analysis is not available for effects answered by {route.name}: its bound is one for regressions "
        "that hold the causes of treatment and outcome alike, and this answer is no such regression."
    )


def _regressed(effect: "Effect", posterior: "Posterior") -> _Regressed:
    from bayescause.analysis.least_squares import Functional, regress
    from bayescause.analysis.reduced_form import multiply_out
    from bayescause.query.drawn_laws import laws_of
    from bayescause.query.routing import route_of

    route = route_of(posterior, effect.estimand)
    reduced = multiply_out(laws_of(posterior, route), route)
    table, outcome = posterior.table, effect.estimand.on
    known = np.isfinite(table.columns[outcome])
    counts = table.counts[known]
    blocks = [_columns(term, table.columns, posterior.design)[known] for term in reduced.terms]
    matrix = np.concatenate([np.ones((len(counts), 1)), *blocks], axis=1)
    matrix[:, 1:] -= np.average(matrix[:, 1:], axis=0, weights=counts)
    weights = np.concatenate([[0.0], *(_contrasted(effect, posterior, term) for term in reduced.terms)])
    owners = [term.variables for term, block in zip(reduced.terms, blocks, strict=True) for _ in range(block.shape[1])]
    return _Regressed(
        Functional(regress(matrix, table.columns[outcome][known], counts), weights),
        _method(weights, route.order),
        ((), *owners),
        np.concatenate([np.zeros((len(reduced.noise), 1)), *reduced.slopes.values()], axis=1),
        np.asarray(effect.draws, dtype=float).ravel(),
        reduced.noise,
        posterior.draws.sizes["chain"],
    )


def _columns(term: "Term", columns: "Mapping[str, FloatArray]", design: "Design") -> FloatArray:
    from bayescause.scm.terms import evaluate

    return np.asarray(evaluate(term, columns, design, np), dtype=float)


def _contrasted(effect: "Effect", posterior: "Posterior", term: "Term") -> FloatArray:
    """Mean change of the term's columns between the two worlds, over the units that are meant, dims (column,)."""
    from bayescause.query.contrasts import resolve_contrast
    from bayescause.query.selection import units_of

    table, of = posterior.table, effect.estimand.of
    contrast = resolve_contrast(table, effect.estimand)
    meant = units_of(effect.estimand, table)
    columns = {name: table.columns[name][meant] for name in term.variables}
    worlds = [{**columns, of: np.full(int(meant.sum()), level)} for level in (contrast.high, contrast.low)]
    high, low = (_columns(term, world, posterior.design) for world in worlds)
    return np.asarray(np.average(high - low, axis=0, weights=table.counts[meant]))


def _method(weights: FloatArray, order: tuple[str, ...]) -> str:
    if np.count_nonzero(weights) > 1:
        return "riesz representer"
    return "one coefficient" if len(order) == 1 else "reduced form"


def _undetermined(functional: "Functional", effect: "Effect") -> str | None:
    if functional.fit.degrees_of_freedom < 1.0:
        return "There are no more rows than coefficients, so nothing is left to judge a hidden cause by."
    if not functional.is_determined:
        of = effect.estimand.of
        return f"{of!r} is determined by the other columns, so the data alone say nothing of its effect."
    return None


def _robustness(found: _Regressed, target: float) -> RobustnessValue:
    functional = found.functional
    strength = abs(functional.estimate - target) / functional.scale
    side = np.sign(found.effects.mean() - target)
    draws = robustness_value(np.maximum(side * (found.effects - target), 0.0) / found.scales)
    return RobustnessValue(
        target,
        float(robustness_value(strength)),
        significant_robustness_value(strength, functional.fit.degrees_of_freedom),
        draws,
        float(draws.mean()),
        _interval(draws, found.chains),
    )


def _interval(draws: FloatArray, chains: int) -> "Interval":
    from xarray import DataArray

    from bayescause.inference.convergence import interval_of
    from bayescause.query.interval import Interval

    kind, prob, bounds = interval_of(draws.reshape(chains, -1))
    return Interval(kind, prob, DataArray(bounds[0]), DataArray(bounds[1]))


def _block(effect: "Effect", posterior: "Posterior", found: _Regressed, name: str) -> np.ndarray:
    """Which columns of the regression belong to the benchmark ``name``, dims (column,)."""
    groups = dict(posterior.model.graph.groups)
    allowed = [name for name in (*groups, *posterior.model.variables) if name not in _ends(effect)]
    if name not in allowed:
        hint = nearest(name, allowed)
        raise SpecError(f"{name!r} cannot be a benchmark: it has to be a measured cause, or a group of them.{hint}")
    members = {name, *groups.get(name, ())}
    return np.array([bool(members.intersection(variables)) for variables in found.columns_of])


def _ends(effect: "Effect") -> tuple[str, ...]:
    return effect.estimand.of, effect.estimand.on


def _benchmark(found: _Regressed, name: str, block: np.ndarray, against: float | None) -> Benchmark:
    if not block.any():
        return Benchmark(name, (), None, None, "it is no cause in the equation of the outcome, so it is no yardstick.")
    functional = found.functional
    with_treatment, with_outcome = functional.share_of(block)

    def needed(target: float) -> float:
        strength = abs(functional.estimate - target) / functional.scale
        return multiple_to_reach(strength, with_treatment, with_outcome)

    return Benchmark(
        name,
        tuple(_bound(found, block, multiple) for multiple in MULTIPLES),
        None if against is None else needed(against),
        needed(0.0),
    )


def _bound(found: _Regressed, block: np.ndarray, multiple: float) -> Bound:
    functional = found.functional
    with_treatment, with_outcome = functional.share_of(block)
    strengths = as_strong_as(with_treatment, with_outcome, multiple)
    bias = largest_bias(functional.scale, *strengths)
    adjusted = functional.estimate - np.sign(functional.estimate) * bias
    slopes = found.slopes[:, block]
    precision = functional.precision_of(block) / functional.fit.degrees_of_freedom
    explained = np.einsum("si,ij,sj->s", slopes, precision, slopes)
    drawn = as_strong_as(with_treatment, explained / (explained + found.noise**2), multiple)
    draws = found.effects - np.sign(found.effects.mean()) * largest_bias(found.scales, *drawn)
    if not np.isfinite(adjusted):
        return Bound(multiple, float(strengths[0]), float(strengths[1]), None)
    with_treatment, with_outcome = (float(r2) for r2 in strengths)
    return Bound(
        multiple, with_treatment, with_outcome, float(adjusted), float(draws.mean()), _interval(draws, found.chains)
    )


def _notes(found: _Regressed) -> tuple[str, ...]:
    notes = []
    if found.method == "riesz representer":
        notes.append(
            "The treatment stands in several terms: the bound is that of the average effect (Riesz representer), and "
            "benchmarks are compared as they would be for a treatment with one coefficient."
        )
    if found.method == "reduced form":
        notes.append("What lies between treatment and outcome is multiplied out: the hidden cause moves the two ends.")
    functional = found.functional
    if abs(functional.estimate - found.effects.mean()) > found.effects.std() / 2.0:
        notes.append(
            f"Multiples are those of least squares ({functional.estimate:.3g}); the priors move the effect to "
            f"{found.effects.mean():.3g}."
        )
    return tuple(notes)
