"""Graphs as Mermaid flowcharts, for pages that draw them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.text import Declarations

__all__ = ["Mermaid"]

PLAIN = frozenset(" _.,-")
"""Signs that a Mermaid label may hold as they are, beside letters and digits."""


@dataclass(frozen=True)
class Mermaid:
    """``flowchart LR`` with an identifier of our own for each variable, so that names are labels and nothing else."""

    short: ClassVar[str] = "mermaid"
    endings: ClassVar[tuple[str, ...]] = ("mmd", "mermaid")

    def read(self, text: str) -> Declarations:
        """Mermaid is written, and never read."""
        raise GraphError(
            "Mermaid is a drawing, and is written only. Give the graph as text, DAGitty, DOT, GML or GraphML."
        )

    def write(self, graph: CausalGraph) -> str:
        """A flowchart: dotted double arrows are hidden common causes, round nodes were not measured."""
        return "\n".join(("flowchart LR", *_lines(graph)))


def _lines(graph: CausalGraph) -> Iterator[str]:
    places = {name: f"v{index}" for index, name in enumerate(graph.nodes)}
    for name, place in places.items():
        label = f'"{_label(name)}"'
        yield f"  {place}([{label}])" if name in graph.latent else f"  {place}[{label}]"
    yield from (f"  {places[a]} --> {places[b]}" for a, b in graph.directed)
    yield from (f"  {places[a]} <-.-> {places[b]}" for a, b in graph.bidirected)


def _label(name: str) -> str:
    # Mermaid turns `#` code `;` into the character after its own parsing, so no sign of a name is a sign of Mermaid's.
    return "".join(letter if letter.isalnum() or letter in PLAIN else f"#{ord(letter)};" for letter in name)
