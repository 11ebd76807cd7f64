"""What would have been of one unit: from a posterior and what was observed of it to a counterfactual."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from bayescause.arguments import SEED, TEXT, Seed, require, seed_of, whole
from bayescause.calling import names_its_arguments
from bayescause.compilation.nearness import gaps_of
from bayescause.compilation.table import Table
from bayescause.errors import DataError, EvidenceError, SpecError
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery, NotIdentified
from bayescause.inference.posterior import POSTERIOR, Posterior, parameters
from bayescause.inference.randomness import generator
from bayescause.query.abduction import COUPLINGS, Unit, abducted, predicted, spread_ranks
from bayescause.query.bounds import Bounds
from bayescause.query.completion import FEWEST, Completion, completed
from bayescause.query.counterfactual import Counterfactual
from bayescause.query.cross_world import mean_range
from bayescause.query.drawn_laws import Laws
from bayescause.query.level_order import arbitrary_orders, why_no_rank
from bayescause.query.limits import valueless, without_value
from bayescause.query.selection import as_draws
from bayescause.query.unit_facts import Facts, action_faults, codes_of, value_faults
from bayescause.query.unit_plan import UnitPlan, mechanism_keys, shared_noise, unit_plan
from bayescause.scm.mechanism import FloatArray
from bayescause.scm.noise import HIGHEST, WithResidual, has_atoms

__all__ = ["counterfactual", "facts_of_row", "unit_in"]

NOISES = 64
"""Draws of the unit's noise under each draw of the parameters, where what was observed leaves it open."""

MOST_BEYOND = 0.01
"""Share of the draws in which a rank may be rounded to the largest number below one."""


@dataclass(frozen=True, eq=False)
class _Case:
    """A question about one unit, in numbers."""

    posterior: Posterior
    laws: Laws
    keys: Mapping[str, str]
    plan: UnitPlan
    do: Mapping[str, float]
    known: Mapping[str, float]
    on: str
    coupling: str
    seed: int

    @property
    def samples(self) -> int:
        """Draws of the parameters, all chains together."""
        sizes = self.posterior.draws.sizes
        return sizes["chain"] * sizes["draw"]

    @property
    def is_untouched(self) -> bool:
        """Whether what is asked about was observed, and the action does not reach it."""
        return self.on in self.known and self.on not in self.plan.moved

    @property
    def discrete(self) -> tuple[str, ...]:
        """Variables on the way whose values leave their noise open."""
        mechanisms = self.laws.design.mechanisms
        return tuple(name for name in self.plan.moved if has_atoms(mechanisms[self.keys[name]].mechanism))

    @property
    def ranked(self) -> tuple[str, ...]:
        """Those of them of whose noise something tells, so that the coupling matters."""
        return tuple(name for name in self.discrete if name not in self.plan.blank)

    @property
    def told(self) -> Mapping[str, str]:
        """Task key of each variable on the way whose noise something tells of."""
        return {name: self.keys[name] for name in self.plan.moved if name not in self.plan.blank}

    @property
    def is_pinned(self) -> bool:
        """Whether what was observed leaves no noise open."""
        return not (self.discrete or self.plan.missing or self.plan.blank)


