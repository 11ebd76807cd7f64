"""What a contradicted graph means for one effect: the check says so, and the answer is weak where it rests on it."""

from collections.abc import Iterator
from dataclasses import replace

from bayescause.analysis.graph_checks import Falsification, GraphCheck
from bayescause.analysis.suspects import Suspect, added, likeliest
from bayescause.analysis.withstanding import judged, withstands
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.verdict import NotIdentified
from bayescause.query.effect import Check, Effect

__all__ = ["RESTS", "with_graph"]

RESTS = "The data speak against the graph where this answer rests on it"
"""How the reason of a weak answer begins."""

MOST_SUSPECTS = 20
"""Missing arrows that are tried."""


def with_graph(effect: Effect, found: Falsification) -> Effect:
    """``effect`` with a check of its graph; weak if a missing arrow would make what was computed wrong.

    Parameters
    ----------
    effect : Effect
    found : Falsification
        Of the effect's graph and data.

    Notes
    -----
    No number changes. Of the arrows that would account for what fails, those are tried that do so with the fewest:
    the question is put again to the graph with one of them. If there is no answer then, or if what was computed is not
    the effect there, it is weak, with that reason. A contradiction elsewhere in the graph, and one that leaves the
    formula right, are told by the check alone.
    """
    if effect.draws is None or not found.checks:
        return effect
    reason = _reason(effect, found)
    return replace(
        effect,
        checks=(*effect.checks, Check("graph", _words(found), not found.is_contradicted)),
        status="weak" if reason else effect.status,
        reasons=(*effect.reasons, *reason),
    )


def _words(found: Falsification) -> str:
    tested = len(found.tested)
    if not tested:
        return "graph could not be tested"
    if found.is_contradicted:
        return f"graph contradicted ({len(found.against)} of {tested})"
    return f"graph not contradicted ({tested}{'' if tested == len(found) else f' of {len(found)}'} looked at)"


def _reason(effect: Effect, found: Falsification) -> tuple[str, ...]:
    if effect.model is None:
        return ()
    for suspect in likeliest(found.suspects)[:MOST_SUSPECTS]:
        change = _change(effect, added(effect.model.graph, suspect))
        if change:
            first = next(_accounted(found, suspect))
            return (f"{RESTS}: {first.words} With {suspect.arrow} drawn, it would be {change}.",)
    return ()


def _accounted(found: Falsification, suspect: Suspect) -> Iterator[GraphCheck]:
    return (found.against[place] for place in suspect.accounts_for)


def _change(effect: Effect, graph: CausalGraph) -> str:
    """How the answer would differ if ``graph`` were right; empty if it would not."""
    now, then = effect.verdict, judged(graph, effect.estimand)
    if then is None:
        return "a question without a meaning"
    if isinstance(then, NotIdentified):
        if isinstance(now, NotIdentified):
            return "" if then.parametric == now.parametric else "computed differently, or not at all"
        return "impossible to compute from these data"
    if isinstance(now, NotIdentified) or then.functional == now.functional or withstands(effect, graph):
        return ""
    return "computed differently"
