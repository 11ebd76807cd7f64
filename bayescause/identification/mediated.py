"""Mediated effects: what some of the ways from treatment to outcome carry, and when the observed law tells."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, combinations

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors
from bayescause.graph.surgery import project
from bayescause.identification.breaking import breaking_arrows
from bayescause.identification.copies import Copy, copies_of
from bayescause.identification.first_arrows import FirstArrows, first_arrows
from bayescause.identification.functional import Expression
from bayescause.identification.general import find_hedge
from bayescause.identification.listing import Listing
from bayescause.identification.nested_functionals import (
    conditions_of_mediators,
    edge_functional,
    randomised_functional,
    twin_functional,
)
from bayescause.identification.obstacles import refusal
from bayescause.identification.recanting import recanting_district, refusal_of_recanting, refusal_of_twins
from bayescause.identification.strategies import MOST_WRITTEN, identified, nothing_unmeasured, overlap, without_effect
from bayescause.identification.twins import bound_twins
from bayescause.identification.verdict import Assumption, CausalQuery, Hedge, Identified, NotIdentified, Verdict

__all__ = ["crossing", "judged_as_mediated"]

STRATEGY = "edge_g_formula"
"""Each arrow out of the treatment at a value of its own."""

RANDOMISED = "randomised_mediators"
"""Mediators drawn by lot as they fall out among units that are alike."""

TWINS = "recanting_twins"
"""A variable that would have to answer two values of the treatment drawn once for each."""


def judged_as_mediated(graph: CausalGraph, query: CausalQuery) -> Verdict:
    """The verdict on a natural or path-specific effect, or on its interventional analogue.

    Parameters
    ----------
    graph : CausalGraph
    query : CausalQuery
        Of a kind in ``MEDIATED``.

    Notes
    -----
    A path-specific effect is identified if and only if the total effect is and no district of the outcome's causes is
    entered by arrows of both sorts, those that start paths with the effect and those that start others (Shpitser 2013,
    theorem 2); without hidden causes this is the criterion of Avin, Shpitser and Pearl (2005). Among units that are
    chosen by something that the treatment does not move, the law of outcome and condition together is asked for: over
    the law of the condition, which is observed, it is the one among these units, so that one is identified if and only
    if the other is (Malinsky, Shpitser and Richardson 2019; Correa, Lee and Bareinboim 2021). What the condition
    depends on then counts among the outcome's causes.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> y; x -> y")
    >>> query = CausalQuery(("x",), ("y",), kind="natural_direct", through=("m",))
    >>> judged_as_mediated(graph, query).functional
    'sum over m of E[y | x, m] P(m | x*)'
    """
    verdict = _judged(graph, query)
    if isinstance(verdict, Identified) or not query.given:
        return verdict
    everybody = replace(query, given=())
    if not isinstance(_judged(graph, everybody), Identified):
        return verdict
    instead = f"leave the condition on {' and '.join(query.given)} out: for all units together it can be told"
    return replace(verdict, remedies=(instead, *verdict.remedies))


def _judged(graph: CausalGraph, query: CausalQuery) -> Verdict:
    projected = project(graph)
    if query.kind in (f"interventional_{part}" for part in ("direct", "indirect")):
        return _randomised(graph, projected, query)
    arrows = first_arrows(projected, query)
    if not (arrows.moved or arrows.recanting):
        return _without_a_path(projected, query)
    hedge = find_hedge(projected, query.of, query.on, query.given)
    if hedge is not None:
        return _not_even_in_total(graph, query, CausalQuery(query.of, query.on, query.given), hedge)
    if query.kind == "interventional_path":
        return _along_with_twins(graph, projected, query, arrows)
    found = arrows.recanting or recanting_district(projected, query, arrows)
    if found is not None:
        return refusal_of_recanting(graph, query, found, lambda other: judged_as_mediated(graph, other).is_identified)
    return _by_edges(projected, query, arrows)


def crossing(copies: Sequence[Copy]) -> tuple[str, ...]:
    """Variables that pass on one value of the treatment to others that see the other value.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> y; x -> y")
    >>> query = CausalQuery(("x",), ("y",), kind="natural_indirect", through=("m",))
    >>> crossing(copies_of(graph, query))
    ('m',)
    """
    sides = {copy.name: _is_starred(copy) for copy in copies}
    met = (
        name
        for copy in copies
        for name in copy.given
        if (seen := copy.reads.get(name, name)) in sides and sides[seen] is not _is_starred(copy)
    )
    return tuple(dict.fromkeys(met))


def _is_starred(copy: Copy) -> bool:
    return any(name != other for name, other in copy.reads.items())


def _by_edges(projected: CausalGraph, query: CausalQuery, arrows: FirstArrows) -> Identified:
    copies = copies_of(projected, query)
    # Where all paths carry the effect it is the total one, which needs no unit in two worlds.
    apart = _apart(query, copies) if arrows.kept else ()
    verdict = _written(projected, query, STRATEGY, lambda: edge_functional(projected, query))
    return replace(
        verdict,
        assumptions=(*_no_hidden_causes(query, copies), _overlap(query, copies), *apart),
        would_break=_would_break(projected, query, copies),
    )


def _along_with_twins(graph: CausalGraph, projected: CausalGraph, query: CausalQuery, arrows: FirstArrows) -> Verdict:
    found = recanting_district(projected, query, arrows)
    if found is not None:
        return refusal_of_recanting(graph, query, found, lambda other: judged_as_mediated(graph, other).is_identified)
    if arrows.recanting is None:
        verdict = _by_edges(projected, replace(query, kind="path"), arrows)
        told = "no variable recants, so that nothing is drawn twice and the natural effect has the same number"
        free = tuple(one for one in verdict.assumptions if one not in _apart(query, copies_of(projected, query)))
        return replace(verdict, query=query, assumptions=free, notes=(told, *verdict.notes))
    copies = copies_of(projected, query)
    if copies is None:
        return refusal_of_twins(graph, query, arrows.recanting, bound_twins(projected, query, "*"))
    verdict = _written(projected, query, TWINS, lambda: twin_functional(projected, query))
    drawn = dict.fromkeys(copy.variable for copy in copies if copy.name != copy.variable)
    told = f"{' and '.join(drawn)} drawn anew for the other way on: the paths need not add up to the total effect"
    breaking = _breaking_twins(projected, query, copies)
    absent = (Assumption(f"nothing unmeasured drives both {a} and {b}") for a, b in breaking)
    return replace(
        verdict,
        assumptions=(*absent, _overlap(query, copies)),
        would_break=tuple(breaking.values()),
        notes=(told, *verdict.notes),
    )


def _breaking_twins(projected: CausalGraph, query: CausalQuery, copies: Sequence[Copy]) -> dict[tuple[str, str], str]:
    """Pairs with which no twins could be drawn if they shared a hidden cause, with the arrow between them."""
    twins = {copy.variable for copy in copies if copy.name != copy.variable}
    readers = [copy.variable for copy in copies if twins & {copy.variable, *copy.given}]
    names = dict.fromkeys((*query.of, *query.on, *readers))
    absent = [("<->", a, b) for a, b in combinations(names, 2) if b not in projected.siblings(a)]
    found = {
        (a, b): breaking_arrows(projected, [(kind, a, b)], lambda graph: _is_identified(graph, query))
        for kind, a, b in absent
    }
    return {pair: arrows[0] for pair, arrows in found.items() if arrows}


def _randomised(graph: CausalGraph, projected: CausalGraph, query: CausalQuery) -> Verdict:
    copies = copies_of(projected, query)
    before = conditions_of_mediators(projected, query)
    for asked in (
        CausalQuery(query.of, query.through, before),
        CausalQuery((*query.of, *query.through), query.on, before),
    ):
        hedge = find_hedge(projected, asked.of, asked.on, asked.given)
        if hedge is not None:
            return _not_even_in_total(graph, query, asked, hedge)
    if query.kind == "interventional_direct" and not _leads_past(projected, query):
        return _without_a_path(projected, query)
    verdict = _written(projected, query, RANDOMISED, lambda: randomised_functional(projected, query))
    among = f" among units with the same {', '.join(before)}" if before else ""
    drawn = f"{' and '.join(query.through)} drawn by lot, as under one level of {query.of[0]}{among}"
    return replace(
        verdict,
        assumptions=(*_no_hidden_causes(query, copies), _overlap(query, copies)),
        would_break=_would_break(projected, query, copies),
        notes=(f"{drawn}: direct and indirect part need not add up to the total effect", *verdict.notes),
    )


def _leads_past(projected: CausalGraph, query: CausalQuery) -> bool:
    outside = frozenset(projected.nodes) - frozenset(query.through)
    return query.of[0] in ancestors(projected, query.on, within=outside)


def _without_a_path(projected: CausalGraph, query: CausalQuery) -> Identified:
    verdict = without_effect(projected, CausalQuery(query.of, query.on, query.given), ())
    (of,), (on,) = query.of, query.on
    past = f" past {' and '.join(query.through)}"
    return replace(
        verdict,
        query=query,
        assumptions=(Assumption(f"no way leads from {of} to {on}{past}"),),
        front_door_sets=(),
        would_break=(),
        notes=(),
    )


def _not_even_in_total(graph: CausalGraph, query: CausalQuery, asked: CausalQuery, hedge: Hedge) -> NotIdentified:
    found = refusal(graph, asked, hedge, Listing())
    return replace(
        found,
        query=query,
        reason=f"{found.reason}; and of its parts nothing is known where the whole is not",
        parametric=None,
        bounds=None,
        remedies=tuple(remedy for remedy in found.remedies if "straight" not in remedy),
    )


def _written(
    projected: CausalGraph, query: CausalQuery, strategy: str, functional: Callable[[], Expression | None]
) -> Identified:
    size = len(ancestors(projected, (*query.on, *query.given)))
    law = functional() if size <= MOST_WRITTEN else None
    if law is not None:
        return identified(projected, query, strategy, law)
    words = f"a functional of {size:,} variables, too long to write out"
    return Identified(query, strategy, words, rf"\text{{{words}}}", unicode=words)


def _no_hidden_causes(query: CausalQuery, copies: Sequence[Copy] | None) -> tuple[Assumption, ...]:
    if copies is None:
        return (Assumption("the arrows and double arrows that the graph leaves out are really absent"),)
    (of,), (on,) = query.of, query.on
    between = _mediators(query, copies)
    pairs = ((a, b) for name in between for a, b in ((of, name), (name, on)))
    return (
        *nothing_unmeasured(CausalQuery(query.of, query.on)),
        *(Assumption(f"nothing unmeasured drives both {a} and {b}") for a, b in pairs),
    )


def _mediators(query: CausalQuery, copies: Sequence[Copy]) -> tuple[str, ...]:
    inside = {copy.variable for copy in copies}
    return tuple(name for name in dict.fromkeys((*query.through, *crossing(copies))) if name in inside)


def _overlap(query: CausalQuery, copies: Sequence[Copy] | None) -> Assumption:
    if copies is None:
        return overlap(CausalQuery(query.of, query.on), has_covariates=True)
    moved = {copy.variable for copy in copies}
    covariates = {name for copy in copies for name in copy.given} - moved - set(query.of)
    met = crossing(copies)
    if not met:
        return overlap(CausalQuery(query.of, query.on), has_covariates=bool(covariates))
    kinds = " of every kind of unit" if covariates else ""
    return Assumption(
        f"each {' and '.join(met)}{kinds} that occurs under one level of {query.of[0]} occurs under the other",
        "overlap, at fit",
    )


def _apart(query: CausalQuery, copies: Sequence[Copy] | None) -> tuple[Assumption, ...]:
    """Cross-world independence."""
    (of,), (on,) = query.of, query.on
    met = crossing(copies or ()) or query.through
    what = " and ".join(met) or "what is on the way"
    told = Assumption(
        f"what {what} would be under one level of {of} and what {on} would be under the other have no cause in common "
        "but what is measured (cross-world independence)"
    )
    return (told,)


def _would_break(projected: CausalGraph, query: CausalQuery, copies: Sequence[Copy] | None) -> tuple[str, ...]:
    between = _mediators(query, copies or ()) or query.through
    ends = (*query.of, *query.on)
    pairs = dict.fromkeys(chain([ends], ((end, name) for name in between for end in ends if end != name)))
    absent = [("<->", a, b) for a, b in pairs if b not in projected.siblings(a)]
    return breaking_arrows(projected, absent, lambda graph: _is_identified(graph, query))


def _is_identified(projected: CausalGraph, query: CausalQuery) -> bool:
    if query.kind == "interventional_path":
        is_whole = find_hedge(projected, query.of, query.on, query.given) is None
        arrows = first_arrows(projected, query)
        is_drawn = arrows.recanting is None or copies_of(projected, query) is not None
        return is_whole and is_drawn and recanting_district(projected, query, arrows) is None
    if query.kind.startswith("interventional"):
        before = conditions_of_mediators(projected, query)
        asked = ((query.of, query.through), ((*query.of, *query.through), query.on))
        return all(find_hedge(projected, of, on, before) is None for of, on in asked)
    arrows = first_arrows(projected, query)
    is_whole = find_hedge(projected, query.of, query.on, query.given) is None
    return is_whole and not arrows.recanting and recanting_district(projected, query, arrows) is None
