"""Mixtures of multivariate t densities from which draws are proposed, and how weighted draws make a better one."""

from dataclasses import dataclass
from math import lgamma

import numpy as np

from bayescause.inference.importance import choose
from bayescause.inference.newton import Peak
from bayescause.inference.telling import Tell, silent
from bayescause.scm.mechanism import FloatArray

__all__ = ["Mixture", "adapted", "around", "single"]

DEGREES = 7.0
"""Degrees of freedom at least: tails heavier than a normal posterior's, so that importance weights stay bounded. With
as many degrees as axes the largest weight on a normal posterior is 1.4 of the mean one, however many axes there are."""

DEFENCE, REACH = 0.1, 2.0
"""Share of the component that keeps the tails covered, with one degree of freedom, and by how much its covariance is
wider than that of the draws."""

ROUNDS = 6
"""Steps of expectation and maximisation in one adaptation."""

FLOOR = 1e-10
"""Added to the diagonal of covariances, relative to it."""

LEARNT_FROM = 8_000
"""Draws that a mixture is fitted to at most: of more of them, so many are chosen by their weights."""

LEAST_DOUBT = 1e-3
"""Share of all draws with which a component's covariance is pulled towards that of all, at least."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of multivariate t densities.

    Parameters
    ----------
    shares : array, dims (component,)
        Adding up to one.
    places : array, dims (component, axis)
    roots : array, dims (component, axis, axis)
        Lower Cholesky factors of the scale matrices.
    degrees : array, dims (component,)
        Degrees of freedom.
    """

    shares: FloatArray
    places: FloatArray
    roots: FloatArray
    degrees: FloatArray

    def draw(self, samples: int, random: np.random.Generator) -> FloatArray:
        """Independent draws, dims (sample, axis)."""
        component = random.choice(len(self.shares), samples, p=self.shares)
        noise = random.standard_normal((samples, self.places.shape[1]))
        degrees = self.degrees[component]
        noise /= np.sqrt(random.chisquare(degrees) / degrees)[:, None]
        for number, (place, root) in enumerate(zip(self.places, self.roots, strict=True)):
            own = component == number
            noise[own] = place + noise[own] @ root.T
        return noise

    def log_density(self, points: FloatArray) -> FloatArray:
        """Log density at points (sample, axis), dims (sample,)."""
        return _log_sum(_parts(self, points)[0])

    @property
    def size(self) -> int:
        """Number of axes."""
        return int(self.places.shape[1])

    def weighed(self, samples: int, random: np.random.Generator, tell: Tell = silent) -> tuple[FloatArray, FloatArray]:
        """Independent draws, dims (sample, axis), and their log densities, dims (sample,): quick, nothing is told."""
        points = self.draw(samples, random)
        return points, self.log_density(points)

    def learnt(
        self, points: FloatArray, weights: FloatArray, components: int, random: np.random.Generator
    ) -> "Mixture":
        """The mixture that is nearest to weighted draws; see ``adapted``."""
        return adapted(self, points, weights, components, random)


def around(peaks: tuple[Peak, ...]) -> Mixture:
    """One component a peak, with the peak's own covariance and a share of its mass."""
    masses = np.exp([peak.log_mass - peaks[0].log_mass for peak in peaks])
    places = np.stack([peak.place for peak in peaks])
    roots = np.stack([_root(peak.covariance) for peak in peaks])
    return Mixture(masses / masses.sum(), places, roots, np.full(len(peaks), _degrees(places.shape[1])))


def single(points: FloatArray) -> Mixture:
    """One component with the mean and the covariance of points, dims (sample, axis)."""
    middle = points.mean(axis=0)
    spread = _gram(points - middle, np.full(len(points), 1.0 / len(points)))
    return Mixture(np.ones(1), middle[None], _root(spread)[None], np.array([_degrees(points.shape[1])]))


