"""Effects of each level from almost their own law given everything else, all levels at once.

Given the axes that levels share, the effects of one level are independent of those of all others. A level with one
effect is drawn from the exponential of a polynomial through the log density at a few places, on a grid: what the normal
law of its peak leaves out, skewness above all, would otherwise add up over thousands of levels. A level with several
effects is drawn one effect after another; those that are not drawn yet count by Laplace's method.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import batched

import numpy as np

from bayescause.inference.freed_memory import keep_freed_memory
from bayescause.inference.level_law import NODES, Wide, drawn_along
from bayescause.inference.level_table import LevelTable
from bayescause.inference.pooled_posterior import PooledPosterior
from bayescause.scm.mechanism import FloatArray

__all__ = ["draw_effects", "looks"]

MANY = 2_000
"""Units of every level from which on the normal law is near enough, and nothing is looked at."""

FEW, OFTEN = 0.1, 1.0
"""Levels of a draw that come from a wide law, on average at most: where the log-likelihood bends down everywhere, so
that there is one peak for each level, and where there may be others."""

SHARE, LARGE = 1e-3, 0.1
"""Share of the wide law in the proposal of one level, at most, in these two cases."""

BESIDE = 0.5
"""Distance, in sds, of the differences from which an effect that is not drawn yet is integrated out."""

FLATTEST = 0.1
"""Smallest curvature of an effect that is integrated out, as a part of that at the peak."""

CELLS = 50_000
"""Draws times rows held at once."""

LEVELS = 2_000
"""Draws times levels held at once: what is made of them stays in the processor's cache."""


