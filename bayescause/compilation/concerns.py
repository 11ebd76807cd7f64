"""What looks wrong in a table that fits its model: constant, collinear or badly scaled columns, thin levels."""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from bayescause.compilation.table import Table
from bayescause.errors import BayescauseWarning, DataQualityWarning, OverlapWarning, ScaleWarning
from bayescause.graph.formula import GROUP, Factor, Term
from bayescause.graph.separation import separated
from bayescause.graph.surgery import cut_outgoing, project
from bayescause.scm.constants import CODED, SPLINE_COLUMNS
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.structural_model import StructuralModel, grouping

__all__ = ["Concern", "alike_levels", "concerns_of"]

HUGE, TINY = 1e9, 1e-6
"""Sizes of a column beyond which its unit is worth a second look."""

LOST = 1e9
"""Mean over sd beyond which differences are close to what a 64-bit number can tell apart."""

EXACT = 1e-10
"""Smallest eigenvalue of a correlation matrix below which some columns add up to another."""

NEAR = 1e-3
"""The same, below which their coefficients can hardly be told apart."""

JUMP = 30.0
"""Ratio of neighbouring sorted values that looks like two units in one column."""

MOST_COLUMNS = 1_000
"""Columns beyond which collinearity is not looked for."""


class Concern(NamedTuple):
    """A sentence, and the type of warning under which it is given."""

    text: str
    category: type[BayescauseWarning]


def concerns_of(model: StructuralModel, table: Table, treatments: frozenset[str]) -> tuple[Concern, ...]:
    """Everything that looks wrong, in a fixed order.

    Parameters
    ----------
    model : StructuralModel
    table : Table
    treatments : frozenset of str
        What the questions set; without any, every mechanism is looked at.
    """
    fitted = _downstream(model, treatments)
    looks: tuple[Callable[[], Iterator[Concern]], ...] = (
        lambda: _few_rows(model, table, fitted),
        lambda: _constants(model, table, treatments),
        lambda: _twin_levels(table),
        lambda: _thin_levels(table, grouping(model)),
        lambda: _in_part(table, lambda part: _collinear(model, part, fitted, treatments)),
        lambda: _in_part(table, lambda part: _separated(model, part, fitted)),
        lambda: _in_part(table, lambda part: _empty_cells(model, part, treatments, fitted)),
        lambda: _in_part(table, _scales),
        lambda: _in_part(table, _jumps),
    )
    with np.errstate(all="ignore"):  # numbers near the largest that there is overflow in their squares
        return tuple(dict.fromkeys(concern for look in looks for concern in look()))


def alike_levels(name: str, levels: Sequence[str]) -> Iterator[str]:
    """Levels that differ by capitals or blanks only, a sentence for each group of them.

    Examples
    --------
    >>> list(alike_levels("smokes", ("Yes", "no", "yes")))
    ["Levels 'Yes' and 'yes' of 'smokes' differ only by capitals or blanks: if they are the same, make them one."]
    """
    groups: dict[str, list[str]] = {}
    for level in levels:
        groups.setdefault(" ".join(level.casefold().split()), []).append(level)
    for group in groups.values():
        if len(group) > 1:
            told = " and ".join(map(repr, group))
            yield f"Levels {told} of {name!r} differ only by capitals or blanks: if they are the same, make them one."


def _twin_levels(table: Table) -> Iterator[Concern]:
    for name, levels in table.levels.items():
        yield from (Concern(text, DataQualityWarning) for text in alike_levels(name, levels))


def _in_part(table: Table, look: Callable[[Table], Iterator[Concern]]) -> Iterator[Concern]:
    """What ``look`` sees in the part of a large table that is held in memory, and says so."""
    for concern in look(table.sample):
        told = "" if table.stream is None else f" So it is in {table.sample.rows:,} rows chosen at random."
        yield Concern(f"{concern.text}{told}", concern.category)


def _downstream(model: StructuralModel, treatments: frozenset[str]) -> tuple[str, ...]:
    """Observed variables whose mechanism may be fitted for effects of ``treatments``."""
    with_parents = tuple(name for name in model.graph.observed if model.graph.parents(name))
    if not treatments:
        return with_parents
    reached = set(treatments)
    waiting = list(treatments & set(model.graph.nodes))
    while waiting:
        children = set(model.graph.children(waiting.pop())) - reached
        reached |= children
        waiting += sorted(children)
    return tuple(name for name in with_parents if name in reached - treatments)


def _few_rows(model: StructuralModel, table: Table, fitted: tuple[str, ...]) -> Iterator[Concern]:
    known = table.units
    if known == 1:
        yield Concern("The table has one row: the answer comes from the priors.", DataQualityWarning)
        return
    for name in fitted:
        count = 1 + sum(_width(term, table) for term in model.variables[name].terms)
        units = known - table.missing.get(name, 0)
        if count >= units:
            text = f"{name!r} has {count} coefficients and {units} units: what is said of it comes from the priors."
            yield Concern(text, DataQualityWarning)
        elif count > units / 10:
            text = (
                f"{name!r} has {count} coefficients for {units:,} units, over a tenth: its priors matter. "
                "Leave out terms, or look at the prior's weight."
            )
            yield Concern(text, DataQualityWarning)


