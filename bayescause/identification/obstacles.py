"""What stands in the way of an effect that is not identified, in the user's own lines, and what would settle it."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import quoted
from bayescause.graph.relations import ancestors
from bayescause.graph.surgery import project
from bayescause.identification.adjustment import causal_path_variables
from bayescause.identification.bounds import bounds_method
from bayescause.identification.general import find_hedge, is_identifiable
from bayescause.identification.instruments import MORE_INSTRUMENTS, by_instruments
from bayescause.identification.listing import Listing
from bayescause.identification.verdict import CausalQuery, Hedge, Instrument, NotIdentified, Parametric

__all__ = ["measuring", "refusal", "told_pair"]

type Pair = tuple[str, str]

MOST_TRIED = 40
"""Hidden common causes whose removal is tried one at a time."""

MOST_NAMED = 3
"""Hidden common causes that are named where any one of them is enough."""


def refusal(graph: CausalGraph, query: CausalQuery, hedge: Hedge, instruments: Listing[Instrument]) -> NotIdentified:
    """The verdict that ``query`` is not identified, with what is in the way and what would settle it."""
    projected = project(graph)
    pairs, is_any_enough = _obstacles(projected, query, hedge)
    treatments = " and ".join(query.of)
    works = "works" if len(query.of) == 1 else "work"
    deletable = pairs[:1] if is_any_enough else pairs
    parametric = _parametric(projected, query, instruments.entries)
    return NotIdentified(
        query,
        f"two worlds in which {treatments} {works} differently would show exactly the same table",
        hedge=hedge,
        in_the_way=tuple(told_pair(graph, pair) for pair in pairs),
        remedies=(*_remedies(graph, projected, query, deletable), *_by_instrument(query, parametric)),
        is_bow=_is_bow(projected, query),
        deletable=_deletable(graph, deletable),
        instruments=instruments.entries,
        parametric=parametric,
        bounds=bounds_method(projected, query),
        notes=() if instruments.is_whole else (MORE_INSTRUMENTS,),
    )


def _obstacles(graph: CausalGraph, query: CausalQuery, hedge: Hedge) -> tuple[tuple[Pair, ...], bool]:
    inside = [pair for pair in graph.bidirected if set(pair) <= set(hedge.nodes)]
    inside.sort(key=lambda pair: not set(pair) & set(query.of))
    alone = [pair for pair in inside[:MOST_TRIED] if _is_answered(_without(graph, [pair]), query)]
    if alone:
        return tuple(alone[:MOST_NAMED]), True
    return _together(graph, query, hedge), False


def _together(graph: CausalGraph, query: CausalQuery, hedge: Hedge) -> tuple[Pair, ...]:
    gone: list[Pair] = []
    witness: Hedge | None = hedge
    while witness is not None:
        gone.append(_first_step(_without(graph, gone), query, witness))
        witness = find_hedge(_without(graph, gone), query.of, query.on, query.given)
    for pair in tuple(gone):
        rest = [other for other in gone if other != pair]
        if _is_answered(_without(graph, rest), query):
            gone = rest
    return tuple(gone)


def _first_step(graph: CausalGraph, query: CausalQuery, hedge: Hedge) -> Pair:
    """The double arrow at the treatment on a shortest way, inside the hedge, from a treatment to the inner set."""
    outer = [name for name in hedge.nodes if name not in hedge.inner]
    starts = [name for name in outer if name in query.of] or outer
    first: dict[str, Pair] = {}
    queue = deque(starts)
    seen = set(starts)
    while queue:
        node = queue.popleft()
        for sibling in graph.siblings(node):
            if sibling in hedge.nodes and sibling not in seen:
                first[sibling] = first.get(node, (node, sibling))
                if sibling in hedge.inner:
                    a, b = first[sibling]
                    return (a, b) if (a, b) in graph.bidirected else (b, a)
                seen.add(sibling)
                queue.append(sibling)
    return next(pair for pair in graph.bidirected if set(pair) <= set(hedge.nodes))


def told_pair(graph: CausalGraph, pair: Pair) -> str:
    """A hidden common cause of two variables in words, with the user's own lines."""
    a, b = pair
    if pair in graph.bidirected:
        return f"something unmeasured moves both {a} and {b}   ({_place(graph, ('<->', a, b))})"
    hidden = _hidden_causes(graph, pair)
    if not hidden:
        return f"something unmeasured moves both {a} and {b}"
    arrows = [("->", cause, effect) for cause, effect in graph.directed if cause in hidden]
    where = "; ".join(dict.fromkeys(_place(graph, arrow) for arrow in arrows))
    names, were = " and ".join(hidden), "was" if len(hidden) == 1 else "were"
    return f"{names}, which {were} not measured, moves both {a} and {b}   ({where})"


