"""Effects as functionals of a joint law, draw by draw, and how far they depend on what the graph says they do not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Route
from bayescause.errors import SpecError
from bayescause.identification.evaluation import DiscreteLaw, NamedArray, averaged, discrete_mean, discrete_value
from bayescause.identification.functional import Expression, Law, Mean, free_variables, levels_named
from bayescause.identification.gaussian_evaluation import gaussian_mean
from bayescause.identification.verdict import Identified
from bayescause.inference.posterior import Posterior
from bayescause.query.contrasts import Contrast, code_of, resolve_contrast
from bayescause.query.drawn_laws import Laws
from bayescause.query.estimand import Estimand
from bayescause.query.joint_laws import discrete_law, gaussian_law, parts_of
from bayescause.query.selection import cells
from bayescause.scm.mechanism import FloatArray

__all__ = [
    "Contrasted",
    "Reading",
    "discrete_contrast",
    "group_labels",
    "held_levels",
    "normal_contrast",
    "reading_of",
    "valued",
]

type Reading = Callable[[DiscreteLaw], NamedArray]
"""The contrast that a question asks for, on a law, at each level of whatever else the functional depends on."""


@dataclass(frozen=True, eq=False)
class Contrasted:
    """What a functional says of a contrast, draw by draw.

    Parameters
    ----------
    effect : array, dims (sample, group)
        In the unit of the outcome; one group without effect modifiers.
    free : tuple of str
        Variables that the functional leaves at any level: the effect is averaged over their law.
    differences : array, dims (sample, difference)
        By how much the effect changes with the level of these: all zero, if the graph is right.
    """

    effect: FloatArray
    free: tuple[str, ...]
    differences: FloatArray


def reading_of(posterior: Posterior, route: Route, question: Estimand) -> Reading:
    """How the contrast of ``question`` is read off a law of discrete variables.

    Raises
    ------
    SpecError
        If the route has no functional.
    """
    contrast, outcome = resolve_contrast(posterior.table, question), question.on
    functional = _functional(route)
    levels = (int(contrast.high), int(contrast.low))
    of_whom = particulars(question).among
    if of_whom is not None:
        among = int(code_of(posterior.table, question.of, of_whom))
        return lambda law: _among(valued(law, outcome, contrast.level), route, question, levels, among)

    _, worlds = held_levels(posterior, route, question)
    is_of_law = particulars(question).is_of_law

    def read(given: DiscreteLaw) -> NamedArray:
        law = _in_codes(given, outcome) if is_of_law else valued(given, outcome, contrast.level)
        high, low = (discrete_mean(functional, law, outcome, held) for held in worlds)
        return NamedArray(high.names, high.values - low.values)

    return read


def held_levels(
    posterior: Posterior, route: Route, question: Estimand
) -> tuple[Expression, tuple[dict[str, int], dict[str, int]]]:
    """The functional of ``route``, and what it is held at under the level of interest and under the reference.

    Raises
    ------
    SpecError
        If the route has no functional.
    """
    contrast, functional = resolve_contrast(posterior.table, question), _functional(route)
    high, low = int(contrast.high), int(contrast.low)
    same = {name: int(code) for name, code in contrast.held} | dict.fromkeys(levels_named(functional), low)
    named = free_variables(functional)
    worlds = ({question.of: level, **same} for level in (high, low))
    first, second = ({name: world[name] for name in world.keys() & named} for world in worlds)
    return functional, (first, second)


def _in_codes(law: DiscreteLaw, outcome: str) -> DiscreteLaw:
    """``law`` with an outcome whose levels are worth their places in the order."""
    return replace(law, values={**law.values, outcome: np.arange(float(law.levels[outcome]))})


def valued(law: DiscreteLaw, outcome: str, level: float | None) -> DiscreteLaw:
    """``law`` with an outcome that is worth 1 at ``level`` and 0 elsewhere; as it is, if no level is asked about."""
    if level is None:
        return law
    codes = np.arange(law.probability.shape[1 + law.names.index(outcome)])
    return replace(law, values={**law.values, outcome: 1.0 * (codes == level)})


def _functional(route: Route) -> Expression:
    if route.functional is None:
        raise SpecError("This route has no functional: it was planned for another way of answering.")
    return route.functional


def _among(law: DiscreteLaw, route: Route, question: Estimand, levels: Sequence[int], among: int) -> NamedArray:
    # The front door carries the treatment's effect on its mediators to those who had one level of it: given that, they
    # are all alike (Pearl 2009, section 3.3.2, with the average over the treatment left out).
    verdict, of = route.verdict, question.of
    through = verdict.front_door_sets[0] if isinstance(verdict, Identified) else ()
    high, low = (discrete_value(Law(through, (of,)), law, {of: level}) for level in levels)
    response = discrete_mean(Mean(question.on, (of, *through)), law, question.on, {of: among})
    axes = tuple(range(1, response.values.ndim))
    return NamedArray((), ((high.values - low.values) * response.values).sum(axis=axes))


def discrete_contrast(posterior: Posterior, route: Route, question: Estimand) -> Contrasted:
    """The contrast of ``question`` under each draw of a joint law of discrete variables."""
    read = reading_of(posterior, route, question)
    parts = []
    for samples in parts_of(posterior, route):
        law = discrete_law(posterior, route, samples)
        parts.append(_averaged(read(law), law, posterior, question))
    return Contrasted(
        np.concatenate([part.effect for part in parts]),
        parts[0].free,
        np.concatenate([part.differences for part in parts]),
    )


def _averaged(found: NamedArray, law: DiscreteLaw, posterior: Posterior, question: Estimand) -> Contrasted:
    free = tuple(name for name in found.names if name not in particulars(question).given)
    effect = averaged(found, law, free) if free else found
    flat = effect.values.reshape(len(effect.values), -1)
    shape = effect.values.shape[1:]
    groups = flat[:, [int(np.ravel_multi_index(place, shape)) for place in _places(effect.names, posterior, question)]]
    axes = [found.names.index(name) + 1 for name in free]
    levels = np.moveaxis(found.values, axes, range(1, len(axes) + 1))
    levels = levels.reshape(len(levels), int(np.prod([found.values.shape[axis] for axis in axes], dtype=int)), -1)
    differences = (levels[:, 1:] - levels[:, :1]).reshape(len(levels), -1)
    return Contrasted(groups, free, differences)


def _places(names: Sequence[str], posterior: Posterior, question: Estimand) -> list[tuple[int, ...]]:
    """Levels of the effect modifiers ``names`` in each group that holds any unit."""
    table = posterior.table.sample
    if not particulars(question).given:
        return [()]
    chosen = (selected for _, selected in cells(question, table))
    return [tuple(int(table.columns[name][selected][0]) for name in names) for selected in chosen]


def group_labels(posterior: Posterior, question: Estimand) -> tuple[str, ...]:
    """Names of the groups of a conditional effect; none without effect modifiers."""
    return tuple(label for label, _ in cells(question, posterior.table.sample)) if particulars(question).given else ()


def normal_contrast(laws: Laws, route: Route, contrast: Contrast) -> Contrasted:
    """The change of the outcome's mean under each draw of a jointly normal law: a slope times the step."""
    outcome, functional = route.query.on[0], _functional(route)
    line = gaussian_mean(functional, gaussian_law(laws, route), outcome)
    step = contrast.high - contrast.low
    # What has the same value under both levels moves nothing: mediators that are held, the reference of nested worlds.
    same = {*levels_named(functional), *(name for name, _ in contrast.held)}
    moves = zip(line.names, np.moveaxis(line.slopes, -1, 0), strict=True)
    slopes = {name: slope for name, slope in moves if name not in same}
    effect = slopes.pop(contrast.of, np.zeros(len(line.intercept))) * step
    free = tuple(slopes)
    differences = np.stack([slopes[name] for name in free], axis=1) if free else np.zeros((len(effect), 0))
    return Contrasted(effect[:, np.newaxis], free, differences)
