from bayescause.graph.causal_graph import CausalGraph
from bayescause.reporting.figures.groups import sketch


def test_a_group_is_one_box_and_its_tangle_a_note():
    graph = CausalGraph.parse("g = {a b c}; g <-> g; g -> {x y}; x -> y")
    seen = sketch(graph, "x", "y")
    assert seen.boxes == {"g": ("a", "b", "c"), "x": ("x",), "y": ("y",)}
    assert seen.tangled == {"g"}
    assert seen.hidden == ()


def test_a_group_on_the_causal_path_is_taken_apart():
    graph = CausalGraph.parse("g = {m a}; x -> m; m -> y; a -> y; x -> y")
    assert "m" in sketch(graph, "x", "y").boxes


def test_many_variables_with_the_same_arrows_are_one_box_without_being_asked():
    graph = CausalGraph.parse("{a b c d e} -> {x y}; x -> y")
    assert sketch(graph, "x", "y").boxes["5 with the same arrows"] == tuple("abcde")


def test_only_arrows_on_a_causal_path_are_heavy():
    graph = CausalGraph.parse("z -> {x y}; x -> m -> y; x -> w")
    assert sketch(graph, "x", "y").heavy == {("x", "m"), ("m", "y")}
