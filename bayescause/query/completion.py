"""What was not observed of a unit, drawn given what was: exactly where all is normal, by weighted draws elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bayescause.errors import EvidenceError
from bayescause.query.abduction import arguments_in
from bayescause.query.dependence import AFFINE
from bayescause.query.drawn_laws import Laws
from bayescause.scm.mechanism import FloatArray

__all__ = ["FEWEST", "Completion", "completed"]

CANDIDATES = (512, 4096)
"""Candidates for a unit under each draw of the parameters; the second number where the first is too few."""

FEWEST = 30.0
"""Candidates that carry the weight, on average over the draws, below which more are drawn, or the answer is weak."""

CELLS = 4_000_000
"""Numbers held at once by one array of candidates."""


@dataclass(frozen=True, eq=False)
class Completion:
    """A unit with all that was not observed of it.

    Parameters
    ----------
    columns : mapping of str to array, dims (sample, noise)
        Equally probable values of the variables that were not observed.
    effective : float, optional
        How many candidates carry the weight, on average over the draws of the parameters; None if it is exact.
    """

    columns: Mapping[str, FloatArray]
    effective: float | None


@dataclass(frozen=True, eq=False)
class _Part:
    """Mechanisms to be gone through in ``order``, and what is known of their variables."""

    laws: Laws
    keys: Mapping[str, str]
    order: Sequence[str]
    known: Mapping[str, float]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name in self.order if name not in self.known)


def completed(
    laws: Laws,
    keys: Mapping[str, str],
    order: Sequence[str],
    known: Mapping[str, float],
    *,
    noises: int,
    rng: np.random.Generator,
) -> Completion:
    """Values of the variables of ``order`` that are not ``known``, given those that are.

    Parameters
    ----------
    laws : Laws
    keys : mapping of str to str
        Task key of each variable of ``order``.
    order : sequence of str
        Variables that were not observed, and variables whose values tell something of them; parents first.
    known : mapping of str to float
        What was observed of the unit, in the unit of the data.
    noises : int
        Values under each draw of the parameters; an even number.
    rng : Generator

    Raises
    ------
    EvidenceError
        If no value that was not observed makes what was observed possible.
    """
    part = _Part(laws, keys, order, known)
    if _is_normal(part):
        return Completion(_normal(part, noises, rng), None)
    for candidates in CANDIDATES:
        found = _weighted(part, candidates, noises, rng)
        if found.effective is not None and found.effective >= FEWEST:
            break
    return found


def _is_normal(part: _Part) -> bool:
    missing = set(part.missing)
    tasks = [part.laws.design.mechanisms[part.keys[name]] for name in part.order]
    if not all(task.mechanism.short == "gaussian" for task in tasks) or missing & set(part.laws.design.levels):
        return False
    factors = [[each for each in term.factors if each.variable in missing] for task in tasks for term in task.terms]
    return all(len(found) <= 1 and all(each.function in AFFINE for each in found) for found in factors)


def _normal(part: _Part, noises: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Draws of a normal law given some of its coordinates, by its precision: each equation is one observation."""
    laws, known, missing = part.laws, part.known, part.missing
    place = {name: index for index, name in enumerate(missing)}
    corners = np.vstack([np.zeros(len(missing)), np.eye(len(missing))])
    columns = {name: np.full(len(corners), value) for name, value in known.items()}
    columns |= {name: corners[:, index] for name, index in place.items()}
    precision = np.zeros((laws.samples, len(missing), len(missing)))
    pull = np.zeros((laws.samples, len(missing)))
    for name in part.order:
        drives, dispersion, _ = arguments_in(laws, part.keys[name], columns)
        drive = np.broadcast_to(drives["mean"], (laws.samples, len(corners)))
        slopes, rest = drive[:, :1] - drive[:, 1:], known.get(name, 0.0) - drive[:, 0]
        if name in place:
            slopes = slopes + np.eye(len(missing))[place[name]]
        share = 1 / dispersion["sd"] ** 2
        precision += (share * slopes)[:, :, None] * slopes[:, None, :]
        # The equation says: slopes @ missing = -rest where its own value is missing, rest counted against the slopes.
        pull += share * slopes * -rest[:, None]
    factor = np.linalg.cholesky(precision)
    mean = np.linalg.solve(precision, pull[..., None])
    half = rng.standard_normal((laws.samples, len(missing), noises // 2))
    spread = np.linalg.solve(np.swapaxes(factor, 1, 2), np.concatenate([half, -half], axis=2))
    return {name: (mean + spread)[:, index] for name, index in place.items()}


def _weighted(part: _Part, candidates: int, noises: int, rng: np.random.Generator) -> Completion:
    """Candidates drawn forward, weighted by the chance of what was observed, and chosen in proportion to it."""
    parts, sizes = [], []
    step = max(1, CELLS // candidates)
    for start in range(0, part.laws.samples, step):
        some = replace(part, laws=part.laws.part(slice(start, start + step)))
        columns, logs = _forward(some, candidates, rng)
        weights = _weights(logs, part.known)
        sizes.append(1 / (weights**2).sum(axis=1))
        chosen = _chosen(weights, noises, rng)
        parts.append({name: np.take_along_axis(values, chosen, axis=1) for name, values in columns.items()})
    found = {name: np.concatenate([each[name] for each in parts]) for name in parts[0]}
    return Completion(found, float(np.concatenate(sizes).mean()))


def _forward(part: _Part, candidates: int, rng: np.random.Generator) -> tuple[dict[str, FloatArray], FloatArray]:
    laws, keys, known = part.laws, part.keys, part.known
    shape = (laws.samples, candidates)
    columns = {name: np.full(candidates, value) for name, value in known.items()}
    drawn: dict[str, FloatArray] = {}
    logs = np.zeros(shape)
    for name in part.order:
        mechanism = laws.design.mechanisms[keys[name]].mechanism
        arguments = arguments_in(laws, keys[name], {**columns, **drawn})
        if name in known:
            logs = logs + mechanism.log_density(columns[name], *arguments)
        else:
            drawn[name] = np.broadcast_to(mechanism.quantile(rng.random(shape), *arguments), shape)
    return drawn, logs


def _weights(logs: FloatArray, known: Mapping[str, float]) -> FloatArray:
    highest = logs.max(axis=1, keepdims=True)
    if not np.isfinite(highest).all():
        told = ", ".join(f"{name} = {value:g}" for name, value in known.items())
        raise EvidenceError(
            f"What was observed of the unit has probability zero under the model: {told}. Mend the value that is wrong."
        )
    weights = np.exp(logs - highest)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _chosen(weights: FloatArray, noises: int, rng: np.random.Generator) -> np.ndarray:
    """Candidates at evenly spaced places of the cumulative weight, dims (sample, noise)."""
    places = (np.arange(noises) + rng.random((len(weights), 1))) / noises
    # Rows are kept apart by whole numbers, so that one search serves them all.
    rows = np.arange(len(weights))[:, None]
    cumulative = np.cumsum(weights, axis=1)
    cumulative[:, -1] = 1.0
    found = np.searchsorted((cumulative + rows).ravel(), (places + rows).ravel()).reshape(places.shape)
    return np.asarray(np.clip(found - rows * weights.shape[1], 0, weights.shape[1] - 1))
