import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import ancestors, descendants, districts, topological_order

PAIRS = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]))


@st.composite
def graphs(draw):
    order = draw(st.permutations([f"v{index}" for index in range(8)]))
    arrows, double = draw(PAIRS), draw(PAIRS)
    return CausalGraph(
        tuple(sorted(order)),
        tuple((order[a], order[b]) for a, b in arrows),
        tuple((order[a], order[b]) for a, b in double),
    )


@given(graphs())
def test_ancestors_and_descendants_are_those_of_networkx(graph):
    network = nx.DiGraph(graph.directed)
    network.add_nodes_from(graph.nodes)
    for node in graph.nodes:
        assert ancestors(graph, [node]) == nx.ancestors(network, node) | {node}
        assert descendants(graph, [node]) == nx.descendants(network, node) | {node}


@given(graphs())
def test_causes_come_before_effects(graph):
    order = topological_order(graph)
    assert sorted(order) == sorted(graph.nodes)
    assert all(order.index(a) < order.index(b) for a, b in graph.directed)


@given(graphs())
def test_districts_are_the_connected_parts_of_the_double_arrows(graph):
    network = nx.Graph(graph.bidirected)
    network.add_nodes_from(graph.nodes)
    assert {frozenset(part) for part in districts(graph)} == set(map(frozenset, nx.connected_components(network)))


def test_ancestors_can_be_kept_within_a_set():
    assert ancestors(CausalGraph.parse("a -> b -> c"), ["c"], within={"a", "c"}) == {"c"}
