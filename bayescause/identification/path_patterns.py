"""Which paths from treatment to outcome carry an effect, read node by node on the way."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from bayescause.identification.verdict import CausalQuery

__all__ = ["PathPattern", "State", "pattern_of"]

type State = Hashable
"""What has to be remembered of a path up to a node."""


@dataclass(frozen=True)
class PathPattern:
    """A reader of paths.

    Parameters
    ----------
    start : hashable
        What is remembered at the treatment.
    step : function
        What is remembered after one more node.
    carries : function
        Whether a path that ends with this memory carries the effect.
    """

    start: State
    step: Callable[[State, str], State]
    carries: Callable[[State], bool]


def pattern_of(query: CausalQuery) -> PathPattern:
    """The paths that carry the natural or path-specific effect ``query``.

    Parameters
    ----------
    query : CausalQuery
        Of one treatment, and of a kind among ``natural_direct``, ``natural_indirect`` and ``path``.

    Examples
    --------
    >>> pattern = pattern_of(CausalQuery(("x",), ("y",), kind="path", along=(("m", "y"),)))
    >>> mediated = pattern.step(pattern.step(pattern.start, "m"), "y")
    >>> pattern.carries(mediated), pattern.carries(pattern.step(pattern.start, "y"))
    (True, False)
    """
    if query.along:
        return _holding_a_chain(query.of[0], query.along)
    if query.is_along_paths:
        return _through_in_order(query.through)
    mediators = frozenset(query.through)
    is_direct = query.kind == "natural_direct"
    return PathPattern(False, lambda met, node: bool(met) or node in mediators, lambda met: bool(met) != is_direct)


def _through_in_order(mediators: tuple[str, ...]) -> PathPattern:
    def step(met: State, node: str) -> State:
        count = int(met)  # type: ignore[call-overload]
        is_next = count < len(mediators) and node == mediators[count]
        return int(count + is_next)

    return PathPattern(0, step, lambda met: met == len(mediators))


def _holding_a_chain(treatment: str, chains: tuple[tuple[str, ...], ...]) -> PathPattern:
    """Progress in each chain: places up to which the last nodes are its first ones; None once one was met whole."""

    def step(places: State, node: str) -> State:
        if places is None:
            return None
        going_on = {(at, place + 1) for at, place in places if chains[at][place] == node}  # type: ignore[attr-defined]
        found = going_on | {(at, 1) for at, chain in enumerate(chains) if chain[0] == node}
        return None if any(place == len(chains[at]) for at, place in found) else frozenset(found)

    return PathPattern(step(frozenset(), treatment), step, lambda places: places is None)
