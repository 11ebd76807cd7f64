"""Deriving a design: centres, scales, levels, knots and priors are taken from the data once, and frozen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import log10
from typing import NamedTuple

import numpy as np

from bayescause.compilation.around_means import AroundMeans, around_means
from bayescause.compilation.cells import CELL, cell_constants, with_cells
from bayescause.compilation.clashes import clashes
from bayescause.compilation.experiment import every_row, rows_of
from bayescause.compilation.plan import Task
from bayescause.compilation.stream_design import column_moments, constants_in, response_moments, stream_faults
from bayescause.compilation.table import Table
from bayescause.compilation.tasks import default_mechanism
from bayescause.errors import DataError, DataQualityWarning, SpecError, warn
from bayescause.graph.formula import Factor, Term
from bayescause.graph.names import nearest
from bayescause.scm.abilities import OfLevels, is_by_terms, is_of_table
from bayescause.scm.constants import Constants
from bayescause.scm.design import INTERCEPT, RAW_INTERCEPT, Design, MechanismDesign, named_of
from bayescause.scm.mechanism import DefaultPriors, FloatArray, Mechanism, Moments
from bayescause.scm.offsets import family_fault, offset_prior
from bayescause.scm.pooling import Pool, pools_of, scale_name, scale_prior
from bayescause.scm.priors import Prior, support
from bayescause.scm.structural_model import StructuralModel
from bayescause.scm.terms import column_names, evaluate, term_faults

__all__ = ["derive"]

SMALLEST, LARGEST = 1e-150, 1e150
"""Sizes of a column beyond which a 64-bit number does not hold the squares of its values."""


class _Block(NamedTuple):
    """One term's columns: their names, means and sds."""

    term: Term
    names: tuple[str, ...]
    centres: FloatArray
    scales: FloatArray


def derive(model: StructuralModel, table: Table, tasks: Sequence[Task]) -> Design:
    """What ``tasks`` take from ``table``: nothing is derived again later.

    Parameters
    ----------
    model : StructuralModel
    table : Table
    tasks : sequence of Task
        Parents before children.

    Returns
    -------
    Design
        Means and sds are weighted by the counts of the rows, over rows that the task is fitted on and in which the
        response was seen; constants of terms are taken from all rows, those of an experiment included.

    Raises
    ------
    DataError
        If a term has no value on the data: a logarithm of zero, a spline of too few values.
    SpecError
        If a prior is given for a coefficient that does not exist, or a dispersion may be negative.

    Warns
    -----
    DataQualityWarning
        If a term does not vary and is left out.

    Examples
    --------
    >>> from bayescause.compilation.checking import tabulate
    >>> from bayescause.compilation.planning import plan
    >>> model = StructuralModel.parse("sales ~ promo")
    >>> table = tabulate(model, {"promo": [0, 1, 0, 1], "sales": [9.5, 14.0, 10.5, 12.5]})
    >>> derive(model, table, plan(model).tasks).mechanisms["sales"].coefficients
    ('intercept', 'promo')
    """
    strangers = [task.variable for task in tasks if task.variable not in model.variables]
    SpecError.raise_if([f"{name!r} is not in the model: the plan was made for another one." for name in strangers])
    every = every_row(table)
    DataError.raise_if(_size_faults(every, tasks))
    found = [
        AroundMeans(with_cells(task, table)) if is_of_table(task.mechanism) else around_means(task, every)
        for task in tasks
    ]
    constants = _constants(every, found)
    unnamed = {name: ("0", "1") for name, kind in table.kinds.items() if kind == "binary"}
    levels = unnamed | dict(table.levels)
    bare = Design({}, constants, levels)
    mechanisms: dict[str, MechanismDesign] = {}
    faults: list[str] = []
    for each in found:
        task = each.task
        try:
            mechanisms[task.key] = _mechanism_design(rows_of(model, table, task), each, bare)
        except SpecError as error:
            faults.extend(error.faults)
    SpecError.raise_if(list(dict.fromkeys(faults)))
    return Design(mechanisms, constants, levels)


