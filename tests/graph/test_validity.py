import itertools

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.validity import shortest_cycle

ARROWS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] != pair[1]), max_size=20)


@given(ARROWS)
def test_a_shortest_cycle_is_as_short_as_networkx_finds(arrows):
    names = [(str(a), str(b)) for a, b in arrows]
    found = shortest_cycle(map(str, range(7)), names)
    lengths = [len(cycle) for cycle in nx.simple_cycles(nx.DiGraph(names))]
    assert len(found) - 1 == min(lengths) if lengths else found == ()
    assert all(pair in names for pair in itertools.pairwise(found))


def test_a_long_ring_is_found():
    names = [str(index) for index in range(5_000)]
    assert len(shortest_cycle(names, list(zip(names, [*names[1:], names[0]], strict=True)))) == 5_001


@pytest.mark.parametrize("text", ["{names}", "dag {{ {names} }}", "digraph {{ {names} }}", "g = {{{names}}}"])
def test_ten_thousand_variables_of_a_text_are_refused_by_a_cap(text):
    names = "; ".join(f"v{index}" for index in range(10_000))
    with pytest.raises(GraphError, match=r"10,000 variables; at most 5,000"):
        CausalGraph.parse(text.format(names=names.replace(";", "") if text.startswith("g =") else names))


def test_a_program_may_build_more_but_not_without_end():
    assert len(CausalGraph(tuple(f"v{index}" for index in range(10_000))).nodes) == 10_000
    with pytest.raises(GraphError, match=r"30,000 variables; at most 20,000"):
        CausalGraph(tuple(f"v{index}" for index in range(30_000)))


def test_too_many_arrows_are_refused_before_they_are_spelt_out():
    names = " ".join(f"v{index}" for index in range(2_000))
    with pytest.raises(GraphError, match=r"more than 500,000 arrows"):
        CausalGraph.parse(f"g = {{{names}}}; g <-> g")
