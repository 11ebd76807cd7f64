"""Products and squares of columns that lie far from zero are taken around the means of those columns.

The raw product ``x:year`` of years around 2020 is 2020 times ``x``, and a little more. A prior on its scale, and one
of the effect of ``x`` in the year zero, would decide the answer, and another one if years were counted from 2000.
Around the mean of the year both priors mean the same wherever zero is; the coefficient of the product is the same as
well, and that of ``x`` is the effect of ``x`` at the mean of the year (Gelman and Hill 2007, section 4.2).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from bayescause.compilation.plan import Task
from bayescause.compilation.stream_design import constants_in
from bayescause.compilation.table import Table
from bayescause.graph.formula import Factor, Term
from bayescause.scm.design import RAW_INTERCEPT
from bayescause.scm.kinds import LEVELLED

__all__ = ["FAR", "AroundMeans", "around_means"]

FAR = 3.0
"""Sds between zero and the mean of a column from which its products and squares are taken around the mean."""

CENTRED = (None, "square", "log", "sqrt")
"""Functions of a column that keep its zero, or that of their own."""


@dataclass(frozen=True)
class AroundMeans:
    """A task whose far products are taken around means.

    Parameters
    ----------
    task : Task
    twins : mapping of Term to Term
        Products that stay as they are, because a prior of the user's says what their lower terms mean, and what they
        would be around the means: their coefficient is the same, and its default prior is as wide.
    """

    task: Task
    twins: Mapping[Term, Term] = field(default_factory=dict)


def around_means(task: Task, table: Table) -> AroundMeans:
    """``task`` with its products and squares of far columns taken around the means of these columns.

    A term stays as it is where the model lacks what was to be taken off: ``x:year`` without ``x`` is another model
    around another zero. So does one whose lower terms have priors of the user's.

    Parameters
    ----------
    task : Task
    table : Table
        All rows, those of an experiment included.

    Examples
    --------
    >>> import numpy as np
    >>> x = Factor("x")
    >>> years = Table({"x": np.array([0.0, 1, 0, 1]), "year": 2020.0 + np.arange(4)}, {"year": "count"}, {})
    >>> task = Task("y", "y", (Term((x,)), Term((x, Factor("year")))), None)
    >>> [factor.is_centred for factor in around_means(task, years).task.terms[1].factors]
    [False, True]
    """
    plain = [term for term in task.terms if term.group is None and not term.is_offset]
    given = {_parts(term.factors) for term in plain} | {_parts(())}
    own = {parts for name in task.priors for parts in _meant_by(name)}
    changed: dict[Term, Term] = {}
    twins: dict[Term, Term] = {}
    for term in plain:
        far = _taken_off(term, given, table)
        if far:
            centred = Term(tuple(replace(each, is_centred=each in far) for each in term.factors))
            (twins if own.intersection(_lower(term, far)) else changed)[term] = centred
    terms = tuple(changed.get(term, term) for term in task.terms)
    return AroundMeans(replace(task, terms=terms), twins)


def _taken_off(term: Term, given: Collection[tuple[str, ...]], table: Table) -> tuple[Factor, ...]:
    """The most factors whose means can be taken off so that the terms together say what they said."""
    if len(term.factors) == 1 and term.factors[0].function != "square":
        return ()
    far = [factor for factor in dict.fromkeys(term.factors) if _is_far(factor, table)]
    sets = (some for size in range(len(far), 0, -1) for some in combinations(far, size))
    return next((some for some in sets if set(_lower(term, some)) <= set(given)), ())


def _is_far(factor: Factor, table: Table) -> bool:
    name = factor.variable
    if factor.function not in CENTRED or table.kinds.get(name) in LEVELLED:
        return False
    low, high = table.span(name)
    if low == high or (factor.function in ("log", "sqrt") and low <= 0):
        return False
    found = constants_in(replace(factor, is_centred=True), table)
    return abs(found.center) > FAR * found.scale


def _lower(term: Term, far: Collection[Factor]) -> Iterator[tuple[str, ...]]:
    """What else the product holds once the means of ``far`` are multiplied out; the empty product is the intercept."""
    kept = [[(factor,), *(_lower_powers(factor) if factor in far else ())] for factor in term.factors]
    every = (tuple(factor for part in parts for factor in part) for parts in product(*kept))
    return (_parts(factors) for factors in every if factors != term.factors)


def _lower_powers(factor: Factor) -> list[tuple[Factor, ...]]:
    return [(Factor(factor.variable),), ()] if factor.function == "square" else [()]


def _parts(factors: Collection[Factor]) -> tuple[str, ...]:
    return tuple(sorted(map(str, factors)))


def _meant_by(name: str) -> Iterator[tuple[str, ...]]:
    """The factors of a coefficient of that name, without levels and perhaps its drive; none for the raw intercept."""
    words = re.sub(r"\[[^\]]*\]", "", name).split(".")
    for start in range(len(words)):
        bare = ".".join(words[start:])
        yield () if bare == RAW_INTERCEPT else tuple(sorted(bare.split(":")))
