"""Notations of graphs: each is one file of ``bayescause.graph.notations``, told by its name or by a file's ending."""

from pathlib import PurePath
from typing import ClassVar, Protocol

from bayescause.arguments import TEXT, require
from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.text import LONGEST_TEXT, Declarations, read_text
from bayescause.plugins import find, names

__all__ = ["NOTATIONS", "Notation", "endings", "notation_of_file", "read_as", "write_as"]

NOTATIONS = "bayescause.graph.notations"


class Notation(Protocol):
    """One way to write a graph down."""

    short: ClassVar[str]
    endings: ClassVar[tuple[str, ...]]
    """Of files that hold it, without the dot; the first is the usual one."""

    def read(self, text: str) -> Declarations:
        """Graph, formulas and roles that ``text`` describes."""
        ...

    def write(self, graph: CausalGraph) -> str:
        """Text that says what ``graph`` says; where the notation can be read, it reads back the same."""
        ...


def read_as(text: str, notation: str) -> Declarations:
    r"""Graph, formulas and roles that ``text`` describes in ``notation``.

    Parameters
    ----------
    text : str
    notation : str
        Name of a notation: ``"text"`` (our own, DAGitty and DOT, told apart by how they begin), ``"lavaan"``, ...

    Raises
    ------
    GraphError
        If the text cannot be read, is too long, or describes an impossible graph.
    UnknownPluginError
        If there is no such notation.

    Examples
    --------
    >>> read_as("y ~ x\nx ~~ y", "lavaan").graph.bidirected
    (('x', 'y'),)
    """
    if isinstance(notation, str) and notation == "text":  # type: ignore[redundant-expr]
        return read_text(text)  # what is read most often need not wait for the folder to be searched
    found: Notation = find(NOTATIONS, notation)()
    require(GraphError, text=(text, TEXT))
    if len(text) > LONGEST_TEXT:
        raise GraphError(f"The graph's text has {len(text):,} characters; at most {LONGEST_TEXT:,} are read.")
    return found.read(text)


def write_as(graph: CausalGraph, notation: str) -> str:
    """``graph`` in ``notation``.

    Groups, and the lines on which arrows stood, are told by our own notation only.

    Raises
    ------
    GraphError
        If the notation cannot hold a name of the graph, or is only read.
    UnknownPluginError
        If there is no such notation.

    Examples
    --------
    >>> print(write_as(CausalGraph.parse("rain -> wet"), "mermaid"))
    flowchart LR
      v0["rain"]
      v1["wet"]
      v0 --> v1
    """
    found: Notation = find(NOTATIONS, notation)()
    return found.write(graph)


def notation_of_file(name: str) -> str | None:
    """The notation that a file's ending promises; None if no notation has it.

    Examples
    --------
    >>> notation_of_file("shop.graphml"), notation_of_file("shop.csv")
    ('graphml', None)
    """
    return endings().get(PurePath(name).suffix.removeprefix(".").lower())


def endings() -> dict[str, str]:
    """The notation of each ending of a file."""
    return {ending: short for short in names(NOTATIONS) for ending in find(NOTATIONS, short).endings}
