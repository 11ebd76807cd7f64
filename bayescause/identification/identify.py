"""Whether a causal question can be answered from the observed law, by which strategy, and on what that rests."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bayescause.errors import GraphError, GraphWarning
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest, quoted
from bayescause.graph.relations import ancestors, descendants, topological_order
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import MOST_SETS, causal_path_variables, minimal_adjustment_sets
from bayescause.identification.front_door import front_door_functional, front_door_listing
from bayescause.identification.functional import Expression, Law, Mean, Sum, product_of
from bayescause.identification.functional_text import latex_of, text_of
from bayescause.identification.general import find_hedge, functional_of, is_identifiable
from bayescause.identification.instruments import MORE_INSTRUMENTS, instrument_listing
from bayescause.identification.listing import Listing
from bayescause.identification.obstacles import refusal
from bayescause.identification.optimal import optimal_adjustment_set, why_no_optimal_set
from bayescause.identification.verdict import Assumption, CausalQuery, Identified, Instrument, Verdict

__all__ = ["Question", "adjustment_functional", "identify", "path_variables", "truncated_functional"]

MOST_SHOWN = 12
"""Variables that a message lists."""

MOST_WRITTEN = 200
"""Variables upstream of the outcome up to which the general algorithm's functional is written out."""

MOST_MEDIATORS = 4
"""Variables on the way that get an assumption each."""

MOST_WORK = 10_000
"""Variables, over all trials, in the graphs in which an absent hidden cause is tried."""

MOST_TRIED = 20
"""Absent hidden causes that are tried for whether they would end identification."""


class Question(Protocol):
    """Anything that asks a causal query, such as an estimand."""

    @property
    def query(self) -> CausalQuery:
        """What has to be identified."""


def identify(graph: CausalGraph, question: CausalQuery | Question) -> Verdict:
    """Whether the data can answer ``question``, if ``graph`` is right.

    Parameters
    ----------
    graph : CausalGraph
    question : CausalQuery, or anything with a ``query``
        Which effect is asked for.

    Returns
    -------
    Identified or NotIdentified
        With the functional and the assumptions, or with what is in the way and what would settle it.

    Raises
    ------
    GraphError
        If the question makes no sense in this graph: unknown or unmeasured variables, a treatment that is the
        outcome, a group that is a descendant of the treatment. All faults at once.

    Warns
    -----
    GraphWarning
        If no arrow leads from treatment to outcome, so that the effect is zero by the graph.

    Notes
    -----
    Strategies are tried in the order no effect, truncated factorization (Pearl 2009, section 3.2.3, for districts),
    adjustment (Shpitser, VanderWeele and Robins 2010), front door (Pearl 2009, section 3.3.2), general (Shpitser and
    Pearl 2006). The last decides.

    Examples
    --------
    >>> graph = CausalGraph.parse("season -> {promo sales}; promo -> sales")
    >>> identify(graph, CausalQuery(of=("promo",), on=("sales",))).functional
    'sum over season of E[sales | promo, season] P(season)'
    """
    query = question if isinstance(question, CausalQuery) else question.query
    GraphError.raise_if(_faults(graph, query))
    if not descendants(graph, query.of) & frozenset(query.on):
        return _no_effect(graph, query)
    projected = project(graph)
    adjustment_sets = minimal_adjustment_sets(graph, query.of, query.on, required=query.given)
    front_door = Listing() if query.given else front_door_listing(projected, query.of, query.on)
    instruments = _instruments(projected, query)
    if _factorizes(projected, query):
        verdict = _truncated_factorization(projected, query, adjustment_sets)
    elif adjustment_sets:
        verdict = _adjustment(projected, query, adjustment_sets)
    elif front_door.entries:
        verdict = _front_door(projected, query, front_door.entries)
    elif (hedge := find_hedge(projected, query.of, query.on, query.given)) is None:
        verdict = _general(projected, query)
    else:
        return refusal(graph, query, hedge, instruments)
    return _with_every_way(projected, verdict, front_door, instruments)


