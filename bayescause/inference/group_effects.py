"""Gaussian regression with pooled effects, given its scales: the evidence, and draws of all coefficients.

The residual sd is s, the sds of pooled effects are s times their *ratios*. Given the ratios, nested effects are
integrated out level by level and crossed ones by one triangular factor; what is left is a regression on the ordinary
columns whose directions do not depend on s (Lindley and Smith 1972; Gelman and others 2013, section 15.2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bayescause.inference.conjugate import ScaledPrior
from bayescause.inference.group_sums import GroupSums
from bayescause.scm.mechanism import FloatArray

__all__ = ["GivenScales", "given_scales"]

CELLS = 4_000_000
"""Numbers held at once."""


class _Reduced(NamedTuple):
    """Gram matrix of the ordinary columns and the gap, dims (point, column, column), pooled effects integrated out.

    ``before`` is that matrix with the crossed effects still in it; ``log_volume`` is what the effects cost, dims
    (point,).
    """

    gram: FloatArray
    log_volume: FloatArray
    before: FloatArray


class _Spectrum(NamedTuple):
    """Independent directions of the ordinary coefficients, by point; independent of the residual sd."""

    strength: FloatArray
    pull: FloatArray
    turn: FloatArray
    residual: FloatArray
    constant: FloatArray
    inverse: FloatArray


@dataclass(frozen=True, eq=False)
class GivenScales:
    """The posterior given the scales.

    Parameters
    ----------
    sums : GroupSums
    prior : ScaledPrior
        Of the ordinary coefficients.
    lifted, rest : array
        As in ``sums``, with the gap between response and prior centres as last column.
    alike : array, dims (kind, effect, effect)
        The different ``roots``: levels with as many rows share theirs, where the intercept varies.
    levels : array, dims (kind,)
        How many levels have each of them.
    products : array, dims (effect, effect, kind, column * column)
        Outer products of ``lifted``, summed over the levels of a kind.
    """

    sums: GroupSums
    prior: ScaledPrior
    lifted: FloatArray
    rest: FloatArray
    alike: FloatArray
    levels: FloatArray
    products: FloatArray

    @property
    def count(self) -> int:
        """Number of crossed effects."""
        return len(self.rest) - len(self.prior.centre) - 1

    def log_evidence(self, ratios: FloatArray, log_sd: FloatArray) -> FloatArray:
        """Log density of the response at points, dims (point,); equal neighbouring ratios are computed once.

        Parameters
        ----------
        ratios : array, dims (point, pool)
            Of the sds of effects to the residual sd, in the units of the sums.
        log_sd : array, dims (point,)
            Log residual sds in the unit of the sums.
        """
        is_new = np.concatenate(([True], (np.diff(ratios, axis=0) != 0).any(axis=1)))
        place = np.cumsum(is_new) - 1
        distinct = ratios[is_new]
        parts = [self._directions(distinct[start : start + step]) for start, step in self._steps(len(distinct))]
        strength, pull, residual, constant = (np.concatenate(each) for each in zip(*parts, strict=True))
        found = []
        for start in range(0, len(ratios), CELLS // (1 + strength.shape[1])):
            some = slice(start, start + CELLS // (1 + strength.shape[1]))
            at, variance = place[some], np.exp(2.0 * log_sd[some])
            total = variance[:, None] + strength[at]
            fit = np.log(total / variance[:, None]).sum(axis=1) + (pull[at] / total).sum(axis=1)
            rest = self._degrees * 2.0 * log_sd[some] + residual[at] / variance
            found.append(constant[at] - 0.5 * (fit + rest))
        return np.concatenate(found)

    def draw(self, ratios: FloatArray, sd: FloatArray, random: np.random.Generator) -> FloatArray:
        """One draw of all coefficients at each point, dims (point, coefficient), in the units of the sums.

        The order is that of the ordinary coefficients, then of the nested and of the crossed pools.
        """
        shape = (len(sd), len(self.sums.roots) * len(self.sums.nested) + self.count + len(self.prior.centre))
        noise = random.standard_normal(shape)
        parts = [
            self._drawn(ratios[start : start + step], sd[start : start + step], noise[start : start + step])
            for start, step in self._steps(len(sd))
        ]
        return np.concatenate(parts)

    @property
    def _degrees(self) -> float:
        return self.sums.ordinary.units - len(self.prior.flat)

    def _steps(self, points: int) -> Iterator[tuple[int, int]]:
        step = max(1, CELLS // (len(self.sums.roots) * len(self.sums.nested) ** 2 * 2 + len(self.rest) ** 2 * 4))
        return ((start, step) for start in range(0, max(points, 1), step))

    def _directions(self, ratios: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        found = self._spectrum(self._reduced(ratios))
        shared = np.where(found.strength > 0, found.pull**2 / np.where(found.strength > 0, found.strength, 1.0), 0.0)
        return found.strength, shared, found.residual, found.constant

    def _reduced(self, ratios: FloatArray) -> _Reduced:
        effects, size = len(self.sums.nested), len(self.rest)
        inverse, volumes = _one_over(self.alike * ratios[:, None, None, :effects])
        volume = volumes @ self.levels
        gram = np.broadcast_to(self.rest.ravel(), (len(ratios), size**2)).copy()
        for left in range(effects):
            for right in range(effects):
                gram += inverse[..., left, right] @ self.products[left, right]
        before = gram.reshape(-1, size, size)
        if not self.count:
            return _Reduced(before, volume, before)
        factor, lower = self._crossed(before, ratios)
        solved = np.linalg.solve(lower, factor[:, :, None] * before[:, : self.count, self.count :])
        volume = volume + 2.0 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        return _Reduced(before[:, self.count :, self.count :] - solved.swapaxes(1, 2) @ solved, volume, before)

    def _crossed(self, before: FloatArray, ratios: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Ratio of each crossed effect, and the lower factor of their precision in residual variances."""
        widths = [pool.stop - pool.start for pool in self.sums.crossed]
        factor = np.repeat(ratios[:, len(self.sums.nested) :], widths, axis=1)
        inner = before[:, : self.count, : self.count] * factor[:, :, None] * factor[:, None, :]
        return factor, np.linalg.cholesky(np.eye(self.count) + inner)

    def _spectrum(self, reduced: _Reduced) -> _Spectrum:
        flat, proper, gram = self.prior.flat, self.prior.proper, reduced.gram
        width = self.prior.width[proper]
        inverse = np.linalg.inv(gram[:, flat[:, None], flat])
        crossing = gram[:, proper[:, None], flat] @ inverse
        inner = gram[:, proper[:, None], proper] - crossing @ gram[:, flat[:, None], proper]
        pulled = gram[:, proper, -1] - (crossing @ gram[:, flat, -1][..., None])[..., 0]
        gap = gram[:, -1, -1] - np.einsum("pf,pfg,pg->p", gram[:, flat, -1], inverse, gram[:, flat, -1])
        strength, turn = np.linalg.eigh(inner * width[:, None] * width)
        strength = np.where(strength > 1e-14 * np.maximum(strength[:, -1:], 1e-300), strength, 0.0)
        pull = ((width * pulled)[:, None, :] @ turn)[:, 0]
        kept = np.where(strength > 0, pull**2 / np.where(strength > 0, strength, 1.0), 0.0)
        ordinary = self.sums.ordinary
        volume = 0.5 * np.linalg.slogdet(gram[:, flat[:, None], flat])[1] + np.log(self.prior.stretch[flat]).sum()
        constant = -0.5 * self._degrees * np.log(2 * np.pi) - ordinary.units * np.log(ordinary.unit)
        constant = constant + 0.5 * ordinary.log_precision - volume - 0.5 * reduced.log_volume
        return _Spectrum(strength, pull, turn, np.maximum(gap - kept.sum(axis=1), 0.0), constant, inverse)

    def _drawn(self, ratios: FloatArray, sd: FloatArray, noise: FloatArray) -> FloatArray:
        reduced = self._reduced(ratios)
        columns = self._ordinary(reduced, sd, noise)
        used = columns.shape[1]
        others = np.column_stack([columns, -np.ones(len(sd))])
        if self.count:
            factor, lower = self._crossed(reduced.before, ratios)
            pulled = -factor * (reduced.before[:, : self.count, self.count :] @ others[..., None])[..., 0]
            own = noise[:, used : used + self.count] * sd[:, None]
            first = np.linalg.solve(lower, pulled[..., None])
            crossed = factor * np.linalg.solve(lower.swapaxes(1, 2), first + own[..., None])[..., 0]
            others = np.column_stack([crossed, others])
        nested = self._nested(ratios, sd, others, noise[:, used + self.count :])
        centred = columns + self.prior.centre
        return np.column_stack([centred, nested, others[:, : self.count]])

    def _ordinary(self, reduced: _Reduced, sd: FloatArray, noise: FloatArray) -> FloatArray:
        """Ordinary coefficients less their prior centres."""
        flat, proper = self.prior.flat, self.prior.proper
        found = self._spectrum(reduced)
        total = found.strength + (sd**2)[:, None]
        # Noise belongs to the coefficients and is turned into the directions, whose signs rounding decides.
        turned = (noise[:, None, : len(proper)] @ found.turn)[:, 0] * sd[:, None] / np.sqrt(total)
        along = found.pull / total + turned
        columns = np.zeros((len(sd), len(self.prior.centre)))
        columns[:, proper] = self.prior.width[proper] * (found.turn @ along[..., None])[..., 0]
        if len(flat):
            left = (
                reduced.gram[:, flat, -1] - (reduced.gram[:, flat[:, None], proper] @ columns[:, proper, None])[..., 0]
            )
            free = np.linalg.cholesky(found.inverse) @ noise[:, len(proper) : len(self.prior.centre), None]
            columns[:, flat] = (found.inverse @ left[..., None])[..., 0] + sd[:, None] * free[..., 0]
        return columns

    def _nested(self, ratios: FloatArray, sd: FloatArray, others: FloatArray, noise: FloatArray) -> FloatArray:
        effects, levels = len(self.sums.nested), len(self.sums.roots)
        widened = self.sums.roots * ratios[:, None, None, :effects]
        inverse, _ = _one_over(widened.swapaxes(-1, -2))
        gaps = -np.einsum("pc,lqc->plq", others, self.lifted, optimize=True)
        mean = inverse @ (widened.swapaxes(-1, -2) @ gaps[..., None])
        root = np.sqrt(inverse) if effects == 1 else np.linalg.cholesky(inverse)
        spread = root @ noise.reshape(len(sd), levels, effects, 1)
        found = (mean + sd[:, None, None, None] * spread)[..., 0] * ratios[:, None, :effects]
        return np.asarray(found.swapaxes(1, 2).reshape(len(sd), -1))


