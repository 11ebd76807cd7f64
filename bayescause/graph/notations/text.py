"""Our own grammar of graphs."""

from dataclasses import dataclass
from typing import ClassVar

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.text import Declarations, read_text, write_text

__all__ = ["Text"]


@dataclass(frozen=True)
class Text:
    """``a -> b; a <-> c; latent u``: the grammar of model files and of the command line."""

    short: ClassVar[str] = "text"
    endings: ClassVar[tuple[str, ...]] = ("txt",)

    def read(self, text: str) -> Declarations:
        """What ``text`` describes; DAGitty and DOT are known by how they begin."""
        return read_text(text)

    def write(self, graph: CausalGraph) -> str:
        """Text that reads back as ``graph``, groups included."""
        return write_text(graph, {})
