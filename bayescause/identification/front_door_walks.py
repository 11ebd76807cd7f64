"""Walks that a front-door set has to meet: causal paths, and back-door walks from its own members."""

from collections.abc import Collection, Iterable, Iterator

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors

__all__ = ["Walks"]

type Step = tuple[str, str]
"""How the walk comes in (``"cause"``: on a causal path; ``"head"``, ``"tail"``: on a back-door walk), and where."""


class Walks:
    """The walks of one question inside ``upstream``, the causes of its treatments and outcomes.

    A member of the set has no outgoing arrow on a walk; the treatments are conditioned on.
    """

    def __init__(self, graph: CausalGraph, of: frozenset[str], on: frozenset[str], upstream: frozenset[str]) -> None:
        self.of, self.on = of, on
        self.parents = {name: _inside(graph.parents(name), upstream) for name in upstream}
        self.children = {name: _inside(graph.children(name), upstream) for name in upstream}
        self.siblings = {name: _inside(graph.siblings(name), upstream) for name in upstream}
        # A collider on the walk is open if it is a cause of a treatment. No member of the set is one, so that the
        # arrows which the set takes away open and close none of them.
        self.opened = ancestors(graph, of)

    def minimal_set(self, candidates: frozenset[str]) -> frozenset[str] | None:
        """A minimal front-door set among ``candidates``, none of which a back-door path joins to a treatment.

        None if there is none.
        """
        last = self._nearest_to_outcome(self._greatest_set(candidates))
        # Each of `last` has a causal path to the outcome that no other of them is on. So of those which walks meet
        # none can go: the first that a walk meets and that is missing would let it through to the outcome.
        return self._met(last)

    def _greatest_set(self, candidates: frozenset[str]) -> frozenset[str]:
        """The candidates whose back-door walks the treatments and the other members block; unions of such sets are."""
        spoiled = _Spoiled(self, candidates)
        return candidates - spoiled.up

    def _nearest_to_outcome(self, members: frozenset[str]) -> frozenset[str]:
        waiting, seen, nearest = list(self.on), set(self.on), set[str]()
        while waiting:
            for parent in self.parents[waiting.pop()]:
                if parent in members:
                    nearest.add(parent)
                elif parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return frozenset(nearest)

    def _met(self, members: frozenset[str]) -> frozenset[str] | None:
        """Those of ``members`` that a walk meets; None if one reaches an outcome."""
        waiting = [("cause", child) for treatment in self.of for child in self.children[treatment]]
        seen, met = set(waiting), set[str]()
        while waiting:
            how, name = waiting.pop()
            if name in self.on:
                return None
            if name in members:
                met.add(name)
            for step in self._steps(how, name, is_member=name in members):
                if step not in seen:
                    seen.add(step)
                    waiting.append(step)
        return frozenset(met)

    def _steps(self, how: str, name: str, *, is_member: bool) -> Iterator[Step]:
        if not is_member and name not in self.of:
            onwards = "cause" if how == "cause" else "head"
            yield from ((onwards, child) for child in self.children[name])
        is_open = name in self.opened if how == "head" else name not in self.of
        if is_member or (how != "cause" and is_open):
            yield from (("tail", parent) for parent in self.parents[name])
            yield from (("head", sibling) for sibling in self.siblings[name])


class _Spoiled:
    """From where a back-door walk gets to the outcome, whatever is chosen: the least fixed point, in linear time.

    ``up`` holds the variables that a walk leaves against an arrow, or by a double arrow, and reaches the outcome:
    no member of the set is among them. ``down`` holds those which it leaves along an arrow.
    """

    def __init__(self, walks: Walks, candidates: frozenset[str]) -> None:
        self.walks, self.candidates = walks, candidates
        self.up: set[str] = set()
        self.down: set[str] = set()
        self.by_head: set[str] = set()
        self.by_tail: set[str] = set()
        waiting = list(walks.on)
        while waiting:
            waiting.extend(self._judged(waiting.pop()))

    def _judged(self, name: str) -> list[str]:
        changed: list[str] = []
        if name not in self.by_head and self._is_lost_by_head(name):
            self.by_head.add(name)
            changed += _new(self.walks.parents[name], self.down)
            changed += _new(self.walks.siblings[name], self.up)
        if name not in self.by_tail and self._is_lost_by_tail(name):
            self.by_tail.add(name)
            changed += _new(self.walks.children[name], self.up)
        return changed

    def _is_lost_by_head(self, name: str) -> bool:
        if name in self.walks.on or (name in self.walks.opened and name in self.up):
            return True
        return name not in self.walks.of and name in self.down and (name not in self.candidates or name in self.up)

    def _is_lost_by_tail(self, name: str) -> bool:
        if name in self.walks.on or name in self.walks.of:
            return name in self.walks.on
        return name in self.up or (name in self.down and name not in self.candidates)


def _new(names: Iterable[str], known: set[str]) -> list[str]:
    new = [name for name in names if name not in known]
    known.update(new)
    return new


def _inside(names: Iterable[str], upstream: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in upstream)
