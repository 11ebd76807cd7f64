"""Which likely missing arrows would spoil an answer, and the reason that this gives it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

from bayescause.analysis.graph_checks import Falsification
from bayescause.analysis.suspects import Suspect, added
from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph

__all__ = ["RESTS", "spoilt"]

RESTS = "The data speak against the graph where this answer rests on it"
"""How the reason of a weak answer begins."""

MOST_TRIED = 400
"""Graphs in which it is looked at whether the answer is right there too."""

type Arrows = tuple[Suspect, ...]


def spoilt(graph: CausalGraph, found: Falsification, change: Callable[[CausalGraph], str]) -> tuple[str, ...]:
    """Why an answer from ``graph`` is weak, in a sentence or two; nothing if it stands.

    Parameters
    ----------
    graph : CausalGraph
    found : Falsification
        Of the graph.
    change : callable
        How the answer would differ in another graph; empty if it would not. What changes with some arrows has to change
        with more of them: a graph with fewer is a special case.

    Examples
    --------
    >>> import bayescause as bc
    >>> import numpy as np
    >>> rain, wet = np.random.default_rng(1).normal(size=(2, 400))
    >>> graph = bc.CausalGraph.parse("rain; wet")
    >>> found = bc.falsify(graph, {"rain": rain, "wet": wet + rain})
    >>> print(*spoilt(graph, found, lambda other: "larger" if other.parents("wet") else ""))
    The data speak against ... With rain -> wet drawn, it would be larger.
    """
    if not found.is_contradicted:
        return ()
    told, trial = found.explanations, _Trial(graph, change)
    spoiling = next(filter(None, map(trial.spoiler, (told.alone, told.together, [told.whole]))), ())
    if spoiling:
        clearest = found.against[spoiling[0].accounts_for[0]]
        changed = trial.change(reduce(added, spoiling, graph))
        return (f"{RESTS}: {clearest.words} With {_named(spoiling)} drawn, it would be {changed}.",)
    if not told.whole:
        return (f"{RESTS}: {found.against[0].words} No missing arrows were found that account for all that fails.",)
    if trial.left < 0 or not told.is_all_tried:
        return (f"{RESTS}, for all that is known: not all arrows that may be missing could be tried.",)
    return ()


def _named(arrows: Arrows) -> str:
    names = [one.arrow for one in arrows]
    return f"{', '.join(names[:3])} and {len(names) - 3} more" if len(names) > 4 else " and ".join(names)


class _Trial:
    """An answer in graphs with more arrows: where it stands with some, it stands with fewer of them as well."""

    def __init__(self, graph: CausalGraph, change: Callable[[CausalGraph], str]) -> None:
        self.graph, self.change, self.left = graph, change, MOST_TRIED
        self.standing: list[frozenset[str]] = []

    def spoiler(self, sets: Iterable[Arrows]) -> Arrows:
        """The first of ``sets`` with which the answer falls; empty if there is none among those that were tried."""
        sets = [one for one in sets if one]
        for bundle in self.bundles(sets):
            self.falls(bundle)
        for first in dict.fromkeys(one[0] for one in sets):
            own = [one for one in sets if one[0] == first and not self.is_settled(one)]
            if any(self.falls(bundle) for bundle in self.bundles(own)):
                spoiling = next((one for one in own if self.falls(one)), ())
                if spoiling:
                    return spoiling
        return ()

    def bundles(self, sets: Sequence[Arrows]) -> Iterator[Arrows]:
        """All arrows of ``sets``, as many together as make no loop; those that do are left for the next bundle."""
        left = list(dict.fromkeys(sets))
        while left:
            drawn, bundle, over = self.graph, dict[str, Suspect](), list[Arrows]()
            for one in left:
                new = [each for each in one if each.arrow not in bundle]
                try:
                    drawn = reduce(added, new, drawn)
                except GraphError:
                    over.append(one)
                else:
                    bundle |= {each.arrow: each for each in new}
            yield tuple(bundle.values())
            left = over if len(over) < len(left) else []

    def is_settled(self, arrows: Arrows) -> bool:
        names = {one.arrow for one in arrows}
        return any(names <= standing for standing in self.standing)

    def falls(self, arrows: Arrows) -> bool:
        """Whether it was found that the answer does not stand; no longer looked at once too many were tried."""
        if not arrows or self.is_settled(arrows):
            return False
        self.left -= 1
        if self.left < 0:
            return False
        try:
            does_stand = not self.change(reduce(added, arrows, self.graph))
        except GraphError:
            does_stand = True  # a loop: no graph at all
        if does_stand:
            self.standing.append(frozenset(one.arrow for one in arrows))
        return not does_stand
