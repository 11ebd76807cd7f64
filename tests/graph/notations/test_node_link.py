import json

import pytest

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph

NODES = [{"id": "promo", "u_of_edge": 1}, {"id": "sales"}]


def read(content):
    return CausalGraph.parse(json.dumps(content), "node_link")


def test_keys_that_mean_nothing_here_are_passed_over():
    edges = [{"source": "promo", "target": "sales", "u_for_edge": 1, "key": [1], "weight": 2.0}]
    assert read({"directed": True, "nodes": NODES, "edges": edges}) == CausalGraph.parse("promo -> sales")


def test_hidden_causes_and_latent_nodes_are_marked():
    nodes = [*NODES, {"id": "mood", "latent": True}]
    graph = read({"nodes": nodes, "edges": [{"source": "promo", "target": "sales", "kind": "<->"}]})
    assert graph.bidirected == (("promo", "sales"),)
    assert graph.latent == {"mood"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"nodes": [\n{"id": "a",}]}', "line 2: this is not JSON"),
        ("[1]", "This JSON is no graph"),
        ("[" * 100_000, "brackets too deep|this is not JSON"),
        ('{"nodes": 3}', "There is no list `nodes`"),
        ('{"nodes": []}', 'There is no list `edges`. Write "edges": '),
        ('{"nodes": [{"id": 4}], "edges": []}', "`nodes`, entry 1: `id` must be a name in double quotes"),
        ('{"nodes": [{"id": "a"}, {"id": "a"}], "edges": []}', "`nodes`, entry 2: `a` is already entry 1"),
        ('{"nodes": [{"id": "ab"}], "edges": [{"source": "ab", "target": "abc"}]}', "`abc` is not among .* mean `ab`"),
        ('{"directed": false, "nodes": [{"id": "a"}], "edges": []}', "has no directions"),
        ('{"nodes": [], "edges": []}', "The graph is empty"),
    ],
)
def test_what_cannot_be_read_is_told(text, message):
    with pytest.raises(GraphError, match=message):
        CausalGraph.parse(text, "node_link")
