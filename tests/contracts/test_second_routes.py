"""What every file in ``bayescause/analysis/second_routes/`` must do."""

import pytest

from bayescause.analysis.second_route import SECOND_ROUTES, Budget
from bayescause.compilation.way import WAYS
from bayescause.inference.fitting import fit
from bayescause.plugins import find, names
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel


@pytest.fixture(params=names(SECOND_ROUTES))
def plugin(request):
    return find(SECOND_ROUTES, request.param)


def test_is_made_without_arguments_and_belongs_to_a_way(plugin):
    assert plugin()
    assert plugin.short in names(WAYS)


def test_says_in_words_that_there_is_nothing_to_compare_where_the_graph_alone_answers(plugin):
    rows = {"x": [0, 1, 0, 1], "z": [0.0, 1.0, 2.0, 3.0], "y": [1.1, 2.9, 1.2, 2.8]}
    question = AverageEffect(of="x", on="y")
    effect = estimate(fit(StructuralModel.parse("y ~ z; x ~ z"), rows), question)
    found = plugin().pairs(effect, Budget())
    assert isinstance(found, str)
    assert found.endswith(".")
