"""Whatever way is in the folder: an answer turns its draws into an effect, and it leaves alone what is not its own."""

import pytest

from bayescause.compilation.way import WAYS, Asked
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery
from bayescause.plugins import find, names
from bayescause.query.answer import ANSWERS
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.structural_model import StructuralModel


@pytest.fixture(params=names(WAYS))
def way(request):
    return find(WAYS, request.param)()


def test_every_way_has_an_answer_and_every_answer_a_way():
    assert names(WAYS) == names(ANSWERS)


def test_ways_are_asked_in_an_order_without_ties():
    ranks = [find(WAYS, name).rank for name in names(WAYS)]
    assert len(set(ranks)) == len(ranks)


@pytest.mark.filterwarnings("ignore::bayescause.errors.GraphWarning")
def test_no_way_serves_an_effect_that_the_graph_sets_to_zero(way):
    model = StructuralModel.parse("x -> z; y -> z")
    verdict = identify(model.graph, CausalQuery(("x",), ("y",)))
    assert way.propose(Asked(model, AverageEffect(of="x", on="y"), verdict)) is None