@names_its_arguments
def counterfactual(
    posterior: Posterior,
    unit: Facts,
    *,
    do: Facts,
    on: str,
    coupling: str = "comonotone",
    seed: Seed = 0,
) -> Counterfactual:
    """What ``on`` would have been of a unit, had ``do`` been, given what was observed of it.

    Abduction, action, prediction (Pearl 2009, theorem 7.1.7), draw by draw: the unit keeps its noise, which is
    conditioned on *everything* that was observed of it, its outcome included. What was not observed is averaged over
    given what was, never taken to be zero.

    Parameters
    ----------
    posterior : Posterior
        Of all mechanisms: from ``fit`` without questions.
    unit : mapping of str to float or str
        What was observed of the unit: values in the unit of the data, or names of levels. Need not be all. A row of
        the table comes from ``unit_in(posterior, row)``.
    do : mapping of str to float or str
        What is set to which value.
    on : str
        The variable asked about.
    coupling : str
        How a discrete variable of one unit under different causes hangs together: ``"comonotone"`` (the unit keeps its
        rank; of 0/1 this is the monotone coupling) or ``"independent"`` (where its causes change, it is drawn anew).
        No data can tell; ``bounds`` holds what any coupling allows.
    seed : int or NumPy Generator
        Of the draws of what is left open of the unit's noise.

    Returns
    -------
    Counterfactual
        Draws with dims (chain, draw, noise), in the unit of ``on``. Refused, with the reason, if a mechanism between
        ``do`` and ``on`` shares hidden causes with others, or ``on`` has more than two levels without an order. Weak
        where the comonotone coupling had to take an order of such levels between the two.

    Raises
    ------
    SpecError
        If a variable is unknown, nothing is set, or the posterior does not hold a mechanism that is needed.
    DataError
        If a value is impossible for its variable.
    EvidenceError
        If what was observed has probability zero.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.1, 4.9, 7.0]}
    >>> posterior = bc.fit(bc.StructuralModel.parse("y ~ x"), rows)
    >>> as_it_was = bc.counterfactual(posterior, {"x": 2.0, "y": 4.9}, do={"x": 2.0}, on="y")
    >>> round(as_it_was.mean(), 6), as_it_was.draws.dims
    (4.9, ('chain', 'draw', 'noise'))
    """
    require(posterior=(posterior, POSTERIOR), coupling=(coupling, TEXT), seed=(seed, SEED))
    _check(posterior, unit, do, on, coupling)
    graph = posterior.model.graph
    verdict = identify(graph, CausalQuery(tuple(do), (on,)))
    plan = unit_plan(graph, do=tuple(do), on=on, known=tuple(unit))
    obstacle = shared_noise(graph, plan.needed) or why_no_rank(posterior.table, on)
    if obstacle is not None:
        why = (f"{verdict.reason}.", obstacle) if isinstance(verdict, NotIdentified) else (obstacle,)
        return Counterfactual(on, do, unit, verdict, "refused", reasons=why, posterior=posterior, model=posterior.model)
    keys = mechanism_keys(posterior, plan.needed)
    laws = Laws(posterior.design, {key: parameters(posterior, key) for key in keys.values()})
    set_to, known = (codes_of(posterior.table, facts) for facts in (do, unit))
    case = _Case(posterior, laws, keys, plan, set_to, known, on, coupling, seed_of(seed))
    _possible(case)
    with np.errstate(all="ignore"):  # what is not a number is refused in words
        values, beyond, completion = _values(case)
        bounds, limits = _bounds(case)
    if not np.isfinite(values).all():
        why = (without_value(posterior.design, keys),)
        return Counterfactual(on, do, unit, verdict, "refused", reasons=why, posterior=posterior, model=posterior.model)
    reasons = (*_doubts(case, completion), *map(_too_unusual, beyond))
    return Counterfactual(
        on,
        do,
        unit,
        verdict,
        "weak" if reasons else "ok",
        draws=_as_draws(posterior, values),
        coupling=coupling if case.discrete else None,
        bounds=bounds,
        reasons=reasons,
        assumed=(*_assumed(case, completion), *limits),
        posterior=posterior,
        model=posterior.model,
    )


@names_its_arguments
def unit_in(posterior: Posterior, row: int) -> dict[str, float | str]:
    """What was observed of the unit in row ``row`` of the posterior's table.

    Parameters
    ----------
    posterior : Posterior
    row : int
        Counted from 0.

    Returns
    -------
    dict of str to float or str
        Values in the unit of the data, and names of levels; without columns that are missing in this row.

    Raises
    ------
    SpecError
        If there is no such row.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.1, 4.9, 7.0]}
    >>> sorted(unit_in(bc.fit(bc.StructuralModel.parse("y ~ x"), rows), 2).items())
    [('x', 2.0), ('y', 4.9)]
    """
    require(posterior=(posterior, POSTERIOR), row=(row, whole(0)))
    return facts_of_row(posterior.table, row)


