"""A model file and the terminal ask through what an effect goes, and owner, reviewer and programs hear it."""

import json

import numpy as np
import pytest

from bayescause.cli import main

FILE = '''schema = 1
title = "How does the promotion work?"
unit = "day"
[data]
file = "days.csv"
[graph]
edges = """
traffic ~ promo + season
sales ~ promo + traffic + season
"""
[variables]
sales = { label = "takings", unit = "EUR" }
traffic = { label = "visitors" }
[[questions]]
estimand = "nie"
of = "promo"
on = "sales"
through = ["traffic"]
[[questions]]
estimand = "cde"
of = "promo"
on = "sales"
through = ["traffic"]
held = { traffic = [50, 60] }
[[questions]]
estimand = "path"
of = "promo"
on = "sales"
along = ["promo -> traffic -> sales"]
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rng = np.random.default_rng(2)
    season = rng.integers(0, 3, 300)
    promo = (rng.random(300) < 0.3 + 0.1 * season).astype(int)
    traffic = 55 + 4 * promo + season + rng.normal(0, 3, 300)
    sales = 90 * promo + 10 * traffic + 20 * season + rng.normal(0, 30, 300)
    lines = [f"{a},{b},{c:.3f},{d:.3f}" for a, b, c, d in zip(season, promo, traffic, sales, strict=True)]
    path = tmp_path_factory.mktemp("shop")
    (path / "days.csv").write_text("\n".join(["season,promo,traffic,sales", *lines]))
    (path / "shop.toml").write_text(FILE)
    return path


@pytest.fixture(scope="module")
def out(folder):
    assert main(["run", str(folder / "shop.toml"), "--out", str(folder / "out"), "--quiet"]) == 0
    return folder / "out"


def test_programs_hear_the_way_and_the_parts(out):
    questions = json.loads(next(out.glob("*.json")).read_text())["questions"]
    through, along = (next(one for one in questions if one["estimand"] == short) for short in ("nie", "path"))
    assert through["manner"] == "through traffic"
    assert through["verdict"]["kind"] == "natural_indirect"
    parts = through["parts"]
    # 10 x 4 EUR of 130 by construction; the posterior sd is about 4.
    assert parts["indirect"] == pytest.approx(40, abs=20)
    assert parts["total"] == pytest.approx(parts["direct"] + parts["indirect"] + parts["together"], abs=1)
    assert 0.1 < parts["share"] < 0.5
    assert {one["slice"] for one in questions if one["estimand"] == "cde"} == {"traffic = 50", "traffic = 60"}
    assert along["mean"] == pytest.approx(through["mean"], abs=1e-9)


def test_the_owner_hears_how_much_comes_which_way(out):
    page = next(out.glob("*.md")).read_text() if list(out.glob("*.md")) else next(out.glob("*.html")).read_text()
    assert "through visitors" in page
    assert "Of the extra" in page
    assert "takes for granted" in page


def test_check_finds_a_mediator_that_is_not_there(folder, capsys):
    wrong = folder / "wrong.toml"
    wrong.write_text(FILE.replace('through = ["traffic"]\nheld', 'through = ["trafic"]\nheld'))
    assert main(["check", str(wrong)]) == 3
    assert "trafic" in capsys.readouterr().err


GRAPH = "x -> {l m y}; l -> {m y}; m -> y"


def test_identify_tells_the_witness_and_the_analogue(capsys):
    asked = ["identify", GRAPH, "--of", "x", "--on", "y", "--through", "m"]
    assert main(asked) == 4
    assert "recanting l" in capsys.readouterr().out
    assert main([*asked, "--kind", "interventional_indirect", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["through"], told["strategy"]) == (
        "interventional_indirect",
        ["m"],
        "randomised_mediators",
    )


def test_identify_takes_paths(capsys):
    assert main(["identify", GRAPH, "--of", "x", "--on", "y", "--along", "x -> m -> y"]) == 0
    assert "path-specific effect of x on y along x -> m -> y" in capsys.readouterr().out
    assert main(["identify", GRAPH, "--of", "x", "--on", "y", "--along", "x -> q"]) == 3
    assert main(["identify", GRAPH, "--of", "x", "--on", "y", "--through", "m", "--direct"]) == 2


def test_the_kinds_of_the_terminal_are_those_there_are():
    from bayescause.cli.identifying import MEDIATED
    from bayescause.identification import verdict

    assert MEDIATED == verdict.MEDIATED


def test_identify_takes_paths_that_a_witness_forbids_as_their_analogue(capsys):
    asked = ["identify", GRAPH, "--of", "x", "--on", "y", "--along", "x -> l -> y"]
    assert main(asked) == 4
    assert 'kind = "interventional"' in capsys.readouterr().out
    assert main([*asked, "--kind", "interventional_path"]) == 0
    told = capsys.readouterr().out
    assert "twins of the recanting witness" in told
    assert "sum over l* of P(l* | x*)" in told
