from types import SimpleNamespace

import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.reporting.figures.graph import Roles
from bayescause.reporting.proof.drawing import _caption


@pytest.mark.parametrize(
    ("text", "is_dashed"),
    [("who = {a b c}; who <-> who; who -> {x y}; x -> y", False), ("z -> {x y}; x -> y; z <-> y", True)],
)
def test_the_caption_explains_dashed_bows_only_where_one_is_drawn(text, is_dashed):
    names = SimpleNamespace(treatment="x", outcome="y", label=str)
    assert ("Dashed" in _caption(names, Roles("x", "y"), CausalGraph.parse(text))) == is_dashed