def facts_of_row(table: Table, row: int) -> dict[str, float | str]:
    """What was observed in row ``row`` of ``table``, without what is missing.

    Raises
    ------
    SpecError
        If there is no such row.
    """
    if row not in range(table.rows):
        raise SpecError(f"There is no row {row}: the table's rows are counted from 0 to {table.rows - 1}.")
    values = {name: float(column[row]) for name, column in table.columns.items()}
    return {
        name: table.levels[name][int(value)] if table.levels.get(name) else value
        for name, value in values.items()
        if np.isfinite(value)
    }


def _check(posterior: Posterior, unit: Facts, do: Facts, on: str, coupling: str) -> None:
    faults = list(action_faults(posterior.model.graph, do, on))
    if coupling not in COUPLINGS:
        faults.append(f"There is no coupling {coupling!r}. Write {' or '.join(map(repr, COUPLINGS))}.")
    SpecError.raise_if(faults)
    DataError.raise_if(list(value_faults(posterior.table, do, unit)))


def _possible(case: _Case) -> None:
    """Refuse what cannot have been observed or set, whatever the parameters are."""
    faults = [
        fault
        for facts in (case.known, case.do)
        for fault in valueless(case.laws.design, dict.fromkeys(case.keys.values()), facts)
    ]
    for name, key in case.keys.items():
        mechanism = case.laws.design.mechanisms[key].mechanism
        lacking = [column for column in mechanism.inputs if column not in case.known]
        faults += [f"The mechanism of {name!r} needs {column!r} of the unit. Add it." for column in lacking]
        if name in case.known and not lacking:
            inputs = {column: np.array([case.known[column]]) for column in mechanism.inputs}
            fault = mechanism.faults(np.array([case.known[name]]), inputs)
            # What the fault says besides is about columns: a unit has one value, which is wrong.
            faults += [f"Of the unit, {name!r} {fault.split('. ')[0].rstrip('.')}. Mend it."] if fault else []
    EvidenceError.raise_if(faults)


def _values(case: _Case) -> tuple[FloatArray, tuple[str, ...], Completion | None]:
    """Values of ``on``, dims (sample, noise), variables beyond all ranks, and how what was not observed was drawn."""
    if case.is_untouched:
        return np.full((case.samples, 1), case.known[case.on]), (), None
    plan, laws, ranks = case.plan, case.laws, spread_ranks(generator(case.seed, "counterfactual", "noise"))
    noises = 1 if case.is_pinned else NOISES
    columns: dict[str, FloatArray] = {name: np.full(noises, value) for name, value in case.known.items()}
    completion = None
    if plan.missing:
        rng = generator(case.seed, "counterfactual", "missing")
        completion = completed(laws, case.keys, plan.drawn, case.known, noises=noises, rng=rng)
        columns |= completion.columns
    units = abducted(laws, case.told, columns, ranks=ranks, coupling=case.coupling)
    _certain(case, units)
    beyond = tuple(name for name, unit in units.items() if _is_beyond(case, name, unit))
    units |= {name: Unit(ranks((laws.samples, noises))) for name in plan.blank}
    world = predicted(laws, case.keys, plan.moved, case.do, columns, units)
    return np.broadcast_to(world[case.on], (laws.samples, noises)), beyond, completion


def _certain(case: _Case, units: Mapping[str, Unit]) -> None:
    """Refuse values that have no chance under some draw of the parameters."""
    for name, unit in units.items():
        if name in case.known and unit.values is not None and unit.arguments is not None:
            mechanism = case.laws.design.mechanisms[case.keys[name]].mechanism
            if not np.isfinite(mechanism.log_density(unit.values, *unit.arguments)).all():
                raise EvidenceError(
                    f"{name} = {case.known[name]:g} has probability zero given the rest of what was observed of the "
                    "unit. Mend the value that is wrong."
                )


