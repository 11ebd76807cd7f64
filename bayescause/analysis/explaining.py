"""Which arrows, drawn alone or together, account for what the data speak against: the graphs with them are tested."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from bayescause.analysis.suspects import MOST_FAILURES, Suspect, added, cover, likeliest, pairs_of, suspects
from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.independences import Independence
from bayescause.identification.verma import Constraint

__all__ = ["Evidence", "Explanations", "Lead", "explanations"]

MOST_WHOLE = 50
"""Graphs with one arrow that accounts for everything at first sight, which are tested as a whole."""

MOST_ROUNDS = 20
"""Times that arrows are added to what does not yet account for everything."""

type Statement = Independence | Constraint


class Evidence(Protocol):
    """What the data say about any graph of the same variables."""

    def against(self, graph: CausalGraph) -> tuple[Statement, ...]:
        """The statements of ``graph`` that the data speak against, the clearest first."""
        ...

    def against_pairs(self, graph: CausalGraph, pairs: Iterable[tuple[str, str]]) -> tuple[Statement, ...]:
        """The same of the statements that ``graph`` makes about ``pairs``."""
        ...


@dataclass(frozen=True)
class Lead:
    """A likely missing arrow, and those that are likely to be missing as well if it is.

    Parameters
    ----------
    first : Suspect
    further : tuple of Suspect
        One of them may be drawn besides.
    """

    first: Suspect
    further: tuple[Suspect, ...] = ()


@dataclass(frozen=True)
class Explanations:
    """What may be missing from a graph that the data speak against.

    Parameters
    ----------
    leads : tuple of Lead
        Likely arrows, with likely second ones.
    whole : tuple of Suspect
        Arrows that together leave a graph that the data do not speak against; as few as were found.
    is_all_tried : bool
        Whether each likely arrow was followed up.

    Examples
    --------
    >>> Explanations().whole
    ()
    """

    leads: tuple[Lead, ...] = ()
    whole: tuple[Suspect, ...] = ()
    is_all_tried: bool = True

    @property
    def alone(self) -> tuple[tuple[Suspect, ...], ...]:
        """Each likely arrow."""
        return tuple((lead.first,) for lead in self.leads)

    @property
    def together(self) -> tuple[tuple[Suspect, ...], ...]:
        """Each likely arrow, with each that may be missing besides."""
        return tuple((lead.first, one) for lead in self.leads for one in lead.further)


def explanations(
    graph: CausalGraph, failed: Sequence[Statement], found: Sequence[Suspect], evidence: Evidence
) -> Explanations:
    """Arrows that account for what the data speak against, alone or two together.

    Parameters
    ----------
    graph : CausalGraph
    failed : sequence of Independence or Constraint
        What the data speak against, the clearest first.
    found : sequence of Suspect
        Arrows that account for it.
    evidence : Evidence

    Notes
    -----
    An arrow that accounts for a failed statement may put another in its place: with x -> c drawn, c and y may hang
    together, but no longer once x is held alike. So what the graph with a likely arrow says about the pairs that it was
    to account for is tested as well. Likely to be missing besides are the arrows that account for what fails then, and
    those that account for what the first leaves.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> c, x, y = np.random.default_rng(1).normal(size=(3, 400))
    >>> x = x + c
    >>> found = bc.falsify(bc.CausalGraph.parse("x -> y; c"), {"c": c, "x": x, "y": y + x - 2 * c}).explanations
    >>> ["c -> x", "c -> y"] in [[one.arrow for one in arrows] for arrows in found.together]
    True
    """
    likely = likeliest(found)
    leads = tuple(Lead(first, tuple(_further(graph, failed, first, likely, evidence))) for first in likely)
    alone = [one for one in likely if len(one.accounts_for) == len(failed)][:MOST_WHOLE]
    whole = next(((one,) for one in alone if not evidence.against(added(graph, one))), ())
    return Explanations(leads, whole or _completed(graph, found, evidence), len(failed) <= MOST_FAILURES)


def _further(
    graph: CausalGraph, failed: Sequence[Statement], first: Suspect, likely: Sequence[Suspect], evidence: Evidence
) -> Iterator[Suspect]:
    """Arrows that may be missing besides the first."""
    drawn, accounted = added(graph, first), set(first.accounts_for)
    pairs = dict.fromkeys(pair for place in first.accounts_for for pair in pairs_of(failed[place]))
    found = likeliest(suspects(drawn, evidence.against_pairs(drawn, pairs)))
    yield from found
    arrows = {one.arrow for one in found}
    yield from (one for one in likely if one.arrow not in arrows and not accounted.issuperset(one.accounts_for))


def _completed(graph: CausalGraph, found: Sequence[Suspect], evidence: Evidence) -> tuple[Suspect, ...]:
    """Arrows that account for all, and for what fails with them, until nothing does; none if that takes too long."""
    drawn: list[Suspect] = []
    for _ in range(MOST_ROUNDS):
        for one in cover(found):
            with suppress(GraphError):  # the arrows before make a loop with it
                graph = added(graph, one)
                drawn.append(one)
        failed = evidence.against(graph)
        if not failed:
            return tuple(drawn)
        found = suspects(graph, failed)
    return ()