def adapted(
    before: Mixture, points: FloatArray, weights: FloatArray, components: int, random: np.random.Generator
) -> Mixture:
    """The mixture that is nearest to weighted draws, with a wide component that keeps the tails covered.

    Parameters
    ----------
    before : Mixture
        From which the points were drawn: the covariance of few draws on many axes is pulled towards its first.
    points : array, dims (sample, axis)
    weights : array, dims (sample,)
        Adding up to one.
    components : int
    random : Generator

    Notes
    -----
    Expectation and maximisation of Cappé, Douc, Guillin, Marin and Robert (2008), section 4, for t densities.
    """
    size = points.shape[1]
    middle, unevenness = weights @ points, float(weights @ weights)
    seen = _gram(points - middle, weights) / (1.0 - unevenness)
    # So many numbers of a covariance are learnt from so many effective draws.
    doubt = size**2 * unevenness + LEAST_DOUBT
    spread = (seen + doubt * before.roots[0] @ before.roots[0].T) / (1.0 + doubt)
    places = points[random.choice(len(points), components, p=weights)] if components > 1 else middle[None]
    root = _root(spread / components ** (2 / size))
    if len(points) > LEARNT_FROM:
        points, weights = points[choose(weights, LEARNT_FROM, random)], np.full(LEARNT_FROM, 1.0 / LEARNT_FROM)
    mixture = Mixture(
        np.full(components, 1.0 / components),
        places,
        np.repeat(root[None], components, axis=0),
        np.full(components, _degrees(size)),
    )
    for _ in range(ROUNDS):
        mixture = _nearer(mixture, points, weights, spread, doubt)
    return Mixture(
        np.append((1 - DEFENCE) * mixture.shares, DEFENCE),
        np.vstack([mixture.places, middle]),
        np.concatenate([mixture.roots, _root(REACH * spread)[None]]),
        np.append(mixture.degrees, 1.0),
    )


def _degrees(size: int) -> float:
    return max(DEGREES, float(size))


def _nearer(mixture: Mixture, points: FloatArray, weights: FloatArray, spread: FloatArray, doubt: float) -> Mixture:
    logs, squares = _parts(mixture, points)
    belonging = np.exp(logs - _log_sum(logs)[:, None]) * weights[:, None]
    pull = belonging * (mixture.degrees + points.shape[1]) / (mixture.degrees + squares)
    shares = belonging.sum(axis=0) + 1e-6
    places = (pull.T @ points) / (pull.sum(axis=0)[:, None] + 1e-300)
    roots = [
        _root((_gram(points - place, each) + doubt * spread) / (share + doubt))
        for place, each, share in zip(places, pull.T, shares, strict=True)
    ]
    return Mixture(shares / shares.sum(), places, np.stack(roots), mixture.degrees)


def _parts(mixture: Mixture, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Log share times density of each component, and squared distances from it, dims (sample, component)."""
    size, degrees = points.shape[1], mixture.degrees
    constants = [lgamma((each + size) / 2) - lgamma(each / 2) - size / 2 * np.log(each * np.pi) for each in degrees]
    squares = np.stack(
        [_squares(points - place, root) for place, root in zip(mixture.places, mixture.roots, strict=True)], axis=-1
    )
    volumes = np.log(np.abs(np.diagonal(mixture.roots, axis1=1, axis2=2))).sum(axis=1)
    tails = (degrees + size) / 2 * np.log1p(squares / degrees)
    return np.array(constants) + np.log(mixture.shares) - volumes - tails, squares


def _gram(gaps: FloatArray, weights: FloatArray) -> FloatArray:
    return np.asarray((gaps * weights[:, None]).T @ gaps)


def _root(covariance: FloatArray) -> FloatArray:
    scale = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    related = covariance / np.outer(scale, scale)
    share = FLOOR
    while True:
        try:
            return np.asarray(scale[:, None] * np.linalg.cholesky(related + share * np.eye(len(scale))))
        except np.linalg.LinAlgError:
            share *= 100.0


def _squares(gaps: FloatArray, root: FloatArray) -> FloatArray:
    return np.asarray(((gaps @ np.linalg.inv(root).T) ** 2).sum(axis=1))


def _log_sum(logs: FloatArray) -> FloatArray:
    highest = logs.max(axis=1)
    return np.asarray(highest + np.log(np.exp(logs - highest[:, None]).sum(axis=1)))
