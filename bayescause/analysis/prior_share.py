"""How much of an effect's width is prior, what more rows would remove of it, and what is extrapolated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bayescause.analysis.extrapolation import Extrapolation, extrapolation_of
from bayescause.analysis.information import Information, information_of
from bayescause.analysis.power_scaling import Scaled, power_scaled
from bayescause.analysis.thinning import thinned_posterior
from bayescause.arguments import require
from bayescause.calling import names_its_arguments
from bayescause.compilation.particulars import particulars
from bayescause.notebooks import by_its_words
from bayescause.query.curves import axis_of, point_told
from bayescause.query.dependence import moving_covariates
from bayescause.scm.abilities import without_kernel
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.priors import is_proper

if TYPE_CHECKING:
    import pandas as pd

    from bayescause.compilation.plan import Route
    from bayescause.inference.posterior import Posterior
    from bayescause.query.effect import Effect

__all__ = ["MOST", "Direction", "PriorShare", "parameters_share", "prior_share", "widths_of"]

MOST = 0.5
"""Share of the variance from which an answer is prior-driven."""

SILENT = 0.01
"""Information of the data over that of the prior below which the data say nothing along a direction."""

DRAWS = 1_000
"""Draws that are looked at: a share is known to about 2 in 100."""

MOVED = 0.5
"""Posterior sds by which an effect moves if the prior counts twice, from which it is prior-driven, however narrow."""

TRUSTED = 0.7
"""K-hat of weights from which what they say is not to be trusted (Vehtari and others 2024)."""

LOADS = 0.3
"""Part of a direction's largest loading from which a parameter is named."""


@dataclass(frozen=True)
class Direction:
    """A combination of parameters that the data say nothing about, and the effect depends on.

    Parameters
    ----------
    key : str
        Of the mechanism.
    names : tuple of str
        Parameters that move together along it, the heaviest first.
    share : float
        Of the effect's variance.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0] * 20, "twin": [0.0, 1.0] * 20, "y": [float(i % 5 + i % 2) for i in range(40)]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x + twin"), rows, bc.AverageEffect(of="x", on="y"))
    >>> bc.prior_share(effect).directions[0].names
    ('x', 'twin')
    """

    key: str
    names: tuple[str, ...]
    share: float

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return f"{' and '.join(self.names)} in {self.key} ({100 * self.share:.0f} % of the variance)"


