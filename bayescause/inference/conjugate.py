"""Gaussian regression with independent Gaussian priors, exactly: evidence of a residual sd, coefficients given it.

Coefficients are divided by their prior sds, so that one singular value decomposition turns the posterior into
independent directions whatever the residual sd is (Gelman and others 2013, section 14.8; a coefficient with a flat
prior is integrated out first, a fixed one is a direction of no width).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bayescause.errors import DataError
from bayescause.inference.scale_grid import ScaleGrid, scale_grid
from bayescause.inference.sufficient import Sufficient, log_likelihood, never_varies
from bayescause.scm.abilities import without_kernel
from bayescause.scm.design import MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.priors import Prior, is_gaussian, log_density, moments, support

__all__ = ["ExactDraws", "ScaledPrior", "draw_exact", "in_scaled_units", "obstacle"]

WIDEST = 60.0
"""Log residual sds are looked for this far on either side of the log of the response's own sd."""

EXHAUSTED = 1e-26
"""Share of the response's variance below which the residual is rounding error."""

CELLS = 2_000_000
"""Numbers held at once where densities are evaluated at many residual sds."""


@dataclass(frozen=True, eq=False)
class ExactDraws:
    """Independent draws of one Gaussian mechanism.

    Parameters
    ----------
    coefficients : array, dims (sample, coefficient)
        In data units, intercept first.
    sd : array, dims (sample,)
    log_likelihood : array, dims (sample,)
        Joint, of all units.
    log_evidence : float
        Log of the prior predictive density of the data.
    """

    coefficients: FloatArray
    sd: FloatArray
    log_likelihood: FloatArray
    log_evidence: float


