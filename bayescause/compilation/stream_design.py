"""What a design takes from a table that is read in blocks: constants of factors, means and sds of design columns."""

from collections.abc import Sequence

import numpy as np

from bayescause.compilation.observing import Moments
from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.graph.formula import GROUP, Factor, Term
from bayescause.scm.constants import CODED, Constants, constants_of
from bayescause.scm.design import Design
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.terms import evaluate, term_faults

__all__ = ["column_moments", "constants_in", "response_moments", "stream_faults"]

MOST_DUMMIES = 10_000
"""Values of a column that ``factor`` may turn into dummies."""


def stream_faults(term: Term, table: Table) -> tuple[str, ...]:
    """Why ``term`` has no value on the rows of ``table``, a sentence for each fault, and what to do."""
    nothing = {name: np.zeros(0) for name in term.variables}
    faults = list(term_faults(term, nothing, table.kinds))
    for factor in term.factors:
        low, _ = table.span(factor.variable)
        if (factor.function == "log" and low <= 0) or (factor.function == "sqrt" and low < 0):
            wanted = "above zero" if factor.function == "log" else "zero or above"
            faults.append(
                f"{factor} needs values {wanted}; {factor.variable!r} goes down to {low:g}. Use another function of "
                f"{factor.variable!r}, or mend these rows."
            )
    return tuple(faults)


def constants_in(factor: Factor, table: Table) -> Constants:
    """Constants of ``factor`` on a table in memory, or on one that is read in blocks.

    In blocks, knots of a spline and means of logarithms and roots are those of the rows chosen at random, everything
    else is taken from all rows.

    Raises
    ------
    DataError
        If ``factor`` is asked of a column with more than 10,000 values.
    """
    name, kind = factor.variable, table.kinds.get(factor.variable)
    if table.stream is None:
        return constants_of(factor, table.columns[name], table.counts, kind, table.levels.get(name, ()))
    if factor.function in ("factor", GROUP) or (factor.function is None and kind in CODED):
        codes = _codes(factor, table)
        return constants_of(factor, codes, np.ones(len(codes)), kind, table.levels.get(name, ()))
    if factor.function in ("center", "standardize") or (factor.is_centred and factor.function in (None, "square")):
        facts = table.stream.facts[name]
        return Constants(center=facts.mean, scale=facts.sd or 1.0)
    return constants_of(factor, table.sample.columns[name], table.sample.counts, kind, table.levels.get(name, ()))


def _codes(factor: Factor, table: Table) -> FloatArray:
    name = factor.variable
    if len(tally := table.tally(name)):
        return np.flatnonzero(tally > 0).astype(np.float64)
    found = None if table.stream is None else table.stream.grouped((name,), MOST_DUMMIES)
    if found is None:
        raise DataError(f"{factor}: {name!r} has more than {MOST_DUMMIES:,} values. Use a spline of it, or group them.")
    return found.columns[name]


def response_moments(variable: str, table: Table) -> tuple[float, float, float]:
    """Mean and sd of a column over all rows, and the number of units in which it is known."""
    if table.stream is None:
        raise DataError(f"The rows of {table.source} are in memory: sum them up there.")
    facts = table.stream.facts[variable]
    return facts.mean, facts.sd, facts.known


def column_moments(
    response: str, terms: Sequence[Term], table: Table, bare: Design
) -> list[tuple[FloatArray, FloatArray]]:
    """Means and sds of the columns of each term, over rows in which ``response`` is known."""
    if response not in table.missing and all(_is_plain(term, bare) for term in terms):
        # Every column of the design is a column of the table, and those were summed up when it was made.
        plain = (response_moments(term.variables[0], table) for term in terms)
        return [(np.array([mean]), np.array([sd])) for mean, sd, _ in plain]
    names = tuple(dict.fromkeys((response, *(name for term in terms for name in term.variables))))
    found: list[Moments] = []
    for block in table.blocks(names):
        seen = ~np.isnan(block.columns[response])
        columns, counts = {name: values[seen] for name, values in block.columns.items()}, block.counts[seen]
        matrices = [evaluate(term, columns, bare, np) for term in terms]
        found = found or [Moments(matrix.shape[1]) for matrix in matrices]
        for moments, matrix in zip(found, matrices, strict=True):
            moments.add(matrix, counts)
    return [(moments.mean, moments.sd) for moments in found]


def _is_plain(term: Term, bare: Design) -> bool:
    factor = term.factors[0]
    coded = factor in bare.constants and bare.constants[factor].reference is not None
    return len(term.factors) == 1 and factor.function is None and not coded
