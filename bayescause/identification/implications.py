"""What a graph says about the data without any experiment: independences and Verma constraints."""

from dataclasses import dataclass

from bayescause.arguments import require, whole
from bayescause.calling import names_its_arguments
from bayescause.errors import GraphError
from bayescause.graph.causal_graph import GRAPH, CausalGraph
from bayescause.identification.independences import Independence, independences
from bayescause.identification.verma import Constraint, verma_constraints
from bayescause.notebooks import by_its_words

__all__ = ["Implications", "implications"]

MOST_INDEPENDENCES = 1_000
"""Independences that are listed; a graph has one for each pair without an arrow."""

MOST_CONSTRAINTS = 50
"""Verma constraints that are listed; their number can grow exponentially."""


@dataclass(frozen=True)
class Implications:
    """What has to hold of the data if a graph is right.

    Parameters
    ----------
    independences : tuple of Independence
        From which all others of the graph follow; pairs that are near each other in the drawing come first.
    constraints : tuple of Constraint
        What hidden causes leave beyond independences.
    is_whole : bool
        Whether nothing was left out because the graph has too many.

    Examples
    --------
    >>> Implications((), ()).is_testable
    False
    """

    independences: tuple[Independence, ...]
    constraints: tuple[Constraint, ...]
    is_whole: bool = True

    @property
    def is_testable(self) -> bool:
        """Whether data can speak against the graph at all."""
        return bool(self.independences or self.constraints)

    def __len__(self) -> int:
        return len(self.independences) + len(self.constraints)

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        if not self.is_testable:
            return "The graph demands no independence of the data, and no Verma constraint."
        left = [] if self.is_whole else ["... and more, which are not listed"]
        return "\n".join([*map(str, self.independences), *map(str, self.constraints), *left])


@names_its_arguments
def implications(
    graph: CausalGraph,
    *,
    most_independences: int = MOST_INDEPENDENCES,
    most_constraints: int = MOST_CONSTRAINTS,
) -> Implications:
    """What ``graph`` says about the law of its measured variables.

    Parameters
    ----------
    graph : CausalGraph
        With or without latent nodes.
    most_independences, most_constraints : int
        Statements that are listed.

    Returns
    -------
    Implications
        A basis of the conditional independences, and the Verma constraints.

    Notes
    -----
    Independences by the ordered local Markov property (Richardson 2003), brought to one statement a pair; constraints
    by Tian and Pearl (2002), one a pair too. Laws in which two variables depend on a third only jointly can obey all
    of them and still not belong to the graph; inequalities, such as the instrumental one, are not among them.

    Examples
    --------
    >>> print(implications(CausalGraph.parse("v1 -> v2 -> v3 -> v4; v2 <-> v4")))
    v3 ⊥ v1 | v2
    sum over v2 of P(v4 | v1, v2, v3) P(v2 | v1) does not depend on v1
    """
    require(
        GraphError,
        graph=(graph, GRAPH),
        most_independences=(most_independences, whole(0)),
        most_constraints=(most_constraints, whole(0)),
    )
    pairs = independences(graph, most=most_independences)
    constraints = verma_constraints(graph, most=most_constraints)
    return Implications(pairs.entries, constraints.entries, pairs.is_whole and constraints.is_whole)
