"""What other programs draw: the text of a known graph, written out."""

import pytest

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph

SHOP = CausalGraph.parse('latent mood; promo -> "net sales"; mood -> "net sales"; promo <-> "net sales"')


def test_mermaid_has_dashes_for_hidden_causes_and_round_ends_for_latent_variables():
    assert SHOP.to_text("mermaid") == (
        'flowchart LR\n  v0(["mood"])\n  v1["promo"]\n  v2["net sales"]\n  v0 --> v2\n  v1 --> v2\n  v1 <-.-> v2'
    )


def test_mermaid_is_not_read():
    with pytest.raises(GraphError, match="written only"):
        CausalGraph.parse("flowchart LR", "mermaid")


def test_dot_has_double_headed_edges_for_hidden_causes():
    assert SHOP.to_text("dot").split("\n")[2:] == [
        "  mood [observed=no, style=dashed];",
        "  promo;",
        '  "net sales";',
        '  mood -> "net sales";',
        '  promo -> "net sales";',
        '  promo -> "net sales" [dir=both, style=dashed];',
        "}",
    ]


def test_dagitty_has_its_own_sign_for_them():
    assert '  promo <-> "net sales"' in SHOP.to_text("dagitty").split("\n")
