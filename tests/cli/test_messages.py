"""What the command line says, and what it ends with."""

import json
from pathlib import Path

import pytest

from bayescause.cli import main
from bayescause.graph.causal_graph import CausalGraph

GRAPH = "season -> {promo sales}; promo -> sales"


def test_an_identified_effect_ends_with_0(capsys):
    assert main(["identify", GRAPH, "--of", "promo", "--on", "sales"]) == 0
    assert capsys.readouterr().out.startswith("Identified")


def test_an_effect_that_is_not_identified_ends_with_4_and_says_what_is_in_the_way(capsys):
    assert main(["identify", "promo -> sales; promo <-> sales", "--of", "promo", "--on", "sales"]) == 4
    assert "promo <-> sales" in capsys.readouterr().out


def test_identify_prints_one_json_object_with_the_fields_of_the_contract(capsys):
    main(["identify", GRAPH, "--of", "promo", "--on", "sales", "--json"])
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["query"] == {"of": ["promo"], "on": ["sales"], "given": []}
    assert verdict["status"] == "identified"
    assert verdict["adjustment_sets"] == [["season"]]
    assert set(verdict) >= {
        *("schema", "query", "status", "strategy", "functional", "latex", "adjustment_sets", "front_door_sets"),
        *("instruments", "hedge", "assumptions", "parametric", "bounds"),
    }


def test_identify_reads_a_model_file_and_a_text_file_alike(tmp_path, models: Path, capsys):
    text = tmp_path / "shop.txt"
    text.write_text(
        "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty; loyalty <-> season"
    )
    asked = ["--of", "promo", "--on", "sales", "--json"]
    main(["identify", str(models / "promotion.toml"), *asked])
    from_model = json.loads(capsys.readouterr().out)
    main(["identify", str(text), *asked])
    from_text = json.loads(capsys.readouterr().out)
    assert from_model["adjustment_sets"] == from_text["adjustment_sets"] == [["loyalty", "season"]]


def test_identify_says_why_a_proposed_set_is_not_enough_and_which_is(capsys):
    asked = ["identify", GRAPH, "--of", "promo", "--on", "sales", "--adjust"]
    assert main([*asked, ""]) == 3
    assert "leaves a path open: promo <- season -> sales. Enough for the effect" in capsys.readouterr().err
    assert main([*asked, "season"]) == 0
    assert capsys.readouterr().out.endswith("Enough to adjust for: season, as proposed.\n")


def test_identify_forces_covariates_in_and_out_and_asks_for_direct_effects(capsys):
    graph = "{a b} -> x; a -> y; x -> m -> y; x -> y"
    main(["identify", graph, "--of", "x", "--on", "y", "--require", "b", "--json"])
    assert json.loads(capsys.readouterr().out)["adjustment_sets"] == [["a", "b"]]
    assert main(["identify", graph, "--of", "x", "--on", "y", "--exclude", "a", "--json"]) == 4
    capsys.readouterr()
    main(["identify", graph, "--of", "x", "--on", "y", "--direct", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["adjustment_sets"]) == ("direct", [["a", "m"]])


def test_options_of_identify_repeat_for_sets(capsys):
    main(["identify", "{a b} -> y; a -> b", "--of", "a", "--of", "b", "--on", "y", "--json"])
    assert json.loads(capsys.readouterr().out)["query"]["of"] == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["identify", "a -> b; b -> a", "--of", "a", "--on", "b"], 3, "a -> b -> a"),
        (["identify", "a -> b", "--of", "c", "--on", "b"], 3, "c"),
        (["identify", "nothing.toml", "--of", "a", "--on", "b"], 3, "There is no file 'nothing.toml'."),
        (["identify", "a -> b", "--of", "a"], 2, "--on"),
        (["identify"], 2, "GRAPH"),
        (["fit"], 2, "fit"),
        (["run", "nothing.toml"], 3, "Models that come with bayescause: smoking"),
        (["check", "/"], 3, "is a folder"),
        (["run", "smoking", "--fail-on", "never"], 2, "weak"),
        (["new", "nothing.csv", "--of", "a", "--on", "b"], 3, "nothing.csv"),
        (["calibrate", "smoking", "--replications", "1"], 2, "20"),
    ],
)
def test_a_mistake_ends_with_its_code_and_a_sentence_on_stderr(arguments, exit_code, words, capsys):
    assert main(arguments) == exit_code
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_with_json_a_mistake_is_one_object_too(capsys):
    assert main(["identify", "a -> b; b -> a", "--of", "a", "--on", "b", "--json"]) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["exit_code"], len(error["faults"])) == ("graph", 3, 1)


