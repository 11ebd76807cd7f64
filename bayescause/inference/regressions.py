"""Two equations with correlated errors, told as two regressions that can be checked one by one.

The joint law is the treatment given its predictors, times the outcome given the treatment and all predictors of both:
``u = k v + t e`` puts k times the treatment's residual into the outcome's mean.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from bayescause.compilation.deriving import derive
from bayescause.compilation.equations import equations
from bayescause.inference.law import DrawnBlock
from bayescause.inference.posterior import Posterior
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.names import safe_names
from bayescause.scm.terms import column_names

__all__ = ["with_regressions"]

type Drawn = tuple[MechanismDesign, FloatArray, FloatArray]
"""A task with its coefficients, dims (chain, draw, coefficient), and its sd, dims (chain, draw)."""


def with_regressions(posterior: Posterior) -> Posterior:
    """``posterior`` with the two regressions of each pair of equations as tasks beside its own.

    Examples
    --------
    >>> import bayescause as bc
    >>> z, v, u = np.random.default_rng(1).normal(size=(3, 200))
    >>> rows = {"z": z, "x": z + v, "y": 0.5 * (z + v) + v + u}
    >>> model, question = bc.StructuralModel.parse("x ~ z; y ~ x; x <-> y"), bc.AverageEffect(of="x", on="y")
    >>> list(with_regressions(bc.fit(model, rows, [question])).design.mechanisms)
    ['x with y', 'y with x']
    """
    for drawn in posterior.blocks.values():
        if drawn.block.law == "joint_normal":
            posterior = _with_pair(posterior, drawn)
    return posterior


def _with_pair(posterior: Posterior, drawn: DrawnBlock) -> Posterior:
    declared = equations(posterior.model, drawn.block)
    derived = derive(posterior.model, posterior.table, declared)
    first, second = (derived.mechanisms[task.key] for task in declared)
    told = _told_apart(first, second, derived)
    pair = _split(told, second, drawn.draws, safe_names(posterior.table.kinds))
    known = posterior.design
    design = Design(
        {**known.mechanisms, **{task.key: task for task, _, _ in pair}},
        {**known.constants, **derived.constants},
        {**known.levels, **derived.levels},
    )
    safe = safe_names((*design.mechanisms, *posterior.blocks))
    added: dict[str, tuple[tuple[str, ...], FloatArray]] = {}
    for task, coefficients, sd in pair:
        added[f"{safe[task.key]}_coefficient"] = (("chain", "draw", f"{safe[task.key]}_term"), coefficients)
        added[f"{safe[task.key]}_sd"] = (("chain", "draw"), sd)
    return replace(posterior, design=design, draws=posterior.draws.assign(added))


def _told_apart(first: MechanismDesign, second: MechanismDesign, design: Design) -> MechanismDesign:
    """``first`` with other names for columns whose name stands for another column of ``second``.

    A product may be taken around means in one of them only.
    """
    clashing = [term for term in first.terms if term not in second.terms]
    renamed = {name for term in clashing for name in column_names(term, design)}.intersection(second.columns)
    columns = tuple(f"{name} as in {first.variable}" if name in renamed else name for name in first.columns)
    return replace(first, columns=columns)


def _split(
    first: MechanismDesign, second: MechanismDesign, draws: xr.Dataset, safe: Mapping[str, str]
) -> tuple[Drawn, Drawn]:
    names = [safe[task.variable] for task in (first, second)]
    alpha, theta = (draws[f"{name}_coefficient"].to_numpy() for name in names)
    sd, full = (draws[f"{name}_sd"].to_numpy() for name in names)
    correlation = draws["error_correlation"].to_numpy()
    slope = correlation * full / sd
    extra = [place for place, name in enumerate(first.columns) if name not in second.columns]
    columns = (*second.columns, *(first.columns[place] for place in extra))
    centres = np.concatenate([second.centres, first.centres[extra]])
    moved = np.concatenate([theta, np.zeros((*slope.shape, len(extra)))], axis=-1)
    moved[..., 0] += slope * (centres[columns.index(first.variable)] - alpha[..., 0])
    moved[..., 1 + columns.index(first.variable)] += slope
    for place, name in enumerate(first.columns):
        push = slope * alpha[..., 1 + place]
        moved[..., 1 + columns.index(name)] -= push
        moved[..., 0] += push * (first.centres[place] - centres[columns.index(name)])
    task = replace(
        second,
        terms=(*second.terms, *(term for term in first.terms if term not in second.terms)),
        columns=columns,
        centres=centres,
        scales=np.concatenate([second.scales, first.scales[extra]]),
    )
    return (first, alpha, sd), (task, moved, full * np.sqrt(1 - correlation**2))
