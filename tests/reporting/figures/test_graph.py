"""The picture of a graph holds all that is drawn: also the bow of a hidden cause over a long way."""

import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.reporting.figures.graph import _bow_through, _crest, _fitting, _headroom
from bayescause.reporting.figures.groups import sketch


@pytest.mark.parametrize("text", ["x -> y; x <-> y", "z -> x -> y; x <-> y", "x -> m -> n -> y; x <-> y; x <-> m"])
def test_the_highest_bow_is_inside_the_picture(text):
    seen = sketch(CausalGraph.parse(text), "x", "y")
    layout, _ = _fitting(seen, str, 640)
    assert all(_crest(_bow_through(layout, edge))[1] > -_headroom(layout, seen.hidden) for edge in seen.hidden)
