from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.breaking import MOST_TRIED, breaking_arrows


def test_arrows_with_which_the_question_has_no_answer_are_written_as_in_a_graph():
    graph = CausalGraph.parse('"a b" -> y; z')
    absent = [("<->", "a b", "y"), ("->", "z", "y"), ("<->", "z", "y")]
    found = breaking_arrows(graph, absent, lambda other: "z" not in other.parents("y") and not other.siblings("a b"))
    assert found == ('"a b" <-> y', "z -> y")


def test_in_a_large_graph_few_arrows_are_tried():
    graph = CausalGraph(tuple(f"v{index}" for index in range(5_000)), ())
    tried = []
    breaking_arrows(graph, [("<->", "v0", f"v{index}") for index in range(1, 100)], tried.append)
    assert 0 < len(tried) < MOST_TRIED
