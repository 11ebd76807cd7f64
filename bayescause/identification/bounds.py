"""Which effects of discrete variables response types bound: whose types are counted, and within which strata."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import prod

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants, district_of
from bayescause.graph.surgery import project, subgraph
from bayescause.identification.verdict import BoundsMethod, CausalQuery

__all__ = ["MOST_TYPES", "ResponseModel", "bounds_method", "number_of_types", "response_model"]

MOST_TYPES = 20_000
"""Response types, and so unknowns of one linear program, up to which bounds are computed."""

MOST_BOUND = 8
"""Variables of one district up to which its response types are counted."""

MOST_NODES = 200
"""Variables upstream of the outcome up to which bounds are sought."""

FEWEST = 2
"""Levels of a discrete variable about which no more is known."""


@dataclass(frozen=True)
class ResponseModel:
    """An effect as a linear function of the chances of response types, which the observed law constrains linearly.

    Parameters
    ----------
    graph : CausalGraph
        Of the outcome's measured ancestors.
    of, on : str
        Treatment and outcome.
    order : tuple of str
        A topological order: what the district does not reach, then the rest.
    district : tuple of str
        The variables that hidden causes bind to the treatment, itself among them, in that order.
    responding : tuple of str
        Members of the district whose response to the treatment matters, in that order.
    between : tuple of str
        Variables outside the district that it reaches and that matter, in that order: their laws are observed.
    before : tuple of str
        Variables that the district does not reach and that matter: their joint law is observed.
    strata : tuple of str
        Variables outside the district, each combination of whose levels has a linear program of its own.
    settings : tuple of str
        The other variables outside the district that its members respond to.
    given : mapping of str to tuple of str
        Conditioning set of each member of ``district`` and ``between`` in one factorisation of the observed law
        (Tian and Pearl 2002, lemma 1), in ``order``.
    is_sharp : bool
        Whether no tighter bounds follow from the graph: all pairs in the district share hidden causes without
        restriction, and nothing was relaxed.

    Notes
    -----
    Balke and Pearl (1994, 1997) for the district; the laws of the other districts are identified, so that they enter
    the objective as known numbers and the program stays linear.
    """

    graph: CausalGraph
    of: str
    on: str
    order: tuple[str, ...]
    district: tuple[str, ...]
    responding: tuple[str, ...]
    between: tuple[str, ...]
    before: tuple[str, ...]
    strata: tuple[str, ...]
    settings: tuple[str, ...]
    given: Mapping[str, tuple[str, ...]]
    is_sharp: bool

    @property
    def are_strata_apart(self) -> bool:
        """Whether the laws of the strata have nothing in common."""
        return all(set(self.strata) <= set(self.given[name]) for name in self.district)


def bounds_method(graph: CausalGraph, query: CausalQuery) -> BoundsMethod | None:
    """How the effect would be bounded if all variables were discrete; None if it would not.

    Parameters
    ----------
    graph : CausalGraph
    query : CausalQuery
        One that is not identified.

    Examples
    --------
    >>> bow = CausalGraph.parse("x -> y; x <-> y")
    >>> bounds_method(bow, CausalQuery(of=("x",), on=("y",))).is_sharp
    True
    """
    if len(query.of) != 1 or len(query.on) != 1 or query.kind != "total":
        return None
    found = response_model(graph, query.of[0], query.on[0], within=query.given)
    if isinstance(found, str):
        return None
    return BoundsMethod("response_functions", found.district, found.strata, found.is_sharp)


def response_model(
    graph: CausalGraph, of: str, on: str, *, within: Collection[str] = (), levels: Mapping[str, int] | None = None
) -> ResponseModel | str:
    """Whose response types are counted for the effect of ``of`` on ``on``; or why there are no bounds, as a sentence.

    Parameters
    ----------
    graph : CausalGraph
        With or without latent nodes; the treatment is a cause of the outcome.
    of, on : str
    within : collection of str
        Variables in whose groups the effect is asked for.
    levels : mapping of str to int, optional
        Number of levels of each variable; two by default.

    Examples
    --------
    >>> found = response_model(CausalGraph.parse("lot -> dose -> cure; dose <-> cure"), "dose", "cure")
    >>> found.district, found.settings, found.is_sharp
    (('dose', 'cure'), ('lot',), True)
    """
    part, is_unrestricted = _settled_part(project(graph), of, [on, *within])
    if len(part.nodes) > MOST_NODES:
        return f"More than {MOST_NODES} variables are upstream of {on}, too many for bounds by response types."
    bound = district_of(part, of)
    if len(bound) > MOST_BOUND:
        return f"Hidden causes bind {len(bound)} variables to {of}: too many response types for bounds."
    after = descendants(part, bound)
    held = [name for name in within if name in after]
    if held:
        return f"{held[0]} is moved by what the hidden causes of {of} move: there are no bounds within its groups."
    counts = {name: (levels or {}).get(name, FEWEST) for name in part.nodes}
    order = _order(part, bound)
    district = tuple(name for name in order if name in bound)
    strata, is_exact = _split(part, district, within)
    part, is_kept = _without_equalities(part, district, strata)
    loosened = _until_few(part, of, district, strata, counts)
    if loosened is None:
        return (
            f"Units can respond in {number_of_types(part, district, strata, counts):,} ways or more: "
            f"bounds are computed up to {MOST_TYPES:,}."
        )
    is_whole = is_exact and is_kept and loosened == strata and is_unrestricted
    return _model(part, of, on, order, district, loosened, is_sharp=is_whole)


def number_of_types(
    graph: CausalGraph, district: Iterable[str], strata: Collection[str], levels: Mapping[str, int]
) -> int:
    """Ways in which a unit can respond: functions from parents to levels, for each member of ``district``."""
    number = 1
    for name in district:
        settings = prod(levels[parent] for parent in graph.parents(name) if parent not in strata)
        if settings > MOST_TYPES:
            return MOST_TYPES + 1
        number *= levels[name] ** settings
    return number


def _model(
    graph: CausalGraph,
    of: str,
    on: str,
    order: Sequence[str],
    district: tuple[str, ...],
    strata: tuple[str, ...],
    *,
    is_sharp: bool,
) -> ResponseModel:
    after = descendants(graph, district)
    given = {name: _conditions(graph, order, name) for name in order if name in after}
    needed = _needed(graph, {**given, of: ()}, {on, *strata}, district=frozenset(district) - {of})
    between = tuple(name for name in order if name in needed & after and name not in district)
    settings = {parent for name in district for parent in graph.parents(name)} - {*district, *strata}
    return ResponseModel(
        graph,
        of,
        on,
        order=tuple(order),
        district=district,
        responding=tuple(name for name in district if name in needed and name != of),
        between=between,
        before=tuple(name for name in order if name in needed and name not in after),
        strata=tuple(name for name in order if name in strata),
        settings=tuple(name for name in order if name in settings),
        given={name: given[name] for name in order if name in (*district, *between)},
        is_sharp=is_sharp,
    )


def _settled_part(whole: CausalGraph, of: str, on: Collection[str]) -> tuple[CausalGraph, bool]:
    """The settled graph of what is upstream of ``on``, and whether all pairs of the treatment's district are joined.

    Variables of the district that the outcome does not depend on count too: they may say more of the hidden causes.
    """
    bound = district_of(whole, of)
    if len(bound) > 2 * MOST_BOUND:
        return subgraph(whole, ancestors(whole, on)), False
    settled = _settled(subgraph(whole, ancestors(whole, {*bound, *on})), of, among=bound)
    is_unrestricted = all(
        second in settled.siblings(first) for first, second in combinations(district_of(settled, of), 2)
    )
    return subgraph(settled, ancestors(settled, on)), is_unrestricted


def _settled(graph: CausalGraph, of: str, among: Collection[str]) -> CausalGraph:
    """``graph`` with arrows for the hidden causes that change nothing by being arrows.

    Notes
    -----
    Where z shares hidden causes with x alone, and x has all parents of z, the law of everything, under any
    intervention that leaves z alone, is the same with z -> x in place of z <-> x (compare Evans 2016, section 4):
    x may draw what the hidden cause was, given z and its parents, anew.
    """
    for first, second in graph.bidirected:
        if first not in among:
            continue
        for source, target in ((first, second), (second, first)):
            if source == of or graph.siblings(source) != (target,) or source in descendants(graph, [target]):
                continue
            if set(graph.parents(source)) <= set(graph.parents(target)):
                bidirected = tuple(pair for pair in graph.bidirected if pair != (first, second))
                directed = tuple(dict.fromkeys((*graph.directed, (source, target))))
                return _settled(replace(graph, bidirected=bidirected, directed=directed), of, among)
    return graph


def _order(graph: CausalGraph, bound: Collection[str]) -> tuple[str, ...]:
    """A topological order: what ``bound`` does not reach first, then members with few parents as early as they can."""
    after = descendants(graph, bound)
    left = {name: (name in after, len(graph.parents(name)), place) for place, name in enumerate(graph.nodes)}
    order: list[str] = []
    while left:
        ready = (name for name in left if not any(parent in left for parent in graph.parents(name)))
        order.append(min(ready, key=left.__getitem__))
        del left[order[-1]]
    return tuple(order)


def _split(graph: CausalGraph, district: Sequence[str], within: Collection[str]) -> tuple[tuple[str, ...], bool]:
    """Variables that everybody in the district responds to or whose members have no parents: programs come apart."""
    strata = list(within)
    is_exact = all(_comes_apart(graph, district, strata[:place], name) for place, name in enumerate(strata))
    outside = dict.fromkeys(parent for name in district for parent in graph.parents(name) if parent not in district)
    moved = True
    while moved:
        found = [name for name in outside if name not in strata and _comes_apart(graph, district, strata, name)]
        strata += found[:1]
        moved = bool(found)
    return tuple(strata), is_exact


def _comes_apart(graph: CausalGraph, district: Sequence[str], strata: Collection[str], name: str) -> bool:
    # The responses in one stratum and in another may be joined in any way, given the levels of those without parents.
    return all(name in graph.parents(member) or set(graph.parents(member)) <= set(strata) for member in district)


def _until_few(
    graph: CausalGraph, of: str, district: Sequence[str], strata: tuple[str, ...], levels: Mapping[str, int]
) -> tuple[str, ...] | None:
    """``strata`` and as many more as bring the number of types down; what they share is then not made use of."""

    def worth(name: str) -> tuple[int, int]:
        # What moves the treatment alone is an instrument: within its groups nothing of it would be left.
        return sum(name in graph.parents(member) for member in district if member != of), levels[name]

    while number_of_types(graph, district, strata, levels) > MOST_TYPES:
        outside = dict.fromkeys(
            parent for name in district for parent in graph.parents(name) if parent not in (*district, *strata)
        )
        if not outside:
            return None
        strata = (*strata, max(outside, key=worth))
    return strata


def _without_equalities(
    graph: CausalGraph, district: tuple[str, ...], strata: Collection[str]
) -> tuple[CausalGraph, bool]:
    """``graph`` with arrows that end the equalities which the factors of the observed law do not keep by themselves."""
    is_kept = True
    while (found := next(_equalities(graph, district, strata), None)) is not None:
        is_kept = False
        graph = replace(graph, directed=(*graph.directed, found))
    return graph, is_kept


def _equalities(graph: CausalGraph, district: tuple[str, ...], strata: Collection[str]) -> Iterator[tuple[str, str]]:
    """Arrows without which the law of the district obeys an equality beyond those of its factors.

    Notes
    -----
    The factor of an ancestral part of the district depends on the parents of that part alone (Tian and Pearl 2002).
    For parts that the order does not put first, that is a constraint of its own.
    """

    def outside(names: Iterable[str]) -> set[str]:
        return {parent for name in names for parent in graph.parents(name)} - {*district, *strata}

    for last, name in enumerate(district):
        earlier = district[:last]
        for size in range(last + 1):
            for chosen in combinations(earlier, size):
                part = {name, *chosen}
                is_ancestral = all(
                    parent in part for member in part for parent in graph.parents(member) if parent in district
                )
                skipped = next((one for one in earlier if one not in part and outside([one]) - outside(part)), None)
                if is_ancestral and skipped is not None:
                    yield skipped, name


def _needed(
    graph: CausalGraph, given: Mapping[str, tuple[str, ...]], start: Collection[str], *, district: Collection[str]
) -> frozenset[str]:
    """Variables that matter to ``start`` once the treatment is set: the others sum to one."""
    waiting, needed = list(start), set(start)
    while waiting:
        name = waiting.pop()
        causes = graph.parents(name) if name in district else given.get(name, ())
        waiting += [cause for cause in causes if cause not in needed]
        needed.update(causes)
    return frozenset(needed)


def _conditions(graph: CausalGraph, order: Sequence[str], name: str) -> tuple[str, ...]:
    prefix = order[: order.index(name) + 1]
    bound = district_of(graph, name, frozenset(prefix))
    matters = bound.union(*(graph.parents(member) for member in bound)) - {name}
    return tuple(other for other in order if other in matters)
