"""Commands that sample nothing answer at once: heavy libraries are not even imported."""

import json
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest

HEAVY = ("pymc", "pytensor", "arviz", "arviz_base", "arviz_stats", "xarray", "scipy.stats", "pandas", "nutpie")

PROBE = """
import json, sys
from bayescause.cli import main
code = main(sys.argv[1:])
print(json.dumps([code, [name for name in {heavy!r} if name in sys.modules]]))
"""

NO_TABLE = '''schema = 1
title = "Does it pay?"
[graph]
edges = """
promo ~ loyalty + season
traffic ~ promo + season
sales ~ traffic + promo*season + loyalty
loyalty <-> season
"""
[[questions]]
estimand = "ate"
of = "promo"
on = "sales"
[[sensitivity]]
kind = "hidden_confounder"
benchmarks = ["loyalty"]
'''


@pytest.fixture
def model(tmp_path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(NO_TABLE)
    return path


def imported(*arguments: str) -> list[object]:
    command = [sys.executable, "-c", PROBE.format(heavy=HEAVY), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def seconds(*arguments: str) -> float:
    """Time of the processor, the least of five: commands use one core, and the machine may be busy."""
    command = [sys.executable, "-m", "bayescause.cli", *arguments]
    took = []
    for _ in range(5):
        before = getrusage(RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)
        after = getrusage(RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(took)


GRAPH = ("identify", "season -> {promo sales}; promo -> sales", "--of", "promo", "--on", "sales")


def test_help_imports_nothing_heavy():
    assert imported("--help") == [0, []]


def test_identify_imports_nothing_heavy():
    assert imported(*GRAPH) == [0, []]
    assert imported(*GRAPH, "--json") == [0, []]


def test_check_without_a_table_imports_nothing_heavy(model):
    assert imported("check", str(model)) == [0, []]


def test_check_with_a_table_imports_nothing_heavy(models):
    assert imported("check", str(models / "smoking.toml")) == [0, []]


def test_help_identify_and_check_answer_within_600_milliseconds(model):
    assert seconds("--help") < 0.6
    assert seconds(*GRAPH) < 0.6
    assert seconds("check", str(model)) < 0.6


def test_check_of_a_table_of_2000_rows_takes_less_than_1200_milliseconds(models, tmp_path):
    header, *rows = (models / "data" / "nhefs.csv").read_text().splitlines()
    table = tmp_path / "people.csv"
    table.write_text("\n".join([header, *(rows * 2)[:2000]]) + "\n")
    assert seconds("check", str(models / "smoking.toml"), "--data", str(table)) < 1.2