def test_the_things_to_mend_are_counted(tmp_path, capsys):
    path = tmp_path / "shop.toml"
    path.write_text('schema = 1\n[graph]\nedges = "promo -> sales"\n')
    main(["check", str(path)])
    assert capsys.readouterr().err.endswith("2 things to mend, nothing was run.\n")


def test_a_bug_of_ours_is_one_sentence_and_ends_with_1(monkeypatch, capsys):
    monkeypatch.setattr("bayescause.identification.identify.identify", lambda *_, **__: {}["lost"])
    assert main(["identify", GRAPH, "--of", "promo", "--on", "sales"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("This is a bug in bayescause")
    assert "Traceback" not in said


def test_with_the_debug_variable_a_bug_shows_where_it_happened(monkeypatch, capsys):
    monkeypatch.setenv("BAYESCAUSE_DEBUG", "1")
    monkeypatch.setattr("bayescause.identification.identify.identify", lambda *_, **__: {}["lost"])
    main(["identify", GRAPH, "--of", "promo", "--on", "sales"])
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_ends_with_130(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bayescause.identification.identify.identify", interrupted)
    assert main(["identify", GRAPH, "--of", "promo", "--on", "sales"]) == 130
    assert "Interrupted." in capsys.readouterr().err


def test_the_models_of_the_zoo_are_listed_the_demo_first(capsys):
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["smoking", "cholestyramine", "kidney_stones", "promotion"]


def test_help_and_version_end_with_0(capsys):
    assert main(["--help"]) == 0
    assert main(["--version"]) == 0
    assert "Exit codes: 0 fine" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ending", "notation"),
    [
        ("txt", "text"),
        ("dag", "dagitty"),
        ("dot", "dot"),
        ("gml", "gml"),
        ("graphml", "graphml"),
        ("json", "node_link"),
    ],
)
def test_identify_knows_a_graph_by_the_ending_of_its_file(ending, notation, tmp_path, capsys):
    asked = ["--of", "promo", "--on", "sales", "--json"]
    main(["identify", GRAPH, *asked])
    told = capsys.readouterr().out
    file = tmp_path / f"shop.{ending}"
    file.write_text(CausalGraph.parse(GRAPH).to_text(notation), encoding="utf-8")
    assert main(["identify", str(file), *asked]) == 0
    assert capsys.readouterr().out == told


def test_identify_reads_equations_and_notes_what_it_leaves_out(tmp_path, capsys):
    file = tmp_path / "shop.lav"
    file.write_text("sales ~ b*promo + season\npromo ~ season\n")
    assert main(["identify", str(file), "--of", "promo", "--on", "sales"]) == 0
    assert "note: labels, starting values and fixed coefficients are left out: `b*promo`" in capsys.readouterr().err


def test_roles_of_a_dagitty_graph_answer_what_is_asked(capsys):
    assert main(["identify", "dag { x [exposure] y [outcome] z -> {x y} x -> y }"]) == 0
    assert "z" in capsys.readouterr().out
    assert main(["identify", "dag { x [exposure] x -> y }"]) == 2
    assert "Missing option '--on'" in capsys.readouterr().err


def test_that_the_graph_allows_no_effect_is_told_once(capsys):
    assert main(["identify", "promo <- sales", "--of", "promo", "--on", "sales"]) == 0
    said = capsys.readouterr()
    assert (said.err, said.out.count("no arrow leads")) == ("", 1)
