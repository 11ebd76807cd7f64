import pytest

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph

SHOP = """Creator "somebody"
graph [
  directed 1
  node [ id 7 label "promo &#38; price" graphics [ x 1.5 y -2 ] ]
  node [ id 9 label "sales" ]
  node [ id 3 label "mood" observed "no" ]
  edge [ source 7 target 9 weight 0.5 ]
  edge [ source 3 target 9 ]
]
"""


def test_labels_are_names_and_looks_are_passed_over():
    graph = CausalGraph.parse(SHOP, "gml")
    assert graph.parents("sales") == ("promo & price", "mood")
    assert graph.latent == {"mood"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("graph [\n directed 1\n node [ id 0 label @ ]\n]", r"line 3: this is not GML: cannot tokenize"),
        ("graph [\n directed 1\n node [ id 0 label", r"line 4: this is not GML: .* found EOF"),
        ("digraph [ ]", "this is not GML: input contains no graph"),
        ('graph [ node [ id 0 label "x" ] ]', "has no directions"),
        ("graph [ directed 1 node [ id 0 ] ]", "has no 'label' attribute"),
        ('graph [ directed 1 node [ id 0 label "x" ] edge [ source 0 target 5 ] ]', "undefined target 5"),
        ('graph [ directed 1 node [ id 0 label "x" ] edge [ source 0 target 0 ] ]', "leads from a variable to itself"),
        ("graph [ directed 1 node [ id 0 label 12 ] ]", r"also has \[12\]. Put them in double quotes"),
        ("graph [ directed 1 node 4 ]", "This is not GML of a graph"),
        ("graph " + "[ a " * 1_000, r"line 1: more than 20 brackets"),
        ("graph [ directed 1 x " + "9" * 10_000 + " ]", "This is not GML of a graph"),
        (
            'graph [directed 1 node [id 0 label "x"] node [id 1 label "y"] edge [source 0 target 1 kind "o->"]]',
            "The edge from `x` to `y` is of the kind `o->`",
        ),
    ],
)
def test_what_cannot_be_read_is_told(text, message):
    with pytest.raises(GraphError, match=message):
        CausalGraph.parse(text, "gml")


def test_a_name_that_reads_as_a_list_cannot_be_written():
    with pytest.raises(GraphError, match=r"GML cannot hold a variable called `\(\)`"):
        CausalGraph(("()",)).to_text("gml")
