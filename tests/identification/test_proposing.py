import pytest

from bayescause.errors import GraphError
from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.proposing import refuse_insufficient, why_insufficient
from bayescause.identification.verdict import CausalQuery

SHOP = CausalGraph.parse("g = {season week}; g -> {promo sales}; promo -> traffic -> sales; promo -> sales")
TOTAL = CausalQuery(("promo",), ("sales",))


def test_a_set_that_is_enough_is_not_refused():
    assert why_insufficient(SHOP, TOTAL, ["season", "week"]) is None
    assert why_insufficient(SHOP, CausalQuery(("promo",), ("sales",), kind="direct"), ["g", "traffic"]) is None


def test_a_group_stands_for_its_members_and_groups_that_are_asked_about_count():
    assert why_insufficient(SHOP, TOTAL, ["g"]) is None
    assert why_insufficient(SHOP, CausalQuery(("promo",), ("sales",), ("season",)), ["week"]) is None


@pytest.mark.parametrize(
    ("kind", "adjusted", "message"),
    [
        (
            "total",
            [],
            "leaves a path open: promo <- season -> sales. Enough for the effect of promo on sales is: season",
        ),
        ("total", ["g", "traffic"], "`traffic` is affected by the treatment"),
        ("direct", ["g"], "path open: promo -> traffic -> sales. Enough for the direct effect of promo on sales is"),
        ("total", ["weather"], "`weather` is not a variable of the graph"),
    ],
)
def test_a_set_that_is_not_enough_is_refused_with_the_path_and_what_would_be(kind, adjusted, message):
    with pytest.raises(GraphError, match=message):
        refuse_insufficient(SHOP, CausalQuery(("promo",), ("sales",), kind=kind), adjusted)


def test_where_no_set_is_enough_that_is_said():
    with pytest.raises(GraphError, match="No set of measured covariates is enough for the effect of x on y"):
        refuse_insufficient(CausalGraph.parse("x -> y; x <-> y"), CausalQuery(("x",), ("y",)), [])
