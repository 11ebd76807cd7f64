"""What to write is told as the user writes: as arguments in Python, as keys in a model file."""

import re
import tomllib

import pytest

import bayescause as bc
from bayescause.plugins import find
from bayescause.query.estimand import ESTIMANDS
from bayescause.study.running import table_of
from bayescause.surface import _QUESTIONS, called, fact, in_model_file, is_in_file, literal, setting

FILE = """schema = 1
title = "Does it pay?"
[data]
file = "weeks.csv"
[graph]
edges = "sales ~ promo"
[[questions]]
estimand = "ate"
of = "promo"
on = "sales"
"""
MODEL = bc.StructuralModel.parse("sales ~ promo")
QUESTION = bc.AverageEffect(of="promo", on="sales")


def told_in_python(rows):
    with pytest.raises(bc.errors.BayescauseError) as caught:
        bc.ask(MODEL, rows, QUESTION)
    return str(caught.value)


def told_of_a_file(tmp_path, table, text=FILE):
    (tmp_path / "weeks.csv").write_text(table)
    (tmp_path / "shop.toml").write_text(text)
    with pytest.raises(bc.errors.BayescauseError) as caught:
        table_of(bc.Study.read(tmp_path / "shop.toml"))
    return str(caught.value)


def test_levels_to_be_named_are_an_argument_in_python_and_a_key_in_a_file(tmp_path):
    rows = {"promo": ["no", "yes", "no", "yes"], "sales": [1.0, 2.5, 1.5, 2.0]}
    assert 'levels={"promo": ["no", "yes"]} makes no -> 0 and yes -> 1.' in told_in_python(rows)
    table = "promo,sales\nno,1\nyes,2.5\nno,1.5\nyes,2\n"
    assert 'levels = ["no", "yes"] makes no -> 0 and yes -> 1.' in told_of_a_file(tmp_path, table)


def test_what_to_do_about_gaps_is_an_argument_in_python_and_a_key_in_a_file(tmp_path):
    rows = {"promo": [0, 1, 0, 1], "sales": [1.0, None, 1.5, 2.0]}
    assert 'tabulate(..., missing="drop") fits the other rows' in told_in_python(rows)
    assert 'missing = "drop" fits the other rows' in told_of_a_file(tmp_path, "promo,sales\n0,1\n1,\n0,1.5\n1,2\n")


def test_the_levels_that_python_is_told_to_name_work():
    rows = {"promo": ["no", "yes"] * 3, "sales": [1.0, 2.5, 1.5, 2.0, 0.5, 3.0]}
    (written,) = re.findall(r"levels=\{.*?\}", told_in_python(rows))
    model = eval(f"bc.StructuralModel.parse('sales ~ promo', {written})")
    assert model.variables["promo"].levels == ("no", "yes")
    assert bc.ask(model, rows, QUESTION).status == "ok"


def test_what_python_is_told_to_do_about_gaps_works():
    rows = {"promo": [0, 1, 0, 1, 1], "sales": [1.0, None, 1.5, 2.0, 2.2]}
    (written,) = re.findall(r"tabulate\(\.\.\., (.*?)\)", told_in_python(rows))
    table = eval(f"bc.tabulate(MODEL, rows, questions=[QUESTION], {written})")
    assert table.known("sales") == 4
    assert bc.ask(MODEL, table, QUESTION).draws is not None


@pytest.mark.parametrize("value", [20231115123456789, 0.1 + 0.2, 1e300, 5e-324, -3, 2.0, 1e15, (0, 0.1 + 0.2)])
def test_a_number_is_written_with_all_its_digits(value):
    assert eval(literal(value)) == value
    with in_model_file():
        read = tomllib.loads(f"key = {literal(value)}")["key"]
    assert (tuple(read) if isinstance(read, list) else read) == value


def test_a_contrast_is_a_tuple_in_python_and_a_list_in_a_file(tmp_path):
    with pytest.raises(bc.errors.SpecError, match=r"Name two levels, the reference first: \(0, 1\)\."):
        bc.AverageEffect(of="promo", on="sales", contrast=(0, 1, 2))
    with in_model_file(), pytest.raises(bc.errors.SpecError, match=r"is \[0, 1, 2\]\. Name .* first: \[0, 1\]\."):
        bc.AverageEffect(of="promo", on="sales", contrast=(0, 1, 2))


def test_a_question_is_called_by_its_class_in_python_and_by_its_short_name_in_a_file(tmp_path):
    stray = {"given": ("season",)}
    with pytest.raises(bc.errors.KeywordError, match="`AverageEffect` has no key `given`. It is a key of `Condit"):
        bc.AverageEffect(of="promo", on="sales", **stray)
    told = told_of_a_file(tmp_path, "promo,sales\n0,1\n", FILE + 'given = ["season"]\n')
    assert "`ate` has no key `given`. It is a key of `cate`, `cate_curve`." in told


@pytest.mark.parametrize("short", _QUESTIONS)
def test_a_question_that_is_advised_exists_under_both_names(short):
    assert called(short) == f"`{find(ESTIMANDS, short).__name__}`"
    assert find(ESTIMANDS, short).short == short
    assert hasattr(bc, find(ESTIMANDS, short).__name__)


@pytest.mark.parametrize("key", ["kind", "family", "levels", "better", "label", "unit"])
def test_a_fact_of_a_variable_is_told_by_an_argument_that_parse_has(key):
    values = {"kind": "count", "family": "poisson", "levels": ["a", "b"], "better": "higher"}
    value = values.get(key, "x")
    model = eval(f"bc.StructuralModel.parse('sales ~ promo', {fact('sales', key, value)})")
    said = model.variables["sales"]
    found = said.mechanism.short if key == "family" else getattr(said, key)
    assert (list(found) if key == "levels" else found) == value


def test_a_file_is_spoken_of_only_as_long_as_it_is_read(tmp_path):
    told_of_a_file(tmp_path, "promo,sales\nno,1\nyes,2.5\n")
    assert not is_in_file()
    assert setting("where", "age > 50") == 'where="age > 50"'
