"""The variables of a nested world, each with the law that it follows and the value of the treatment that it sees."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants, district_of, topological_order
from bayescause.graph.surgery import subgraph
from bayescause.identification.first_arrows import first_arrows
from bayescause.identification.general import inner_districts
from bayescause.identification.twins import bound_twins, twins_of
from bayescause.identification.verdict import CausalQuery

__all__ = ["Copy", "copies_of", "laws_on_the_way", "reference_of", "sides_of_districts"]


@dataclass(frozen=True)
class Copy:
    """One variable of a nested world, which is drawn once for each unit.

    Parameters
    ----------
    name : str
        Of the copy: the variable's own, or that with a star where it also occurs with another value of the treatment.
    variable : str
    given : tuple of str
        What its law is given, as variables.
    reads : mapping of str to str
        The copy, or the value of the treatment, that stands for a variable of ``given``, where that is not itself.
        The treatment's own name is the value whose effect is asked for, with a star it is the reference.
    """

    name: str
    variable: str
    given: tuple[str, ...]
    reads: Mapping[str, str]


def reference_of(graph: CausalGraph, variable: str) -> str:
    """A name for the reference value of ``variable``, which no other variable has.

    Examples
    --------
    >>> reference_of(CausalGraph.parse("x -> y"), "x")
    'x*'
    """
    name = f"{variable}*"
    while name in graph.nodes:
        name += "*"
    return name


def copies_of(projected: CausalGraph, query: CausalQuery) -> tuple[Copy, ...] | None:
    """The world of a mediated effect that is identified, causes first, the outcome last.

    With the treatment and its reference at the same level the world is the one that the effect is compared with. What
    the units are chosen by stands in the laws that hidden causes bind it to. None
    where hidden causes bind the treatment, or mediators that are set, to what is on the way: then the laws that would
    have to be drawn from are no conditional laws.

    Parameters
    ----------
    projected : CausalGraph
        Without latent nodes.
    query : CausalQuery
        Of a kind in ``MEDIATED``.

    Examples
    --------
    >>> graph = CausalGraph.parse("x -> m -> y; x -> y")
    >>> for copy in copies_of(graph, CausalQuery(("x",), ("y",), kind="natural_indirect", through=("m",))):
    ...     print(copy.name, dict(copy.reads))
    m {}
    y {'x': 'x*'}
    """
    if query.kind == "interventional_path":
        return _of_twins(projected, query)
    if query.kind.startswith("interventional"):
        return _of_two_worlds(projected, query)
    laws = laws_on_the_way(projected, query.of, query.on, beside=query.given)
    if laws is None:
        return None
    (of,), star = query.of, reference_of(projected, query.of[0])
    moved = {name for district, side in sides_of_districts(projected, query).items() if side for name in district}
    return tuple(
        Copy(name, name, given, {} if name in moved or of not in given else {of: star}) for name, given in laws.items()
    )


def sides_of_districts(projected: CausalGraph, query: CausalQuery) -> dict[tuple[str, ...], bool]:
    """Districts of what outcome and condition depend on, and whether they see the value of the treatment asked for.

    A district that some arrow enters which starts paths that carry the effect does; where one enters as well that does
    not, the district is recanting, and the effect is not identified.
    """
    moved = set(first_arrows(projected, query).moved)
    parts = inner_districts(projected, query.of, (*query.on, *query.given))
    return {district: bool(moved & set(district)) for district in parts}


def _of_two_worlds(projected: CausalGraph, query: CausalQuery) -> tuple[Copy, ...] | None:
    """Mediators as they would be under one value of the treatment; the outcome under another, with these mediators."""
    (of,), through = query.of, query.through
    # Units are alike in all that was there before and matters to the outcome: mediators are drawn among them.
    before = ancestors(projected, (*query.on, *query.given)) - descendants(projected, query.of)
    mediators = laws_on_the_way(projected, query.of, through, beside=before)
    rest = laws_on_the_way(projected, (of, *through), query.on, beside=before)
    if mediators is None or rest is None:
        return None
    star = reference_of(projected, of)
    is_direct = query.kind == "interventional_direct"
    here, there = ({of: star}, {}) if is_direct else ({}, {of: star})
    names = {name: name if name in through else reference_of(projected, name) for name in mediators}
    first = [Copy(names[name], name, given, _met(given, here | names)) for name, given in mediators.items()]
    second = [Copy(name, name, given, _met(given, there)) for name, given in rest.items()]
    return (*first, *second)


def _of_twins(projected: CausalGraph, query: CausalQuery) -> tuple[Copy, ...] | None:
    """Each variable as often as ways on differ in what they carry (Vo and others 2024)."""
    laws = laws_on_the_way(projected, query.of, query.on, beside=query.given)
    star = reference_of(projected, query.of[0])
    if laws is None or bound_twins(projected, query, star) is not None:
        return None
    twins = twins_of(projected, query, star)
    # What hidden causes bind together sees the same, so that a law given more than its own causes reads what these do.
    seen = {
        twin.name: {name: other for each in twins if each.variable in bound for name, other in each.sees.items()}
        for twin in twins
        for bound in [{twin.variable, *laws[twin.variable]} & district_of(projected, twin.variable)]
    }
    return tuple(
        Copy(twin.name, name, given, _met(given, {**seen[twin.name], **twin.sees}))
        for name, given in laws.items()
        for twin in twins
        if twin.variable == name
    )


def _met(given: Collection[str], reads: Mapping[str, str]) -> dict[str, str]:
    return {name: reads[name] for name in given if reads.get(name, name) != name}


def laws_on_the_way(
    projected: CausalGraph, of: Collection[str], on: Collection[str], *, beside: Collection[str] = ()
) -> dict[str, tuple[str, ...]] | None:
    """What each variable that ``of`` moves on its way to ``on`` is given: what hidden causes bind it to among those
    before it, and their causes (Tian and Pearl 2002, lemma 1).

    None if hidden causes bind one of them to ``of``. ``beside`` are variables that ``of`` does not move, and that the
    laws have to hold among whatever their values are.

    Examples
    --------
    >>> graph = CausalGraph.parse("c -> x -> m -> y; x -> y; c <-> m")
    >>> laws_on_the_way(graph, ["x"], ["y"])
    {'m': ('c', 'x'), 'y': ('x', 'm')}
    """
    upstream = subgraph(projected, ancestors(projected, [*on, *beside]))
    treated = frozenset(of) & frozenset(upstream.nodes)
    moved = descendants(upstream, treated) - treated
    if any(district_of(upstream, name) & treated for name in moved):
        return None
    order = topological_order(upstream)
    place = {name: index for index, name in enumerate(sorted(order, key=lambda name: name in moved))}
    laws = {}
    for name in sorted(moved, key=place.__getitem__):
        before = {other for other in order if place[other] <= place[name]}
        bound = district_of(upstream, name, before)
        matters = bound.union(*(upstream.parents(member) for member in bound)) - {name}
        laws[name] = tuple(other for other in projected.nodes if other in matters)
    return laws
