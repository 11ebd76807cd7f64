"""Faults of a model file say what is wrong, where, and what to do."""

import re

import pytest

from bayescause.cli.application import main
from bayescause.errors import DataError, SpecError
from bayescause.study.running import run, table_of
from bayescause.study.study import Study

GOOD = '''schema = 1
title = "Does it pay?"
[graph]
edges = """
promo ~ season
sales ~ promo + season
"""
[variables]
sales = { unit = "EUR" }
[[questions]]
estimand = "ate"
of = "promo"
on = "sales"
'''


def faults(tmp_path, text):
    path = tmp_path / "shop.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        Study.read(path)
    return caught.value.faults


def test_a_good_file_is_read(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert Study.read(path).questions[0].on == "sales"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("title =", "titel =", "line 2: there is no key `titel`. Did you mean `title`?"),
        ("of =", "off =", "line 12: `ate` has no key `off`. Did you mean `of`?"),
        (
            'on = "sales"',
            'on = "sales"\ngiven = ["season"]',
            "`ate` has no key `given`. It is a key of `cate`, `cate_curve`.",
        ),
        ('on = "sales"', 'on = "sales"\nby = ["season"]', "`ate` has no key `by`. Groups are no part of a question"),
        ('on = "sales"', 'on = "sales"\nby = ["season"]', "write `[slices]` and below it `by = [...]`"),
        ('"ate"', '"quantile"\nat = [0.5]', "`quantile` has no key `at`. Did you mean `probabilities`? It is a key of"),
        ("unit =", "units =", "Did you mean `unit`?"),
        ('of = "promo"', "of = 3", "line 12: `questions[1].of` is 3; it must be text in quotes."),
        ('of = "promo"', 'of = "prmo"', "line 12: 'prmo' is not in the graph. Did you mean `promo`?"),
        ('"ate"', '"atee"', "line 11: No 'atee' among the estimands. Did you mean 'ate'?"),
        ('estimand = "ate"\n', "", "line 10: `estimand` is missing. Known: "),
        ('"EUR" }', '"EUR", better = "hihger" }', "it can be 'higher' or 'lower'. Did you mean `higher`?"),
        ('"EUR" }', '"EUR", kind = "continous" }', "Did you mean `continuous`?"),
        ('"EUR" }', '"EUR", family = "gausian" }', "No 'gausian' among the mechanisms. Did you mean 'gaussian'?"),
        ('"EUR" }', '"EUR", family = "gaussian", trials = "n" }', "`gaussian` has no key `trials`."),
        ('"EUR" }', '"EUR", trials = "n" }', "`trials` in `variables.sales` can only belong to a family."),
        ('"EUR" }', '"EUR", priors = { promo = "Normal(0, 5)" } }', "Did you mean `normal`?"),
        ('"EUR" }', '"EUR", priors = { promo = "normal(0, -5)" } }', "line 9: prior of 'promo'"),
        ("sales = {", "slaes = {", "line 9: 'slaes' is not in the graph. Did you mean `sales`?"),
        ("schema = 1", "schema = 2", "line 1: `schema` is 2: this file was written for a newer bayescause"),
        ("schema = 1\n", "", "`schema` is missing. Write `schema = 1` as the first line."),
        ("schema = 1", 'schema = "1"', "this bayescause reads schema 1"),
        ("sales ~ promo + season", "sales ~ promo + sales", "line 6"),
        ("promo ~ season", "promo ~ season + sales", "promo"),
        ("title =", "title", "line 2: here a key and `=` are expected."),
        ('"Does it pay?"', "Does it pay?", "line 2: this value cannot be read. Put text in quotes"),
        ('on = "sales"', 'on = "promo"', "line 10: 'promo' is both treatment and outcome."),
        ('on = "sales"', 'on = "sales"\ncontrast = [0]', "line 14: `questions[1].contrast[2]` is missing."),
        ('on = "sales"', 'on = "sales"\ncontrast = [0, 1, 2]', "`questions[1].contrast` has 3 entries; it takes 2."),
        ('on = "sales"', 'on = "sales"\ncontrast = [0, true]', "it must be a number or text in quotes."),
        ('on = "sales"', 'on = "sales"\nworthwhile = nan', "`questions[1].worthwhile`"),
        ('on = "sales"', 'on = "sales"\n[slices]\nby = ["sales > 3"]', "'sales' is a descendant of 'promo'"),
        ('on = "sales"', 'on = "sales"\n[slices]\nby = ["season >"]', "line 15: slice 'season >'"),
        ('on = "sales"', 'on = "sales"\n[slices]\nby = ["promo"]', "is by the treatment itself"),
        (
            'on = "sales"',
            'on = "sales"\n[slices]\nby = ["saeson"]',
            "line 15: slice 'saeson': 'saeson' is not in the graph.",
        ),
        ('on = "sales"', 'on = "sales"\n[[sensitivity]]\nkind = "magic"', "line 15: No 'magic' among the sensitivity"),
        (
            'on = "sales"',
            'on = "sales"\n[[sensitivity]]\nkind = "hidden_confounder"\nbenchmarks = ["saeson"]',
            "Did you mean `season`?",
        ),
        ('on = "sales"', 'on = "sales"\n[decision]\nact = "run it"', "line 14: `decision.instead` is missing."),
        ("[variables]", 'latent = ["promo"]\n[variables]', "'promo' is latent"),
        ("[variables]", 'latent = ["moon"]\n[variables]', "line 8: 'moon' is not in the graph. It has promo, season,"),
        ("[[questions]]", "[questions]", "line 10: `[questions]` opens one table; several may follow each other here."),
        ('edges = """\n', 'edges = "', "line 4: a text in single quotes ends with its line."),
        (
            'estimand = "ate"\nof = "promo"\non = "sales"',
            'estimand = "cate"\nof = "season"\non = "sales"\ngiven = ["promo"]',
            "line 10: `promo` is a descendant of season: groups formed by it hold different people",
        ),
        ('on = "sales"', 'on = "sales"\nwhere = "sales > 3"', "line 14: `where` looks at 'sales', a descendant of"),
        ('on = "sales"', 'on = "sales"\nwhere = "season >"', "line 14: `where`: The condition 'season >' cannot be"),
        ('of = "promo"', 'of = ["promo"]', "line 12: `questions[1].of` is ['promo']; it must be text in quotes."),
        ('"EUR" }', '"EUR", levels = ["low"] }', "line 9: 'sales' has one level, 'low'. Name two or more"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_to_do(tmp_path, old, new, fault):
    assert fault in "\n".join(faults(tmp_path, GOOD.replace(old, new, 1)))


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_their_lines(tmp_path):
    text = GOOD.replace("title", "titel").replace('"EUR"', "3").replace('"ate"', '"aet"')
    lines = [fault.split(":")[0] for fault in faults(tmp_path, text)]
    assert lines == ["shop.toml", "shop.toml, line 2", "shop.toml, line 9", "shop.toml, line 11"]


def test_a_prior_that_cannot_be_read_does_not_hide_one_that_belongs_to_nothing(tmp_path):
    text = GOOD.replace('"EUR"', '"EUR", priors = { promo = "normal(0, -5)", price = "normal(0, 1)" }')
    both = faults(tmp_path, text)
    assert [("sd must be above zero" in fault, "no coefficient 'price'" in fault) for fault in both] == [
        (True, False),
        (False, True),
    ]


def test_a_file_without_questions_says_how_to_ask_one(tmp_path):
    (fault,) = faults(tmp_path, GOOD.partition("[[questions]]")[0])
    assert fault.startswith("shop.toml: `questions` is missing. Write `[[questions]]` and below it what you ask")


def test_a_column_that_is_not_sorted_yet_stops_the_reading(tmp_path):
    text = GOOD.replace("promo ~ season\n", "promo ~ season\n? traffic  # before?\n")
    assert faults(tmp_path, text) == ("shop.toml, line 6: `? traffic` is not sorted yet.",)


def test_a_table_of_a_variable_that_is_not_sorted_yet_is_no_second_fault(tmp_path):
    text = GOOD.replace("promo ~ season\n", "promo ~ season\n? traffic\n").replace("[[q", 'traffic.kind = "count"\n[[q')
    assert faults(tmp_path, text) == ("shop.toml, line 6: `? traffic` is not sorted yet.",)


def test_several_questions_and_a_decision_need_to_say_which(tmp_path):
    text = GOOD + '[[questions]]\nestimand = "att"\nof = "promo"\non = "sales"\n'
    decision = '[decision]\nact = "run it"\ninstead = "wait"\ngain = 1.0\n'
    (fault,) = faults(tmp_path, text + decision)
    assert "there are 2 questions. Say which one decides: `question = 'ate of promo on sales'`" in fault
    path = tmp_path / "both.toml"
    path.write_text(text + decision + 'question = "att"\n')
    assert Study.read(path).decision.question == 1


def test_a_formula_and_terms_for_the_same_variable_are_one_too_many(tmp_path):
    (fault,) = faults(tmp_path, GOOD.replace('"EUR" }', '"EUR", terms = "promo" }'))
    assert "'sales' has `terms` here and a formula on line 6" in fault


def test_terms_that_leave_out_a_cause_are_told_with_the_line_of_the_variable(tmp_path):
    text = GOOD.replace("sales ~ promo + season", "{promo season} -> sales").replace(
        '"EUR" }', '"EUR", terms = "promo" }'
    )
    (fault,) = faults(tmp_path, text)
    assert fault.startswith("shop.toml, line 9: The terms of 'sales' leave out its cause 'season'.")


def test_groups_of_the_graph_may_stand_in_terms(tmp_path):
    path = tmp_path / "shop.toml"
    text = GOOD.replace("sales ~ promo + season", "all = {promo season}\nall -> sales")
    path.write_text(text.replace('"EUR" }', '"EUR", terms = "all" }'))
    assert [str(term) for term in Study.read(path).model.variables["sales"].terms] == ["promo", "season"]


def test_an_empty_graph_and_no_question_are_faults(tmp_path):
    text = GOOD[: GOOD.index("[variables]")].replace("promo ~ season\nsales ~ promo + season\n", "# nothing\n")
    told = "\n".join(faults(tmp_path, text))
    assert "`questions` is missing." in told


def test_terms_may_stand_in_the_table_of_a_variable(tmp_path):
    path = tmp_path / "shop.toml"
    text = GOOD.replace("sales ~ promo + season", "{promo season} -> sales")
    path.write_text(text.replace('"EUR" }', '"EUR", terms = "promo*season" }'))
    assert [str(term) for term in Study.read(path).model.variables["sales"].terms] == [
        "promo",
        "season",
        "promo:season",
    ]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"\xff\xfes\x00", "not UTF-8"),
        (b"schema = 1\nx = " + b"[" * 5000, "nested too deep"),
        (b"a." * 5000 + b"b = 1", "a key has more than 20 parts"),
        (b"#" * 1_000_001, "larger than 1,000,000 bytes"),
        (b"", "`title` is missing"),
        (b"schema = 1\nschema = 1\n", "line 2: this key was given before"),
    ],
)
def test_a_file_that_is_no_model_file_is_refused_in_a_sentence(tmp_path, raw, fault):
    path = tmp_path / "shop.toml"
    path.write_bytes(raw)
    with pytest.raises(SpecError, match=fault):
        Study.read(path)


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert Study.read(path).title == "Does it pay?"