def _is_beyond(case: _Case, name: str, unit: Unit) -> bool:
    """Whether, under some draws, a value lies so far out that no number below one can hold its rank."""
    mechanism = case.laws.design.mechanisms[case.keys[name]].mechanism
    return not isinstance(mechanism, WithResidual) and bool((unit.noise >= HIGHEST).mean() > MOST_BEYOND)


def _too_unusual(name: str) -> str:
    return (
        f"{name} of the unit is so unusual for its causes that its rank is known roughly: the model hardly allows it, "
        "and what it would have been under other causes is not to be trusted."
    )


def _bounds(case: _Case) -> tuple[Bounds | None, tuple[str, ...]]:
    """The range of means over all couplings, and why there is none, in words."""
    if not case.discrete:
        return None, ()
    if case.plan.missing or case.plan.blank:
        return None, ("what other couplings allow is told only where all between was observed",)
    columns = {name: np.full(1, value) for name, value in case.known.items()}
    units = abducted(case.laws, case.told, columns, ranks=lambda shape: np.full(shape, 0.5))
    found = mean_range(case.laws, case.keys, case.plan.moved, case.do, columns, units)
    if found is None:
        return None, ("what other couplings allow is not told: the variables between have too many values",)
    low, high = (as_draws(case.posterior, end) for end in found)
    return Bounds(low.rename("low"), high.rename("high"), "cross_world", is_sharp=True), ()


def _doubts(case: _Case, completion: Completion | None) -> Iterator[str]:
    for key in case.keys.values():
        if not case.posterior.convergence[key].is_converged:
            yield f"The draws of {key} did not converge: {'; '.join(case.posterior.convergence[key].reasons)}."
    for name, value in case.do.items():
        low, high = case.posterior.table.span(name)
        if not low <= value <= high:
            yield f"{name!r} was never seen at {value:g}; it runs from {low:g} to {high:g}. The answer is extrapolated."
        yield from gaps_of(case.posterior.table, name, [value])
    if case.coupling == "comonotone":
        yield from arbitrary_orders(case.posterior.table, case.ranked)
    if completion is not None and completion.effective is not None and completion.effective < FEWEST:
        yield (
            f"What was observed of the unit is so unusual that what was not is known roughly: "
            f"{completion.effective:.0f} draws carry the weight."
        )


def _assumed(case: _Case, completion: Completion | None) -> Iterator[str]:
    if case.is_untouched:
        yield f"by the graph {' and '.join(case.do)} does not reach {case.on}, which stays as it was"
    mechanisms = case.laws.design.mechanisms
    for name in case.plan.moved:
        mechanism = mechanisms[case.keys[name]].mechanism
        if name in case.plan.blank:
            yield f"{name}: nothing was observed that tells its noise, which is drawn as anybody's"
        elif isinstance(mechanism, WithResidual):
            yield f"{name}: the unit keeps its residual ({mechanism.short})"
        elif name in case.discrete:
            yield f"{name}: {COUPLINGS[case.coupling]}"
        else:
            yield f"{name}: the unit keeps its rank among those with the same causes (rank preservation)"
    if completion is not None:
        how = "weighted draws" if completion.effective is not None else "the normal law, exactly"
        yield f"{', '.join(case.plan.missing)}: not observed, drawn given what was, by {how}"
    yield "the parameters are those that the table tells of: one unit more does not move them"
    yield f"seed {case.posterior.seed} of the parameters, {case.seed} of the unit's noise"


def _as_draws(posterior: Posterior, values: FloatArray) -> xr.DataArray:
    shape = (posterior.draws.sizes["chain"], posterior.draws.sizes["draw"], values.shape[1])
    coords = {name: labels for name, labels in posterior.draws.coords.items() if name in ("chain", "draw")}
    return xr.DataArray(values.reshape(shape), dims=("chain", "draw", "noise"), coords=coords, name="value")
