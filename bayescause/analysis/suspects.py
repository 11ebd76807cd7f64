"""Which single arrow, missing from a graph, would account for what the data speak against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors
from bayescause.graph.separation import separated
from bayescause.graph.surgery import project
from bayescause.identification.independences import Independence
from bayescause.identification.verma import Constraint

__all__ = ["MOST_FAILURES", "Suspect", "added", "cover", "likeliest", "pairs_of", "suspects"]

MOST_FAILURES = 100
"""Failed statements whose pairs are suspected, the clearest first."""


@dataclass(frozen=True)
class Suspect:
    """An arrow that the graph does not have.

    Parameters
    ----------
    cause, effect : str
        Its ends; of a double arrow the earlier and the later.
    kind : str
        ``"->"`` or ``"<->"``.
    accounts_for : tuple of int
        Places of the failed statements that a graph with the arrow would not make.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> rain, wet, slip = np.random.default_rng(1).normal(size=(3, 400))
    >>> data = {"rain": rain, "wet": rain + wet, "slip": wet + rain + slip}
    >>> suspect = bc.falsify(bc.CausalGraph.parse("rain -> slip; wet -> slip"), data).suspects[0]
    >>> suspect.arrow
    'rain -> wet'
    """

    cause: str
    effect: str
    kind: str = "->"
    accounts_for: tuple[int, ...] = ()

    @property
    def arrow(self) -> str:
        """In the grammar of graph texts."""
        return f"{self.cause} {self.kind} {self.effect}"


def suspects(graph: CausalGraph, failed: Sequence[Independence | Constraint]) -> tuple[Suspect, ...]:
    """Arrows that would account for failed statements, those that account for most of them first.

    Parameters
    ----------
    graph : CausalGraph
    failed : sequence of Independence or Constraint
        The clearest first.

    Examples
    --------
    >>> graph = CausalGraph.parse("a -> b; c -> d")
    >>> failed = [Independence("c", "b"), Independence("c", "a"), Independence("d", "a")]
    >>> suspects(graph, failed)[0]
    Suspect(cause='b', effect='c', kind='->', accounts_for=(0, 1, 2))
    """
    graph = project(graph)
    found = [
        replace(one, accounts_for=tuple(_accounted(added(graph, one), one, failed)))
        for one in dict.fromkeys(_candidates(graph, failed[:MOST_FAILURES]))
    ]
    return tuple(sorted(found, key=lambda one: -len(one.accounts_for)))


def likeliest(found: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """Those of ``found`` that account for the failed statements with the fewest arrows, equals included.

    Taken greedily: the arrows that account for most, then those that account for most of what is left.

    Examples
    --------
    >>> most, some = Suspect("a", "c", accounts_for=(0, 1)), Suspect("a", "d", accounts_for=(1,))
    >>> [suspect.arrow for suspect in likeliest([most, some, Suspect("b", "d", accounts_for=(2,))])]
    ['a -> c', 'b -> d']
    """
    return tuple(dict.fromkeys(suspect for best in _rounds(found) for suspect in best))


def cover(found: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """Of ``found``, as few as account for the failed statements together: of equals the first.

    Examples
    --------
    >>> most, some = Suspect("a", "c", accounts_for=(0, 1)), Suspect("a", "d", accounts_for=(1,))
    >>> [suspect.arrow for suspect in cover([most, some, Suspect("b", "d", accounts_for=(2,))])]
    ['a -> c', 'b -> d']
    """
    return tuple(best[0] for best in _rounds(found))


def _rounds(found: Sequence[Suspect]) -> Iterator[list[Suspect]]:
    """The arrows that account for most, then those that account for most of what the first of these leaves, ..."""
    left = {place for suspect in found for place in suspect.accounts_for}
    while left:
        most = max(len(left.intersection(suspect.accounts_for)) for suspect in found)
        best = [suspect for suspect in found if len(left.intersection(suspect.accounts_for)) == most]
        yield best
        left -= set(best[0].accounts_for)


def added(graph: CausalGraph, suspect: Suspect) -> CausalGraph:
    """``graph`` with the arrow of ``suspect``, which makes no loop; a double arrow that is there already is kept."""
    ends = (suspect.cause, suspect.effect)
    if suspect.kind == "->":
        return replace(graph, directed=(*graph.directed, ends))
    return graph if set(ends) in map(set, graph.bidirected) else replace(graph, bidirected=(*graph.bidirected, ends))


def pairs_of(statement: Independence | Constraint) -> tuple[tuple[str, str], ...]:
    """Pairs that the statement says have nothing to do with each other, the earlier first.

    Examples
    --------
    >>> pairs_of(Independence("sales", "season", ("promo",)))
    (('season', 'sales'),)
    """
    if isinstance(statement, Independence):
        return ((statement.b, statement.a),)
    return tuple((name, statement.variable) for name in statement.free_of)


def _candidates(graph: CausalGraph, failed: Sequence[Independence | Constraint]) -> Iterator[Suspect]:
    for one in failed:
        for earlier, later in pairs_of(one):
            yield Suspect(earlier, later)
            if earlier not in ancestors(graph, [later]):
                yield Suspect(later, earlier)
            yield Suspect(earlier, later, "<->")


def _accounted(graph: CausalGraph, suspect: Suspect, failed: Sequence[Independence | Constraint]) -> Iterator[int]:
    """Places of the statements that ``graph``, with the arrow of ``suspect``, does not make."""
    for place, one in enumerate(failed):
        if isinstance(one, Constraint):
            if {suspect.cause, suspect.effect} in map(set, pairs_of(one)):
                yield place
        elif not separated(graph, one.a, one.b, one.given):
            yield place
