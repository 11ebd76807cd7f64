"""A model file names the column that says what an experiment set."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.cli import main
from bayescause.errors import DataError

FILE = '''schema = 1
title = "Does it pay?"
unit = "week"
[data]
file = "weeks.csv"
interventions = "set"
[graph]
edges = """
promo -> traffic -> sales
"""
[[questions]]
estimand = "ate"
of = "promo"
on = "sales"
'''


@pytest.fixture
def file(tmp_path):
    rng = np.random.default_rng(2)
    marks = np.repeat(["", "traffic"], 100)
    promo = rng.normal(size=200)
    traffic = np.where(marks == "traffic", rng.normal(0, 3, 200), 2 * promo + rng.normal(size=200))
    sales = 1.5 * traffic + rng.normal(size=200)
    lines = [f"{p},{t},{s},{mark}" for p, t, s, mark in zip(promo, traffic, sales, marks, strict=True)]
    (tmp_path / "weeks.csv").write_text("\n".join(["promo,traffic,sales,set", *lines]))
    path = tmp_path / "shop.toml"
    path.write_text(FILE)
    return path


def test_a_run_says_which_rows_it_used_for_what(file):
    findings = bc.run(bc.Study.read(file), seed=1)
    [answer] = findings.answers
    assert abs(float(answer.effect.mean()) - 3) < 4 * float(answer.effect.sd())
    assert "sales: fitted on 100 observed rows and 100 in which traffic was set" in findings.assumed
    assert "traffic: fitted on the 100 observed rows only" in findings.assumed


def test_check_says_it_before_anything_is_run(file, capsys):
    assert main(["check", str(file)]) == 0
    told = capsys.readouterr().out
    assert "fitted on 100 observed rows and 100 in which traffic was set" in told
    assert "in 100 an experiment set variables (traffic in 100)" in told


def test_a_mark_that_names_nothing_is_told_with_its_lines(file):
    table = file.parent / "weeks.csv"
    table.write_text(table.read_text().replace(",traffic\n", ",trafic\n", 1))
    with pytest.raises(DataError, match=r"'set' says 'trafic' in line 102: .* Did you mean `traffic`"):
        bc.run(bc.Study.read(file), seed=1)


def test_another_word_for_the_key_is_corrected(file):
    file.write_text(FILE.replace("interventions", "intervention"))
    with pytest.raises(
        bc.errors.SpecError, match="there is no key `intervention` in `data`. Did you mean `interventions`"
    ):
        bc.Study.read(file)