def _size_faults(table: Table, tasks: Sequence[Task]) -> list[str]:
    """That the numbers of a column are too small or too large for their squares, a sentence each."""
    bare = (factor.variable for task in tasks for term in task.terms for factor in term.factors if not factor.function)
    faults: list[str] = []
    for name in dict.fromkeys((*(task.variable for task in tasks), *bare)):
        reach = max(map(abs, table.span(name)))
        if reach > LARGEST:
            faults.append(
                f"The numbers of {name!r} are too large, up to {reach:.2g}: divide it by 1e{log10(reach):.0f}."
            )
        elif 0.0 < reach < SMALLEST:
            power = min(300, round(-log10(reach)))
            faults.append(f"The numbers of {name!r} are too small, up to {reach:.2g}: multiply it by 1e{power}.")
    return faults


def _constants(table: Table, found: Sequence[AroundMeans]) -> dict[Factor, Constants]:
    terms = dict.fromkeys(term for each in found for term in (*each.task.terms, *each.twins.values()))
    factors = dict.fromkeys(factor for term in terms for factor in term.factors)
    DataError.raise_if(list(dict.fromkeys(fault for term in terms for fault in _term_faults(term, table))))
    return {factor: _constants_of(factor, table) for factor in factors}


def _term_faults(term: Term, table: Table) -> tuple[str, ...]:
    return term_faults(term, table.columns, table.kinds) if table.stream is None else stream_faults(term, table)


def _constants_of(factor: Factor, table: Table) -> Constants:
    name = factor.variable
    low, high = table.span(name)
    # A column that never varies has no knots; its term is left out below.
    plain = Factor(name) if factor.function == "spline" and low == high else factor
    if factor.function == CELL:
        return cell_constants(name, table)
    return constants_in(plain, table)


def _mechanism_design(table: Table, found: AroundMeans, bare: Design) -> MechanismDesign:
    task = found.task
    mechanism = _mechanism(table, task, bare)
    if not is_by_terms(mechanism):  # it takes nothing from the data
        return MechanismDesign(task.key, task.variable, mechanism, task.terms, (), np.zeros(0), np.zeros(0), {})
    SpecError.raise_if(list(filter(None, [family_fault(task.variable, task.terms, mechanism)])))
    blocks, moments = _met(table, task, bare)
    is_table = is_of_table(mechanism)
    # An offset that does not vary is known none the less, and what is set to another value moves the drive by it.
    varying = (block for block in blocks if is_table or block.term.is_offset or (block.scales > 0).any())
    # Pooled terms stand last, so that coefficients with priors of their own are together.
    kept = sorted(varying, key=lambda each: each.term.group is not None)
    for block in blocks:
        if block not in kept:
            warn(_does_not_vary(task, block.term), DataQualityWarning)
    names = tuple(name for block in kept for name in block.names)
    centres = np.concatenate([np.zeros(0), *(block.centres for block in kept)])
    scales = np.concatenate([np.zeros(0), *(block.scales for block in kept)])
    twins = _met(table, replace(task, terms=tuple(found.twins.values())), bare)[0] if found.twins else []
    spreads = {name: scale for each in twins for name, scale in zip(each.names, each.scales.tolist(), strict=True)}
    defaults = mechanism.default_priors(replace(moments, inputs=_input_means(table, mechanism)))
    bare_task = MechanismDesign(
        key=task.key,
        variable=task.variable,
        mechanism=mechanism,
        terms=tuple(block.term for block in kept),
        columns=names,
        centres=np.zeros(len(names)) if is_table or RAW_INTERCEPT in task.priors else centres,
        scales=scales,
        priors={},
        pools=_pools(kept, mechanism, bare),
        has_intercept=not (is_table and kept),
    )
    SpecError.raise_if(clashes(bare_task))
    by_rule = _default_priors(bare_task, defaults, spreads)
    return replace(bare_task, priors=_priors(task, bare_task, by_rule, kept, [block.term for block in blocks]))


def _pools(kept: Sequence[_Block], mechanism: Mechanism, bare: Design) -> tuple[Pool, ...]:
    """Every drive has its own."""
    starts = np.cumsum([0, *(len(block.names) for block in kept)]).tolist()
    pooled = [(block.term, start) for block, start in zip(kept, starts, strict=False) if block.term.group is not None]
    pools = [pool for term, start in pooled for pool in pools_of(term, bare, start)]
    return tuple(
        replace(pool, name=named_of(mechanism, drive, pool.name), predictor=drive)
        for drive in mechanism.predictors
        for pool in pools
    )


