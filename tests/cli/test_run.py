"""The main job as a command: what is printed, what is written, and what it ends with."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from bayescause.cli import main
from bayescause.cli.running import exit_code_of
from bayescause.reporting.schema import Report

MODEL = '''schema = 1
title = "Does it pay?"
unit = "week"
[data]
file = "weeks.csv"
[graph]
edges = """
promo ~ season
sales ~ promo + season
visits ~ promo
visits <-> sky
"""
[[questions]]
estimand = "ate"
of = "promo"
on = "sales"
'''

OTHER = '[[questions]]\nestimand = "ate"\nof = "promo"\non = "visits"\n'


@pytest.fixture
def shop(tmp_path, monkeypatch) -> Path:
    """300 weeks in which the promotion brings in 10 more, without noise that could make a check fail by chance."""
    rng_free = ((7 * week * week + 3 * week) % 101 / 101 for week in range(100_000))
    lines = ["season,promo,sales,visits,sky"]
    for _ in range(300):
        season, lot, *noise = (next(rng_free) for _ in range(6))
        promo = int(lot < 0.3 + 0.4 * season)
        spread = sum(noise[:3]) - 1.5
        lines.append(
            f"{season:.3f},{promo},{100 + 10 * promo + 5 * season + 4 * spread:.3f},{promo + noise[3]:.3f},1.{_}"
        )
    (tmp_path / "weeks.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "shop.toml").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_writes_its_page_and_says_where(shop, capsys):
    assert main(["run", "shop.toml"]) == 0
    said = capsys.readouterr()
    assert said.out.endswith("Page: shop.html\n")
    assert "read 300 weeks" in said.err
    assert (shop / "shop.html").read_text().startswith("<!")


def test_out_gets_a_page_a_text_and_an_object(shop):
    main(["run", "shop.toml", "--out", "runs/0412"])
    assert sorted(path.name for path in (shop / "runs/0412").iterdir()) == ["report.html", "report.json", "report.md"]
    assert json.loads((shop / "runs/0412/report.json").read_text())["questions"][0]["status"] == "ok"


def test_json_is_one_object_on_stdout_and_without_out_nothing_is_written(shop, capsys):
    assert main(["run", "shop.toml", "--json", "--seed", "7"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["seed"], report["data"]["rows"], report["questions"][0]["of"]) == (7, 300, "promo")
    assert abs(report["questions"][0]["mean"] - 10) < 1
    assert not (shop / "shop.html").exists()


def test_quiet_says_nothing_on_stderr(shop, capsys):
    main(["run", "shop.toml", "--quiet", "--json"])
    assert capsys.readouterr().err == ""


def test_without_a_terminal_progress_is_plain_lines(shop, capsys):
    main(["run", "shop.toml", "--json"])
    assert "\x1b" not in capsys.readouterr().err


def test_an_unidentified_question_ends_with_4_after_the_report_was_written(shop, capsys):
    (shop / "shop.toml").write_text(MODEL.replace("visits <-> sky", "visits <-> promo") + OTHER)
    assert main(["run", "shop.toml", "--out", "out", "--json"]) == 4
    said = json.loads(capsys.readouterr().out)
    assert [question["status"] == "refused" for question in said["questions"]] == [False, True]
    assert "mean" not in said["questions"][1]
    assert (shop / "out" / "report.html").exists()


def test_a_range_is_written_and_ends_with_4_as_any_question_without_an_answer(models, tmp_path, capsys):
    assert main(["run", str(models / "cholestyramine.toml"), "--out", str(tmp_path), "--quiet"]) == 4
    (question,) = json.loads((tmp_path / "report.json").read_text())["questions"]
    assert question["status"] == "refused"
    assert question["bounds"]["low"]["mean"] == pytest.approx(0.38, abs=0.02)
    assert main(["check", str(models / "cholestyramine.toml")]) == 4
    assert "a run tells it" in capsys.readouterr().out


def test_bad_data_end_with_3_although_a_question_is_not_identified_either(shop, capsys):
    (shop / "shop.toml").write_text(MODEL.replace("visits <-> sky", "visits <-> promo") + OTHER)
    (shop / "weeks.csv").write_text("season,promo,sales,visits\n1,0,2,3\n")
    assert main(["run", "shop.toml", "--out", "out"]) == 3
    assert not (shop / "out").exists()


@pytest.mark.parametrize(
    ("status", "fail_on", "exit_code"),
    [("ok", "weak", 0), ("weak", None, 0), ("weak", "refused", 0), ("weak", "weak", 5), ("refused", "refused", 5)],
)
def test_fail_on_makes_a_weak_or_refused_answer_end_with_5(status, fail_on, exit_code):
    findings = SimpleNamespace(answers=(), counterfactuals=(), posteriors=(), status=status)
    assert exit_code_of(findings, fail_on) == exit_code


def test_another_table_can_be_given(shop, capsys):
    header, *rows = (shop / "weeks.csv").read_text().splitlines()
    (shop / "fewer.csv").write_text("\n".join([header, *rows[:100]]) + "\n")
    main(["run", "shop.toml", "--data", "fewer.csv", "--json"])
    assert json.loads(capsys.readouterr().out)["data"]["rows"] == 100


def test_a_table_that_is_not_there_ends_with_3(shop, capsys):
    assert main(["run", "shop.toml", "--data", "none.csv"]) == 3
    assert "none.csv" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_ends_with_6_and_leaves_what_was_there(shop, capsys):
    (shop / "out").write_text("a file, not a folder")
    assert main(["run", "shop.toml", "--out", "out"]) == 6
    said = capsys.readouterr().err
    assert "out/report.html cannot be written" in said
    assert (shop / "out").read_text() == "a file, not a folder"


def test_nothing_half_written_stays(shop, monkeypatch, capsys):
    def full(findings, to):
        Path(to).write_text("<!doctype")
        raise OSError(28, "No space left on device")

    (shop / "shop.html").write_text("the page of yesterday")
    monkeypatch.setattr("bayescause.reporting.publishing.report", full)
    assert main(["run", "shop.toml"]) == 6
    assert "No space left on device" in capsys.readouterr().err
    assert (shop / "shop.html").read_text() == "the page of yesterday"
    assert sorted(path.name for path in shop.iterdir()) == ["shop.html", "shop.toml", "weeks.csv"]


def test_calibrate_practises_the_questions_of_the_file(shop, capsys):
    assert main(["calibrate", "shop.toml", "--replications", "40", "--json", "--quiet"]) in (0, 5)
    practised = json.loads(capsys.readouterr().out)
    assert practised["replications"] == 40
    assert practised["quantities"][0]["name"] == "ate of promo on sales"


def test_calibrate_without_an_answerable_question_ends_with_4(shop, capsys):
    (shop / "shop.toml").write_text(MODEL.replace("promo ~ season", "promo ~ season\npromo <-> sales"))
    assert main(["calibrate", "shop.toml"]) == 4
    assert "None of the questions of shop.toml can be answered" in capsys.readouterr().err


def test_the_demo_runs_the_first_model_of_the_zoo(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--quiet"]) == 0
    assert capsys.readouterr().out.endswith("Page: smoking.html\n")
    assert (tmp_path / "smoking.html").stat().st_size < 1_000_000


@pytest.mark.parametrize(
    ("is_identified", "is_converged", "exit_code"), [(True, True, 0), (True, False, 5), (False, False, 4)]
)
def test_not_identified_comes_before_not_converged(is_identified, is_converged, exit_code):
    posterior = SimpleNamespace(convergence={"sales": SimpleNamespace(is_converged=is_converged)})
    verdict = SimpleNamespace(is_identified=is_identified)
    effect = SimpleNamespace(verdict=verdict, posterior=posterior, draws=[1.0] if is_identified else None)
    answers = (SimpleNamespace(effect=effect),)
    findings = SimpleNamespace(answers=answers, counterfactuals=(), posteriors=(posterior,), status="weak")
    assert exit_code_of(findings, None) == exit_code


WAYS = '''schema = 1
title = "Does it pay?"
unit = "week"
[data]
file = "ways.csv"
[graph]
edges = """
promo ~ season
sales ~ promo + season
way ~ promo + season
"""
[variables]
way.kind = "categorical"
'''


@pytest.fixture
def ways(shop) -> Path:
    """The shop with a way in which customers come, which has levels without an order."""
    header, *rows = (shop / "weeks.csv").read_text().splitlines()
    came = [("bus", "car", "foot")[place * place % 7 % 3] for place in range(len(rows))]
    lines = [f"{row},{way}" for row, way in zip(rows, came, strict=True)]
    (shop / "ways.csv").write_text("\n".join([f"{header},way", *lines]) + "\n")
    return shop


def asks(ways, estimand, on, more=""):
    question = f'[[questions]]\nestimand = "{estimand}"\nof = "promo"\non = "{on}"\n{more}\n'
    path = ways / "ways.toml"
    path.write_text((path.read_text() if path.exists() else WAYS) + question)
    return "ways.toml"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        *(
            ((short, "sales", ""), "is about an outcome that is yes or no, and 'sales' is continuous")
            for short in ("nnt", "risk_ratio", "odds_ratio", "pn", "ps", "pns")
        ),
        (("nnt", "way", ""), "Name the level that matters"),
        (("quantile", "way", ""), "have no order"),
        (("cate", "sales", 'given = ["season"]\nat = [0.2, 0.8]'), "holds no product of 'promo' and 'season'"),
    ],
)
def test_check_finds_before_any_fit_what_a_run_stops_on(ways, capsys, monkeypatch, question, words):
    monkeypatch.setattr("bayescause.inference.fitting.fit_plan", lambda *_, **__: pytest.fail("it was fitted"))
    model = asks(ways, *question)
    for command in (["check", model], ["run", model]):
        assert main(command) == 3
        assert words in capsys.readouterr().err


def test_a_prior_of_a_name_that_the_terms_do_not_have_stops_a_check(ways, capsys):
    model = asks(ways, "ate", "sales")
    text = (ways / model).read_text()
    (ways / model).write_text(text.replace("[variables]", '[variables]\nsales.priors.sex = "normal(0, 1)"'))
    assert main(["check", model]) == 3
    assert "'sales' has no coefficient 'sex'" in capsys.readouterr().err


def test_a_question_without_a_way_ends_check_and_run_with_4_and_the_terminal_says_why(ways, capsys):
    model = asks(ways, "ate", "sales")
    asks(ways, "ate", "way")
    assert main(["check", model]) == 4
    assert "its levels have no order" in capsys.readouterr().out
    assert main(["run", model, "--quiet"]) == 4
    answer, why, page = capsys.readouterr().out.splitlines()
    assert answer.startswith("promo raises sales")
    assert why.startswith("No number for ate of promo on way: way is categorical: its levels have no order")
    assert 'such as `level = "bus"`' in why
    assert page == "Page: ways.html"


def test_a_written_report_is_what_the_published_schema_takes(shop, capsys):
    asked = (
        '[[questions]]\nestimand = "distribution"\nof = "promo"\non = "sales"\nwhere = "season > 0.2"\nat = [95, 105]\n'
    )
    (shop / "shop.toml").write_text(MODEL + 'where = "season > 0.2"\n' + asked)
    assert main(["run", "shop.toml", "--out", "out", "--quiet"]) == 0
    # Strict, as a JSON Schema is: nothing is taken for what it is not.
    report = Report.model_validate_json((shop / "out" / "report.json").read_text(), strict=True)
    assert [(one.estimand, one.where) for one in report.questions] == [
        ("ate", "season > 0.2"),
        *[("distribution", "season > 0.2")] * 2,
    ]
    # Each world's curve stands alone in JSON, and the page tells both together.
    assert (shop / "out" / "report.md").read_text().count("## How we know") == 2


def test_check_names_the_level_that_a_question_is_about(ways, capsys):
    assert main(["check", asks(ways, "ate", "way", 'level = "bus"')]) == 0
    assert "average effect of promo on way = bus" in capsys.readouterr().out


def test_a_gain_of_what_is_called_worse_stops_a_check_at_its_line(shop, capsys):
    decided = 'better = "lower"\n[decision]\nact = "run it"\ninstead = "do not"\ngain = 2.0\n'
    (shop / "shop.toml").write_text(MODEL + "[variables.sales]\n" + decided)
    assert main(["check", "shop.toml"]) == 3
    assert "shop.toml, line 22: `gain` is 2, but of 'sales' it is said that lower is better" in capsys.readouterr().err