def _width(term: Term, table: Table) -> int:
    """Coefficients with priors of their own; pooled effects count as their sds."""
    return prod(_columns_of(factor, table) for factor in term.factors if factor.function != GROUP)


def _columns_of(factor: Factor, table: Table) -> int:
    name, function = factor.variable, factor.function
    if function == "spline":
        return factor.degrees or SPLINE_COLUMNS
    if function == "factor" or table.kinds.get(name) in CODED:
        return max(len(np.unique(_seen(table.sample, name))) - 1, 1)
    return 1


def _constants(model: StructuralModel, table: Table, treatments: frozenset[str]) -> Iterator[Concern]:
    for name in table.columns:
        low, high = table.span(name)
        if table.rows > 1 and name not in treatments and name in model.graph.nodes and low == high:
            told = table.levels[name][int(low)] if table.levels.get(name) else f"{low:g}"
            meaning = _of_constant(model, name)
            text = f"{name!r} is {told} in every row: {meaning}."
            yield Concern(text, DataQualityWarning)


def _of_constant(model: StructuralModel, name: str) -> str:
    """What becomes of a column that never varies, in words."""
    terms = (term for child in model.graph.children(name) for term in model.variables[child].terms)
    if any(term.is_offset and name in term.variables for term in terms):
        return "only as an offset does it stay in a mechanism"
    return "it is left out of every mechanism" if model.graph.children(name) else "nothing is to be explained"


def _thin_levels(table: Table, pooled: frozenset[str]) -> Iterator[Concern]:
    for name, levels in table.levels.items():
        if name in pooled:
            continue
        counts = table.tally(name)
        single = [levels[code] for code in np.flatnonzero(counts == 1).tolist()]
        if name in table.identities:
            text = (
                f"{name!r} has {len(levels):,} levels for {table.units:,} rows, like an identity: adjusting for it "
                "leaves almost nothing to compare. Group its levels, or leave it out."
            )
            yield Concern(text, DataQualityWarning)
        elif single:
            shown = ", ".join(single[:5]) + (f" and {len(single) - 5:,} more" if len(single) > 5 else "")
            few = "a level" if len(single) == 1 else f"{len(single)} levels"
            yield Concern(
                f"{name!r} has {few} with one row: {shown}. Their coefficients rest on that row and the prior.",
                DataQualityWarning,
            )


def _collinear(
    model: StructuralModel, table: Table, fitted: tuple[str, ...], treatments: frozenset[str]
) -> Iterator[Concern]:
    for name in fitted:
        plain = {each for term in model.variables[name].terms if term.group is None for each in term.variables}
        parents = [parent for parent in model.graph.parents(name) if parent in table.columns and parent in plain]
        numbers, columns = _plain(table, parents), _dummies(table, parents)
        weakest = _weakest(columns)
        among_numbers = weakest if len(numbers) == len(columns) else _weakest(numbers)
        for limit, (size, together) in ((EXACT, weakest), (NEAR, among_numbers)):
            if size > limit:
                continue
            exactly = "add up exactly" if limit == EXACT else "move almost together"
            involved = (
                "" if not treatments & set(together) else " The treatment is among them: its effect rests on the prior."
            )
            text = (
                f"{', '.join(map(repr, together))} {exactly}: among the causes of {name!r} the data cannot tell their "
                f"parts apart. Keep one of them if they mean the same.{involved}"
            )
            yield Concern(text, DataQualityWarning)
            break


def _plain(table: Table, parents: list[str]) -> list[tuple[str, FloatArray]]:
    return [(name, table.columns[name]) for name in parents if table.kinds[name] not in CODED]


def _dummies(table: Table, parents: list[str]) -> list[tuple[str, FloatArray]]:
    columns = _plain(table, parents)
    for name in parents:
        if table.kinds[name] in CODED:
            codes = range(1, len(table.levels[name]))
            columns += [(name, (table.columns[name] == code).astype(np.float64)) for code in codes]
    return columns


def _weakest(columns: list[tuple[str, FloatArray]]) -> tuple[float, tuple[str, ...]]:
    """Variance in the direction in which ``columns`` vary least, and the columns that make it up."""
    varying = [(name, values) for name, values in columns if np.ptp(values) > 0 and not np.isnan(values).any()]
    if not 2 <= len(varying) <= MOST_COLUMNS or len(varying) >= len(varying[0][1]):
        return np.inf, ()
    matrix = _standardized(np.column_stack([values for _, values in varying]))
    sizes, directions = np.linalg.eigh(matrix.T @ matrix / len(matrix))
    weights = np.abs(directions[:, 0])
    names = dict.fromkeys(varying[at][0] for at in np.flatnonzero(weights > 0.05 * weights.max()).tolist())
    return float(sizes[0]), tuple(names)


