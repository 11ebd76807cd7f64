import pytest

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph

HEAD = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE graphml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<graphml><graph edgedefault="directed"><node id="&b;"/></graph></graphml>"""
NODES = '<node id="a"/><node id="b"/>'


def document(body, head=HEAD, direction="directed"):
    return f'{head}\n<graph edgedefault="{direction}">\n{body}\n</graph></graphml>'


def test_a_document_with_a_prologue_is_read_whatever_encoding_it_names():
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + document('<node id="größe"/>')
    assert CausalGraph.parse(text, "graphml").nodes == ("größe",)


def test_lines_of_edges_are_told_where_they_form_a_loop():
    edges = '<edge source="a" target="b"/>\n<edge source="b" target="a"/>'
    with pytest.raises(GraphError, match=r"a loop: a -> b -> a \(lines 3, 4\)"):
        CausalGraph.parse(document(NODES + edges), "graphml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LAUGHS, "line 2: a document type .* is not read. Delete it"),
        ("<graphml><graph>", "line 1: this is not XML: no element found"),
        (document("<node/>"), "line 3: `<node>` has no `id`"),
        (document(NODES + '<edge source="a"/>'), "line 3: `<edge>` has no `target`"),
        (document(NODES + '<edge source="a" target="bb"/>'), "line 3: `bb` is not a node of the document"),
        (document(NODES + '<node id="a"/>'), "line 3: `a` is already a node on line 3"),
        (document(NODES, direction="undirected"), "line 2: the graph has no directions"),
        (document(NODES + '<edge source="a" target="b" directed="false"/>'), "directed=false edge found"),
        (f"{HEAD}</graphml>", "The document holds 0 graphs; it must hold one"),
        (document(NODES) + "x", "line 4: this is not XML: junk after document element"),
        (document("<node id='&lol;'/>"), "line 3: this is not XML: undefined entity"),
        ("<a>" * 1_000, "more than 50 elements are open"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, message):
    with pytest.raises(GraphError, match=message):
        CausalGraph.parse(text, "graphml")


def test_a_name_that_xml_has_no_sign_for_cannot_be_written():
    with pytest.raises(GraphError, match=r"GraphML cannot hold the name 'a\\x01'"):
        CausalGraph(("a\x01",)).to_text("graphml")
