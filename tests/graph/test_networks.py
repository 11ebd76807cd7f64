import networkx as nx
import pytest

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph


def test_a_graph_comes_back_from_networkx_as_it_went():
    graph = CausalGraph.parse("latent u; u -> x -> y; x <-> y; z")
    assert CausalGraph.from_networkx(graph.to_networkx()) == graph


def test_plain_networks_are_arrows_only():
    graph = CausalGraph.from_networkx(nx.DiGraph([("a", "b"), ("b", "c")]))
    assert graph == CausalGraph.parse("a -> b -> c")


def test_edges_can_be_marked_as_hidden_causes():
    network = nx.DiGraph([("a", "b")])
    network.add_edge("a", "c", kind="<->")
    network.add_edge("c", "a", kind="<->")
    network.add_node("u", observed="no")
    graph = CausalGraph.from_networkx(network)
    assert graph.bidirected == (("a", "c"),)
    assert graph.latent == {"u"}


def test_networks_without_directions_or_with_other_names_are_refused():
    with pytest.raises(GraphError, match="has no directions"):
        CausalGraph.from_networkx(nx.Graph([("a", "b")]))
    with pytest.raises(GraphError, match=r"also has \[1, 2\]"):
        CausalGraph.from_networkx(nx.DiGraph([(1, 2)]))