def test_a_missing_file_and_a_folder_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(
        SpecError, match="There is no model file .*none.toml.*Models that come with bayescause: smoking"
    ):
        Study.read(tmp_path / "none.toml")
    with pytest.raises(SpecError, match="is a folder"):
        Study.read(tmp_path)


def test_what_the_table_says_against_a_question_stands_with_its_line(tmp_path):
    (tmp_path / "weeks.csv").write_text("promo,season,sales\n" + "0,1,2.5\n1,2,3.5\n0,3,2.2\n1,1,3.1\n" * 5)
    second = '[[questions]]\nestimand = "ate"\nof = "promo"\non = "sales"\nwhere = "season > 9"\n'
    path = tmp_path / "shop.toml"
    path.write_text(GOOD.replace("[graph]", '[data]\nfile = "weeks.csv"\n[graph]') + "contrast = [0, 3]\n" + second)
    with pytest.raises(DataError) as caught:
        table_of(Study.read(path))
    assert caught.value.faults == (
        "shop.toml, line 12: 'promo' is 0 or 1; it cannot be set to 3.",
        "shop.toml, line 17: No row fulfils the condition 'season > 9': there is nobody to ask about.",
    )


def test_what_the_table_says_against_a_counterfactual_stands_with_its_line_too(tmp_path):
    (tmp_path / "weeks.csv").write_text("promo,season,sales\n" + "0,1,2.5\n1,2,3.5\n0,3,2.2\n1,1,3.1\n" * 5)
    asked = '[[questions]]\nestimand = "counterfactual"\non = "sales"\ndo = { promo = 0 }\n'
    path = tmp_path / "shop.toml"
    text = GOOD.replace("[graph]", '[data]\nfile = "weeks.csv"\n[graph]')
    path.write_text(text + asked + "row = 5000\n" + asked + 'where = "season > 1"\n')
    with pytest.raises(DataError) as caught:
        table_of(Study.read(path))
    first, second = caught.value.faults
    assert first == "shop.toml, line 16: There is no row 5000: the table's rows are counted from 0 to 19."
    assert second.startswith("shop.toml, line 21: 10 units meet 'season > 1'")


