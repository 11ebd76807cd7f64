"""Counterfactuals of single units from the terminal: what is printed, what is written, and what it ends with."""

import json
from pathlib import Path

import numpy as np
import pytest

from bayescause.cli import main

# Line C1: H = .5 X + U_H, Y = .7 X + .4 H + U_Y; the unit X = .5, H = 1, Y = 1.5; had H been 2, Y = 1.90.
MODEL = """schema = 1
title = "What would it have been?"
unit = "child"
[data]
file = "children.csv"
[graph]
edges = "x ~ 1; h ~ x; y ~ x + h; passed ~ h"
[variables]
h = { label = "homework", unit = "hour" }
y = { label = "the mark", unit = "point" }
passed = { kind = "binary" }
[[questions]]
estimand = "counterfactual"
on = "y"
do = { h = 2.0 }
"""
UNIT = "unit = { x = 0.5, h = 1.0, y = 1.5 }\n"


@pytest.fixture
def school(tmp_path, monkeypatch) -> Path:
    rng = np.random.default_rng(1)
    x = rng.normal(size=2_000)
    h = 0.5 * x + rng.normal(0, 0.8, 2_000)
    y = 0.7 * x + 0.4 * h + rng.normal(0, 0.6, 2_000)
    x[0], h[0], y[0] = 0.5, 1.0, 1.5
    passed = (rng.random(2_000) < 1 / (1 + np.exp(-h))).astype(int)
    rows = np.column_stack([np.arange(2_000), x.round(6), h.round(6), y.round(6), passed])
    np.savetxt(tmp_path / "children.csv", rows, "%.6g", ",", header="child,x,h,y,passed", comments="")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(school, text, capsys):
    (school / "school.toml").write_text(text)
    code = main(["run", "school.toml", "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else said.err


@pytest.mark.parametrize("unit", [UNIT, "row = 0\n", 'where = "child == 0"\n'])
def test_c1_from_values_a_row_or_a_condition_ends_with_0(school, capsys, unit):
    code, found = told(school, MODEL + unit, capsys)
    [one] = found["counterfactuals"]
    assert code == 0
    # 1.90 in the model that made the data; 2,000 rows leave the slope of .4 an sd of .017.
    assert one["mean"] == pytest.approx(1.90, abs=4 * 0.017)
    assert one["parameter_sd"] == pytest.approx(0.017, abs=0.005)
    assert one["noise_sd"] == 0
    assert one["was"] == 1.5
    assert found["questions"] == []


def test_c2_had_it_been_what_it_was_it_is_what_it_was(school, capsys):
    _, found = told(school, MODEL.replace("2.0", "1.0") + UNIT, capsys)
    assert found["counterfactuals"][0]["mean"] == pytest.approx(1.5, abs=1e-9)


def test_what_was_not_observed_is_averaged_over_and_not_taken_to_be_zero(school, capsys):
    _, whole = told(school, MODEL + "row = 0\n", capsys)
    _, found = told(school, MODEL + 'row = 0\nwithout = ["h"]\n', capsys)
    one = found["counterfactuals"][0]
    assert "h" not in one["observed"]
    assert one["noise_sd"] > 0.1 > whole["counterfactuals"][0]["noise_sd"]


def test_a_discrete_outcome_names_its_coupling_and_has_the_range_of_all(school, capsys):
    text = MODEL.replace('on = "y"', 'on = "passed"').replace("2.0", "4.0") + "row = 0\n"
    _, found = told(school, text, capsys)
    one = found["counterfactuals"][0]
    assert one["coupling"] == "comonotone"
    assert one["any_coupling"]["low"] - 1e-9 <= one["mean"] <= one["any_coupling"]["high"] + 1e-9
    assert "with a chance of" in one["words"]


def test_the_owner_reads_where_it_would_have_been_and_the_reviewer_why_it_is_open(school, capsys):
    (school / "school.toml").write_text(MODEL + 'row = 0\nwithout = ["h"]\n')
    assert main(["run", "school.toml", "--out", "out"]) == 0
    page = (school / "out" / "report.md").read_text()
    first = "Had homework been 2 hour, the mark of this child (row 0) would very likely have been between"
    assert first in page
    assert first in capsys.readouterr().out
    assert "Sd from the parameters" in page
    assert "Sd from the unit's own noise" in page
    assert "no data can prove it" in page


def test_shared_hidden_causes_end_with_4_and_say_which(school, capsys):
    code, found = told(school, MODEL.replace("passed ~ h", "passed ~ h; y <-> passed") + UNIT, capsys)
    assert code == 4
    assert found["counterfactuals"][0]["status"] == "refused"
    assert "hidden causes bind its noise" in found["counterfactuals"][0]["reasons"][0]
    assert main(["check", "school.toml"]) == 4


def test_an_outcome_whose_levels_have_no_order_ends_with_4_and_says_what_to_do(school, capsys):
    rows = (school / "children.csv").read_text().splitlines()
    ways = [f"{row},{way}" for row, way in zip(rows, ["way", *(["bus", "car", "walk", "car"] * 500)], strict=True)]
    (school / "children.csv").write_text("\n".join(ways))
    text = MODEL.replace("passed ~ h", "passed ~ h; way ~ h").replace('on = "y"', 'on = "way"') + UNIT
    code, found = told(school, text, capsys)
    assert code == 4
    assert "Make a 0/1 column of the level that matters" in found["counterfactuals"][0]["reasons"][0]
    assert main(["check", "school.toml"]) == 4
    assert "way is categorical: its levels have no order" in capsys.readouterr().out


def test_evidence_of_probability_zero_ends_with_3_and_the_other_questions_are_answered(school, capsys):
    rows = (school / "children.csv").read_text().splitlines()
    paid = [f"{row},{pay}" for row, pay in zip(rows, ["pay", *([1.5, 2.0, 0.75, 4.0] * 500)], strict=True)]
    (school / "children.csv").write_text("\n".join(paid))
    text = MODEL.replace("passed ~ h", "passed ~ h; pay ~ x").replace("[[questions]]", PAY, 1)
    code, found = told(school, f"{text}row = 1\n{BELOW_ZERO}", capsys)
    answered, refused = found["counterfactuals"]
    assert code == 3
    assert answered["status"] == "ok"
    assert refused["status"] == "refused"
    assert refused["reasons"] == [
        "Of the unit, 'pay' must be above zero and finite for the lognormal family; it also holds [-1.0]. Mend it."
    ]


PAY = 'pay = { family = "lognormal" }\n[[questions]]'
BELOW_ZERO = """[[questions]]
estimand = "counterfactual"
on = "pay"
do = { x = 1.0 }
unit = { x = 0.5, pay = -1.0 }
"""


def test_check_says_that_it_will_be_answered(school, capsys):
    (school / "school.toml").write_text(MODEL + UNIT)
    assert main(["check", "school.toml"]) == 0
    assert "counterfactual of y, had h = 2 been" in capsys.readouterr().out


SENSELESS = {
    "row = 5000\n": "There is no row 5000: the table's rows are counted from 0 to 1999.",
    'where = "child > 1"\n': "1,998 units meet 'child > 1'; a counterfactual is about one.",
    'where = "child == -7"\n': "No row fulfils the condition 'child == -7'",
    "": "The unit is not named. Give one of `unit`",
    "row = 1\n" + UNIT: "The unit is named by `unit` and `row`.",
    "unit = { q = 1.0 }\n": "'q' is not a column of the table.",
    "unit = { passed = 0.5 }\n": "'passed' is 0 or 1; of the unit it cannot be 0.5.",
    'unit = { h = "many" }\n': "'h' has no level 'many'.",
    'row = 1\nwithout = ["q"]\n': "`without` names 'q', which that row does not have.",
    'row = 1\ncoupling = "magic"\n': "There is no coupling 'magic'. Write 'comonotone' or 'independent'.",
    "row = 1\nhow = 2\n": "`counterfactual` has no key `how`.",
}


@pytest.mark.parametrize(("unit", "words"), SENSELESS.items(), ids=range(len(SENSELESS)))
def test_a_unit_that_cannot_be_ends_with_3_and_says_why(school, capsys, unit, words):
    code, found = told(school, MODEL + unit, capsys)
    assert code == 3
    assert any(words in fault for fault in found["error"]["faults"])


ACTIONS = {
    "do = { y = 1.0 }": "'y' is both set and asked about. Ask about another variable.",
    "do = {}": "Nothing is set. Name a variable and its value",
    "do = { hh = 1.0 }": "'hh' is not a measured variable of the graph.",
    "do = { passed = 0.5 }": "'passed' is 0 or 1; it cannot be set to 0.5.",
    'do = { passed = "maybe" }': "'passed' has no level 'maybe'.",
}


@pytest.mark.parametrize(("action", "words"), ACTIONS.items(), ids=range(len(ACTIONS)))
def test_an_action_that_cannot_be_ends_with_3_and_says_why(school, capsys, action, words):
    code, found = told(school, MODEL.replace("do = { h = 2.0 }", action) + UNIT, capsys)
    assert code == 3
    assert any(words in fault for fault in found["error"]["faults"])


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("child == 9000", "No row fulfils the condition 'child == 9000'"),
        ("chld == 1", "'chld' is not a column"),
        ("child = 1", "line 12: `where`: The condition 'child = 1' cannot be read"),
    ],
)
def test_a_fault_in_the_condition_is_told_once(school, capsys, where, words):
    (school / "school.toml").write_text(MODEL + f'where = "{where}"\n')
    assert main(["check", "school.toml"]) == 3
    said = capsys.readouterr().err
    assert words in said
    assert "1 thing to mend" in said
