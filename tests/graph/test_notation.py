import json
import sys
import unicodedata
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bayescause.errors import GraphError, UnknownPluginError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import lookalikes
from bayescause.graph.notation import NOTATIONS, endings, notation_of_file, read_as, write_as
from bayescause.graph.notations.gml import LISTS
from bayescause.graph.notations.graphml import is_xml
from bayescause.plugins import find, names

BOTH_WAYS = ("dagitty", "dot", "gml", "graphml", "node_link", "text")
KEYWORDS = ["latent", "graph", "Node", "edge", "subgraph", "dag", "strict", "label", "7", "end", "true", "INF", "kind"]
HOSTILE = [
    'a "b"',
    "a\\",
    "one\ntwo",
    "]]>",
    "<script>",
    "&amp;",
    "{x}",
    "a -> b",
    "#1;",
    "' or '",
    "größe",
    "x; y",
    "()",
]
NAMES = st.lists(
    st.sampled_from(KEYWORDS + HOSTILE) | st.text(min_size=1, max_size=6).filter(str.strip), min_size=5, max_size=5
)
PAIRS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] < pair[1]))


@st.composite
def graphs(draw):
    found = [unicodedata.normalize("NFC", name) for name in draw(NAMES)]
    if len(set(found)) < 5 or lookalikes(found):
        found = ["a", "b c", "latent", "7", 'd"\\\n']
    arrows, double = draw(PAIRS), draw(PAIRS)
    return CausalGraph(
        tuple(draw(st.permutations(found))),
        tuple((found[a], found[b]) for a, b in arrows),
        tuple((found[a], found[b]) for a, b in double),
        latent=frozenset(draw(st.sets(st.sampled_from(found)))),
    )


@pytest.fixture(params=names(NOTATIONS))
def notation(request):
    return find(NOTATIONS, request.param)


def test_a_notation_is_frozen_and_has_endings_of_its_own(notation):
    assert notation() == notation()
    assert notation.endings
    assert all(notation_of_file(f"graph.{ending}") == notation.short for ending in notation.endings)


def test_what_cannot_be_read_is_a_graph_error(notation):
    for text in ("a ~~~ b", "{", '{"', "[" * 10_000, "<a>", "graph [ node [ id", "-> ->", '"'):
        with pytest.raises(GraphError):
            notation().read(text)


@given(graphs(), st.sampled_from(BOTH_WAYS))
@example(CausalGraph(("one\ntwo", 'a "b"', "graph"), (("one\ntwo", "graph"),), (("one\ntwo", "graph"),)), "dot")
def test_what_is_written_reads_back_as_it_was(graph, notation):
    assume(notation != "gml" or not set(LISTS) & set(graph.nodes))
    assume(notation != "graphml" or all(map(is_xml, "".join(graph.nodes))))
    assert read_as(write_as(graph, notation), notation).graph == graph


@given(graphs())
def test_a_drawing_has_a_line_for_everything_and_no_sign_of_a_name_is_a_sign_of_its_own(graph):
    first, *lines = write_as(graph, "mermaid").split("\n")
    assert first == "flowchart LR"
    assert len(lines) == len(graph.nodes) + len(graph.directed) + len(graph.bidirected)
    labels = [line.split('"') for line in lines if '"' in line]
    assert all(len(parts) == 3 and not set("<>&`\\[](){}|") & set(parts[1]) for parts in labels)


def test_networks_that_networkx_wrote_itself_are_read_too():
    graph = CausalGraph.parse("latent u; u -> x -> y; x <-> y; z")
    network = graph.to_networkx()
    assert read_as("\n".join(nx.generate_gml(network)), "gml").graph == graph
    assert read_as("\n".join(nx.generate_graphml(network)), "graphml").graph == graph
    assert read_as(json.dumps(nx.node_link_data(network)), "node_link").graph == graph


def test_a_plain_network_is_arrows_only():
    network = nx.DiGraph([("rain", "wet"), ("wet", "slip")])
    graph = CausalGraph.parse("rain -> wet -> slip")
    assert CausalGraph.parse("\n".join(nx.generate_gml(network)), "gml") == graph
    assert CausalGraph.parse("\n".join(nx.generate_graphml(network)), "graphml") == graph
    assert CausalGraph.parse(json.dumps(nx.node_link_data(network, edges="links")), "node_link") == graph


def test_an_unknown_notation_is_named_with_those_that_there_are():
    with pytest.raises(UnknownPluginError, match="No 'gmll' among the notations. Did you mean 'gml'"):
        CausalGraph.parse("a -> b", notation="gmll")


def test_two_notations_share_no_ending():
    assert sum(len(find(NOTATIONS, short).endings) for short in names(NOTATIONS)) == len(endings())


def test_a_huge_text_is_refused_by_a_cap():
    with pytest.raises(GraphError, match="at most 5,000,000 are read"):
        read_as("a" * 5_000_001, "gml")


@pytest.mark.parametrize("notation", BOTH_WAYS)
def test_more_variables_than_a_drawing_has_are_refused(notation):
    text = write_as(CausalGraph(tuple(f"v{index}" for index in range(5_001))), notation)
    with pytest.raises(GraphError, match=r"5,001 variables; at most 5,000"):
        read_as(text, notation)


def calls_of(function, *arguments):
    """How many functions, Python's and C's, are called on the way."""
    count = 0

    def note(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return count


def chain(length, notation):
    if notation == "lavaan":
        return "\n".join(f"v{index + 1} ~ v{index}" for index in range(length))
    names = tuple(f"v{index}" for index in range(length + 1))
    return write_as(CausalGraph(names, tuple(pairwise(names))), notation)


@pytest.mark.parametrize("notation", [*BOTH_WAYS, "lavaan"])
def test_twice_the_text_takes_twice_the_steps(notation):
    read_as(chain(10, notation), notation)  # what is imported or compiled on first use is no part of the count
    short, long = (calls_of(read_as, chain(length, notation), notation) for length in (500, 1_000))
    assert long < 2.1 * short


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        (" //" * 100_000, "text"),
        (" #" * 100_000, "text"),
        ("/*" * 100_000, "text"),
        ("/**/ " * 100_000, "text"),
        ("dag { a -> b " + "/*" * 100_000, "dagitty"),
        ('dag { "' + '\\"' * 100_000, "dagitty"),
        ('a -> "' + '\\"' * 100_000, "text"),
        ("dag" + " " * 100_000 + "|", "dagitty"),
        ("y ~ " + "9" * 100_000 + "x", "lavaan"),
        ("y ~ " + "." * 100_000, "lavaan"),
        ("graph [ x " + "9" * 100_000 + " ]", "gml"),
        ("<a" * 100_000, "graphml"),
    ],
    ids=lambda value: value[:12],
)
def test_a_text_that_is_made_to_be_looked_at_again_and_again_is_looked_at_once(text, notation):
    # With a pattern that goes back over what it has seen, these take hours.
    with pytest.raises(GraphError):
        read_as(text, notation)
