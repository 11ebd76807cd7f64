"""Graphs as Graphviz draws them: ``digraph { }``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.foreign import foreign_name
from bayescause.graph.text import Declarations, read_text

__all__ = ["Dot"]


@dataclass(frozen=True)
class Dot:
    """``digraph { u [observed=no]; x -> y; x -> y [dir=both] }``: what is not of causal meaning is passed over.

    A hidden common cause is an edge with ``dir=both``; a variable that was not measured has ``observed=no``, as DoWhy
    writes it.
    """

    short: ClassVar[str] = "dot"
    endings: ClassVar[tuple[str, ...]] = ("dot", "gv")

    def read(self, text: str) -> Declarations:
        """What ``text`` describes; our own grammar and DAGitty are known by how they begin."""
        return read_text(text)

    def write(self, graph: CausalGraph) -> str:
        """A ``digraph { }`` that Graphviz draws from left to right, with dashes around what was not measured."""
        return "\n".join(("digraph {", "  rankdir=LR;", *_lines(graph), "}"))


def _lines(graph: CausalGraph) -> Iterator[str]:
    for name in graph.nodes:
        yield f"  {foreign_name(name)}{' [observed=no, style=dashed]' if name in graph.latent else ''};"
    for a, b in graph.directed:
        yield f"  {foreign_name(a)} -> {foreign_name(b)};"
    for a, b in graph.bidirected:
        yield f"  {foreign_name(a)} -> {foreign_name(b)} [dir=both, style=dashed];"
