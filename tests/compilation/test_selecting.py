"""A question's `where` may look only at what was settled before the treatment."""

import pytest

import bayescause as bc
from bayescause.compilation.selecting import selection_faults
from bayescause.errors import SpecError
from bayescause.graph.causal_graph import CausalGraph

SHOP = CausalGraph.parse("season -> {promo sales}; promo -> traffic -> sales; latent mood; mood -> sales")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("sales > 10", "`where` looks at 'sales', a descendant of 'promo': it selects different people"),
        ("season == 1 and traffic > 3", "`where` looks at 'traffic', a descendant of 'promo'"),
        ("promo == 1", r"ask for the effect on the treated \(`EffectOnTreated`\)"),
        ("weather == sunny", "'weather', which is not in the graph, so nobody can say whether 'promo' changes it"),
        ("mood > 1", "'mood', which was not measured, so nobody knows whom it selects"),
        ("season >> 1", "`where`: The condition 'season >> 1' cannot be read"),
    ],
)
def test_a_selection_by_what_the_treatment_changes_is_refused(where, words):
    model = bc.StructuralModel(SHOP)
    with pytest.raises(SpecError, match=words):
        bc.plan(model, [bc.AverageEffect(of="promo", on="sales", where=where)])


def test_a_selection_by_what_was_settled_before_is_fine():
    assert selection_faults(SHOP, ["promo"], "season == 1") == ()


def test_a_posterior_is_not_asked_about_such_a_selection_either():
    data = {"promo": [0, 1] * 10, "sales": [float(i % 7 + i % 2) for i in range(20)]}
    posterior = bc.fit(bc.StructuralModel.parse("sales ~ promo"), data, [bc.AverageEffect(of="promo", on="sales")])
    with pytest.raises(SpecError, match="a descendant of 'promo'"):
        bc.estimate(posterior, bc.AverageEffect(of="promo", on="sales", where="sales > 2"))
