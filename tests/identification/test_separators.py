import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from bayescause.identification.separators import minimal_separators


def separates(cliques, removed):
    network = nx.Graph([(0, 1)])
    network.remove_edge(0, 1)
    for clique in cliques:
        network.add_edges_from((a, b) for a in clique for b in clique if a < b)
    network.remove_nodes_from(removed)
    return not nx.has_path(network, 0, 1)


@given(st.lists(st.sets(st.integers(0, 6), min_size=2, max_size=4), max_size=7), st.sets(st.integers(2, 6)))
def test_every_minimal_separator_is_found_and_nothing_else(cliques, allowed):
    subsets = [{node for node in allowed if bits >> node & 1} for bits in range(128)]
    valid = {frozenset(some) for some in subsets if separates(cliques, some)}
    minimal = {some for some in valid if not any(other < some for other in valid)}
    named = [{str(node) for node in clique} for clique in cliques]
    found = list(minimal_separators(named, {"0"}, {"1"}, allowed=set(map(str, allowed))))
    assert len(set(found)) == len(found)
    assert set(found) == {frozenset(map(str, some)) for some in minimal}