@dataclass(frozen=True, eq=False)
class PriorShare:
    """Where the width of an effect comes from.

    Parameters
    ----------
    effect : Effect
    status : str
        ``"ok"`` or ``"refused"`` (with ``reason``).
    share : float
        Part of what holds the effect that is prior: by how many per cent its variance falls if the prior's precision
        grows by one per cent. With the data's part it adds up to one.
    held : float
        Part of the variance that lies along directions on which the data are silent: no number of rows like these
        removes it. More of them remove the rest.
    directions : tuple of Direction
        Those directions, the heaviest first.
    extrapolation : Extrapolation, optional
        Units outside the observed support, and their part of the variance; None where it was not looked at.
    scaled : tuple of Scaled
        The effect if the prior counted half, and twice.
    is_by_rule : bool
        Whether no user wrote a prior of a coefficient.
    reason : str
    at : str
        Of a curve, the point at which most is prior, which is the one that is told of.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0] * 20, "twin": [0.0, 1.0] * 20, "y": [float(i % 5 + i % 2) for i in range(40)]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x + twin"), rows, bc.AverageEffect(of="x", on="y"))
    >>> found = bc.prior_share(effect)
    >>> found.is_prior_driven, found.held > 0.9
    (True, True)
    """

    effect: "Effect"
    status: str
    share: float = float("nan")
    held: float = float("nan")
    directions: tuple[Direction, ...] = ()
    extrapolation: Extrapolation | None = None
    scaled: tuple[Scaled, ...] = ()
    is_by_rule: bool = True
    reason: str = ""
    at: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether nothing could be told."""
        return self.status == "refused"

    @property
    def is_prior_driven(self) -> bool:
        """Whether most of what holds the effect is prior, or counting the prior twice moves it by half its sd."""
        return not self.is_refused and (max(self.share, self.held) > MOST or self.moved > MOVED)

    @property
    def moved(self) -> float:
        """By how many of its sds the effect moves if the prior counts twice; 0 where weights cannot tell."""
        return max((abs(one.shift) for one in self.scaled if one.power > 1.0 and one.pareto_k < TRUSTED), default=0.0)

    @property
    def removable(self) -> float:
        """Part of the variance that more rows like these would remove."""
        return 1.0 - self.held

    @property
    def words(self) -> str:
        """One sentence: how much is prior, and what more rows would do."""
        if self.is_refused:
            return f"How the width divides into prior and data cannot be told: {self.reason}"
        head = f"{_part(self.share)} of the width is prior"
        if self.at:
            head = f"At {self.at}, where most is prior, {head[:1].lower()}{head[1:]}"
        if self.moved > MOVED:
            head += f" and the answer would move by {self.moved:.1f} of its sd if the prior counted twice"
        if self.held < SILENT:
            return f"{head}: more rows would remove what is left."
        if self.removable < SILENT:
            return f"{head}: no number of rows like these would remove any of it."
        return f"{head}: more rows would remove {_part(self.removable).lower()} of it, and never the rest."

    def to_dataframe(self) -> "pd.DataFrame":
        """One row: share, held, removable, extrapolated, outside, shift_half, shift_twice, is_prior_driven."""
        import pandas as pd

        beyond = self.extrapolation
        row: dict[str, object] = {"share": self.share, "held": self.held, "removable": self.removable}
        row |= {"outside": beyond.units if beyond else np.nan, "extrapolated": beyond.share if beyond else np.nan}
        row |= {f"shift_{'half' if one.power < 1 else 'twice'}": one.shift for one in self.scaled}
        return pd.DataFrame([row | {"is_prior_driven": self.is_prior_driven}])

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        lines = [self.words]
        lines += [f"  only the prior holds  {direction}" for direction in self.directions]
        if self.extrapolation is not None:
            lines.append(f"  outside support       {self.extrapolation.words}")
        lines += [f"  {_told(one)}" for one in self.scaled]
        return "\n".join(lines)


def _told(one: Scaled) -> str:
    trust = "" if one.pareto_k < TRUSTED else f" (not to be trusted: k-hat {one.pareto_k:.2f})"
    count = "half" if one.power < 1 else "twice"
    return f"prior counted {count:<6}  mean {one.shift:+.2f} sd, width times {one.spread:.2f}{trust}"


def _part(share: float) -> str:
    named = {0.0: "Nearly nothing", 0.05: "About a twentieth", 0.1: "About a tenth", 0.2: "About a fifth"}
    named |= {0.33: "About a third", 0.5: "About a half", 0.67: "About two thirds", 0.8: "About four fifths"}
    named |= {0.9: "About nine tenths", 1.0: "Nearly all"}
    return named[min(named, key=lambda one: abs(one - share))]


@names_its_arguments
def prior_share(effect: "Effect") -> PriorShare:
    """Take the width of ``effect`` apart: prior, rows that are missing, units outside the observed support.

    Parameters
    ----------
    effect : Effect
        One number, or a curve, which is told of at its worst point; a conditional effect is split first.

    Returns
    -------
    PriorShare
        Refused, in words, where a joint law answers (its rows with few units are told of instead) or where a mechanism
        has no kernel.

    Notes
    -----
    With prior precision P, information of the data I and gradient g of the effect, all on the scale on which a
    mechanism's posterior is about normal, the variance is ``g' (P + I)^-1 g``. Its derivative along the logarithm of
    the prior's power is minus ``g' V P V g`` (V the covariance), along that of the data's ``g' V I V g``, and they add
    up to the variance: ``share`` is the first part. Along the generalised eigenvectors of I and P the variance is a
    sum; the terms whose eigenvalue is below 0.01 are ``held``. g is the regression of the effect's draws on the
    parameters'. Where the units are drawn from a larger population, both are parts of all of the variance, of which the
    parameters explain a part.

    References
    ----------
    Kallioinen, Paananen, Buerkner and Vehtari (2024), Detecting and diagnosing prior and likelihood sensitivity with
    power-scaling; Gelman and others (2013), Bayesian Data Analysis, section 4.2 (the normal approximation).

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0] * 20, "twin": [0.0, 1.0] * 20, "y": [float(i % 5 + i % 2) for i in range(40)]}
    >>> effect = bc.ask(bc.StructuralModel.parse("y ~ x + twin"), rows, bc.AverageEffect(of="x", on="y"))
    >>> found = bc.prior_share(effect)
    >>> found.held > 0.9, found.directions[0].names
    (True, ('x', 'twin'))
    """
    from bayescause.query.effect import EFFECT

    require(effect=(effect, EFFECT))
    found = widths_of(effect)
    return found if found.is_refused else replace(found, extrapolation=extrapolation_of(effect))


def widths_of(effect: "Effect") -> PriorShare:
    """The same without a look at units outside the observed support: nothing is evaluated again."""
    posterior, route = effect.posterior, effect.route
    refusal = _refusal(effect, posterior, route)
    if refusal or posterior is None or route is None or effect.draws is None:
        return PriorShare(effect, "refused", reason=refusal)
    thin = replace(thinned_posterior(posterior, DRAWS), table=posterior.table.sample)
    found = _informed(thin, route, posterior.table.units / thin.table.units)
    kept = effect.draws.sel(draw=thin.draws["draw"])
    points = np.atleast_2d(kept.stack(sample=("chain", "draw")).to_numpy())
    # A curve says nothing of its reference, where it is zero in every draw.
    moving = [place for place, draws in enumerate(points) if np.ptp(draws) > 0.0] or [0]
    told = {place: _of_point(effect, thin, route, found, points[place]) for place in moving}
    most = max(moving, key=lambda place: told[place].share)
    if effect.curve is None:
        return told[most]
    value = kept[effect.curve].to_numpy().tolist()[most]
    return replace(told[most], at=point_told(axis_of(effect.estimand, effect.curve), effect.curve, value))


def _of_point(
    effect: "Effect", thin: "Posterior", route: "Route", found: Sequence[Information], draws: FloatArray
) -> PriorShare:
    """The same of one number, whose draws are given, dims (sample,)."""
    share, held, directions = parameters_share(found, draws)
    part = _part_of_parameters(effect, thin, route, found, draws)
    log_prior = np.sum([one.log_prior for one in found], axis=0)
    return PriorShare(
        effect,
        "ok",
        part * share,
        part * held,
        tuple(replace(one, share=part * one.share) for one in directions),
        scaled=tuple(power_scaled(draws, log_prior, power) for power in (0.5, 2.0)),
        is_by_rule=_is_by_rule(thin, route),
    )


def _refusal(effect: "Effect", posterior: "Posterior | None", route: "Route | None") -> str:
    if effect.draws is None or posterior is None or route is None:
        return "there is no number that was computed from a posterior."
    if effect.draws.ndim > 2 and effect.curve is None:
        return "it is about one number. Split the groups first."
    if not route.is_simulated:
        return f"a joint law answers by {route.name}; its rows with few units are told of instead."
    tasks = [posterior.design.mechanisms[key] for key in route.keys.values()]
    if any(without_kernel(task.mechanism) for task in tasks):
        return "a mechanism on the way has no kernel, so that what the data know of it is not known."
    if any(task.pools for task in tasks):
        return "it rests on pooled effects, whose prior is learnt from the same data."
    if not all(is_proper(prior) for task in tasks for prior in task.priors.values()):
        return "a prior is flat: it holds nothing, and has no weight to tell."
    return ""


def _informed(posterior: "Posterior", route: "Route", times: float) -> tuple[Information, ...]:
    return tuple(information_of(posterior, key, times=times) for key in dict.fromkeys(route.keys.values()))


def _part_of_parameters(
    effect: "Effect", posterior: "Posterior", route: "Route", found: Sequence[Information], draws: FloatArray
) -> float:
    """Part of the variance that is not about who the units are: that is for more rows to tell."""
    question = effect.estimand
    is_of_levels = particulars(question).contrast is not None
    is_alike = is_of_levels and not moving_covariates(posterior.design, route, (question.of,))
    if question.population == "sample" or is_alike or not np.ptp(draws) > 0.0:
        return 1.0
    points = np.concatenate([one.points for one in found], axis=1)
    explained = (points - points.mean(axis=0)) @ _slopes(points, draws)
    return min(1.0, float(np.var(explained) / np.var(draws)))


def parameters_share(found: Sequence[Information], draws: FloatArray) -> tuple[float, float, tuple[Direction, ...]]:
    """Part of the prior, part of silent directions, and these directions, of the variance of ``draws``.

    Parameters
    ----------
    found : sequence of Information
        Of independent tasks.
    draws : array, dims (sample,)
        Of an effect, under the same draws.

    Examples
    --------
    >>> points = np.random.default_rng(0).normal(size=(500, 2)) * [0.5, 1.0]
    >>> told = Information("y", ("a", "b"), points, np.ones(2), np.diag([3.0, 0.0]), np.zeros(500), np.zeros(500))
    >>> share, held, _ = parameters_share([told], points.sum(axis=1))
    >>> round(share, 2), round(held, 2)
    (0.85, 0.8)
    """
    slopes = _slopes(np.concatenate([one.points for one in found], axis=1), draws)
    parts = np.split(slopes, np.cumsum([len(one.names) for one in found])[:-1])
    lists = [_along(one, own) for one, own in zip(found, parts, strict=True)]
    total = sum(float(variances.sum()) for _, variances, _ in lists)
    if not total > 0.0:
        return 0.0, 0.0, ()
    share = sum(float((variances / (1.0 + ratios)).sum()) for ratios, variances, _ in lists) / total
    silent = [
        Direction(one.key, _loading(one.names, vectors[:, at]), float(variances[at]) / total)
        for one, (ratios, variances, vectors) in zip(found, lists, strict=True)
        for at in np.flatnonzero(ratios < SILENT)
    ]
    heavy = sorted((one for one in silent if one.share > SILENT), key=lambda one: -one.share)
    return share, sum(one.share for one in silent), tuple(heavy)


def _slopes(points: FloatArray, draws: FloatArray) -> FloatArray:
    centred = points - points.mean(axis=0)
    return np.asarray(np.linalg.lstsq(centred, draws - draws.mean(), rcond=None)[0])


def _along(one: Information, slopes: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Ratios, the effect's variance along each direction, and the directions times the slopes."""
    ratios, directions = one.directions()
    return ratios, np.square(slopes @ directions) / (1.0 + ratios), directions * np.sqrt(one.prior)[:, None]


def _loading(names: Sequence[str], direction: FloatArray) -> tuple[str, ...]:
    sizes = np.abs(direction)
    kept = [at for at in np.argsort(-sizes, kind="stable") if sizes[at] > LOADS * sizes.max()]
    return tuple(names[at] for at in sorted(kept[:4]))


def _is_by_rule(posterior: "Posterior", route: "Route") -> bool:
    tasks = {task.key: task for task in posterior.plan.tasks}
    designs = posterior.design.mechanisms
    return not any(set(tasks[key].priors) - set(designs[key].mechanism.dispersion) for key in route.keys.values())