def _standardized(values: FloatArray) -> FloatArray:
    # Numbers near the largest that there is would overflow in their sum.
    small = values / np.abs(values).max(axis=0)
    centred = small - small.mean(axis=0)
    spread = centred.std(axis=0)
    return np.asarray(centred / np.where(spread > 0, spread, 1.0))


def _separated(model: StructuralModel, table: Table, fitted: tuple[str, ...]) -> Iterator[Concern]:
    for name in fitted:
        if table.kinds.get(name) != "binary":
            continue
        outcome = table.columns[name]
        for parent in model.graph.parents(name):
            values = table.columns.get(parent)
            if values is None or np.ptp(values) == 0 or not (outcome == 0).any() or not (outcome == 1).any():
                continue
            low, high = values[outcome == 0], values[outcome == 1]
            if low.max() < high.min() or high.max() < low.min():
                text = f"{parent!r} alone tells every 0 from every 1 of {name!r}: its strength comes from the prior."
                yield Concern(text, DataQualityWarning)


def _empty_cells(
    model: StructuralModel, table: Table, treatments: frozenset[str], after: tuple[str, ...]
) -> Iterator[Concern]:
    for treatment in sorted(treatments):
        if table.kinds.get(treatment) != "binary":
            continue
        causes = dict.fromkeys(parent for name in (treatment, *after) for parent in model.graph.parents(name))
        others = project(cut_outgoing(model.graph, [treatment]))
        for name in causes:
            if name in (treatment, *after) or table.kinds.get(name) not in LEVELLED:
                continue
            # What moves the treatment alone is not to be held alike: nobody is compared within its levels.
            if not separated(others, name, after):
                yield from _one_armed(table, treatment, name)


def _one_armed(table: Table, treatment: str, name: str) -> Iterator[Concern]:
    values, treated = table.columns[name], table.columns[treatment]
    codes, place = np.unique(values, return_inverse=True)
    rows = np.bincount(place)
    share = np.bincount(place, weights=treated) / rows
    alone = np.flatnonzero((share == 0) | (share == 1))
    if not len(alone):
        return
    labels = [table.levels[name][int(codes[at])] if name in table.levels else f"{codes[at]:g}" for at in alone]
    if len(alone) == 1:
        told = f"All {rows[alone[0]]:,} rows with {name} = {labels[0]} have {treatment} = {share[alone[0]]:g}"
    else:
        shown = ", ".join(labels[:3]) + (" ..." if len(labels) > 3 else "")
        told = (
            f"{len(alone)} of {len(codes)} levels of {name!r} ({rows[alone].sum():,} rows: {shown}) were seen with one "
            f"level of {treatment!r} only"
        )
    text = f"{told}: there is nobody to compare them with, and what is said of them is extrapolated."
    yield Concern(text, OverlapWarning)


def _scales(table: Table) -> Iterator[Concern]:
    for name in (name for name, kind in table.kinds.items() if kind in ("continuous", "count")):
        seen = _seen(table, name)
        largest, spread = float(np.abs(seen).max()), float(seen.std())
        if spread > 0 and largest / spread > LOST:
            text = (
                f"{name!r} varies by {spread:.2g} around {largest:.3g}: digits are lost. Subtract a constant from it."
            )
            yield Concern(text, ScaleWarning)
        elif largest > HUGE or 0 < largest < TINY:
            text = (
                f"{name!r} reaches {largest:.2g}: it is computed on its own scale, but another unit would read better."
            )
            yield Concern(text, ScaleWarning)


def _jumps(table: Table) -> Iterator[Concern]:
    for name, kind in table.kinds.items():
        values = np.sort(_seen(table, name))
        positive = values[values > 0]
        if kind != "continuous" or len(positive) < max(20, 0.99 * len(values)):
            continue
        at = int(np.argmax(positive[1:] / positive[:-1]))
        above, below = positive[at + 1 :], positive[: at + 1]
        few, many = (above, below) if len(above) < len(below) else (below, above)
        # One far value is an outlier; several, all far by about the same power of ten, are another unit.
        if above[0] / below[-1] > JUMP and 2 <= len(few) < len(many) / 4 and np.ptp(np.log10(few)) < 2:
            ratio = float(np.median(above) / np.median(below))
            text = (
                f"{len(few):,} values of {name!r} are about {ratio:,.0f} times "
                f"{'larger' if few is above else 'smaller'} than the rest "
                f"(from {few[0]:g} to {few[-1]:g}). Two units in one column?"
            )
            yield Concern(text, DataQualityWarning)


def _seen(table: Table, name: str) -> FloatArray:
    values = table.columns[name]
    return values[~np.isnan(values)]
