"""Graphs in GML, read and written through networkx."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.networks import graph_in_file, network_for_file
from bayescause.graph.text import Declarations

__all__ = ["Gml"]

DEEPEST = 20
"""Brackets in brackets; a graph needs three."""

LISTS = ("()", "[]")
"""Texts that networkx reads as empty lists."""

_BRACKET = re.compile(r'"[^"]*"|#[^\n]*|([\[\]])')
_PLACE = re.compile(r"(?P<words>.*) at \((?P<line>\d+), \d+\)", re.DOTALL)


@dataclass(frozen=True)
class Gml:
    """``graph [ directed 1 node [ id 0 label "x" latent 0 ] edge [ source 0 target 1 kind "->" ] ]``.

    A node's label is the variable's name. ``latent 1`` says that it was not measured; an edge with ``kind "<->"`` is a
    hidden common cause, any other an arrow. Other attributes are passed over.
    """

    short: ClassVar[str] = "gml"
    endings: ClassVar[tuple[str, ...]] = ("gml",)

    def read(self, text: str) -> Declarations:
        """What ``text`` describes; nothing in it is evaluated."""
        _refuse_depth(text)
        return Declarations(graph_in_file(_network(text)))

    def write(self, graph: CausalGraph) -> str:
        """GML in which signs beyond ASCII are character codes."""
        import networkx as nx

        odd = [name for name in graph.nodes if name in LISTS]
        GraphError.raise_if(
            [f"GML cannot hold a variable called `{name}`: it reads as a list. Rename it." for name in odd]
        )
        return "\n".join(nx.generate_gml(network_for_file(graph)))


def _network(text: str) -> Any:
    import networkx as nx

    try:
        return nx.parse_gml(text)
    except nx.NetworkXError as error:
        found = _PLACE.match(str(error))
        where, words = (f"line {found['line']}: ", found["words"]) if found else ("", str(error))
        raise GraphError(f"{where}this is not GML: {words[:200]}.") from None
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        raise GraphError(
            f"This is not GML of a graph ({error}). It holds `node [ id ... label ... ]` and `edge [ source ... target "
            "... ]` inside `graph [ ]`."
        ) from None


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += (match.group(1) == "[") - (match.group(1) == "]")
        if depth > DEEPEST:
            line = text.count("\n", 0, match.start()) + 1
            raise GraphError(f"line {line}: more than {DEEPEST} brackets `[` are open: that is no graph.")