def _met(table: Table, task: Task, bare: Design) -> tuple[list[_Block], Moments]:
    return _summed(table, task, bare) if table.stream is None else _streamed(table, task, bare)


def _summed(table: Table, task: Task, bare: Design) -> tuple[list[_Block], Moments]:
    """Means and sds of the design's columns, and the moments of the response, of a table in memory."""
    seen = ~np.isnan(table.columns[task.variable])
    columns = {name: values[seen] for name, values in table.columns.items()}
    weights = table.counts[seen]
    return [_block(term, columns, weights, bare) for term in task.terms], _moments(columns[task.variable], weights)


def _streamed(table: Table, task: Task, bare: Design) -> tuple[list[_Block], Moments]:
    """The same of a table that is read in blocks."""
    varying = [Term(term.factors[:-1]) if term.group is not None else term for term in task.terms]
    moving = [term for term in varying if term.factors]
    known = dict(zip(moving, column_moments(task.variable, moving, table, bare), strict=True))
    blocks = [
        _pooled_block(term, known.get(part, _LEVEL)[1], bare)
        if term.group is not None
        else _Block(term, column_names(term, bare), *known[part])
        for term, part in zip(task.terms, varying, strict=True)
    ]
    mean, sd, seen = response_moments(task.variable, table)
    return blocks, Moments(mean, sd if sd > 0 else abs(mean) or 1.0, round(seen))


def _input_means(table: Table, mechanism: Mechanism) -> dict[str, float]:
    """Means of the columns that a family needs besides its parents: exposures, numbers of trials."""
    if table.stream is not None:
        return {name: response_moments(name, table)[0] for name in mechanism.inputs}
    known = {name: np.isfinite(table.columns[name]) for name in mechanism.inputs}
    return {
        name: float(np.average(table.columns[name][seen], weights=table.counts[seen])) for name, seen in known.items()
    }


def _mechanism(table: Table, task: Task, bare: Design) -> Mechanism:
    mechanism = task.mechanism or default_mechanism(table.kinds[task.variable])
    levels = bare.levels.get(task.variable, ())
    return mechanism.with_levels(levels) if isinstance(mechanism, OfLevels) else mechanism


_LEVEL = (np.zeros(1), np.ones(1))
"""Mean and spread of what the effects of a varying intercept multiply."""


def _block(term: Term, columns: Mapping[str, FloatArray], weights: FloatArray, bare: Design) -> _Block:
    if term.group is not None:
        varying = Term(term.factors[:-1])
        scales = _block(varying, columns, weights, bare).scales if varying.factors else _LEVEL[1]
        return _pooled_block(term, scales, bare)
    matrix = evaluate(term, columns, bare, np)
    names = column_names(term, bare)
    share = weights / weights.sum()
    centres = share @ matrix
    scales = np.sqrt(share @ (matrix - centres) ** 2)
    # Rounding leaves a tiny sd on a column that is constant.
    scales[np.ptp(matrix, axis=0) == 0] = 0.0
    return _Block(term, names, centres, scales)


def _pooled_block(term: Term, scales: FloatArray, bare: Design) -> _Block:
    """The columns of a pooled term: each level's has the sd of what its effects multiply."""
    names = column_names(term, bare)
    return _Block(term, names, np.zeros(len(names)), np.repeat(scales, len(names) // len(scales)))


def _does_not_vary(task: Task, term: Term) -> str:
    return f"{str(term)!r} does not vary in these data: it is left out of the mechanism of {task.variable!r}."


def _moments(values: FloatArray, weights: FloatArray) -> Moments:
    mean = float(np.average(values, weights=weights))
    sd = float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))
    # One row, or equal rows, say nothing of the spread: take the size of the values themselves.
    return Moments(mean, sd if np.ptp(values) > 0 else abs(mean) or 1.0, round(float(weights.sum())))


