"""Laws that answers keep whatever the family is: averages of groups, ratios of risks, dose curves, units, and names."""

from dataclasses import replace

import numpy as np
import pytest
from coverage_grid.questions import example_question
from coverage_grid.studies import example_mechanism, example_study, graphs_of

import bayescause as bc
from bayescause.compilation.checking import tabulate
from bayescause.plugins import names
from bayescause.query.estimating import estimate

# A family whose response has no mean is refused by averages, and keeps these laws by saying nothing.
FAMILIES = names("bayescause.scm.mechanisms")

ROWS = 1_000
"""As many as every family needs for a certified posterior without NUTS."""


@pytest.fixture(scope="module", params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture(scope="module")
def posterior(family):
    return example_study(family, "direct", ROWS).template


def template_of(family, graph):
    if graph not in graphs_of(family):
        pytest.skip(f"{family} needs causes with levels, and those of {graph!r} have none")
    return example_study(family, graph, ROWS).template


def drawn(posterior, short, **keys):
    found = estimate(posterior, example_question(short, population="sample", **keys))
    if found.draws is None:
        pytest.skip(" ".join(found.reasons))
    return found.draws


def imagined(posterior, unit, do):
    found = bc.counterfactual(posterior, unit, do=do, on="y")
    if posterior.table.kinds["y"] == "categorical":
        assert found.status == "refused"
        pytest.skip(" ".join(found.reasons))
    return found.draws


def test_the_average_effect_is_the_weighted_mean_of_those_on_treated_and_untreated(posterior):
    share = posterior.table.columns["x"].mean()
    whole, treated, untreated = (drawn(posterior, short) for short in ("ate", "att", "atu"))
    np.testing.assert_allclose(share * treated + (1 - share) * untreated, whole, rtol=1e-9)


def test_the_average_effect_is_the_weighted_mean_of_those_in_groups(posterior):
    share = posterior.table.columns["z"].mean()
    groups = drawn(posterior, "cate")
    weighted = (1 - share) * groups.sel(group="z = 0") + share * groups.sel(group="z = 1")
    np.testing.assert_allclose(weighted, drawn(posterior, "ate"), rtol=1e-9)


def test_the_average_effect_in_a_group_is_that_where_the_group_is(posterior):
    groups = drawn(posterior, "cate")
    np.testing.assert_allclose(groups.sel(group="z = 1"), drawn(posterior, "ate", where="z == 1"), rtol=1e-9)


def test_a_curve_differs_between_two_doses_by_the_average_effect(posterior):
    curve = drawn(posterior, "dose_response", levels=(0, 1))
    np.testing.assert_allclose(curve.isel(dose=1) - curve.isel(dose=0), drawn(posterior, "ate"), rtol=1e-9, atol=1e-12)


def test_setting_everybody_against_setting_everybody_is_the_average_effect(posterior):
    policy = drawn(posterior, "policy", intervention={"set": 1}, instead={"set": 0})
    np.testing.assert_allclose(policy, drawn(posterior, "ate"), rtol=1e-9, atol=1e-12)


def test_contrasts_of_three_doses_add_up(family):
    posterior = template_of(family, "dose")
    there, on, whole = (drawn(posterior, "ate", contrast=pair) for pair in ((-0.5, 0.5), (0.5, 1.5), (-0.5, 1.5)))
    np.testing.assert_allclose(there + on, whole, rtol=1e-9, atol=1e-12 * float(np.abs(whole).max()))


def test_ratios_are_those_of_the_two_risks():
    posterior = example_study("bernoulli", "direct", ROWS).template
    low, high = (drawn(posterior, "dose_response", levels=(0, 1)).isel(dose=place) for place in (0, 1))
    np.testing.assert_allclose(drawn(posterior, "risk_ratio"), high / low, rtol=1e-9)
    np.testing.assert_allclose(drawn(posterior, "odds_ratio"), high * (1 - low) / (low * (1 - high)), rtol=1e-9)
    np.testing.assert_allclose(drawn(posterior, "ate"), high - low, rtol=1e-9)


def test_a_unit_under_what_happened_is_what_it_was(posterior):
    for row in range(0, 20, 5):
        unit = bc.unit_in(posterior, row)
        found = imagined(posterior, unit, {"x": unit["x"]})
        np.testing.assert_allclose(found, posterior.table.columns["y"][row], rtol=1e-6)


def test_setting_what_would_have_been_set_anyway_changes_nothing(family):
    posterior = template_of(family, "mediated")
    unit = bc.unit_in(posterior, 0)
    once = imagined(posterior, unit, {"x": 1.0, "m": unit["m"]})
    # Composition: M is what it was, so setting it and leaving X alone is what was seen.
    again = imagined(posterior, unit, {"x": unit["x"], "m": unit["m"]})
    np.testing.assert_allclose(again, posterior.table.columns["y"][0], rtol=1e-6)
    twice = imagined(posterior, unit, {"m": unit["m"], "x": 1.0})
    np.testing.assert_array_equal(once, twice)


def test_the_order_of_columns_and_statements_changes_no_draw(family):
    study = example_study(family, "direct", ROWS)
    table = study.simulation.table
    question = bc.AverageEffect(of="x", on="y", population="sample")
    turned = replace(table, columns=dict(reversed(table.columns.items())), kinds=dict(reversed(table.kinds.items())))
    model = study.simulation.model
    other = bc.StructuralModel.parse("y ~ x*z; x ~ z", mechanisms={"y": example_mechanism(family)})
    one, two = (
        estimate(bc.fit(which, tabulate(which, rows), [question], seed=3, chains=1, draws=50), question).draws
        for which, rows in ((model, table), (other, turned))
    )
    if one is None:
        pytest.skip("no mean")
    np.testing.assert_allclose(one, two, rtol=1e-9)