@dataclass(frozen=True, eq=False)
class _Directions:
    """The posterior given the residual sd s, in the response's own unit: coefficients are
    ``location + spread @ g + s * free @ z`` with z standard normal and independent
    ``g ~ N(strength * pull / (s^2 + strength^2), s^2 / (s^2 + strength^2))``.
    """

    strength: FloatArray
    pull: FloatArray
    residual: float
    degrees: float
    location: FloatArray
    spread: FloatArray
    turn: FloatArray
    free: FloatArray
    constant: float

    def log_evidence(self, log_scale: FloatArray) -> FloatArray:
        step = max(1, CELLS // max(1, len(self.strength)))
        parts = [self._log_evidence(log_scale[start : start + step]) for start in range(0, len(log_scale), step)]
        return np.concatenate(parts)

    def _log_evidence(self, log_scale: FloatArray) -> FloatArray:
        variance = np.exp(2.0 * log_scale)
        # Directions first: a loop over many scales is quicker than many loops over a few directions.
        total = variance + (self.strength**2)[:, None]
        fit = np.log(total).sum(axis=0) + self.pull**2 @ (1.0 / total)
        rest = (self.degrees - len(self.strength)) * 2.0 * log_scale + self.residual / variance
        return np.asarray(self.constant - 0.5 * (fit + rest))

    def draw(self, scale: FloatArray, random: np.random.Generator) -> FloatArray:
        # Directions first, as for the evidence.
        total = scale**2 + (self.strength**2)[:, None]
        # Noise belongs to the coefficients and is turned into the directions: the directions' signs and order, which
        # rounding and the order of rows decide, then leave the draws alone.
        noise = self.turn @ random.standard_normal(total.shape[::-1]).T
        along = (self.strength * self.pull)[:, None] / total + noise * (scale / np.sqrt(total))
        found = self.spread @ along + self.location[:, None]
        if self.free.size:
            found += self.free @ (random.standard_normal((len(scale), self.free.shape[1])).T * scale)
        return np.ascontiguousarray(found.T)


def obstacle(task: MechanismDesign) -> str | None:
    """Why ``task`` cannot be drawn exactly, in words; None if it can."""
    if (told := without_kernel(task.mechanism)) is not None:
        return told
    if task.mechanism.short != "gaussian" or task.mechanism.link != "identity":
        return f"its family is {task.mechanism.short} (link {task.mechanism.link}), not gaussian"
    for name in task.fixed:
        prior = task.priors[name]
        if not (is_gaussian(prior) or prior.family in {"fixed", "flat"}):
            return f"the prior of {name!r} is {prior}, not normal"
    return None


def draw_exact(
    sufficient: Sufficient, task: MechanismDesign, random: np.random.Generator, *, samples: int
) -> ExactDraws:
    """Draw ``samples`` independent draws from the posterior of ``task``.

    Raises
    ------
    DataError
        If the predictors determine the response without residual, or leave a coefficient with a flat prior open.

    Examples
    --------
    >>> from bayescause.inference.sufficient import summarise
    >>> from bayescause.inference.fitting import fit
    >>> from bayescause.scm.structural_model import StructuralModel
    >>> data = {"x": np.arange(9.0), "y": np.arange(9.0) ** 2}
    >>> posterior = fit(StructuralModel.parse("y ~ x"), data)
    >>> task = posterior.design.mechanisms["y"]
    >>> sufficient = summarise(task, posterior.design, posterior.table)
    >>> draw_exact(sufficient, task, np.random.default_rng(0), samples=100).coefficients.shape
    (100, 2)
    """
    directions = _directions(sufficient, task)
    if task.priors["sd"].family == "fixed":
        scale = np.full(samples, task.priors["sd"].parameters[0] / sufficient.unit)
        evidence = float(directions.log_evidence(np.log(scale[:1]))[0])
    else:
        grid = _grid(directions, sufficient, task)
        scale, evidence = np.exp(grid.quantile(random.uniform(size=samples))), grid.log_evidence
    coefficients, sd = directions.draw(scale, random), scale * sufficient.unit
    return ExactDraws(coefficients, sd, log_likelihood(sufficient, coefficients, sd), evidence)


def _without_residual(sufficient: Sufficient, task: MechanismDesign) -> str:
    rows, response = sufficient.triangle[:, :-1], sufficient.triangle[:, -1]
    return never_varies(task.variable, rows, response, sufficient.shift, sufficient.unit) or (
        f"{task.variable!r} is determined exactly by its predictors {', '.join(map(repr, task.columns))}: "
        "no residual is left to learn from. Leave out the predictor that it was computed from."
    )


def _grid(directions: _Directions, sufficient: Sufficient, task: MechanismDesign) -> ScaleGrid:
    prior, unit = task.priors["sd"], sufficient.unit
    spare = directions.degrees - len(directions.strength)
    if spare > 0 and directions.residual < EXHAUSTED * sufficient.units:
        raise DataError(_without_residual(sufficient, task))

    def density(log_scale: FloatArray) -> FloatArray:
        scale = np.exp(log_scale) * unit
        return np.asarray(directions.log_evidence(log_scale) + log_density(prior, scale) + np.log(scale))

    low, high = _bounds(prior, unit)
    return scale_grid(density, low, high)


def _bounds(prior: Prior, unit: float) -> tuple[float, float]:
    """Log scales between which the residual sd is looked for: a bounded prior may be narrower than a scan's step."""
    low, high = support(prior)
    if not np.isfinite(high):
        return -WIDEST, WIDEST
    inside = 1e-12 * (high - low)
    return max(float(np.log((low + inside) / unit)), -WIDEST), float(np.log((high - inside) / unit))


def _directions(sufficient: Sufficient, task: MechanismDesign) -> _Directions:
    prior = in_scaled_units(sufficient, task)
    gap = sufficient.triangle[:, -1] - sufficient.triangle[:, :-1] @ prior.centre
    rows = np.column_stack([sufficient.triangle[:, prior.flat], sufficient.triangle[:, prior.proper], gap])
    # Padding with empty rows lets eight rows and twenty coefficients take the same path as plenty of rows.
    padded = np.vstack([rows, np.zeros((max(0, rows.shape[1] - len(rows)), rows.shape[1]))])
    triangle = np.linalg.qr(padded, mode="r")
    triangle *= np.where(np.diag(triangle) < 0, -1.0, 1.0)[:, None]
    _check_flat(triangle, [task.coefficients[place] for place in prior.flat])
    return _decompose(triangle, sufficient, prior)


@dataclass(frozen=True, eq=False)
class ScaledPrior:
    """Prior centres and sds of the coefficients in the units of the triangle: data units times ``stretch``."""

    flat: npt.NDArray[np.intp]
    proper: npt.NDArray[np.intp]
    centre: FloatArray
    width: FloatArray
    stretch: FloatArray


def in_scaled_units(sufficient: Sufficient, task: MechanismDesign) -> ScaledPrior:
    """Priors of the coefficients that have one of their own, in the units of the sums."""
    pairs = [_centre_and_width(task.priors[name]) for name in task.fixed]
    location, width = np.array(pairs, dtype=float).T
    stretch = sufficient.scales / sufficient.unit
    location[0] -= sufficient.shift
    flat = np.isinf(width)
    return ScaledPrior(
        flat=np.flatnonzero(flat),
        proper=np.flatnonzero(~flat),
        centre=np.where(flat, 0.0, location * stretch),
        width=width * stretch,
        stretch=stretch,
    )


def _centre_and_width(prior: Prior) -> tuple[float, float]:
    match prior.family:
        case "fixed":
            return prior.parameters[0], 0.0
        case "flat":
            return 0.0, np.inf
        case _:
            return moments(prior)


def _decompose(triangle: FloatArray, sufficient: Sufficient, prior: ScaledPrior) -> _Directions:
    flat, proper, free = prior.flat, prior.proper, len(prior.flat)
    width, inverse = prior.width[proper], np.linalg.inv(triangle[:free, :free])
    left, strength, right = np.linalg.svd(triangle[free:, free:-1] * width, full_matrices=False)
    gap = triangle[free:, -1]
    pull = left.T @ gap
    rest = gap - left @ pull
    location = prior.centre.copy()
    location[flat] = inverse @ triangle[:free, -1]
    spread = np.zeros((len(location), len(proper)))
    spread[proper] = width[:, None] * right.T
    spread[flat] = -inverse @ triangle[:free, free:-1] @ spread[proper]
    opened = np.zeros((len(location), free))
    opened[flat] = inverse
    degrees = sufficient.units - free
    volume = np.log(np.abs(np.diag(triangle)[:free])).sum() + np.log(prior.stretch[flat]).sum()
    return _Directions(
        strength=strength,
        pull=pull,
        residual=float(rest @ rest),
        degrees=degrees,
        location=location / prior.stretch + np.where(np.arange(len(location)) == 0, sufficient.shift, 0.0),
        spread=spread / prior.stretch[:, None],
        turn=right,
        free=opened / prior.stretch[:, None],
        constant=float(-0.5 * degrees * np.log(2 * np.pi) - sufficient.units * np.log(sufficient.unit) - volume)
        + 0.5 * sufficient.log_precision,
    )


def _check_flat(triangle: FloatArray, names: list[str]) -> None:
    size = np.abs(np.diag(triangle)[: len(names)])
    if len(size) and size.min() <= 1e-10 * size.max():
        raise DataError(
            f"The data do not determine {', '.join(map(repr, names))} together, and their priors are flat. "
            "Give one of them a prior such as normal(0, 10), or leave it out."
        )