def given_scales(sums: GroupSums, prior: ScaledPrior) -> GivenScales:
    """The posterior given the scales, from the sums of the rows and the priors of the ordinary coefficients."""
    shift = np.eye(len(sums.rest))
    shift[len(sums.rest) - 1 - len(prior.centre) : -1, -1] = -prior.centre
    lifted, rest = sums.lifted @ shift, shift.T @ sums.rest @ shift
    alike, kinds, levels = np.unique(sums.roots, axis=0, return_inverse=True, return_counts=True)
    products = np.zeros((len(alike), *lifted.shape[1:2] * 2, *lifted.shape[2:] * 2))
    np.add.at(products, kinds.ravel(), np.einsum("lac,lbd->labcd", lifted, lifted))
    products = products.transpose(1, 2, 0, 3, 4).reshape(*lifted.shape[1:2] * 2, len(alike), -1)
    return GivenScales(sums, prior, lifted, rest, alike, levels.astype(float), products)


def _one_over(widened: FloatArray) -> tuple[FloatArray, FloatArray]:
    """``inverse(1 + widened @ widened.T)`` of each level, and the log determinants of what is inverted."""
    if widened.shape[-1] == 1:
        inner = 1.0 + widened**2
        return 1.0 / inner, np.log(inner[..., 0, 0])
    # By eigenvalues: a large ratio and a level that says nothing of one direction would lose the one.
    sizes, directions = np.linalg.eigh(widened @ widened.swapaxes(-1, -2))
    inner = 1.0 + np.maximum(sizes, 0.0)
    return (directions / inner[..., None, :]) @ directions.swapaxes(-1, -2), np.log(inner).sum(axis=2)
