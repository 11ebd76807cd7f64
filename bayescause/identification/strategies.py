"""Verdicts of identified effects, strategy by strategy: the functional, and what the answer rests on."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import quoted
from bayescause.graph.relations import ancestors
from bayescause.identification.breaking import breaking_arrows
from bayescause.identification.front_door import front_door_functional
from bayescause.identification.functional import Expression
from bayescause.identification.functional_text import latex_of, text_of, unicode_of
from bayescause.identification.general import extra_variables, functional_of, is_identifiable
from bayescause.identification.simple_functionals import (
    adjustment_functional,
    covariates,
    observed_functional,
    path_variables,
    truncated_functional,
)
from bayescause.identification.simplifying import mean_of
from bayescause.identification.verdict import Assumption, CausalQuery, Identified

__all__ = [
    "MOST_WRITTEN",
    "by_adjustment",
    "by_front_door",
    "by_the_general_algorithm",
    "by_truncated_factorization",
    "identified",
    "nothing_unmeasured",
    "of_any_levels",
    "overlap",
    "without_effect",
]

MOST_WRITTEN = 200
"""Variables upstream of the outcome up to which the general algorithm's functional is written out."""

MOST_MEDIATORS = 4
"""Variables on the way that get an assumption each."""

BOTH = "both levels of"
"""How the assumption of overlap begins where two levels are compared."""

type Sets = tuple[tuple[str, ...], ...]


def without_effect(projected: CausalGraph, query: CausalQuery, adjustment_sets: Sets) -> Identified:
    """The verdict where no arrow leads from treatment to outcome."""
    treatments, outcomes = " and ".join(query.of), " and ".join(query.on)
    upstream = ancestors(projected, query.of) & frozenset(query.on)
    swapped = [f"{name} is a cause of {treatments}: were treatment and outcome swapped?"
               for name in query.on if name in upstream]  # fmt: skip
    return replace(
        identified(projected, query, "no_effect", observed_functional(query)),
        adjustment_sets=adjustment_sets,
        front_door_sets=() if query.given else ((),),
        assumptions=(Assumption(f"no way leads from {treatments} to {outcomes}"),),
        would_break=() if upstream else tuple(f"{quoted(a)} -> {quoted(b)}" for a in query.of for b in query.on),
        no_optimal_set="There is no effect to estimate.",
        notes=tuple(swapped[:1]),
    )


def by_truncated_factorization(projected: CausalGraph, query: CausalQuery, adjustment_sets: Sets) -> Identified:
    """The verdict where every variable on a causal path has a district of its own."""
    functional = truncated_functional(projected, query)
    mediators = tuple(name for name in path_variables(projected, query) if name not in query.on)
    has_covariates = bool(covariates(projected, query) or query.given)
    return replace(
        identified(projected, query, "truncated_factorization", functional),
        adjustment_sets=adjustment_sets,
        assumptions=(
            *nothing_unmeasured(query),
            *_own_districts(mediators),
            overlap(query, has_covariates=has_covariates),
        ),
        would_break=_would_break(projected, query),
        also=("adjustment",) if adjustment_sets else (),
    )


def by_adjustment(projected: CausalGraph, query: CausalQuery, adjustment_sets: Sets) -> Identified:
    """The verdict where some set of covariates is enough."""
    smallest = adjustment_sets[0]
    return replace(
        identified(projected, query, "adjustment", adjustment_functional(projected, query, smallest)),
        adjustment_sets=adjustment_sets,
        assumptions=(*nothing_unmeasured(query), overlap(query, has_covariates=bool(smallest))),
        would_break=_would_break(projected, query),
    )


def by_front_door(projected: CausalGraph, query: CausalQuery, front_door_sets: Sets) -> Identified:
    """The verdict where mediators carry the whole effect and are unconfounded on both sides."""
    treatments, outcomes = " and ".join(query.of), " and ".join(query.on)
    through = front_door_sets[0]
    mediators = _mediators(through)
    return replace(
        identified(projected, query, "front_door", front_door_functional(projected, query.of, query.on, through)),
        assumptions=(
            Assumption(f"all that {treatments} does to {outcomes} goes through {' and '.join(mediators)}"),
            *(
                Assumption(f"nothing unmeasured drives both {end} and {mediator}")
                for mediator in mediators
                for end in (treatments, outcomes)
            ),
            overlap(query, has_covariates=True),
        ),
        would_break=_would_break(projected, query, through),
    )