def _priors(
    task: Task, found: MechanismDesign, by_rule: Mapping[str, Prior], kept: Sequence[_Block], declared: Sequence[Term]
) -> dict[str, Prior]:
    priors = dict(by_rule)
    aliases = _aliases(found, kept)
    for pool in found.pools:
        for alias in _scale_aliases(found, pool):
            aliases[alias] = (*aliases.get(alias, ()), pool.name)
    dropped = {_prior_key(term) for term in declared} - {_prior_key(block.term) for block in kept}
    faults: list[str] = []
    if {INTERCEPT, RAW_INTERCEPT} <= set(task.priors):
        faults.append(f"{task.variable!r} has priors for {INTERCEPT!r} and {RAW_INTERCEPT!r}: give one of them.")
    # A prior that names one drive stands before one for all of them.
    for name, prior in sorted(task.priors.items(), key=lambda pair: len(aliases.get(pair[0], ())), reverse=True):
        targets = (name,) if name in priors else aliases.get(name, ())
        if not targets and name not in dropped:
            faults.append(_unknown_coefficient(task, name, (*priors, *aliases)))
        if name in found.dispersion and support(prior)[0] < 0:
            faults.append(
                f"{task.variable!r}: {name!r} is above zero, and {prior} is not. Write half_normal or exponential."
            )
        priors |= dict.fromkeys(targets, prior)
    SpecError.raise_if(faults)
    return priors


def _default_priors(found: MechanismDesign, defaults: DefaultPriors, spreads: Mapping[str, float]) -> dict[str, Prior]:
    """Priors by rule; ``spreads`` has the sds of columns whose own sd is not what their default prior goes by."""
    scales = {**dict(zip(found.columns, found.scales.tolist(), strict=True)), **spreads}
    pooled = {column for pool in found.pools for column in found.columns[pool.start : pool.stop]}
    offsets = {str(term) for term in found.terms if term.is_offset}
    priors: dict[str, Prior] = {}
    for name, (predictor, column) in found.places.items():
        if column in pooled:
            continue
        if column == INTERCEPT:
            priors[name] = defaults.intercept_of(predictor)
        elif column in offsets:
            priors[name] = offset_prior(predictor)
        elif defaults.coefficient is not None:
            priors[name] = defaults.coefficient
        else:
            # A level that no fitted row has leaves its column at zero: its prior is that of a column of sd one.
            priors[name] = Prior("normal", (0.0, defaults.slope_scale_of(predictor) / (scales[column] or 1.0)))
    shared = {
        pool.name: scale_prior(defaults.slope_scale_of(pool.predictor), float(found.scales[pool.start]))
        for pool in found.pools
    }
    return priors | dict(defaults.dispersion) | shared


def _prior_key(term: Term) -> str:
    """Under which name a term's priors are given: that of its scale, if it is pooled."""
    return str(term) if term.group is None else scale_name(term.varying, term.group)


def _scale_aliases(found: MechanismDesign, pool: Pool) -> set[str]:
    """Other names of a scale: that of its term, for all its columns, and each without the drive, for all drives."""
    bare, of_term = pool.name.removeprefix(named_of(found.mechanism, pool.predictor, "")), _prior_key(pool.term)
    return {bare, of_term, named_of(found.mechanism, pool.predictor, of_term)} - {pool.name}


def _aliases(found: MechanismDesign, blocks: Iterable[_Block]) -> dict[str, tuple[str, ...]]:
    """Coefficients meant by other names: a term for its columns, a bare name for all drives, a product turned round."""
    columns: dict[str, tuple[str, ...]] = {INTERCEPT: (INTERCEPT,), RAW_INTERCEPT: (INTERCEPT,)}
    for block in (each for each in blocks if each.term.group is None):
        columns |= {name: (name,) for name in block.names}
        columns[str(block.term)] = block.names
        columns[":".join(map(str, reversed(block.term.factors)))] = block.names
    places = found.places.items()
    aliases = {
        alias: tuple(name for name, (_, column) in places if column in meant) for alias, meant in columns.items()
    }
    if len(found.mechanism.predictors) == 1:
        return aliases
    own = {
        f"{predictor}.{alias}": tuple(name for name, place in places if place[0] == predictor and place[1] in meant)
        for predictor in found.mechanism.predictors
        for alias, meant in columns.items()
        if alias != RAW_INTERCEPT
    }
    return own | aliases


def _unknown_coefficient(task: Task, name: str, known: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(known))
    hint = nearest(name, distinct)
    return f"{task.variable!r} has no coefficient {name!r} to give a prior to.{hint} It has {', '.join(distinct[:20])}."