def path_variables(graph: CausalGraph, query: CausalQuery) -> tuple[str, ...]:
    """Measured variables on causal paths from treatment to outcome, causes first, treatments left out, outcome last.

    Examples
    --------
    >>> graph = CausalGraph.parse("promo -> traffic -> sales; promo -> sales")
    >>> path_variables(graph, CausalQuery(of=("promo",), on=("sales",)))
    ('traffic', 'sales')
    """
    projected = project(graph)
    on_paths = causal_path_variables(projected, query.of, query.on)
    return tuple(name for name in topological_order(projected) if name in on_paths)


def _faults(graph: CausalGraph, query: CausalQuery) -> list[str]:
    faults = []
    if not query.of or not query.on:
        faults.append("The question needs a treatment and an outcome: the effect of what, on what?")
    if query.kind != "total":
        faults.append(f"Effects of the kind {query.kind!r} are not identified yet; ask for the total effect.")
    known = set(graph.nodes)
    groups = dict(graph.groups)
    roles = {"treatment": query.of, "outcome": query.on, "group": query.given}
    for role, names in roles.items():
        for name in names:
            if name in groups:
                faults.append(f"The {role} `{name}` is a group of variables; ask about its members.")
            elif name not in known:
                faults.append(f"The {role} `{name}` is not a variable of the graph.{_near(name, graph)}")
            elif name in graph.latent:
                faults.append(
                    f"The {role} `{name}` is latent: it was not measured, so no effect can be computed. Ask about a "
                    f"measured variable; if `{name}` is a column, take `latent {name}` away."
                )
    faults += [f"`{name}` is both treatment and outcome. Ask for the effect of one variable on another."
               for name in query.of if name in query.on]  # fmt: skip
    faults += [f"`{name}` is asked about and conditioned on. Take it out of one of the two."
               for name in query.given if name in (*query.of, *query.on)]  # fmt: skip
    return faults or [_descendant_fault(query, name) for name in query.given if name in descendants(graph, query.of)]


def _near(name: str, graph: CausalGraph) -> str:
    shown = ", ".join(graph.observed[:MOST_SHOWN]) + (" ..." if len(graph.observed) > MOST_SHOWN else "")
    return nearest(name, graph.nodes) or f" It has {shown}."


def _descendant_fault(query: CausalQuery, name: str) -> str:
    treatments = " and ".join(query.of)
    return (
        f"`{name}` is a descendant of {treatments}: groups formed by it hold different people under each treatment. "
        f"Choose groups that were settled before {treatments}."
    )


def _no_effect(graph: CausalGraph, query: CausalQuery) -> Identified:
    treatments, outcomes = " and ".join(query.of), " and ".join(query.on)
    notes = []
    upstream = ancestors(graph, query.of) & frozenset(query.on)
    if upstream:
        first = next(name for name in query.on if name in upstream)
        notes.append(f"{first} is a cause of {treatments}: were treatment and outcome swapped?")
    warnings.warn(
        f"By your drawing {treatments} cannot change {outcomes}: no arrow leads from one to the other. Swapped?",
        GraphWarning,
        stacklevel=3,
    )
    projected = project(graph)
    body: Expression = product_of([_response(query, name, query.given) for name in query.on])
    return Identified(
        query,
        "no_effect",
        *_written(projected, query, body),
        adjustment_sets=minimal_adjustment_sets(graph, query.of, query.on, required=query.given),
        front_door_sets=() if query.given else ((),),
        assumptions=(Assumption(f"no way leads from {treatments} to {outcomes}"),),
        would_break=() if upstream else tuple(f"{quoted(a)} -> {quoted(b)}" for a in query.of for b in query.on),
        no_optimal_set="There is no effect to estimate.",
        notes=tuple(notes),
    )


def _instruments(projected: CausalGraph, query: CausalQuery) -> Listing[Instrument]:
    if query.given or len(query.of) != 1 or len(query.on) != 1:
        return Listing()
    return instrument_listing(projected, query.of[0], query.on[0])


