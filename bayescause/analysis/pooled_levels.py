"""Pooled levels that go with another term: pooling takes it for granted that they do not, and leaves confounding in.

The effects of a group's levels are drawn from one law, whatever else is known of the level (random effects). Where a
term has other means at other levels and the effects go with these means, effects that are pulled to zero leave their
part to the term's coefficient (Mundlak 1978; Hausman 1978). Effects over their sd are standard normal under every draw
if the model is right, also those drawn from the posterior (Yuan and Johnson 2012): what they have along the means is
compared with what standard normal effects have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from bayescause.analysis.replication import counts_where_known
from bayescause.compilation.table import Table
from bayescause.inference.posterior import Parameters, Posterior, parameters
from bayescause.inference.randomness import generator
from bayescause.scm.design import MechanismDesign, ordinary_block
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.pooling import Pool, places_of
from bayescause.scm.terms import column_names

__all__ = ["PooledLevels", "pooled_levels"]

LEFT = 0.5
"""Sds of a coefficient's posterior by which pooling has to move it for the pooled levels to be doubted."""

TOLERANCE = 1e-8
"""Part of a column's sd below which it does not differ within levels, or its means say nothing new."""


@dataclass(frozen=True, eq=False)
class PooledLevels:
    """What the pooled effects of one group have along the means of other terms by that group.

    Parameters
    ----------
    group : str
    words : tuple of str
        What to say where they go with the means, and where they do not.
    observed, replicated : array, dims (sample,)
        The largest chi-square of one direction: of drawn effects, zero where pooling hardly moves a coefficient; and of
        effects that follow their law.
    """

    group: str
    words: tuple[str, str]
    observed: FloatArray
    replicated: FloatArray


@dataclass(frozen=True, eq=False)
class _Means:
    """Directions among the levels of a group, dims (level, column) of length one, and the term of each column."""

    directions: FloatArray
    terms: tuple[tuple[str, ...], ...]


def pooled_levels(posterior: Posterior, key: str, *, seed: int) -> Iterator[PooledLevels]:
    """What can be seen of each group whose levels the task ``key`` pools, if a term differs within and among levels.

    Examples
    --------
    >>> import bayescause as bc
    >>> u, noise = np.random.default_rng(1).normal(size=(2, 40, 5))
    >>> x = u[:, :1] + noise
    >>> rows = {"g": np.repeat(np.arange(40), 5), "x": x.ravel(), "y": (x + u[:, :1]).ravel() + u[::-1].ravel()}
    >>> posterior = bc.fit(bc.StructuralModel.parse("y ~ x + (1 | g)"), rows)
    >>> [found.words[0][:32] for found in pooled_levels(posterior, "y", seed=0)]
    ['the pooled levels of g go with x']
    """
    task = posterior.design.mechanisms[key]
    by_group: dict[str, list[Pool]] = {}
    for pool in task.pools:
        if len(pool.term.factors) == 1:  # a level of its own; slopes do not stand in for levels
            by_group.setdefault(pool.group, []).append(pool)
    random = generator(seed, "levels", key)
    for group, pools in by_group.items():
        means = _means(posterior, task, pools[0])
        if means.terms:
            yield _compared(posterior, task, pools, means, random, group)


def _means(posterior: Posterior, task: MechanismDesign, pool: Pool) -> _Means:
    """Means by level of each column that differs within levels, beyond what the equation has of them already."""
    counts = counts_where_known(posterior.table, task)
    columns = {name: values[counts > 0.0] for name, values in posterior.table.columns.items()}
    block = np.asarray(ordinary_block(task, columns, posterior.design, np), dtype=float)
    places = np.asarray(places_of(pool.term, columns, posterior.design, np))
    weights, levels = counts[counts > 0.0], pool.stop - pool.start
    units = np.bincount(places, weights, levels)
    sums = [np.bincount(places, weights * column, levels) for column in block.T]
    means = np.reshape(sums, (len(sums), levels)).T / np.maximum(units, 1.0)[:, None]
    scale = np.maximum(block.std(axis=0), np.finfo(float).tiny)
    moves = np.abs(block - means[places]).max(axis=0, initial=0.0) > TOLERANCE * scale
    seen = units > 0.0
    known = np.column_stack([np.ones(levels), means[:, ~moves] / scale[~moves]])[seen]
    left, singular, _ = np.linalg.svd(known, full_matrices=False)
    basis = left[:, singular > TOLERANCE * singular.max(initial=0.0)]
    new = means[seen][:, moves] / scale[moves]
    new = new - basis @ (basis.T @ new)
    size = np.sqrt(np.square(new).sum(axis=0))
    kept = size > TOLERANCE * np.sqrt(seen.sum())
    directions = np.zeros((levels, int(kept.sum())))
    directions[seen] = new[:, kept] / size[kept]
    terms = _terms(posterior, task)
    return _Means(directions, tuple(terms[place] for place in np.flatnonzero(moves)[kept].tolist()))


