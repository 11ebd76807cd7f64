import pytest

from bayescause.errors import GraphError
from bayescause.graph.text import read_text

DAGITTY = """dag {
bb="-2.2,-1,3,4"
x [exposure,pos="-0.1,0.2"]   // the treatment
y [outcome,pos="0.5,-0.2"]
U [latent]
"a b" [adjusted]
x -> {m "a b"} -> y [beta=-0.3]
x <-> y U -> y
}"""


def test_dagitty_gives_arrows_and_roles():
    declared = read_text(DAGITTY)
    assert declared.graph.parents("y") == ("U", "a b", "m")
    assert declared.graph.bidirected == (("x", "y"),)
    assert declared.graph.latent == {"U"}
    assert (declared.treatments, declared.outcomes, declared.adjusted) == (("x",), ("y",), ("a b",))
    assert declared.graph.lines["->", "U", "y"] == 8


def test_dot_is_read_as_dowhy_writes_it():
    graph = read_text('digraph {U[label="Unobserved Confounders"]; U->t; U->y; t->y; z [observed="no"]; z -> t}').graph
    assert graph.latent == {"U", "z"}
    assert graph.children("t") == ("y",)


def test_dot_may_hold_looks_subgraphs_and_remarks():
    text = """strict digraph "G" {   /* a remark
       on two lines */ rankdir=LR; node [shape=box, color="#ff0000"];
       subgraph cluster_0 { a -> b [weight=2.5]; }
       a -> c [dir=both];  # hidden
    }"""
    graph = read_text(text).graph
    assert graph.directed == (("a", "b"),)
    assert graph.bidirected == (("a", "c"),)
    assert graph.lines["->", "a", "b"] == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pdag { a -- b }", "`pdag` is not read"),
        ("dag { a -- b }", "line 1: `--` has no direction"),
        ("dag {\na -> ", "line 2: the text ends too early"),
        ("dag {", "the text ends too early"),
        ("dag { x [exposure }", "the text ends too early"),
        ("digraph { a -> b } c", "`c` stands after the last bracket"),
        ("dag { a -> b b -> a }", "loop: a -> b -> a"),
        ("dag { a @-> b }", "`@` stands where a name should be"),
        ("digraph { subgraph a b }", "`subgraph` needs a bracket"),
        ("dag { }", "The graph is empty"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text, message):
    with pytest.raises(GraphError, match=message):
        read_text(text)
