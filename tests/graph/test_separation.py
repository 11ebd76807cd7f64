import networkx as nx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.separation import open_path, open_path_text, separated

PAIRS = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] < pair[1]), max_size=9)


@st.composite
def questions(draw):
    names = [f"v{index}" for index in range(6)]
    arrows, double = draw(PAIRS), draw(PAIRS)
    graph = CausalGraph(
        tuple(names), tuple((names[a], names[b]) for a, b in arrows), tuple((names[a], names[b]) for a, b in double)
    )
    sides = draw(st.lists(st.sampled_from("ab|-"), min_size=6, max_size=6))
    return graph, *({name for name, side in zip(names, sides, strict=True) if side == kind} for kind in "ab|")


@given(questions())
def test_separation_is_d_separation_in_the_graph_with_hidden_causes_drawn(question):
    graph, a, b, given = question
    assume(a and b)
    drawn = nx.DiGraph(graph.directed)
    drawn.add_nodes_from(graph.nodes)
    for first, second in graph.bidirected:
        drawn.add_edges_from([((first, second), first), ((first, second), second)])
    assert separated(graph, a, b, given) == nx.is_d_separator(drawn, a, b, given)


@given(questions())
def test_an_open_path_is_a_path_that_visits_no_node_twice(question):
    graph, a, b, given = question
    assume(a and b)
    path = open_path(graph, a, b, given)
    if path is not None:
        assert path[0] in a
        assert path[-1] in b
        assert len(set(path)) == len(path)


def test_a_collider_blocks_the_path_it_sits_on():
    graph = CausalGraph.parse("rain -> wet; sprinkler -> wet; wet -> slippery")
    assert separated(graph, "rain", "sprinkler")
    assert not separated(graph, "rain", "sprinkler", given={"slippery"})


def test_an_open_path_is_told_with_its_arrows():
    graph = CausalGraph.parse("x <-> m; m -> y; z -> y")
    assert open_path_text(graph, "x", "y") == "x <-> m -> y"
    assert open_path_text(graph, "x", "z", given="y") == "x <-> m -> y <- z"


def test_a_node_cannot_be_on_two_sides():
    graph = CausalGraph.parse("a -> b -> c")
    with pytest.raises(GraphError, match="`a` stands on two sides"):
        separated(graph, {"a"}, {"c"}, given={"a"})
    with pytest.raises(GraphError, match="`d` is not a variable"):
        separated(graph, "a", "d")