def _with_every_way(
    projected: CausalGraph, verdict: Identified, front_door: Listing[tuple[str, ...]], instruments: Listing[Instrument]
) -> Identified:
    """``verdict`` with all that would answer as well."""
    query = verdict.query
    lists = {
        f"there are more minimal adjustment sets; the {MOST_SETS:,} closest to the treatment are listed":
            len(verdict.adjustment_sets) < MOST_SETS,
        "there may be more minimal front-door sets than are listed": front_door.is_whole,
        MORE_INSTRUMENTS: instruments.is_whole,
    }  # fmt: skip
    is_another = bool(front_door.entries) and verdict.strategy != "front_door"
    reason = "Which set is the most precise is not known for effects within groups."
    return replace(
        verdict,
        front_door_sets=front_door.entries,
        instruments=instruments.entries,
        also=(*verdict.also, "front_door") if is_another else verdict.also,
        optimal_set=None if query.given else optimal_adjustment_set(projected, query.of, query.on),
        no_optimal_set=reason if query.given else why_no_optimal_set(projected, query.of, query.on),
        notes=(*verdict.notes, *(note for note, is_whole in lists.items() if not is_whole)),
    )


def _factorizes(projected: CausalGraph, query: CausalQuery) -> bool:
    """Whether every variable on a causal path has a district of its own."""
    on_paths = path_variables(projected, query)
    return not any(projected.siblings(name) for name in on_paths)


def _truncated_factorization(
    projected: CausalGraph, query: CausalQuery, adjustment_sets: tuple[tuple[str, ...], ...]
) -> Identified:
    mediators = tuple(name for name in path_variables(projected, query) if name not in query.on)
    has_covariates = bool(_covariates(projected, query) or query.given)
    return Identified(
        query,
        "truncated_factorization",
        *_written(projected, query, truncated_functional(projected, query)),
        adjustment_sets=adjustment_sets,
        assumptions=(
            *_nothing_unmeasured(query),
            *_own_districts(mediators),
            _overlap(query, has_covariates=has_covariates),
        ),
        would_break=_would_break(projected, query),
        also=("adjustment",) if adjustment_sets else (),
    )


def truncated_functional(projected: CausalGraph, query: CausalQuery) -> Expression:
    """Laws of the variables on causal paths given their parents, averaged over what comes before the treatment."""
    order = path_variables(projected, query)
    covariates = _covariates(projected, query)
    ends = [name for name in query.on if name in order]
    mediators = [name for name in order if name not in query.on]
    laws: list[Expression] = [
        _response(query, name, _conditions(projected, query, projected.parents(name)))
        for name in (*ends, *reversed(mediators))
    ]
    if covariates:
        laws.append(Law(covariates, query.given))
    return _over((*mediators, *(name for name in covariates if name not in query.on)), laws)


def _covariates(projected: CausalGraph, query: CausalQuery) -> tuple[str, ...]:
    order = path_variables(projected, query)
    needed = {name for variable in order for name in projected.parents(variable)} | set(query.on)
    return tuple(name for name in projected.nodes if name in needed - {*order, *query.of, *query.given})


def _adjustment(projected: CausalGraph, query: CausalQuery, adjustment_sets: tuple[tuple[str, ...], ...]) -> Identified:
    return Identified(
        query,
        "adjustment",
        *_written(projected, query, adjustment_functional(projected, query, adjustment_sets[0])),
        adjustment_sets=adjustment_sets,
        assumptions=(*_nothing_unmeasured(query), _overlap(query, has_covariates=bool(adjustment_sets[0]))),
        would_break=_would_break(projected, query),
    )


def adjustment_functional(projected: CausalGraph, query: CausalQuery, adjusted: Sequence[str]) -> Expression:
    """Law of the outcome within groups of ``adjusted``, averaged over them."""
    covariates = tuple(name for name in adjusted if name not in query.given)
    conditions = _conditions(projected, query, (*query.of, *adjusted))
    laws: list[Expression] = [Mean(query.on[0], conditions) if len(query.on) == 1 else Law(query.on, conditions)]
    if covariates:
        laws.append(Law(covariates, query.given))
    return _over(covariates, laws)


def _front_door(projected: CausalGraph, query: CausalQuery, front_door_sets: tuple[tuple[str, ...], ...]) -> Identified:
    treatments, outcomes = " and ".join(query.of), " and ".join(query.on)
    through = front_door_sets[0]
    mediators = _mediators(through)
    return Identified(
        query,
        "front_door",
        *_written(projected, query, front_door_functional(projected, query.of, query.on, through)),
        assumptions=(
            Assumption(f"all that {treatments} does to {outcomes} goes through {' and '.join(mediators)}"),
            *(
                Assumption(f"nothing unmeasured drives both {end} and {mediator}")
                for mediator in mediators
                for end in (treatments, outcomes)
            ),
            _overlap(query, has_covariates=True),
        ),
        would_break=_would_break(projected, query, through),
    )


