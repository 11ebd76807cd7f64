from itertools import chain, combinations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.front_door import (
    MOST_SETS,
    front_door_functional,
    front_door_listing,
)
from bayescause.identification.functional_text import text_of

PAIRS = list(combinations(range(6), 2))
TAR = "smoking -> tar -> cancer; smoking <-> cancer"


@st.composite
def questions(draw):
    names = tuple("abcdef")
    arrows = draw(st.sets(st.sampled_from(PAIRS), min_size=3, max_size=9))
    double = draw(st.sets(st.sampled_from(PAIRS), max_size=4))
    latent = draw(st.sets(st.sampled_from(names[1:5]), max_size=1))
    graph = CausalGraph(
        tuple(draw(st.permutations(names))),
        tuple((names[a], names[b]) for a, b in arrows),
        tuple((names[a], names[b]) for a, b in double),
        latent=frozenset(latent),
    )
    several = draw(st.booleans())
    of = [name for name in ("ac" if several else "a") if name not in latent]
    return graph, of, ["e", "f"] if several and "e" not in latent else ["f"]


def drawn(graph):
    """The same graph with each hidden common cause drawn as a variable."""
    network = nx.DiGraph()
    network.add_nodes_from(graph.nodes)
    network.add_edges_from(graph.directed)
    network.add_edges_from((f"{a}-{b}", end) for a, b in graph.bidirected for end in (a, b))
    return network


def without_arrows_from(network, names):
    bare = network.copy()
    bare.remove_edges_from([arrow for arrow in network.edges if arrow[0] in names])
    return bare


def obeys_the_definition(network, of, on, through):
    """Jeong, Tian and Bareinboim (2022), definition 1, by networkx."""
    cut = network.subgraph(set(network) - set(through))
    if any(nx.has_path(cut, a, b) for a in of for b in on):
        return False
    if not through:
        return True
    first, second = without_arrows_from(network, of), without_arrows_from(network, through)
    return nx.is_d_separator(first, set(of), set(through), set()) and nx.is_d_separator(
        second, set(through), set(on), set(of)
    )


@settings(deadline=None, max_examples=300)
@given(questions())
def test_minimal_sets_are_all_front_door_sets_without_a_part_that_is_one(question):
    graph, of, on = question
    free = [name for name in graph.observed if name not in (*of, *on)]
    network = drawn(graph)
    subsets = chain.from_iterable(combinations(free, size) for size in range(len(free) + 1))
    valid = [set(some) for some in subsets if obeys_the_definition(network, of, on, some)]
    minimal = [some for some in valid if not any(other < some for other in valid)]
    assert sorted(map(sorted, minimal)) == sorted(map(sorted, front_door_listing(graph, of, on).entries))


def test_sets_come_smallest_first():
    graph = CausalGraph.parse("x -> {a b} -> c -> y; x <-> y")
    assert front_door_listing(graph, ["x"], ["y"]).entries == (("c",), ("a", "b"))


def test_a_confounded_mediator_needs_the_variable_that_confounds_it():
    graph = CausalGraph.parse("x -> m -> y; x <-> y; z -> {m y}")
    assert front_door_listing(graph, ["x"], ["y"]).entries == (("m", "z"),)


def test_an_arrow_past_the_mediators_leaves_no_set():
    assert front_door_listing(CausalGraph.parse("x -> m -> y; x -> y"), ["x"], ["y"]).entries == ()


def test_without_a_causal_path_nothing_has_to_be_met():
    assert front_door_listing(CausalGraph.parse("z -> {x y}"), ["x"], ["y"]).entries == ((),)


def test_a_list_that_was_cut_says_so():
    ways = "; ".join(f"x -> {' -> '.join(f'm{way}_{step}' for step in range(5))} -> y" for way in range(5))
    listing = front_door_listing(CausalGraph.parse(f"{ways}; x <-> y"), ["x"], ["y"])
    assert (len(listing.entries), listing.is_whole) == (MOST_SETS, False)


def test_the_functional_is_the_front_door_formula():
    graph = CausalGraph.parse("x -> {a b} -> {y z}; x <-> y; x <-> z")
    functional = front_door_functional(graph, ["x"], ["y", "z"], ["b", "a"])
    assert text_of(functional, fixed="xyz") == "sum over a, b of P(a, b | x) sum over x' of P(y, z | x', a, b) P(x')"
