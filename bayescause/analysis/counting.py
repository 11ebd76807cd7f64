"""A count of units above a line under each treatment is told only if the model predicts that very count."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bayescause.arguments import Seed, seed_of
from bayescause.compilation.particulars import particulars
from bayescause.errors import DataError
from bayescause.inference.convergence import interval_of
from bayescause.inference.randomness import generator
from bayescause.notebooks import by_its_words
from bayescause.query.selection import units_of
from bayescause.scm.mechanism import FloatArray

if TYPE_CHECKING:
    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.drawn_laws import Laws
    from bayescause.query.effect import Effect
    from bayescause.query.interval import Interval

__all__ = ["CountedArm", "UnitCounts", "check_count"]

DRAWS = 400
"""Draws of the parameters under which outcomes are simulated."""

UNITS = 5_000
"""Units beyond which a random part of them is simulated."""

FEWEST = 20
"""Units that must have been seen under each treatment for a count to be checked."""

ERROR = 0.05
"""Chance, at most, that a right model fails the check."""


@dataclass(frozen=True)
class CountedArm:
    """Units above the line if everyone had one value of the treatment.

    Parameters
    ----------
    value : float
        Of the treatment.
    label : str
        The user's name of ``value``: ``"kept smoking"``; the number itself where there is none.
    per_100 : float
        Expected units of 100 above the line under do(treatment = value), in the averaging population.
    interval : Interval
        Of ``per_100``, of ArviZ's default kind and probability.
    observed, predicted : float
        Units of 100 above the line among those observed with this value: as seen, and as the model says.
    p_value : float
        Two-sided posterior predictive p-value of ``observed``.
    """

    value: float
    label: str
    per_100: float
    interval: "Interval"
    observed: float
    predicted: float
    p_value: float


@dataclass(frozen=True, eq=False)
class UnitCounts:
    """How many units in 100 lie above a line under each of two treatments.

    Parameters
    ----------
    effect : Effect
    threshold : float
        The line, in the unit of the outcome.
    arms : tuple of CountedArm
        Under the reference value, then under the other; empty where refused.
    passes : bool
        Whether the counts may be printed: the predictive check of both arms' own counts passed.
    basis : str
        ``"mechanism"``: noise as the mechanism has it; ``"observed residuals"``: the mechanism's mean with the
        residuals that were seen, used where the mechanism's noise fails the check.
    words : str
        One sentence: what was checked and with which result.
    level : str
        Name of the level that the line is, if it is one.
    """

    effect: "Effect"
    threshold: float
    arms: tuple[CountedArm, ...]
    passes: bool
    basis: str
    words: str
    level: str = ""

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return self.words


def check_count(effect: "Effect", line: float | str, *, seed: Seed = 0) -> UnitCounts:
    """Count units above ``threshold`` under both treatments, and check that very count.

    Everything on the way from treatment to outcome is simulated, noise included. Where the counts that this gives for
    the units as they were treated do not match those that were seen, and the outcome's mean is a straight line, the
    noise is replaced by the residuals that were seen, and the counts are checked again.

    Parameters
    ----------
    effect : Effect
    line : float or str
        In the unit of the outcome, or the name of one of its levels.
    seed : int or NumPy Generator
        Of the simulated outcomes.

    Returns
    -------
    UnitCounts
        ``passes`` is false, and the counts are not to be printed, where a check fails or a treatment was hardly seen.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> z, noise = np.random.default_rng(1).normal(size=(2, 200))
    >>> x = (z + noise[::-1] > 0).astype(float)
    >>> model = bc.StructuralModel.parse("x ~ z; y ~ x + z")
    >>> effect = bc.ask(model, {"x": x, "z": z, "y": 2 * x + z + noise}, bc.AverageEffect(of="x", on="y"))
    >>> check_count(effect, 1.0).passes
    True
    """
    from bayescause.compilation.contrasts import level_value

    seed = seed_of(seed)
    if not isinstance(line, str):
        return _checked_count(effect, float(line), seed)
    if effect.posterior is None:
        raise DataError(f"{line!r} is a level, and nothing was fitted that would know its place. Give a number.")
    place = level_value(line, effect.estimand.on, effect.posterior.table, may="be")
    found = _checked_count(effect, place, seed)
    return replace(found, level=line, words=found.words.replace(f"above {place:g},", f"above {line},"))


def _checked_count(effect: "Effect", threshold: float, seed: int) -> UnitCounts:
    posterior = effect.posterior
    if posterior is None or effect.draws is None:
        words = " ".join(("There is no effect, so no units are counted.", *effect.reasons))
        return UnitCounts(effect, threshold, (), passes=False, basis="mechanism", words=words)
    if effect.route is None or not effect.route.is_by_unit:
        by = "" if effect.route is None else f" answered by {effect.route.name}"
        words = f"Units are not counted for effects{by}: no unit has an outcome of its own there."
        return UnitCounts(effect, threshold, (), passes=False, basis="mechanism", words=words)
    if particulars(effect.estimand).contrast is None:
        words = f"Units are counted under two levels of the treatment, and the {effect.estimand.name} compares none."
        return UnitCounts(effect, threshold, (), passes=False, basis="mechanism", words=words)
    counting = _prepared(effect, posterior, threshold, seed)
    seen = [int(np.sum(counting.treatment == level)) for level in counting.levels]
    if min(seen) < FEWEST:
        words = f"One of the two treatments was seen in only {min(seen)} units, so the count cannot be checked."
        return UnitCounts(effect, threshold, (), passes=False, basis="mechanism", words=words)
    by_mechanism = _counted(counting, "mechanism")
    if by_mechanism.passes or not counting.is_additive:
        return by_mechanism
    by_residuals = _counted(counting, "observed residuals")
    return by_residuals if by_residuals.passes else by_mechanism


@dataclass(frozen=True, eq=False)
class _Counting:
    """What both ways to count share: units, thinned draws, levels of the treatment and their names."""

    effect: "Effect"
    threshold: float
    laws: "Laws"
    route: "Route"
    columns: "Mapping[str, FloatArray]"
    levels: tuple[float, float]
    labels: tuple[str, str]
    seed: int

    @property
    def treatment(self) -> FloatArray:
        return self.columns[self.effect.estimand.of]

    @property
    def outcome(self) -> FloatArray:
        return self.columns[self.effect.estimand.on]

    @property
    def is_additive(self) -> bool:
        return self.laws.design.mechanisms[self.route.keys[self.route.order[-1]]].mechanism.is_affine


def _prepared(effect: "Effect", posterior: "Posterior", threshold: float, seed: int) -> _Counting:
    from bayescause.analysis.replication import thinned
    from bayescause.analysis.thinning import rows_of_units
    from bayescause.query.contrasts import level_name, resolve_contrast
    from bayescause.query.drawn_laws import Laws, laws_of
    from bayescause.query.routing import route_of

    route, table = route_of(posterior, effect.estimand), posterior.table.sample
    contrast = resolve_contrast(table, effect.estimand)
    random = generator(seed, "count", effect.estimand.of, effect.estimand.on)
    known = units_of(effect.estimand, table) & np.isfinite(table.columns[effect.estimand.on])
    shares = np.where(known, table.counts, 0.0)
    rows = rows_of_units(shares, UNITS, random)
    # One generator of the same seed for each task, so that the draws of all tasks are thinned alike.
    drawn = laws_of(posterior, route).parameters
    kept = {key: thinned(one, DRAWS, generator(seed, "count", "draws")) for key, one in drawn.items()}
    levels = (contrast.low, contrast.high)
    return _Counting(
        effect,
        threshold,
        Laws(posterior.design, kept),
        route,
        {name: values[rows] for name, values in table.columns.items()},
        levels,
        (level_name(table, contrast.of, levels[0]), level_name(table, contrast.of, levels[1])),
        seed,
    )


def _counted(counting: _Counting, basis: str) -> UnitCounts:
    sides = zip(counting.levels, counting.labels, strict=True)
    arms = tuple(_arm(counting, level, label, basis) for level, label in sides)
    passes = all(arm.p_value >= ERROR / len(arms) for arm in arms)
    seen = " and ".join(f"{arm.observed:.0f} with {arm.label} (model: {arm.predicted:.0f})" for arm in arms)
    verdict = "the check of this count passed" if passes else "the check of this count failed"
    words = f"Of 100 units above {counting.threshold:g}, seen {seen}: {verdict}, noise from the {basis}."
    return UnitCounts(counting.effect, counting.threshold, arms, passes, basis, words)


def _arm(counting: _Counting, level: float, label: str, basis: str) -> CountedArm:
    from xarray import DataArray

    from bayescause.query.interval import Interval

    # Both worlds share their random numbers, so that only the treatment differs.
    above = _outcomes(counting, level, basis) > counting.threshold
    random = generator(counting.seed, "count", "population")
    weights = random.standard_exponential(above.shape)
    per_100 = 100.0 * (weights * above).sum(axis=1) / weights.sum(axis=1)
    kind, prob, bounds = interval_of(per_100[None, :])
    there = counting.treatment == level
    observed = 100.0 * float((counting.outcome[there] > counting.threshold).mean())
    predicted = 100.0 * above[:, there].mean(axis=1)
    upper = ((predicted > observed).sum() + 0.5 * (predicted == observed).sum() + 0.5) / (len(predicted) + 1.0)
    return CountedArm(
        level,
        label,
        float(per_100.mean()),
        Interval(kind, prob, *map(DataArray, bounds)),
        observed,
        float(predicted.mean()),
        min(1.0, 2.0 * float(min(upper, 1.0 - upper))),
    )


def _outcomes(counting: _Counting, level: float, basis: str) -> FloatArray:
    """Simulated outcome of every unit with the treatment at ``level``, dims (sample, row)."""
    from bayescause.analysis.replication import expect, respond

    random = generator(counting.seed, "count", "noise")
    laws, order = counting.laws, counting.route.order
    columns = {**counting.columns, counting.effect.estimand.of: np.full(len(counting.outcome), level)}
    for variable in order[:-1]:
        key = counting.route.keys[variable]
        columns[variable] = respond(laws.design.mechanisms[key], laws.parameters[key], columns, laws.design, random)
    key = counting.route.keys[order[-1]]
    task, given = laws.design.mechanisms[key], laws.parameters[key]
    if basis == "mechanism":
        return respond(task, given, columns, laws.design, random)
    residuals = counting.outcome - expect(task, given, counting.columns, laws.design)
    shape = (laws.samples, len(counting.outcome))
    drawn = np.take_along_axis(residuals, random.integers(shape[1], size=shape), axis=1)
    return expect(task, given, columns, laws.design) + drawn
