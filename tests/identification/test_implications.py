import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.implications import implications

VERMA = CausalGraph.parse("v1 -> v2 -> v3 -> v4; v2 <-> v4")


def test_both_kinds_of_statement_are_listed_and_counted():
    found = implications(VERMA)
    assert (len(found.independences), len(found.constraints), len(found)) == (1, 1, 2)
    assert found.is_whole


def test_a_graph_that_demands_nothing_says_so():
    found = implications(CausalGraph.parse("x -> y; x <-> y"))
    assert not found.is_testable
    assert str(found) == "The graph demands no independence of the data, and no Verma constraint."


@pytest.mark.parametrize("limits", [{"most_independences": 0}, {"most_constraints": 0}])
def test_a_list_that_is_cut_says_so(limits):
    found = implications(VERMA, **limits)
    assert not found.is_whole
    assert str(found).endswith("... and more, which are not listed")
