"""Graphs in GraphML, read and written through networkx; documents that define entities are refused."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from xml.parsers import expat

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import nearest
from bayescause.graph.networks import graph_in_file, network_for_file
from bayescause.graph.text import Declarations

__all__ = ["Graphml", "is_xml"]

DEEPEST = 50
"""Elements in elements; a graph needs four."""


@dataclass(frozen=True)
class Graphml:
    """``<graph edgedefault="directed"><node id="x"/><edge source="x" target="y"/></graph>`` inside ``<graphml>``.

    A node's id is the variable's name. A data key called ``latent`` says which nodes were not measured; one called
    ``kind`` whether an edge is an arrow, ``->``, or a hidden common cause, ``<->``. Other data are passed over.
    """

    short: ClassVar[str] = "graphml"
    endings: ClassVar[tuple[str, ...]] = ("graphml",)

    def read(self, text: str) -> Declarations:
        """What ``text`` describes."""
        seen = _looked_at(text)
        return Declarations(graph_in_file(_network(text), seen.edges))

    def write(self, graph: CausalGraph) -> str:
        """GraphML with the data keys ``latent`` and ``kind``."""
        import networkx as nx

        faults = [
            f"GraphML cannot hold the name {name!r}: XML has no sign for {letter!r}. Rename it."
            for name in graph.nodes
            for letter in name
            if not is_xml(letter)
        ]
        GraphError.raise_if(faults)
        return "\n".join(nx.generate_graphml(network_for_file(graph)))


@dataclass
class _Seen:
    """Nodes and edges of a document, with the lines on which they stand."""

    nodes: dict[str, int] = field(default_factory=dict)
    edges: dict[tuple[str, str], int] = field(default_factory=dict)
    graphs: int = 0
    depth: int = 0


def _looked_at(text: str) -> _Seen:
    """The document gone through once before networkx builds anything: entities blow a small document up to a huge one.

    Raises
    ------
    GraphError
        If it is no XML, declares a document type, is nested too deeply, or joins nodes that it does not have.
    """
    seen = _Seen()
    parser = expat.ParserCreate("UTF-8")

    def opened(name: str, facts: dict[str, str]) -> None:
        _note(name.rpartition(":")[2], facts, parser.CurrentLineNumber, seen)

    def closed(_: str) -> None:
        seen.depth -= 1

    def refuse(*_: Any) -> None:
        raise GraphError(
            f"line {parser.CurrentLineNumber}: a document type (`<!DOCTYPE`) may define entities, and is not read. "
            "Delete it."
        )

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise GraphError(f"line {error.lineno}: this is not XML: {expat.ErrorString(error.code)}.") from None
    if seen.graphs != 1:
        raise GraphError(f"The document holds {seen.graphs} graphs; it must hold one.")
    GraphError.raise_if(
        [
            f"line {line}: `{name}` is not a node of the document.{nearest(name, seen.nodes)}"
            for ends, line in seen.edges.items()
            for name in ends
            if name not in seen.nodes
        ]
    )
    return seen


def _note(element: str, facts: dict[str, str], line: int, seen: _Seen) -> None:
    seen.depth += 1
    if seen.depth > DEEPEST:
        raise GraphError(f"line {line}: more than {DEEPEST} elements are open: that is no graph.")
    wanted = {"node": ("id",), "edge": ("source", "target")}.get(element, ())
    lacking = [name for name in wanted if name not in facts]
    if lacking:
        raise GraphError(f"line {line}: `<{element}>` has no `{lacking[0]}`.")
    match element:
        case "node":
            if facts["id"] in seen.nodes:
                raise GraphError(f"line {line}: `{facts['id']}` is already a node on line {seen.nodes[facts['id']]}.")
            seen.nodes[facts["id"]] = line
        case "edge":
            seen.edges.setdefault((facts["source"], facts["target"]), line)
        case "graph":
            seen.graphs += 1
            if facts.get("edgedefault", "directed") != "directed":
                raise GraphError(f'line {line}: the graph has no directions. Write `edgedefault="directed"`.')


def _network(text: str) -> Any:
    import networkx as nx

    # The prologue may name another encoding than that of a text that was decoded already.
    body = text[text.index("?>") + 2 :] if text.lstrip("\ufeff \n\r\t").startswith("<?xml") else text
    try:
        return nx.parse_graphml(body.lstrip("\ufeff \n\r\t"), edge_key_type=str)
    except (nx.NetworkXError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise GraphError(f"This is not GraphML of a graph: {error}.") from None


def is_xml(letter: str) -> bool:
    """Whether XML has a place for ``letter`` (Extensible Markup Language 1.0, production 2)."""
    code = ord(letter)
    return letter in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