def test_a_decision_that_cannot_be_weighed_is_told_with_its_lines_before_anything_is_drawn(tmp_path):
    ruling = '[decision]\nact = "a"\ninstead = " a"\ngain = 0\ncost = -1\n'
    told = faults(tmp_path, GOOD + ruling)
    assert [one.split(": ")[0] for one in told] == ["shop.toml, line 15", "shop.toml, line 17", "shop.toml, line 18"]
    assert "`gain` is 0; it must be what one unit of the outcome is worth" in told[1]
    assert "`cost` is -1; it must be 0 or more" in told[2]


def test_a_key_of_a_variable_at_the_top_of_the_file_is_sent_there(tmp_path):
    told = faults(tmp_path, GOOD + '[priors]\npromo = "normal(0, 1)"\n')
    assert told == (
        (
            "shop.toml, line 14: there is no key `priors`. It is said of one variable: write `[variables]` and below "
            "it `sales.priors = ...`."
        ),
    )


ASKED = '[[questions]]\nestimand = "ate"\nof = "promo"\non = "sales"\n'
UNIT = '[[questions]]\nestimand = "counterfactual"\non = "sales"\ndo = { promo = 0 }\nrow = 1\n'
DOUBT = '[[sensitivity]]\nkind = "hidden_confounder"\nbenchmarks = ["season"]\n'


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (ASKED, "line 14: this asks the same as line 10. Take one of the two away."),
        (ASKED + "contrast = [0, 1]\n", "line 14: this asks the same as line 10. Take one of the two away."),
        (UNIT + UNIT, "line 19: this asks the same as line 14. Take one of the two away."),
        (DOUBT + DOUBT, "line 17: this asks the same as line 14. Take one of the two away."),
        ('[slices]\nby = ["season > 1", " season > 1"]\n', "line 15: this asks the same as line 15. Take"),
    ],
)
def test_what_is_asked_twice_is_told_with_its_line_and_that_of_the_first(tmp_path, more, fault):
    (told,) = faults(tmp_path, GOOD + more)
    assert told.startswith(f"shop.toml, {fault}")


