"""Graphs as DAGitty writes them: ``dag { }``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.foreign import foreign_name
from bayescause.graph.text import Declarations, read_text

__all__ = ["Dagitty"]


@dataclass(frozen=True)
class Dagitty:
    """``dag { x [exposure] y [outcome] x -> y }``: positions are passed over, roles are kept in `Declarations`.

    References
    ----------
    Textor and others (2016), Robust causal inference using directed acyclic graphs: the R package 'dagitty'.
    """

    short: ClassVar[str] = "dagitty"
    endings: ClassVar[tuple[str, ...]] = ("dag",)

    def read(self, text: str) -> Declarations:
        """What ``text`` describes; our own grammar and DOT are known by how they begin."""
        return read_text(text)

    def write(self, graph: CausalGraph) -> str:
        """A ``dag { }`` with a line for each variable, in order, and for each arrow."""
        return "\n".join(("dag {", *_lines(graph), "}"))


def _lines(graph: CausalGraph) -> Iterator[str]:
    for name in graph.nodes:
        yield f"  {foreign_name(name)}{' [latent]' if name in graph.latent else ''}"
    for sign, arrows in (("->", graph.directed), ("<->", graph.bidirected)):
        yield from (f"  {foreign_name(a)} {sign} {foreign_name(b)}" for a, b in arrows)
