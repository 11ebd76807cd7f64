"""The observed law of discrete variables, drawn again and again until some response types could have made it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from bayescause.compilation.plan import Block
from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.identification.bounds import ResponseModel, response_model
from bayescause.identification.linear_programs import Constraints, Known
from bayescause.identification.response_types import ObservedLaws, is_allowed, response_constraints, strata_of
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.structural_model import StructuralModel

__all__ = [
    "MASS",
    "MOST_REJECTED",
    "Laws",
    "Sampler",
    "draw_allowed",
    "levels_in",
    "model_of",
    "rejected_before",
    "sampler_of",
]

MASS = 1.0
"""Prior weight, in units, of each row of the joint table of the district, spread evenly over its cells."""

MOST_REJECTED = 0.99
"""Share of rejected draws above which the data contradict the graph."""

ROUNDS = 300
"""Times that a rejected draw is drawn anew."""

FIRST_ROUNDS = 5
"""Rounds after which it is clear that nearly everything is rejected."""

PRIOR_DRAWS = 4_000
"""Draws from the prior alone, to know what share of them is rejected."""

MANY_TYPES = 100
"""Response types from which a tenth of these draws has to do: each of them may need a linear program of its own."""

type Laws = dict[str, FloatArray]
"""Conditionals by variable, dims (draw, level of each condition..., own level)."""


@dataclass(frozen=True, eq=False)
class Sampler:
    """Counts of a table by the conditionals of a model.

    Parameters
    ----------
    model : ResponseModel
    levels : mapping of str to int
    counts : mapping of str to array, dims (level of each condition..., own level)
    """

    model: ResponseModel
    levels: Mapping[str, int]
    counts: Laws

    def draw(self, rng: np.random.Generator, number: int) -> Laws:
        """``number`` laws, whether the graph allows them or not."""
        return {name: self._conditional(rng, number, name) for name in self.counts}

    def _conditional(self, rng: np.random.Generator, number: int, name: str) -> FloatArray:
        counts = self.counts[name]
        mass = MASS / self._cells_before(name) / counts.shape[-1]
        gamma = rng.standard_gamma(counts + mass, size=(number, *counts.shape))
        total = gamma.sum(axis=-1, keepdims=True)
        # With next to no prior weight all of them may be too small to be told from zero: then one cell has it all.
        lone = rng.integers(counts.shape[-1], size=total.shape) == np.arange(counts.shape[-1])
        with np.errstate(invalid="ignore"):
            return np.where(total > 0, gamma / total, lone)

    def _cells_before(self, name: str) -> int:
        """Cells of the district's earlier members: a Dirichlet law of all cells is one of each row of these."""
        given = self.model.given[name]
        return prod(self.levels[one] for one in given if one in self.model.district and name in self.model.district)


def draw_allowed(sampler: Sampler, rng: np.random.Generator, number: int) -> tuple[Laws, float]:
    """Draws that the graph allows, and the share of all draws that it does not.

    The share is 1, and the draws are not restricted, where nearly all are rejected.
    """
    laws, kept = sampler.draw(rng, number), 1.0
    for region in _regions(sampler):
        fits, known = region.fits(laws, Known())
        proposed, rejected, bad = number, int((~fits).sum()), np.flatnonzero(~fits)
        for turn in range(ROUNDS):
            if not bad.size or (turn >= FIRST_ROUNDS and rejected > MOST_REJECTED * proposed):
                break
            fresh = sampler.draw(rng, len(bad))
            fits, known = region.fits(fresh, known)
            region.take(laws, bad[fits], fresh, np.flatnonzero(fits))
            proposed, rejected, bad = proposed + len(bad), rejected + int((~fits).sum()), bad[~fits]
        if bad.size:
            return laws, 1.0
        kept *= 1 - rejected / proposed
    return laws, 1 - kept


def rejected_before(sampler: Sampler, rng: np.random.Generator) -> float:
    """Share of laws that the graph does not allow before any data are seen."""
    prior = replace(sampler, counts={name: np.zeros_like(counts) for name, counts in sampler.counts.items()})
    first, *others = _regions(prior)
    # The prior is the same in each of them.
    draws = PRIOR_DRAWS if len(first.constraints.order) < MANY_TYPES else PRIOR_DRAWS // 10
    fits, _ = first.fits(prior.draw(rng, draws), Known())
    return float(1 - fits.mean() ** (1 + len(others)))


def sampler_of(table: Table, model: ResponseModel) -> Sampler:
    """The units of ``table`` counted by the conditionals of ``model``; a unit counts where nothing of it is missing."""
    levels, counts = levels_in(table), {}
    for name, given in model.given.items():
        columns = [table.columns[one] for one in (*given, name)]
        known = np.isfinite(columns).all(axis=0)
        shape = tuple(levels[one] for one in (*given, name))
        places = np.ravel_multi_index([column[known].astype(int) for column in columns], shape)
        counts[name] = np.bincount(places, weights=table.counts[known], minlength=prod(shape)).reshape(shape)
    return Sampler(model, levels, counts)


def model_of(model: StructuralModel, table: Table, block: Block) -> ResponseModel:
    """Whose response types restrict the law of ``block``.

    Raises
    ------
    SpecError
        If the block names no effect, or one without bounds.
    """
    query = block.query
    if query is None:
        raise SpecError(f"The {block.key} names no effect whose response types restrict it.")
    found = response_model(model.graph, query.of[0], query.on[0], within=query.given, levels=levels_in(table))
    if isinstance(found, str):
        raise SpecError(found)
    return found


def levels_in(table: Table) -> dict[str, int]:
    """Number of levels of each discrete column."""
    kinds = table.kinds.items()
    return {name: 2 if kind == "binary" else len(table.levels.get(name, ())) for name, kind in kinds}


@dataclass(frozen=True, eq=False)
class _Region:
    """Strata whose laws are kept or rejected together."""

    sampler: Sampler
    constraints: Constraints
    strata: tuple[Mapping[str, int], ...]

    def fits(self, laws: Laws, known: Known) -> tuple[NDArray[np.bool_], Known]:
        number = len(next(iter(laws.values())))
        fits = np.ones(number, dtype=bool)
        for stratum in self.strata:
            drawn = ObservedLaws(self.sampler.levels, laws, np.ones(number))
            allowed, known = is_allowed(self.sampler.model, self.constraints, drawn, stratum, known=known)
            fits &= allowed
        return fits, known

    def take(self, laws: Laws, places: NDArray[np.intp], fresh: Laws, rows: NDArray[np.intp]) -> None:
        """Put ``rows`` of ``fresh`` into ``places`` of ``laws``, within the strata."""
        model = self.sampler.model
        stratum = self.strata[0] if len(self.strata) == 1 else {}
        for name in model.district:
            picked = tuple(stratum.get(one, slice(None)) for one in model.given[name])
            laws[name][(places, *picked)] = fresh[name][(rows, *picked)]


def _regions(sampler: Sampler) -> list[_Region]:
    constraints = response_constraints(sampler.model, sampler.levels)
    strata = tuple(strata_of(sampler.model, sampler.levels))
    apart = [(one,) for one in strata] if sampler.model.are_strata_apart else [strata]
    return [_Region(sampler, constraints, together) for together in apart]
