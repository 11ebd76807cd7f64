"""Causal graphs as networkx graphs, and back; also the networkx graphs that files of other programs hold."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bayescause.arguments import Kind, require
from bayescause.errors import GraphError
from bayescause.graph.validity import LARGEST_DRAWING

if TYPE_CHECKING:
    import networkx as nx

    from bayescause.graph.causal_graph import CausalGraph

__all__ = ["graph_in_file", "network_for_file", "network_of", "parts_of_network"]

type Arrow = tuple[str, str]
ARROW = re.compile(r"[-<>o~=]+")
"""What reads as an arrow of some kind, where an edge says its ``kind``."""

NO = frozenset({"", "0", "0.0", "no", "false", "none"})
"""Words by which files say that something is not so."""

type Parts = tuple[tuple[str, ...], tuple[Arrow, ...], tuple[Arrow, ...], frozenset[str]]


def network_of(graph: "CausalGraph") -> "nx.MultiDiGraph[str]":
    """``graph`` as a ``MultiDiGraph`` with edge keys ``"->"`` and ``"<->"`` and a node attribute ``latent``."""
    import networkx as nx

    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    network.add_nodes_from((name, {"latent": name in graph.latent}) for name in graph.nodes)
    for kind, arrows in (("->", graph.directed), ("<->", graph.bidirected)):
        for a, b in arrows:
            network.add_edge(a, b, key=kind)
    return network


def network_for_file(graph: "CausalGraph") -> "nx.MultiDiGraph[str]":
    """``graph`` for file formats that know no edge keys: each edge has an attribute ``kind``, ``"->"`` or ``"<->"``."""
    import networkx as nx

    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    network.add_nodes_from((name, {"latent": name in graph.latent}) for name in graph.nodes)
    arrows = [*(("->", *arrow) for arrow in graph.directed), *(("<->", *arrow) for arrow in graph.bidirected)]
    for number, (kind, a, b) in enumerate(arrows):
        network.add_edge(a, b, key=f"e{number}", kind=kind)
    return network


def graph_in_file(network: Any, lines: Mapping[Arrow, int] | None = None) -> "CausalGraph":
    """The causal graph that a file's network is; ``lines`` are those on which its edges stand.

    Raises
    ------
    GraphError
        If the edges have no direction, a name is not text, or the graph is impossible.
    """
    from bayescause.graph.causal_graph import CausalGraph

    if not network.is_directed():
        raise GraphError("The file's graph has no directions. Save it as a directed graph.")
    if len(network) > LARGEST_DRAWING:
        raise GraphError(f"The graph has {len(network):,} variables; at most {LARGEST_DRAWING:,} are read.")
    strange = [name for name in network.nodes if not isinstance(name, str)]
    if strange:
        raise GraphError(f"Names of variables are text; the file also has {strange[:3]!r}. Put them in double quotes.")
    nodes, directed, bidirected, latent = parts_of_network(network)
    known = lines or {}
    placed = {("->", a, b): known[a, b] for a, b in directed if (a, b) in known}
    placed |= {("<->", a, b): known[a, b] for a, b in bidirected if (a, b) in known}
    return CausalGraph(nodes, directed, bidirected, latent=latent, lines=placed)


NETWORK = Kind("a networkx DiGraph", lambda given: callable(getattr(given, "is_directed", None)))


def parts_of_network(network: "nx.DiGraph[Any]") -> Parts:
    """Nodes, arrows, hidden common causes and latent nodes of a networkx graph.

    Raises
    ------
    GraphError
        If the edges have no direction, or a name is not text.
    """
    require(GraphError, graph=(network, NETWORK))
    if not network.is_directed():
        raise GraphError("The networkx graph has no directions. Make it a DiGraph: `DiGraph([(cause, effect)])`.")
    strange = [name for name in network.nodes if not isinstance(name, str)]
    if strange:
        raise GraphError(
            f"Names of variables are text; the networkx graph also has {strange[:3]!r}. "
            "Rename with `networkx.relabel_nodes(graph, str)`."
        )
    directed: list[Arrow] = []
    bidirected: dict[Arrow, None] = {}
    for a, b, key, facts in _edges(network):
        if key != "<->" and _kind(a, b, facts) != "<->":
            directed.append((a, b))
        elif (b, a) not in bidirected:
            bidirected[a, b] = None
    latent = frozenset(name for name, facts in network.nodes(data=True) if _is_latent(facts))
    return tuple(network.nodes), tuple(directed), tuple(bidirected), latent


def _edges(network: Any) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    if network.is_multigraph():
        yield from network.edges(keys=True, data=True)
    else:
        yield from ((a, b, "->", facts) for a, b, facts in network.edges(data=True))


def _kind(a: str, b: str, facts: Mapping[str, Any]) -> str:
    kind = facts.get("kind", "->")
    if isinstance(kind, str) and kind not in {"->", "<->"} and ARROW.fullmatch(kind):
        raise GraphError(
            f"The edge from `{a}` to `{b}` is of the kind `{kind}`, which says nothing of cause and effect. "
            "Write `->`, or `<->` for a hidden common cause."
        )
    return str(kind)


def _is_latent(facts: Mapping[str, Any]) -> bool:
    return not _is_no(facts.get("latent")) or ("observed" in facts and _is_no(facts["observed"]))


def _is_no(value: object) -> bool:
    return value is None or str(value).strip().lower() in NO
