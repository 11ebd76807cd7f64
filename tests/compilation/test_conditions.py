import numpy as np
import pytest

from bayescause.compilation.conditions import Comparison, Condition, groups, mask
from bayescause.compilation.table import Table
from bayescause.errors import DataError, SpecError

TABLE = Table(
    {
        "age": np.array([40.0, 60.0, 50.0, np.nan]),
        "sex": np.array([0.0, 1.0, 1.0, 0.0]),
        "grade": np.array([0.0, 1.0, 2.0, 2.0]),
        "size of shop": np.array([0.0, 1.0, 0.0, 1.0]),
        "treated": np.array([0.0, 1.0, 0.0, 1.0]),
    },
    {"age": "continuous", "sex": "binary", "grade": "categorical", "size of shop": "categorical", "treated": "binary"},
    {"sex": ("man", "woman"), "grade": ("1", "2", "3"), "size of shop": ("small", "very large")},
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("age > 50", [1]),
        ("age >= 50", [1, 2]),
        ("age<50", [0]),
        ("sex == woman", [1, 2]),
        ('sex == "woman"', [1, 2]),
        ("sex == 1", [1, 2]),
        ("sex != woman", [0, 3]),
        ("grade == 3", [2, 3]),
        ("treated", [1, 3]),
        ('"size of shop" == "very large"', [1, 3]),
        ("age > 30 and sex == woman and treated", [1]),
        ("age != 50", [0, 1]),
    ],
)
def test_a_condition_selects_the_rows_that_fulfil_it(text, rows):
    assert np.flatnonzero(mask(Condition.parse(text), TABLE)).tolist() == rows


@pytest.mark.parametrize(
    "text", ["age >", "age > 50 or sex", "age + 1 > 5", "> 5", "", "__import__('os')", "age > 50 and", "1 < age < 5"]
)
def test_anything_else_is_an_error_that_shows_the_grammar(text):
    with pytest.raises(SpecError, match="Write comparisons joined by `and`"):
        Condition.parse(text)


def test_unknown_columns_and_levels_are_named_with_the_known_ones():
    with pytest.raises(DataError, match="'wage' is not in the table. It has age, sex"):
        mask(Condition.parse("wage > 5"), TABLE)
    with pytest.raises(DataError, match="'sex' has no level 'child'. Its levels are man, woman"):
        mask(Condition.parse("sex == child"), TABLE)


@pytest.mark.parametrize(
    "level", ["s24", "3rd", "north west", "O'Brien", 'the "old" one', "a\\b", "and", "1", " b ", "è"]
)
def test_a_condition_on_any_level_is_read_as_it_is_printed(level):
    table = Table({"g": np.array([0.0, 1.0, 0.0])}, {"g": "categorical"}, {"g": (level, "other")})
    asked = Condition((Comparison("g", "!=", level),))
    assert np.flatnonzero(mask(Condition.parse(str(asked)), table)).tolist() == [1]


def test_a_level_may_stand_in_either_kind_of_quotes():
    assert Condition.parse("sex == 'woman'") == Condition.parse('sex == "woman"') == Condition.parse("sex == woman")


def test_of_many_levels_the_nearest_are_offered():
    towns = tuple(f"s{number}" for number in range(40))
    table = Table({"town": np.arange(40.0)}, {"town": "categorical"}, {"town": towns})
    with pytest.raises(DataError, match="'town' has no level 's99'. Did you mean 's9' or 's39' or 's29'. Its levels"):
        mask(Condition.parse("town != s99"), table)


def test_levels_without_order_cannot_be_greater():
    with pytest.raises(DataError, match="'grade' has levels without an order"):
        mask(Condition.parse("grade > 1"), TABLE)


def test_a_condition_is_written_as_it_was_read():
    text = 'age > 50 and sex == woman and "size of shop" != "very large"'
    assert str(Condition.parse(text)) == text
    assert Condition.parse(text).columns == ("age", "sex", "size of shop")


def test_a_column_makes_a_group_of_each_level():
    assert [label for label, _ in groups("grade", TABLE)] == ["grade = 1", "grade = 2", "grade = 3"]
    assert [label for label, _ in groups("treated", TABLE)] == ["treated = 0", "treated = 1"]


def test_a_condition_makes_two_groups_the_lower_first():
    for text in ("age > 50", "age <= 50"):
        assert [label for label, _ in groups(text, TABLE)] == ["age <= 50", "age > 50"]
    low, high = (rows for _, rows in groups("age > 50", TABLE))
    assert (low ^ high).all()


def test_a_column_of_many_values_makes_no_groups():
    table = Table({"age": np.arange(30.0)}, {"age": "continuous"}, {})
    with pytest.raises(DataError, match=r"'age' has 30 values.*Write a condition: age > 14\.5"):
        groups("age", table)
