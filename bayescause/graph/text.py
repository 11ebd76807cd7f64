"""A graph's text, read into a graph and the formulas of its variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bayescause.arguments import shown
from bayescause.errors import GraphError
from bayescause.graph.assembly import assembled
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.foreign import is_foreign, read_foreign
from bayescause.graph.formula import Formula
from bayescause.graph.statements import Parsed, parsed
from bayescause.graph.tokens import in_statements, tokens
from bayescause.graph.writing import write_text

__all__ = ["Declarations", "read_text", "write_text"]

LONGEST_TEXT = 5_000_000
"""Characters of a graph's text."""


@dataclass(frozen=True)
class Declarations:
    """What a text declares.

    Parameters
    ----------
    graph : CausalGraph
    formulas : mapping of str to Formula
        By outcome, in the order of the text. Their arrows are in the graph.
    treatments, outcomes, adjusted : tuple of str
        Roles that a DAGitty text gives to variables; empty otherwise.
    """

    graph: CausalGraph
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    treatments: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    adjusted: tuple[str, ...] = ()


def read_text(text: str, *, first_line: int = 1) -> Declarations:
    """Graph and formulas that ``text`` describes, in time proportional to what it spells out.

    Parameters
    ----------
    text : str
        Statements, each ended by a newline or ``;``: ``a -> b``, ``a <-> b``, ``latent u``, ``y ~ terms``,
        ``name = {a b}``, a name alone, ``# comment``. Or DAGitty's ``dag { }``, or DOT's ``digraph { }``.
    first_line : int
        The number of the first line, where the text stands inside a file.

    Raises
    ------
    GraphError
        If a statement cannot be read or the graph is impossible: all faults at once, with their lines.

    Examples
    --------
    >>> declared = read_text("sales ~ promo*season; promo ~ season")
    >>> declared.graph.parents("sales")
    ('promo', 'season')
    >>> [str(term) for term in declared.formulas["sales"].terms]
    ['promo', 'season', 'promo:season']
    """
    given: object = text
    if not isinstance(given, str):
        raise GraphError(f'The graph is {shown(text)}. Write it as text: "promo -> sales".')
    if len(text) > LONGEST_TEXT:
        raise GraphError(f"The graph's text has {len(text):,} characters; at most {LONGEST_TEXT:,} are read.")
    if is_foreign(text):
        foreign = read_foreign(text, first_line=first_line)
        graph, formulas = assembled(foreign.statements, foreign.faults)
        return Declarations(graph, formulas, foreign.treatments, foreign.outcomes, foreign.adjusted)
    statements: list[Parsed] = []
    faults: list[str] = []
    for statement in in_statements(tokens(text, first_line=first_line)):
        try:
            statements.append(parsed(statement))
        except GraphError as error:
            faults.extend(error.faults)
    return Declarations(*assembled(statements, faults))