def _terms(posterior: Posterior, task: MechanismDesign) -> list[tuple[str, ...]]:
    """The variables of each column that is not pooled."""
    plain = (term for term in task.terms if term.group is None)
    return [tuple(term.variables) for term in plain for _ in column_names(term, posterior.design)]


def _compared(
    posterior: Posterior,
    task: MechanismDesign,
    pools: list[Pool],
    means: _Means,
    random: np.random.Generator,
    group: str,
) -> PooledLevels:
    drawn = parameters(posterior, task.key)
    along = np.stack([_along(task, pool, drawn, means.directions) for pool in pools], axis=-1)
    _, singular, right = np.linalg.svd(means.directions, full_matrices=False)
    noise = random.standard_normal((len(along), len(pools), len(singular))) @ (singular[:, None] * right)
    is_felt = any(_moved(task, pool, drawn, means.directions) >= LEFT for pool in pools)
    observed = np.square(along).max(axis=(1, 2)) if is_felt else np.zeros(len(along))
    worst = int(np.square(along).mean(axis=0).max(axis=-1).argmax())
    words = (_words(posterior.table, group, means.terms[worst]), f"levels of {group} good")
    return PooledLevels(group, words, observed, np.square(noise).max(axis=(1, 2)))


def _along(task: MechanismDesign, pool: Pool, drawn: Parameters, directions: FloatArray) -> FloatArray:
    """Drawn effects over their sd along each direction, dims (sample, column): standard normal in a right model."""
    scale = np.maximum(drawn.dispersion[pool.name], np.finfo(float).tiny)
    return np.asarray(drawn.coefficients[:, task.effects_of(pool)] @ directions / scale[:, None])


def _moved(task: MechanismDesign, pool: Pool, drawn: Parameters, directions: FloatArray) -> float:
    """By how many of its sds a coefficient is moved at most, because effects lie around zero and not around the means.

    Moving the prior mean of the effects by ``m`` moves a coefficient by its posterior covariance with ``effects @ m``
    over their prior variance, exactly so where the posterior is normal.
    """
    effects, variance = drawn.coefficients[:, task.effects_of(pool)], np.square(drawn.dispersion[pool.name]).mean()
    if variance <= 0.0:
        return 0.0
    learnt = np.clip(1.0 - effects.var(axis=0) / variance, 0.0, 1.0)[:, None]
    weights = np.linalg.lstsq(directions.T @ (learnt * directions), directions.T @ effects.mean(axis=0), rcond=1e-6)[0]
    push = effects @ (directions @ weights) / variance
    own = drawn.coefficients[:, task.fixed_of(pool.predictor)][:, int(task.has_intercept) :]
    spread = np.maximum(own.std(axis=0), np.finfo(float).tiny)
    together = (own - own.mean(axis=0)).T @ (push - push.mean()) / len(push)
    return float(np.abs(together / spread).max(initial=0.0))


def _words(table: Table, group: str, variables: tuple[str, ...]) -> str:
    term = ":".join(dict.fromkeys(variables))
    added = f"{_mean_of(table.levels, variables, term)} by {group} to the table and to the equation as a column"
    # A column with a level for almost every row is refused as it is.
    instead = "" if group in table.identities else f"write `{group}` in place of `(1 | {group})`, or "
    return (
        f"the pooled levels of {group} go with {term}, so that pooling leaves part of their confounding in; "
        f"{instead}add {added}"
    )


def _mean_of(levels: Mapping[str, tuple[str, ...]], variables: tuple[str, ...], term: str) -> str:
    return f"the shares of the levels of {term}" if len(levels.get(variables[0], ())) > 2 else f"the mean of {term}"
