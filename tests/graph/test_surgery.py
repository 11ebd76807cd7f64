from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.separation import separated
from bayescause.graph.surgery import cut_incoming, cut_outgoing, project, subgraph

PAIRS = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] < pair[1]), max_size=8)


@st.composite
def graphs_with_latents(draw):
    names = [f"v{index}" for index in range(6)]
    arrows, double = draw(PAIRS), draw(PAIRS)
    latent = draw(st.sets(st.sampled_from(names), max_size=3))
    return CausalGraph(
        tuple(names),
        tuple((names[a], names[b]) for a, b in arrows),
        tuple((names[a], names[b]) for a, b in double),
        latent=frozenset(latent),
    )


@given(graphs_with_latents())
def test_a_projection_keeps_every_separation_of_the_measured_variables(graph):
    projected = project(graph)
    for a, b in combinations(graph.observed, 2):
        for given_ in ([], [name for name in graph.observed if name not in (a, b)]):
            assert separated(projected, a, b, given_) == separated(graph, a, b, given_)


@given(graphs_with_latents())
def test_projecting_twice_is_projecting_once(graph):
    assert project(project(graph)) == project(graph)


def test_a_hidden_chain_becomes_one_arrow():
    assert project(CausalGraph.parse("latent m; a -> m -> b")).directed == (("a", "b"),)


def test_doing_twice_is_doing_once():
    graph = CausalGraph.parse("z -> x -> y; x <-> y; z <-> y")
    done = cut_incoming(graph, ["x"])
    assert done == cut_incoming(done, ["x"])
    assert done.bidirected == (("z", "y"),)


def test_cutting_effects_keeps_hidden_causes():
    assert cut_outgoing(CausalGraph.parse("x -> y; x <-> y"), ["x"]).bidirected == (("x", "y"),)


def test_a_subgraph_keeps_what_is_inside():
    part = subgraph(CausalGraph.parse("g = {a b}; g -> c -> d; c <-> d"), {"a", "c"})
    assert (part.nodes, part.directed, part.bidirected, part.groups) == (
        ("a", "c"),
        (("a", "c"),),
        (),
        (("g", ("a",)),),
    )