def draw_effects(
    target: PooledPosterior,
    points: FloatArray,
    middle: FloatArray,
    turn: FloatArray,
    random: np.random.Generator,
    *,
    tables: Sequence[LevelTable] = (),
    done: Callable[[int], object] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Standard normal effects near their law given all other axes, and the log density with which they were drawn.

    Parameters
    ----------
    target : PooledPosterior
    points : array, dims (sample, axis)
        What stands at the places of the nested effects is not looked at.
    middle, turn : array, dims (sample, level, effect) and (sample, level, effect, effect)
        Effects are about ``middle + turn @ noise`` with standard normal noise.
    random : Generator
    tables : sequence of LevelTable
        One for each effect of a level, of which none depends on another; otherwise the rows are looked at.
    done : function, optional
        Told how many samples have their effects.

    Returns
    -------
    array, dims (sample, level, effect), and array, dims (sample,)
    """
    if tables:
        return _looked_up(target, points, middle, turn, random, tables=tables, done=done)
    step = max(1, CELLS // max(len(target.rows.values), target.nested.size))
    parts = []
    for some in (slice(start, start + step) for start in range(0, len(points), step)):
        parts.append(_draw_some(target, points[some], middle[some], turn[some], random))
        if done is not None:
            done(min(some.stop, len(points)))
    effects, logs = zip(*parts, strict=True)
    return np.concatenate(effects), np.concatenate(logs)


def looks(target: PooledPosterior) -> int:
    """How often each row is looked at for one draw: for the effects of its level, and for the weight."""
    meeting = [len(target.rows.meeting(effect)) for effect in range(len(target.rows.nested))]
    is_looked_up = _is_normal(target) or not any(meeting)
    return 1 + (0 if is_looked_up else len(NODES) * sum(1 + 2 * later for later in meeting))


def _is_normal(target: PooledPosterior) -> bool:
    units = np.bincount(target.rows.level, weights=target.rows.counts)
    return bool(units[units > 0].min() >= MANY)


def _looked_up(
    target: PooledPosterior,
    points: FloatArray,
    middle: FloatArray,
    turn: FloatArray,
    random: np.random.Generator,
    *,
    tables: Sequence[LevelTable],
    done: Callable[[int], object] | None,
) -> tuple[FloatArray, FloatArray]:
    keep_freed_memory()
    shared = target.rows.shared(target.parameters(points))
    spreads, sds = target.spreads(points[:, target.inner :]).effects, np.diagonal(turn, axis1=-2, axis2=-1)
    share, away, spread = _wide(target, middle, turn)
    found, log_density = np.empty_like(middle), np.zeros(len(points))
    step = max(1, LEVELS // len(target.nested))
    for some in (slice(start, start + step) for start in range(0, len(points), step)):
        for effect, table in enumerate(tables):
            at, sd = middle[some, :, effect], sds[some, :, effect]
            tried = at + sd * NODES[:, None, None]
            logs = table.at(shared[some], tried * spreads[some, :, effect]) - 0.5 * tried**2
            noise, own = drawn_along(logs, Wide(share, away[some, :, effect], spread[some, :, effect]), random)
            found[some, :, effect] = at + sd * noise
            log_density[some] += (own - np.log(sd)).sum(axis=-1)
        if done is not None:
            done(min(some.stop, len(points)))
    return found, log_density


def _draw_some(
    target: PooledPosterior, points: FloatArray, middle: FloatArray, turn: FloatArray, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    given, spreads = target.parameters(points), target.spreads(points[:, target.inner :]).effects
    noise, log_density = np.zeros_like(middle), np.zeros(middle.shape[:2])
    is_normal = _is_normal(target)

    def at(places: Sequence[FloatArray], part: str | None) -> list[FloatArray]:
        effects = [middle + (turn @ place[..., None])[..., 0] for place in places]
        with np.errstate(all="ignore"):
            likelihood = target.rows.by_level(given, [effect * spreads for effect in effects], varied=part)
        return [own - 0.5 * (effect**2).sum(axis=-1) for own, effect in zip(likelihood, effects, strict=True)]

    share, away, spread = _wide(target, middle, turn)
    for effect in range(middle.shape[-1]):
        own_part = partial(at, part=target.rows.part_of(effect))
        later = target.rows.meeting(effect)
        logs = _normal(noise[..., effect]) if is_normal else _along(own_part, noise, effect, later)
        wide = Wide(share, away[..., effect], spread[..., effect])
        noise[..., effect], own = drawn_along(logs, wide, random)
        log_density += own
    log_density -= np.log(np.abs(np.diagonal(turn, axis1=-2, axis2=-1))).sum(axis=-1)
    return middle + (turn @ noise[..., None])[..., 0], log_density.sum(axis=-1)


def _wide(target: PooledPosterior, middle: FloatArray, turn: FloatArray) -> Wide:
    """As wide as the peak if there is no other; else as the effects' prior, wherever they peak."""
    if target.is_concave:
        return Wide(min(SHARE, FEW / middle.shape[1]), np.zeros_like(middle), np.ones_like(middle))
    back = np.linalg.inv(turn)
    spread = np.sqrt((back**2).sum(axis=-1))
    return Wide(min(LARGE, OFTEN / middle.shape[1]), -(back @ middle[..., None])[..., 0], spread)


def _along(
    at: Callable[[Sequence[FloatArray]], list[FloatArray]], noise: FloatArray, effect: int, later: Sequence[int]
) -> FloatArray:
    """Log density of one effect at the nodes, dims (node, sample, level), given those before it; up to a constant.

    Those ``later`` than it are integrated out.
    """
    size = noise.shape[-1]
    moves = [np.zeros(size), *(sign * BESIDE * np.eye(size)[place] for place in later for sign in (-1, 1))]
    found = []
    for node in NODES:
        middle = noise.copy()
        middle[..., effect] = node
        here, *beside = at([middle + move for move in moves])
        total = here
        for below, above in batched(beside, 2):
            slope = (above - below) / (2 * BESIDE)
            bend = np.maximum((2 * here - above - below) / BESIDE**2, FLATTEST)
            total = total + 0.5 * (slope**2 / bend - np.log(bend))
        found.append(total)
    return np.stack(found)


def _normal(like: FloatArray) -> FloatArray:
    return np.multiply.outer(-0.5 * NODES**2, np.ones_like(like))
