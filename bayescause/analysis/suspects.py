"""Which single arrow, missing from a graph, would account for what the data speak against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors
from bayescause.graph.separation import separated
from bayescause.graph.surgery import project
from bayescause.identification.independences import Independence
from bayescause.identification.verma import Constraint

__all__ = ["Suspect", "added", "likeliest", "suspects"]

MOST_FAILURES = 20
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
        replace(one, accounts_for=tuple(place for place, told in enumerate(failed) if _accounts(graph, one, told)))
        for one in dict.fromkeys(_candidates(graph, failed))
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
    left = {place for suspect in found for place in suspect.accounts_for}
    chosen: list[Suspect] = []
    while left:
        most = max(len(left.intersection(suspect.accounts_for)) for suspect in found)
        best = [suspect for suspect in found if len(left.intersection(suspect.accounts_for)) == most]
        chosen += [suspect for suspect in best if suspect not in chosen]
        left -= set(best[0].accounts_for)
    return tuple(chosen)


def added(graph: CausalGraph, suspect: Suspect) -> CausalGraph:
    """``graph`` with the arrow of ``suspect``, which makes no loop."""
    ends = (suspect.cause, suspect.effect)
    if suspect.kind == "->":
        return replace(graph, directed=(*graph.directed, ends))
    return replace(graph, bidirected=(*graph.bidirected, ends))


def _candidates(graph: CausalGraph, failed: Sequence[Independence | Constraint]) -> Iterator[Suspect]:
    for one in failed[:MOST_FAILURES]:
        for earlier, later in _pairs(one):
            yield Suspect(earlier, later)
            if earlier not in ancestors(graph, [later]):
                yield Suspect(later, earlier)
            yield Suspect(earlier, later, "<->")


def _pairs(statement: Independence | Constraint) -> tuple[tuple[str, str], ...]:
    """Pairs that the statement says have nothing to do with each other, the earlier first."""
    if isinstance(statement, Independence):
        return ((statement.b, statement.a),)
    return tuple((name, statement.variable) for name in statement.free_of)


def _accounts(graph: CausalGraph, suspect: Suspect, statement: Independence | Constraint) -> bool:
    if isinstance(statement, Constraint):
        return {suspect.cause, suspect.effect} in map(set, _pairs(statement))
    return not separated(added(graph, suspect), statement.a, statement.b, statement.given)
