from itertools import chain, combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.surgery import project
from bayescause.identification.instruments import (
    by_instruments,
    instrument_assumptions,
    instrument_listing,
    instruments,
    is_instrument,
)
from bayescause.identification.verdict import Instrument

PAIRS = list(combinations(range(6), 2))
DRAFT = "lottery -> drafted -> income; drafted <-> income"


@st.composite
def graphs(draw):
    """Graphs of six variables, one of them perhaps hidden, in which c affects f."""
    names = tuple("abcdef")
    arrows = {(2, 5), *draw(st.sets(st.sampled_from(PAIRS), max_size=8))}
    double = draw(st.sets(st.sampled_from(PAIRS), max_size=4))
    return CausalGraph(
        tuple(draw(st.permutations(names))),
        tuple((names[a], names[b]) for a, b in arrows),
        tuple((names[a], names[b]) for a, b in double),
        latent=frozenset(draw(st.sets(st.sampled_from("abde"), max_size=1))),
    )


def drawn(graph):
    """The same graph with each hidden common cause drawn as a variable."""
    network = nx.DiGraph()
    network.add_nodes_from(graph.nodes)
    network.add_edges_from(graph.directed)
    network.add_edges_from((f"{a}-{b}", end) for a, b in graph.bidirected for end in (a, b))
    return network


def conditions_of(graph, name, *, among_causes):
    """Every set within which ``name`` is an instrument for c on f (Henckel and others 2022, theorem 3.1)."""
    network = drawn(graph)
    on_the_way = {node for path in nx.all_simple_paths(network, "c", "f") for node in path[1:]}
    forbidden = {"c", *on_the_way}.union(*(nx.descendants(network, node) for node in on_the_way))
    if name in forbidden:
        return []
    bare = network.copy()
    bare.remove_edges_from([("c", node) for node in on_the_way])
    free = set(graph.observed) - forbidden - {name}
    if among_causes:
        free &= nx.ancestors(bare, name) | nx.ancestors(bare, "f")
    subsets = chain.from_iterable(combinations(sorted(free), size) for size in range(len(free) + 1))
    return [
        set(some)
        for some in subsets
        if nx.is_d_separator(bare, name, "f", set(some)) and not nx.is_d_separator(network, name, "c", set(some))
    ]


@settings(deadline=None, max_examples=200)
@given(graphs())
def test_instruments_are_all_that_obey_the_definition_given_causes(graph):
    found = {each.instrument: set(each.given) for each in instruments(graph, "c", "f")}
    for name in graph.observed:
        conditions = conditions_of(graph, name, among_causes=True) if name not in "cf" else []
        assert (name in found) == bool(conditions)
        if name in found:
            assert found[name] in conditions
            assert not any(other < found[name] for other in conditions)


@settings(deadline=None, max_examples=150)
@given(graphs())
def test_where_there_is_any_instrument_one_is_listed(graph):
    others = [name for name in graph.observed if name not in "cf"]
    exists = any(conditions_of(graph, name, among_causes=False) for name in others)
    assert bool(instruments(graph, "c", "f")) == exists


@settings(deadline=None, max_examples=100)
@given(graphs(), st.sampled_from("abde"), st.sets(st.sampled_from("abde"), max_size=2))
def test_an_instrument_is_accepted_by_the_definition_alone(graph, name, given_):
    given_ -= {name}
    allowed = name not in graph.latent and given_ <= set(graph.observed)
    expected = allowed and given_ in conditions_of(graph, name, among_causes=False)
    assert is_instrument(graph, "c", "f", Instrument(name, tuple(sorted(given_)))) == expected


def covariance(graph, weights):
    """Covariance of the linear model in which each arrow has its weight and each variable unit noise."""
    network = drawn(graph)
    order = list(nx.topological_sort(network))
    place = {name: index for index, name in enumerate(order)}
    effects = np.zeros((len(order), len(order)))
    for (a, b), weight in zip(network.edges, weights, strict=False):
        effects[place[b], place[a]] = weight
    total = np.linalg.inv(np.eye(len(order)) - effects)
    return total, total @ total.T, place


def given_that(matrix, a, b, given_):
    inside = np.ix_(given_, given_)
    return matrix[a, b] - matrix[a, given_] @ np.linalg.solve(matrix[inside], matrix[given_, b])


@settings(deadline=None, max_examples=100)
@given(graphs(), st.lists(st.floats(0.5, 1.5), min_size=30, max_size=30))
def test_an_instrument_gives_the_total_effect_in_linear_models(graph, weights):
    total, matrix, place = covariance(graph, weights)
    for each in instruments(graph, "c", "f"):
        within = [place[name] for name in each.given]
        moved, reached = (given_that(matrix, place[each.instrument], place[end], within) for end in "cf")
        # Relative to the size of the covariances, for rounding.
        assert reached == pytest.approx(total[place["f"], place["c"]] * moved, rel=1e-7, abs=1e-9)


def test_a_lottery_is_an_instrument():
    assert instruments(CausalGraph.parse(DRAFT), "drafted", "income") == (Instrument("lottery"),)


def test_a_mediated_effect_has_instruments_too():
    graph = CausalGraph.parse("z -> x -> m -> y; x <-> y; m <-> y")
    assert instruments(graph, "x", "y") == (Instrument("z"),)


def test_a_variable_with_a_way_of_its_own_is_none():
    assert instruments(CausalGraph.parse(f"{DRAFT}; lottery -> income"), "drafted", "income") == ()


def test_without_an_effect_there_is_nothing_to_instrument():
    assert instruments(CausalGraph.parse("z -> x; x <-> y"), "x", "y") == ()


def test_an_unknown_instrument_is_an_error():
    with pytest.raises(GraphError, match="Did you mean `lottery`"):
        is_instrument(CausalGraph.parse(DRAFT), "drafted", "income", Instrument("lotery"))


def test_conditions_are_told_among_the_assumptions():
    told = instrument_assumptions("x", "y", ["z"], ["w"])
    assert told.strategy == "instrument"
    assert told.assumptions == (
        "linear",
        "z moves x, within groups of w",
        "z reaches y only through x, within groups of w",
        "nothing unmeasured drives both z and y, within groups of w",
    )


def together(text):
    graph = CausalGraph.parse(text)
    found = by_instruments(graph, "x", "y", instruments(graph, "x", "y"))
    return found.instruments, found.given


def test_other_causes_of_the_outcome_are_held_where_the_instruments_stay_instruments():
    assert together("z -> x -> y; x <-> y; age -> {x y}") == (("z",), ("age",))


def test_a_cause_of_the_outcome_that_shares_a_hidden_cause_with_the_instrument_is_not_held():
    assert together("z -> c; c <-> y; c -> y; z -> x -> y; x <-> y; w -> x") == (("w",), ("c",))


def test_what_the_treatment_changes_is_not_held():
    assert together("z -> x -> m -> y; x <-> y") == (("z",), ())


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_instruments_that_answer_together_are_each_valid_under_the_common_condition(graph):
    graph = project(graph)
    found = instruments(graph, "c", "f")
    chosen = by_instruments(graph, "c", "f", found)
    assert (chosen is None) == (not found)
    if chosen is not None:
        assert all(is_instrument(graph, "c", "f", Instrument(name, chosen.given)) for name in chosen.instruments)


def test_a_list_that_was_cut_says_so():
    names = " ".join(f"z{index}" for index in range(2_000))
    listing = instrument_listing(CausalGraph.parse(f"{{{names}}} -> x -> y; x <-> y"), "x", "y")
    assert listing.entries
    assert not listing.is_whole
