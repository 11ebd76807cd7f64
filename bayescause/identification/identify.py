"""Whether a causal question can be answered from the observed law, by which strategy, and on what that rests."""

from collections.abc import Collection
from dataclasses import replace

from bayescause.arguments import NAMES, require, shown
from bayescause.calling import names_its_arguments
from bayescause.errors import GraphError, GraphWarning, warn
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import descendants
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import MOST_SETS, direct_adjustment_sets, minimal_adjustment_sets
from bayescause.identification.direct import judged_directly
from bayescause.identification.front_door import front_door_listing
from bayescause.identification.general import find_hedge
from bayescause.identification.instruments import MORE_INSTRUMENTS, instrument_listing
from bayescause.identification.listing import Listing
from bayescause.identification.mediated import judged_as_mediated
from bayescause.identification.obstacles import refusal
from bayescause.identification.optimal import optimal_adjustment_set, why_no_optimal_set
from bayescause.identification.questions import Question, faults_of, opened
from bayescause.identification.simple_functionals import path_variables
from bayescause.identification.strategies import (
    by_adjustment,
    by_front_door,
    by_the_general_algorithm,
    by_truncated_factorization,
    of_any_levels,
    without_effect,
)
from bayescause.identification.verdict import CausalQuery, Identified, Instrument, Verdict

__all__ = ["identify"]


def check_kinds(graph: object, question: object) -> None:
    """Refuse what is no graph, and what is no question.

    Raises
    ------
    GraphError
        That says how they are written.
    """
    if not isinstance(graph, CausalGraph):
        held = "model.graph" if hasattr(graph, "graph") else 'CausalGraph.parse("promo -> sales")'
        raise GraphError(f"{shown(graph)} is no graph. Write {held}.")
    if not isinstance(question, CausalQuery) and (
        isinstance(question, type) or not hasattr(question, "query") or callable(question.query)
    ):
        raise GraphError(f'{shown(question)} is no question. Write AverageEffect(of="promo", on="sales").')


@names_its_arguments
def identify(
    graph: CausalGraph,
    question: CausalQuery | Question,
    *,
    required: Collection[str] = (),
    excluded: Collection[str] = (),
) -> Verdict:
    """Whether the data can answer ``question``, if ``graph`` is right.

    Parameters
    ----------
    graph : CausalGraph
    question : CausalQuery, or anything with a ``query``
        Which effect is asked for.
    required : collection of str
        Variables, or groups of them, that every adjustment set that is listed has to hold.
    excluded : collection of str
        Variables, or groups of them, that are left out, as if they had not been measured.

    Returns
    -------
    Identified or NotIdentified
        With the functional and the assumptions, or with what is in the way and what would settle it.

    Raises
    ------
    GraphError
        If the question makes no sense in this graph: unknown or unmeasured variables, a treatment that is the
        outcome, a group that is a descendant of the treatment, a required variable that the treatment affects on
        its way to the outcome. All faults at once.

    Warns
    -----
    GraphWarning
        If no arrow leads from treatment to outcome, so that the effect is zero by the graph.

    Notes
    -----
    Strategies are tried in the order no effect, truncated factorization (Pearl 2009, section 3.2.3, for districts),
    adjustment (Shpitser, VanderWeele and Robins 2010), front door (Pearl 2009, section 3.3.2), general (Shpitser and
    Pearl 2006), which is the order from the most precise to the least. The last decides. Mediated effects are judged by
    the recanting witness and district (Avin, Shpitser and Pearl 2005; Shpitser 2013).

    Examples
    --------
    >>> graph = CausalGraph.parse("season -> {promo sales}; promo -> sales")
    >>> identify(graph, CausalQuery(of=("promo",), on=("sales",))).functional
    'sum over season of E[sales | promo, season] P(season)'
    """
    check_kinds(graph, question)
    require(GraphError, required=(required, NAMES), excluded=(excluded, NAMES))
    query = question if isinstance(question, CausalQuery) else question.query
    required, excluded = opened(graph, required), opened(graph, excluded)
    GraphError.raise_if(faults_of(graph, query, required=required, excluded=excluded))
    graph = replace(graph, latent=graph.latent | frozenset(excluded)) if excluded else graph
    held = (*query.given, *(name for name in required if name not in query.given))
    if query.is_mediated:
        verdict = judged_as_mediated(graph, query)
    elif query.kind == "direct":
        (of,), (on,) = query.of, query.on
        verdict = judged_directly(graph, query, direct_adjustment_sets(graph, of, on, required=held))
    else:
        verdict = _judged(graph, query, minimal_adjustment_sets(graph, query.of, query.on, required=held), required)
    if isinstance(verdict, Identified) and verdict.strategy == "no_effect":
        _warn_of_no_effect(query)
    if isinstance(verdict, Identified) and getattr(question, "sides", None) is not None:
        verdict = of_any_levels(verdict)
    return replace(verdict, notes=(*verdict.notes, *_constraints(required, excluded)))