def test_two_questions_that_differ_in_one_key_are_two(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(GOOD + ASKED + 'where = "season > 1"\n')
    assert len(Study.read(path).questions) == 2


PRIOR = '[variables.sales.priors]\nseason = "normal(0, 1)"\n{key} = "normal(0, 1)"\n'


def test_a_prior_of_no_coefficient_is_told_with_its_own_line(tmp_path):
    text = GOOD.replace('[variables]\nsales = { unit = "EUR" }\n', PRIOR.format(key="pormo"))
    (told,) = faults(tmp_path, text)
    assert told.startswith("shop.toml, line 10: 'sales' has no coefficient 'pormo'. Did you mean `promo`?")


def test_a_prior_of_a_level_that_only_the_table_denies_is_told_with_its_own_line(tmp_path, capsys):
    (tmp_path / "weeks.csv").write_text("promo,season,sales\n" + "0,a,2.5\n1,b,3.5\n0,c,2.2\n1,a,3.1\n" * 5)
    text = GOOD.replace("[graph]", '[data]\nfile = "weeks.csv"\n[graph]')
    text = text.replace('[variables]\nsales = { unit = "EUR" }\n', PRIOR.format(key='"season[d]"'))
    path = tmp_path / "shop.toml"
    path.write_text(text.replace('season = "normal(0, 1)"\n', ""))
    told = "shop.toml, line 11: 'sales' has no coefficient 'season[d]' to give a prior to."
    assert main(["check", str(path)]) == 3
    assert told in capsys.readouterr().err
    with pytest.raises(SpecError, match=re.escape(told)):
        run(Study.read(path))


def test_a_question_that_the_terms_settle_is_told_with_its_own_line_though_it_names_variables(tmp_path, capsys):
    (tmp_path / "weeks.csv").write_text("promo,season,sales\n" + "0,1,2.5\n1,2,3.5\n0,3,2.2\n1,1,3.1\n" * 5)
    text = GOOD.replace("[graph]", '[data]\nfile = "weeks.csv"\n[graph]')
    text = text.replace("[variables]\n", '[variables]\nseason.unit = "weeks"\nsales.priors.season = "normal(0, 1)"\n')
    path, asked = tmp_path / "shop.toml", ASKED.replace("ate", "cate") + 'given = ["season"]\nat = [1, 2]\n'
    path.write_text(text.replace('sales = { unit = "EUR" }\n', "") + asked)
    told = "shop.toml, line 17: The model holds no product of 'promo' and 'season'"
    for command in ("check", "run", "calibrate"):
        assert main([command, str(path)]) == 3
        assert told in capsys.readouterr().err
    with pytest.raises(SpecError, match=re.escape(told)):
        run(Study.read(path))


def test_check_says_which_analysis_a_run_will_refuse(tmp_path, capsys):
    (tmp_path / "weeks.csv").write_text("promo,season,sales\n" + "0,1,2.5\n1,2,3.5\n0,3,2.2\n1,1,3.1\n" * 5)
    text = GOOD.replace("[graph]", '[data]\nfile = "weeks.csv"\n[graph]').replace("promo ~ season", "season ~ promo")
    held = '[[questions]]\nestimand = "cde"\nof = "promo"\non = "sales"\nheld = { season = [1, 2] }\n'
    (tmp_path / "shop.toml").write_text(text + held + '[[sensitivity]]\nkind = "hidden_confounder"\n')
    assert main(["check", str(tmp_path / "shop.toml")]) == 0
    of_total, of_held = capsys.readouterr().out.split("controlled direct effect of promo")
    assert "no bound" not in of_total
    assert "no bound     hidden_confounder: This analysis is not available for the controlled direct effect" in of_held


@pytest.mark.parametrize("name", ["promotion", "smoking"])
def test_a_model_that_comes_with_the_package_is_read_by_its_name(name):
    assert Study.read(name).path.name == f"{name}.toml"


def test_a_file_of_the_name_of_a_bundled_model_wins(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "promotion").write_text(GOOD)
    assert Study.read("promotion").title == "Does it pay?"


def test_a_name_that_is_no_model_is_told_with_those_that_there_are():
    with pytest.raises(SpecError, match=r"'promotoin'\. Did you mean `promotion`\? Models that come .*: smoking, chol"):
        Study.read("promotoin")