def by_the_general_algorithm(projected: CausalGraph, query: CausalQuery) -> Identified:
    """The verdict where only the general recursion gives the effect."""
    return replace(
        _generally(projected, query),
        assumptions=(
            Assumption("the arrows and double arrows that the graph leaves out are really absent"),
            overlap(query, has_covariates=True),
        ),
        would_break=_would_break(projected, query),
    )


def identified(projected: CausalGraph, query: CausalQuery, strategy: str, functional: Expression) -> Identified:
    """The verdict that ``functional`` answers ``query``, with all ways of writing it."""
    fixed = (*query.of, *query.on, *query.given)
    # A group's name would hide the treatment, the outcome or a modifier that stands in it.
    groups = [(name, members) for name, members in projected.groups if not set(members) & set(fixed)]
    return Identified(
        query,
        strategy,
        text_of(functional, groups=groups, fixed=fixed),
        latex_of(functional, groups=groups, fixed=fixed),
        unicode=unicode_of(functional, groups=groups, fixed=fixed),
        expression=functional,
    )


def nothing_unmeasured(query: CausalQuery) -> tuple[Assumption, ...]:
    """That treatments and outcomes share no hidden cause, pair by pair."""
    return tuple(Assumption(f"nothing unmeasured drives both {a} and {b}") for a in query.of for b in query.on)


def of_any_levels(verdict: Identified) -> Identified:
    """The verdict for a question that compares other levels than two: a curve, a shift, a regime."""
    return replace(verdict, assumptions=tuple(map(_of_any_levels, verdict.assumptions)))


def _of_any_levels(assumption: Assumption) -> Assumption:
    said = re.sub(f"^{BOTH} (.*?) occur(?= |$)", r"each level of \1 that is asked about occurs", assumption.text)
    return replace(assumption, text=said)


def overlap(query: CausalQuery, *, has_covariates: bool) -> Assumption:
    """That there is somebody to compare with."""
    kinds = " for every kind of unit" if has_covariates else ""
    return Assumption(f"{BOTH} {' and '.join(query.of)} occur{kinds}", "overlap, at fit")


def _generally(projected: CausalGraph, query: CausalQuery) -> Identified:
    upstream = ancestors(projected, [*query.on, *query.given])
    law = None
    if len(upstream) <= MOST_WRITTEN:
        law = functional_of(projected, query.of, query.on, query.given)
    if law is None:
        words = f"a functional of {len(upstream):,} variables, too long to write out"
        return Identified(query, "general", words, rf"\text{{{words}}}", unicode=words)
    mean = mean_of(law, query.on[0]) if len(query.on) == 1 else None
    verdict = identified(projected, query, "general", mean or law)
    free = extra_variables(law, query)
    levels = f"the formula holds {' and '.join(free)} at a level: by the graph any level gives the same"
    averaged = "estimates are averaged over the levels as they occur"
    return replace(verdict, notes=(f"{levels}; {averaged}",)) if free else verdict


def _own_districts(mediators: Sequence[str]) -> tuple[Assumption, ...]:
    return tuple(
        Assumption(f"nothing unmeasured drives {mediator} together with another variable of the graph")
        for mediator in _mediators(mediators)
    )


def _mediators(names: Sequence[str]) -> Sequence[str]:
    if len(names) <= MOST_MEDIATORS:
        return names
    return [f"{', '.join(names[:2])} or another of the {len(names):,} variables on the way"]


def _would_break(projected: CausalGraph, query: CausalQuery, through: Sequence[str] = ()) -> tuple[str, ...]:
    pairs = [(a, b) for a in query.of for b in path_variables(projected, query)]
    pairs += [(mediator, b) for mediator in through for b in query.on]
    absent = [("<->", a, b) for a, b in pairs if b not in projected.siblings(a)]
    absent += [("->", a, b) for a in query.of for b in query.on if through]
    return breaking_arrows(projected, absent, lambda graph: is_identifiable(graph, query.of, query.on, query.given))
