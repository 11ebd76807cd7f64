"""Instruments: variables that move the treatment and reach the outcome in no other way, perhaps within groups."""

from collections import deque
from collections.abc import Iterator, Sequence

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import descendants
from bayescause.graph.separation import separated
from bayescause.identification.adjustment import (
    causal_path_variables,
    forbidden_variables,
    nearest_separator,
    proper_back_door_graph,
)
from bayescause.identification.listing import Listing
from bayescause.identification.verdict import Instrument, Parametric

__all__ = [
    "MORE_INSTRUMENTS",
    "by_instruments",
    "instrument_assumptions",
    "instrument_listing",
    "instruments",
    "is_instrument",
]

MOST_STEPS = 100_000
"""Variables looked at, over all candidates, before the listing stops: well under a second."""

MOST_TOGETHER = 30
"""Instruments that answer together."""

MOST_GROUNDS = 5
"""Sets of conditions that are tried for all instruments together."""

MORE_INSTRUMENTS = "there may be more instruments than are listed, farther from the treatment"
"""What a verdict says where the listing stopped."""


def is_instrument(graph: CausalGraph, of: str, on: str, instrument: Instrument) -> bool:
    """Whether ``instrument`` tells the effect of ``of`` on ``on`` in linear models.

    Parameters
    ----------
    graph : CausalGraph
    of, on : str
        Treatment and outcome.
    instrument : Instrument
        A variable, and what it is conditioned on; all of them measured.

    Raises
    ------
    GraphError
        If a name is not in the graph.

    Notes
    -----
    Brito and Pearl (2002), for total effects (Henckel, Buttenschön and Maathuis 2022, theorem 3.1): nothing used is
    on a causal path or affected by one, the instrument is tied to the treatment, and not to the outcome once the
    first arrows of the causal paths are gone.

    Examples
    --------
    >>> graph = CausalGraph.parse("lottery -> drafted -> income; drafted <-> income")
    >>> is_instrument(graph, "drafted", "income", Instrument("lottery"))
    True
    """
    used = {instrument.instrument, *instrument.given}
    if not causal_path_variables(graph, [of], [on]) or used & (forbidden_variables(graph, [of], [on]) | graph.latent):
        return False
    bare = proper_back_door_graph(graph, [of], [on])
    return separated(bare, instrument.instrument, on, instrument.given) and not separated(
        graph, instrument.instrument, of, instrument.given
    )


def instruments(graph: CausalGraph, of: str, on: str) -> tuple[Instrument, ...]:
    """Instruments for the effect of ``of`` on ``on``, in the order of the graph, each with one smallest condition.

    A variable that is an instrument only within groups of a variable which is no cause of it or of the outcome is
    left out; wherever there is one, another instrument is listed.

    Notes
    -----
    Ancestral instruments, each with the separator nearest to the outcome, which ties it to the treatment if any such
    separator does (van der Zander, Textor and Liskiewicz 2015).

    Examples
    --------
    >>> graph = CausalGraph.parse("w -> {z u}; latent u; u -> {x y}; z -> x -> y")
    >>> instruments(graph, "x", "y")
    (Instrument(instrument='z', given=('w',)),)
    """
    return instrument_listing(graph, of, on).entries


def instrument_listing(graph: CausalGraph, of: str, on: str) -> Listing[Instrument]:
    """What ``instruments`` gives, and whether these are all; the ones next to the treatment are looked at first.

    Examples
    --------
    >>> instrument_listing(CausalGraph.parse("x -> y; x <-> y"), "x", "y")
    Listing(entries=(), is_whole=True)
    """
    if not causal_path_variables(graph, [of], [on]):
        return Listing()
    bare = proper_back_door_graph(graph, [of], [on])
    free = frozenset(graph.observed) - forbidden_variables(graph, [of], [on])
    left, is_whole = MOST_STEPS, True
    found: dict[str, Instrument] = {}
    for name in _nearest_first(graph, of):
        if name not in free:
            continue
        if left < 0:
            is_whole = False
            break
        left -= len(graph.nodes)
        separator = nearest_separator(bare, on, name, free - {name})
        if separator is not None and not separated(bare, name, of, separator):
            found[name] = Instrument(name, tuple(other for other in graph.nodes if other in separator))
    return Listing(tuple(found[name] for name in graph.nodes if name in found), is_whole)


def by_instruments(graph: CausalGraph, of: str, on: str, found: Sequence[Instrument]) -> Parametric | None:
    """How ``found`` answer together: as many as are instruments within groups of the same variables.

    Parameters
    ----------
    graph : CausalGraph
        Without latent variables.
    of, on : str
        Treatment and outcome.
    found : sequence of Instrument
        From ``instruments``.

    Returns
    -------
    Parametric or None
        The conditions are those of the instruments and, where these stay instruments, the other measured causes of the
        outcome that the treatment does not change: they make the answer more precise. None if nothing was found.

    Examples
    --------
    >>> graph = CausalGraph.parse("{near far} -> school -> wage; school <-> wage; age -> {school wage}")
    >>> found = by_instruments(graph, "school", "wage", instruments(graph, "school", "wage"))
    >>> found.instruments, found.given
    (('near', 'far'), ('age',))
    """
    changed = forbidden_variables(graph, [of], [on]) | descendants(graph, [of])
    causes = frozenset(graph.parents(on)) - changed
    grounds = list(dict.fromkeys(frozenset(each.given) for each in found))[:MOST_GROUNDS]
    grounds.append(frozenset[str]().union(*grounds))
    best: tuple[str, ...] = ()
    within: frozenset[str] = frozenset()
    for given in dict.fromkeys(option for ground in grounds for option in (ground | causes, ground)):
        valid = _valid(graph, of, on, [each.instrument for each in found[:MOST_TOGETHER]], given)
        if len(valid) > len(best):
            best, within = valid, given
    if not best:
        return None
    return instrument_assumptions(of, on, best, tuple(name for name in graph.nodes if name in within))


def _valid(graph: CausalGraph, of: str, on: str, candidates: Sequence[str], given: frozenset[str]) -> tuple[str, ...]:
    names = [name for name in candidates if name not in given]
    # What is separated from the outcome one by one is so together: separation in graphs composes.
    return tuple(name for name in names if is_instrument(graph, of, on, Instrument(name, tuple(given))))


def instrument_assumptions(of: str, on: str, names: Sequence[str], given: Sequence[str] = ()) -> Parametric:
    """What an answer by the instruments ``names`` rests on, beyond the graph and in its words.

    Examples
    --------
    >>> instrument_assumptions("x", "y", ["z"]).assumptions
    ('linear', 'z moves x', 'z reaches y only through x', 'nothing unmeasured drives both z and y')
    """
    within = f", within groups of {' and '.join(given)}" if given else ""
    moving = (f"{name} moves {of}{within}" for name in names)
    reaching = (f"{name} reaches {on} only through {of}{within}" for name in names)
    shared = (f"nothing unmeasured drives both {name} and {on}{within}" for name in names)
    return Parametric("instrument", ("linear", *moving, *reaching, *shared), tuple(names), tuple(given))


def _nearest_first(graph: CausalGraph, start: str) -> Iterator[str]:
    queue, seen = deque([start]), {start}
    while queue:
        name = queue.popleft()
        yield name
        for other in (*graph.parents(name), *graph.siblings(name), *graph.children(name)):
            if other not in seen:
                seen.add(other)
                queue.append(other)
