"""What a contradicted graph means for one effect: the check says so, and the answer is weak where it rests on it."""

from collections.abc import Iterator
from dataclasses import replace

from bayescause.analysis.graph_checks import Falsification
from bayescause.analysis.spoiling import RESTS, spoilt
from bayescause.analysis.withstanding import judged, withstands
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors
from bayescause.identification.verdict import NotIdentified
from bayescause.query.check import Check
from bayescause.query.effect import Effect

__all__ = ["GRANTED", "RESTS", "with_graph"]

GRANTED = "what moves both"
"""How it begins what is taken for granted where the data speak against the graph and the answer stands."""


def with_graph(effect: Effect, found: Falsification) -> Effect:
    """``effect`` with a check of its graph; weak if a missing arrow would make what was computed wrong.

    Parameters
    ----------
    effect : Effect
    found : Falsification
        Of the effect's graph and data.

    Notes
    -----
    No number changes. The question is put again to the graph with each likely missing arrow, with each two that are
    likely together, and with all that together account for everything (``explanations``). If there is no answer then,
    or if what was computed is not the effect there, it is weak, with that reason; it is also weak if nothing accounts
    for everything, or not all could be tried. A contradiction elsewhere in the graph, and one that leaves the formula
    right, are told by the check alone; what is taken for granted then is among what is assumed.
    """
    if effect.draws is None or not found.checks:
        return effect
    reason = _reason(effect, found)
    return replace(
        effect,
        assumed=effect.assumed if reason else (*effect.assumed, *_granted(effect, found)),
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
    return spoilt(effect.model.graph, found, lambda graph: _change(effect, graph))


def _granted(effect: Effect, found: Falsification) -> Iterator[str]:
    """What no data can tell from one likely arrow: a hidden cause that moves the treatment as well as both its ends."""
    if effect.model is None:
        return
    graph, of, (on, *_) = effect.model.graph, effect.estimand.query.of, effect.estimand.query.on
    upstream = ancestors(graph, [on])
    for (one,) in found.explanations.alone:
        ends = {one.cause, one.effect}
        if one.kind == "<->" and ends & upstream and not ends.intersection(of):
            pair, treatment = f"{one.cause} and {one.effect}", " and ".join(of)
            yield f"{GRANTED} {pair} without being drawn does not move {treatment} too, which these data cannot show"


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
