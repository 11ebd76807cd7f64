"""Commands that sample nothing import nothing heavy; what they take is in benchmarks/seconds_of_the_command_line.py."""

import json
import subprocess
import sys
from pathlib import Path

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
