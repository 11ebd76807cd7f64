"""Whatever intervention is in the folder: a file writes it as Python does, and it gives each unit a law of values."""

import json
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from bayescause.compilation.table import Table
from bayescause.errors import SpecError
from bayescause.plugins import find, names
from bayescause.query.intervention import INTERVENTIONS, Intervention, read_intervention

WRITTEN = {
    "set": 2.0,
    "shift": -1.5,
    "scale": 1.1,
    "draw": "normal(3, 1)",
    "rule": {"when": "age > 50", "then": {"shift": 1.0}, "otherwise": {"set": 0.0}},
}


@pytest.fixture(params=names(INTERVENTIONS))
def action(request):
    return read_intervention({request.param: WRITTEN[request.param]})


@pytest.fixture
def table():
    columns = {"x": np.array([1.0, 2.0, 4.0]), "age": np.array([40.0, 60.0, 70.0])}
    return Table(columns, {"x": "continuous", "age": "continuous"}, {})


def test_what_it_writes_can_be_read_again_and_is_json(action):
    text = json.dumps({action.short: action.written})
    assert read_intervention(json.loads(text)) == action


def test_it_is_frozen_and_found_by_its_short_name(action):
    assert isinstance(action, Intervention)
    assert find(INTERVENTIONS, action.short) is type(action)
    with pytest.raises(FrozenInstanceError):
        setattr(action, fields(action)[0].name, 1)


def test_it_gives_every_unit_a_law_of_values(action, table):
    action.check("x", table)
    nodes = action.nodes("x", table)
    assert nodes.values.shape == (len(nodes.weights), table.rows)
    assert nodes.weights.sum() == pytest.approx(1.0)


def test_it_names_the_variable_in_words(action):
    assert "price" in action.told("price")


@pytest.mark.parametrize("wrong", [None, {}, {"shift": 1, "set": 2}, {"shove": 1}, [1, 2]])
def test_what_is_no_intervention_is_refused_with_the_known_ones(wrong):
    with pytest.raises(SpecError, match="intervention"):
        read_intervention(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"shift": "5"},
        {"shift": True},
        {"scale": -1},
        {"set": None},
        {"draw": "cauchy(0, 1)"},
        {"draw": "normal(0)"},
        {"draw": "normal(0, -1)"},
        {"draw": "normal(0, one)"},
        {"draw": "__import__('os')"},
        {"rule": "1 if age > 50 else 0"},
        {"rule": {"when": "age > 50", "then": 1, "else": 0}},
        {"rule": {"when": "age >", "then": 1}},
    ],
)
def test_values_that_make_no_sense_are_refused(wrong):
    with pytest.raises(SpecError):
        read_intervention(wrong)