def _place(graph: CausalGraph, key: tuple[str, str, str]) -> str:
    kind, a, b = key
    statement = graph.statements.get(key, f"{quoted(a)} {kind} {quoted(b)}")
    return f"line {graph.lines[key]}: {statement}" if key in graph.lines else statement


def _hidden_causes(graph: CausalGraph, pair: Pair) -> tuple[str, ...]:
    a, b = (ancestors(graph, [end], within=graph.latent | {end}) for end in pair)
    common = a & b & graph.latent
    return tuple(
        name for name in graph.nodes if name in common and any(child not in common for child in graph.children(name))
    )


def _remedies(graph: CausalGraph, projected: CausalGraph, query: CausalQuery, pairs: Sequence[Pair]) -> tuple[str, ...]:
    treatments = " and ".join(query.of)
    remedies = []
    if _is_answered(_measured(projected, pairs), query):
        remedies.append(measuring(graph, query, pairs))
    drawn = [pair for pair in pairs if pair in graph.bidirected]
    at_treatment = [f"{quoted(a)} <-> {quoted(b)}" for a, b in drawn if {a, b} & set(query.of)]
    gone = f": the arrow {at_treatment[0]} is then gone" if len(at_treatment) == 1 else ""
    remedies.append(f"set {treatments} by lot for a while, even for a few units{gone}")
    return tuple(remedies)


def _by_instrument(query: CausalQuery, parametric: Parametric | None) -> tuple[str, ...]:
    if not len(query.of) == len(query.on) == 1:
        return ()
    way = f"moves {query.of[0]} and reaches {query.on[0]} no other way"
    if parametric is None:
        return (f"a column that {way} (an accident, a delay): with straight-line effects",)
    within = f", within groups of {' and '.join(parametric.given)}" if parametric.given else ""
    names = " and ".join(parametric.instruments)
    found = f"{names}, which {way}" if len(parametric.instruments) == 1 else f"{names}, each of which {way}"
    return (f"{found}{within}: if every effect is a straight line and the same for all",)


def _parametric(projected: CausalGraph, query: CausalQuery, instruments: Sequence[Instrument]) -> Parametric | None:
    return by_instruments(projected, query.of[0], query.on[0], instruments) if instruments else None


def measuring(graph: CausalGraph, query: CausalQuery, pairs: Sequence[Pair]) -> str:
    """The remedy that what is behind ``pairs`` be measured, in words."""
    unnamed = [pair for pair in pairs if pair not in graph.bidirected]
    hidden = dict.fromkeys(name for pair in unnamed for name in _hidden_causes(graph, pair))
    if hidden:
        return f"measure {' and '.join(hidden)}"
    arrows = " and ".join(f"{quoted(a)} <-> {quoted(b)}" for a, b in pairs)
    treated = [name for name in query.of if all(name in pair for pair in pairs)]
    both = " and ".join(f"what moves both {a} and {b}" for a, b in pairs)
    what = f"what decides {treated[0]}" if treated else both
    return f"measure {what}, if that is all that {arrows} stand{'s' if len(pairs) == 1 else ''} for"


def _deletable(graph: CausalGraph, pairs: Sequence[Pair]) -> tuple[str, ...]:
    if any(pair not in graph.bidirected for pair in pairs):
        return ()
    names = (_line_of(graph, pair) or f"{quoted(pair[0])} <-> {quoted(pair[1])}" for pair in pairs)
    return tuple(dict.fromkeys(names))


def _line_of(graph: CausalGraph, pair: Pair) -> str | None:
    line = graph.lines.get(("<->", *pair))
    # A line that holds more than this arrow is not the user's to delete for this reason.
    if line is None or sum(other == line for other in graph.lines.values()) > 1:
        return None
    return f"line {line}"


def _is_bow(graph: CausalGraph, query: CausalQuery) -> bool:
    if len(query.of) != 1 or len(query.on) != 1:
        return False
    of, on = query.of[0], query.on[0]
    return on in graph.siblings(of) and causal_path_variables(graph, [of], [on]) == {on}


def _is_answered(graph: CausalGraph, query: CausalQuery) -> bool:
    return is_identifiable(graph, query.of, query.on, query.given)


def _without(graph: CausalGraph, pairs: Iterable[Pair]) -> CausalGraph:
    gone = set(pairs)
    return replace(graph, bidirected=tuple(pair for pair in graph.bidirected if pair not in gone))


def _measured(graph: CausalGraph, pairs: Sequence[Pair]) -> CausalGraph:
    """The graph in which the hidden common cause of each pair is a column."""
    causes = [f"what is behind {a} <-> {b}" for a, b in pairs]
    arrows = [(cause, end) for cause, pair in zip(causes, pairs, strict=True) for end in pair]
    return replace(_without(graph, pairs), nodes=(*graph.nodes, *causes), directed=(*graph.directed, *arrows))
