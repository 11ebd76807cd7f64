import pytest

from bayescause.errors import GraphError, GraphWarning
from bayescause.graph.causal_graph import CausalGraph


def test_neighbours_come_in_the_order_of_the_nodes():
    graph = CausalGraph(("c", "a", "b"), (("b", "c"), ("a", "c")), (("b", "c"), ("a", "b")))
    assert graph.parents("c") == ("a", "b")
    assert graph.children("a") == ("c",)
    assert graph.siblings("b") == ("c", "a")


def test_the_order_in_which_arrows_are_given_does_not_matter():
    one = CausalGraph(("a", "b", "c"), (("a", "b"), ("b", "c")), (("a", "c"),))
    other = CausalGraph(("a", "b", "c"), (("b", "c"), ("a", "b")), (("c", "a"),))
    assert one == other
    assert hash(one) == hash(other)


def test_observed_leaves_out_latent_nodes():
    graph = CausalGraph(("u", "x", "y"), (("u", "x"), ("u", "y")), latent=frozenset({"u"}))
    assert graph.observed == ("x", "y")


def test_names_are_brought_to_one_unicode_form():
    graph = CausalGraph(("cafe\u0301", "y"), (("caf\u00e9", "y"),))
    assert graph.parents("y") == ("caf\u00e9",)


def test_an_arrow_that_is_given_twice_is_kept_once_with_a_warning():
    with pytest.warns(GraphWarning, match="`a` -> `b` is given twice; one is kept"):
        graph = CausalGraph(("a", "b"), (("a", "b"), ("a", "b")))
    assert graph.directed == (("a", "b"),)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"nodes": ()}, "The graph is empty"),
        ({"nodes": ("a", "a")}, "`a` is declared twice"),
        ({"nodes": ("a", " ")}, "empty name"),
        ({"nodes": ("Age", "age")}, "`Age` and `age` look alike"),
        ({"nodes": ("a", "\u0430")}, "look alike"),
        ({"nodes": ("a",), "directed": (("a", "a"),)}, "leads from a variable to itself"),
        ({"nodes": ("sales", "y"), "directed": (("slaes", "y"),)}, "Did you mean `sales`?"),
        ({"nodes": ("a", "b"), "latent": frozenset({"c"})}, "`c` in the list of latent variables is not a variable"),
        ({"nodes": ("a", "b"), "groups": (("a", ("b",)),)}, "`a` is a group and a variable"),
        ({"nodes": ("a", "b"), "groups": (("g", ("c",)),)}, "`c` of the group `g` is not a variable"),
    ],
)
def test_impossible_parts_are_refused_in_words(parts, message):
    with pytest.raises(GraphError, match=message.replace("?", r"\?")):
        CausalGraph(**parts)


def test_a_loop_is_told_by_a_shortest_one():
    with pytest.raises(GraphError, match="loop: c -> d -> c"):
        CausalGraph(tuple("abcd"), (("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "c")))


def test_all_faults_come_together():
    with pytest.raises(GraphError) as caught:
        CausalGraph(("a", "b", "b"), (("a", "a"), ("c", "a")))
    assert len(caught.value.faults) == 3


def test_an_unknown_variable_is_answered_with_the_nearest_name():
    with pytest.raises(GraphError, match="Did you mean `sales`"):
        CausalGraph.parse("promo -> sales").parents("sale")