def _judged(
    graph: CausalGraph, query: CausalQuery, adjustment_sets: tuple[tuple[str, ...], ...], required: Collection[str]
) -> Verdict:
    projected = project(graph)
    if not descendants(graph, query.of) & frozenset(query.on):
        return without_effect(projected, query, adjustment_sets)
    front_door = Listing() if query.given else front_door_listing(projected, query.of, query.on)
    instruments = _instruments(projected, query)
    if not any(projected.siblings(name) for name in path_variables(projected, query)):
        verdict = by_truncated_factorization(projected, query, adjustment_sets)
    elif adjustment_sets:
        verdict = by_adjustment(projected, query, adjustment_sets)
    elif front_door.entries:
        verdict = by_front_door(projected, query, front_door.entries)
    elif (hedge := find_hedge(projected, query.of, query.on, query.given)) is None:
        verdict = by_the_general_algorithm(projected, query)
    else:
        return refusal(graph, query, hedge, instruments)
    return _with_every_way(_with_optimal_set(projected, verdict, required), front_door, instruments)


def _instruments(projected: CausalGraph, query: CausalQuery) -> Listing[Instrument]:
    if query.given or len(query.of) != 1 or len(query.on) != 1:
        return Listing()
    found = instrument_listing(projected, query.of[0], query.on[0])
    # By the definition what the treatment changes may serve too, and adds nothing: either the way from the treatment to
    # it is open, or the condition holds a child of the treatment, and so the condition blocks every back door itself.
    changed = descendants(projected, query.of)
    return replace(found, entries=tuple(each for each in found.entries if each.instrument not in changed))


def _with_every_way(
    verdict: Identified, front_door: Listing[tuple[str, ...]], instruments: Listing[Instrument]
) -> Identified:
    """``verdict`` with all that would answer as well."""
    lists = {
        f"there are more minimal adjustment sets; the {MOST_SETS:,} closest to the treatment are listed":
            len(verdict.adjustment_sets) < MOST_SETS,
        "there may be more minimal front-door sets than are listed": front_door.is_whole,
        MORE_INSTRUMENTS: instruments.is_whole,
    }  # fmt: skip
    is_another = bool(front_door.entries) and verdict.strategy != "front_door"
    return replace(
        verdict,
        front_door_sets=front_door.entries,
        instruments=instruments.entries,
        also=(*verdict.also, "front_door") if is_another else verdict.also,
        notes=(*verdict.notes, *(note for note, is_whole in lists.items() if not is_whole)),
    )


def _with_optimal_set(projected: CausalGraph, verdict: Identified, required: Collection[str]) -> Identified:
    query = verdict.query
    if query.given:
        return replace(verdict, no_optimal_set="Which set is the most precise is not known for effects within groups.")
    optimal = optimal_adjustment_set(projected, query.of, query.on)
    if optimal is not None and not set(required) <= set(optimal):
        reason = f"Which set that holds {' and '.join(required)} is the most precise is not known."
        return replace(verdict, no_optimal_set=reason)
    reason_why = why_no_optimal_set(projected, query.of, query.on)
    return replace(verdict, optimal_set=optimal, no_optimal_set=reason_why)


def _warn_of_no_effect(query: CausalQuery) -> None:
    treatments, outcomes = " and ".join(query.of), " and ".join(query.on)
    no_way = "no arrow leads from one to the other. Swapped?"
    if query.kind == "direct":
        no_way = "no arrow leads straight from one to the other."
    if query.is_mediated:
        no_way = f"no way leads from one to the other past {' and '.join(query.through)}."
    warn(f"By your drawing {treatments} cannot change {outcomes}: {no_way}", GraphWarning)


def _constraints(required: Collection[str], excluded: Collection[str]) -> tuple[str, ...]:
    notes = []
    if required:
        notes.append(f"only adjustment sets that hold {' and '.join(required)} are listed, as asked")
    if excluded:
        notes.append(f"{' and '.join(excluded)} left out, as asked: as if not measured")
    return tuple(notes)