def _general(projected: CausalGraph, query: CausalQuery) -> Identified:
    return Identified(
        query,
        "general",
        *_general_functional(projected, query),
        assumptions=(
            Assumption("the arrows and double arrows that the graph leaves out are really absent"),
            _overlap(query, has_covariates=True),
        ),
        would_break=_would_break(projected, query),
    )


def _general_functional(projected: CausalGraph, query: CausalQuery) -> tuple[str, str]:
    upstream = ancestors(projected, [*query.on, *query.given])
    functional = None
    if len(upstream) <= MOST_WRITTEN:
        functional = functional_of(projected, query.of, query.on, query.given)
    if functional is None:
        words = f"a functional of {len(upstream):,} variables, too long to write out"
        return words, rf"\text{{{words}}}"
    return _written(projected, query, functional)


def _over(names: Sequence[str], laws: Sequence[Expression]) -> Expression:
    return Sum(tuple(names), product_of(laws)) if names else product_of(laws)


def _own_districts(mediators: Sequence[str]) -> tuple[Assumption, ...]:
    return tuple(
        Assumption(f"nothing unmeasured drives {mediator} together with another variable of the graph")
        for mediator in _mediators(mediators)
    )


def _mediators(names: Sequence[str]) -> Sequence[str]:
    if len(names) <= MOST_MEDIATORS:
        return names
    return [f"{', '.join(names[:2])} or another of the {len(names):,} variables on the way"]


def _response(query: CausalQuery, name: str, given: Sequence[str]) -> Expression:
    return Mean(name, tuple(given)) if query.on == (name,) else Law((name,), tuple(given))


def _conditions(graph: CausalGraph, query: CausalQuery, names: Sequence[str]) -> tuple[str, ...]:
    # Treatments first, for that is how one reads it.
    return (
        *(name for name in query.of if name in names),
        *(name for name in graph.nodes if name in names and name not in query.of),
    )


def _written(graph: CausalGraph, query: CausalQuery, functional: Expression) -> tuple[str, str]:
    fixed = (*query.of, *query.on, *query.given)
    # A group's name would hide the treatment, the outcome or a modifier that stands in it.
    groups = [(name, members) for name, members in graph.groups if not set(members) & set(fixed)]
    return (
        text_of(functional, groups=groups, fixed=fixed),
        latex_of(functional, groups=groups, fixed=fixed),
    )


def _nothing_unmeasured(query: CausalQuery) -> tuple[Assumption, ...]:
    return tuple(Assumption(f"nothing unmeasured drives both {a} and {b}") for a in query.of for b in query.on)


def _overlap(query: CausalQuery, *, has_covariates: bool) -> Assumption:
    kinds = " for every kind of unit" if has_covariates else ""
    return Assumption(f"both levels of {' and '.join(query.of)} occur{kinds}", "overlap, at fit")


def _would_break(projected: CausalGraph, query: CausalQuery, through: Sequence[str] = ()) -> tuple[str, ...]:
    pairs = [(a, b) for a in query.of for b in path_variables(projected, query)]
    pairs += [(mediator, b) for mediator in through for b in query.on]
    added = [("bidirected", pair) for pair in pairs if pair[1] not in projected.siblings(pair[0])]
    added += [("directed", (a, b)) for a in query.of for b in query.on if through]
    bare = replace(projected, lines={}, statements={})
    return tuple(
        f"{quoted(pair[0])} {'<->' if kind == 'bidirected' else '->'} {quoted(pair[1])}"
        for kind, pair in added[: min(MOST_TRIED, 1 + MOST_WORK // len(bare.nodes))]
        if not is_identifiable(_with_arrow(bare, kind, pair), query.of, query.on, query.given)
    )


def _with_arrow(graph: CausalGraph, kind: str, pair: tuple[str, str]) -> CausalGraph:
    if kind == "directed":
        return replace(graph, directed=(*graph.directed, pair))
    return replace(graph, bidirected=(*graph.bidirected, pair))
