"""Causal graphs as networkx graphs, and back."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bayescause.errors import GraphError

if TYPE_CHECKING:
    import networkx as nx

    from bayescause.graph.causal_graph import CausalGraph

__all__ = ["network_of", "parts_of_network"]

type Arrow = tuple[str, str]
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


def parts_of_network(network: "nx.DiGraph[Any]") -> Parts:
    """Nodes, arrows, hidden common causes and latent nodes of a networkx graph.

    Raises
    ------
    GraphError
        If the edges have no direction, or a name is not text.
    """
    if not network.is_directed():
        raise GraphError("The networkx graph has no directions. Make it a DiGraph: `DiGraph([(cause, effect)])`.")
    strange = [name for name in network.nodes if not isinstance(name, str)]
    if strange:
        raise GraphError(
            f"Names of variables are text; the networkx graph also has {strange[:3]!r}. "
            "Rename with `networkx.relabel_nodes(graph, str)`."
        )
    sorted_out: dict[bool, dict[Arrow, None]] = {True: {}, False: {}}
    for a, b, key, facts in _edges(network):
        is_hidden = key == "<->" or facts.get("kind") == "<->"
        if not (is_hidden and (b, a) in sorted_out[True]):
            sorted_out[is_hidden][a, b] = None
    latent = frozenset(name for name, facts in network.nodes(data=True) if _is_latent(facts))
    return tuple(network.nodes), tuple(sorted_out[False]), tuple(sorted_out[True]), latent


def _edges(network: Any) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    if network.is_multigraph():
        yield from network.edges(keys=True, data=True)
    else:
        yield from ((a, b, "->", facts) for a, b, facts in network.edges(data=True))


def _is_latent(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("latent")) or str(facts.get("observed", "yes")).lower() in {"no", "false"}
