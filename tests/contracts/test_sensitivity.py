"""What every file in ``bayescause/analysis/sensitivity/`` must do."""

from dataclasses import fields

import numpy as np
import pytest

from bayescause.analysis.doubting import SENSITIVITY, Sensitivity
from bayescause.inference.fitting import fit
from bayescause.plugins import find, names
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.query.estimating import estimate
from bayescause.scm.structural_model import StructuralModel

QUESTION = AverageEffect(of="x", on="y")


@pytest.fixture(params=names(SENSITIVITY))
def plugin(request):
    return find(SENSITIVITY, request.param)


@pytest.fixture(scope="module")
def effect():
    rng = np.random.default_rng(7)
    z = rng.normal(size=200)
    x = (z + rng.normal(size=200) > 0).astype(float)
    columns = {"x": x, "z": z, "y": x + z + rng.normal(size=200)}
    return estimate(fit(StructuralModel.parse("x ~ z; y ~ x + z"), columns, [QUESTION]), QUESTION)


def test_is_made_without_arguments_and_takes_the_keys_of_a_model_file(plugin):
    assert plugin()
    assert {"benchmarks", "against"} <= {field.name for field in fields(plugin)}


def test_gives_a_sensitivity_of_its_own_kind_that_carries_its_effect(plugin, effect):
    found = plugin().doubt(effect)
    assert isinstance(found, Sensitivity)
    assert found.kind == plugin.short
    assert found.effect is effect


def test_refuses_a_refused_effect_in_words(plugin):
    model = StructuralModel.parse("x -> y; x <-> y")
    refused = estimate_without_data(model)
    found = plugin().doubt(refused)
    assert found.is_refused
    assert found.reason


def test_says_something_when_printed(plugin, effect):
    assert str(plugin(against=0.5).doubt(effect)).strip()


def estimate_without_data(model):
    from bayescause.analysis.asking import ask

    return ask(model, {"x": [0, 1, 1], "y": [1.5, 2.0, 2.5]}, QUESTION)
