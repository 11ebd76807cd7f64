import pytest

from bayescause.compilation.frames import frame_of
from bayescause.compilation.kinds import as_column
from bayescause.errors import DataError
from bayescause.scm.mechanisms.bernoulli import Bernoulli
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.mechanisms.poisson import Poisson
from bayescause.scm.structural_model import Variable


def column(cells, *, decimal=".", is_contrasted=False, **facts):
    return as_column(frame_of({"x": cells}), Variable("x", **facts), decimal=decimal, is_contrasted=is_contrasted)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([0, 1, 1], "binary"),
        ([True, False, True], "binary"),
        (["0", "1", "1"], "binary"),
        ([0.5, 2, 3], "continuous"),
        (["0.5", "2e3", None], "continuous"),
        (["north", "south", "east"], "categorical"),
        (["male", "female", "male"], "categorical"),
    ],
)
def test_the_kind_is_read_off_the_cells(cells, kind):
    assert column(cells).kind == kind


def test_text_categories_are_sorted_and_coded():
    found = column(["b", "c", "a", None])
    assert found.levels == ("a", "b", "c")
    assert found.values[:3].tolist() == [1.0, 2.0, 0.0]


def test_numbers_declared_categorical_get_their_values_as_names():
    found = column([3, 1, 2.5], kind="categorical")
    assert found.levels == ("1", "2.5", "3")
    assert found.values.tolist() == [2.0, 0.0, 1.0]


@pytest.mark.parametrize("cells", [["kept", "quit"], [0, 1], [1, 2], ["0", "1"], ["1", "2"], [False, True]])
def test_levels_name_text_and_codes_from_zero_and_from_one(cells):
    found = column(cells, levels=("kept", "quit"))
    assert found.values.tolist() == [0.0, 1.0]
    assert found.kind == "binary"
    assert found.levels == ("kept", "quit")


def test_codes_from_one_are_noted():
    assert column([1, 2], levels=("kept", "quit")).notes == ("x: 1 -> kept, 2 -> quit",)


def test_levels_that_are_numbers_are_names_first():
    assert column([1, 2, 0], levels=("0", "1", "2")).values.tolist() == [1.0, 2.0, 0.0]


def test_text_that_is_no_level_is_named_with_its_row_and_the_levels():
    with pytest.raises(DataError, match=r"'x' holds 'stopped' \(row 1 .*levels 'kept', 'quit'"):
        column(["kept", "stopped"], levels=("kept", "quit"))


def test_codes_beyond_the_levels_are_an_error():
    with pytest.raises(DataError, match="Codes must run from 0 to 1 or from 1 to 2"):
        column([0, 1, 7], levels=("kept", "quit"))


@pytest.mark.parametrize(
    ("cells", "remedy"),
    [
        (["1,234", "2,500"], "Remove the commas that mark thousands"),
        (["12%", "40%"], "Remove the % signs"),
        (["3,5", "4,25"], 'Set tabulate(..., decimal=",").'),
        (["3.5", "n.a.", "2", "1"], "Mend these cells"),
    ],
)
def test_numbers_that_are_text_are_shown_with_what_would_work(cells, remedy):
    with pytest.raises(DataError, match="'x' is meant to hold numbers, but row") as caught:
        column(cells)
    assert remedy in str(caught.value)


def test_five_offending_cells_are_shown():
    with pytest.raises(DataError, match="hold '1,5', '2,5', '3,5', '4,5', '5,5' and 1 more"):
        column([f"{number},5" for number in range(1, 7)], kind="continuous")


def test_a_decimal_comma_is_read_when_it_is_declared():
    assert column(["3,5", "-4,25"], decimal=",").values.tolist() == [3.5, -4.25]


def test_a_decimal_point_under_a_decimal_comma_is_an_error():
    with pytest.raises(DataError, match=r'Set tabulate\(\.\.\., decimal="\."\)'):
        column(["3.5", "4.25"], decimal=",")


def test_underscores_do_not_make_numbers():
    with pytest.raises(DataError, match="hold '1_000'"):
        column(["1_000", "2_000", "3"], kind="continuous")


def test_yes_and_no_need_names_in_order():
    with pytest.raises(DataError, match=r'levels=\{"\w+": \["no", "yes"\]\} makes no -> 0 and yes -> 1'):
        column(["yes", "no", "no"])


def test_texts_of_an_ordinal_variable_need_their_order():
    with pytest.raises(
        DataError, match='whose order they do not tell.*levels=\\{"\\w+": \\["high", "low", "mid"\\]\\}'
    ):
        column(["low", "high", "mid"], kind="ordinal")
    assert column(["low", "high", "mid"], levels=("low", "mid", "high"), kind="ordinal").values.tolist() == [0, 2, 1]


def test_any_two_texts_need_names_where_they_are_compared():
    with pytest.raises(DataError, match=r'levels=\{"\w+": \["A", "B"\]\} makes A -> 0 and B -> 1'):
        column(["A", "B"], is_contrasted=True)


def test_one_and_two_need_names_where_they_are_compared():
    with pytest.raises(DataError, match=r'levels=\{"\w+": \["<1>", "<2>"\]\} makes 1 -> 0 and 2 -> 1'):
        column([1, 2, 2], is_contrasted=True)
    with pytest.raises(DataError, match="must be 0 or 1, and holds 1 and 2"):
        column([1, 2, 2], kind="binary")


def test_two_amounts_that_each_occur_once_are_no_levels_and_two_that_recur_are():
    assert column([1.25, 1.5], is_contrasted=True).kind == "continuous"
    assert column([0, 1], is_contrasted=True).kind == "binary"
    with pytest.raises(DataError, match=r"must be 0 or 1, and holds 1.25 and 1.5"):
        column([1.25, 1.5, 1.5], is_contrasted=True)


def test_a_binary_variable_with_more_values_lists_the_strange_ones():
    with pytest.raises(DataError, match=r"'x' must be 0 or 1; it also holds 2, 9"):
        column([0, 1, 2, 9], kind="binary")


def test_counts_must_be_whole_and_proportions_in_the_unit_interval():
    with pytest.raises(DataError, match=r"whole numbers from 0 on; rows 1, 2 .*: 1\.5, -1"):
        column([0, 1.5, -1], kind="count")
    with pytest.raises(DataError, match=r"between 0 and 1; row 1 .*: 40.*divide by 100"):
        column([0.2, 40], kind="proportion")


def test_infinite_cells_are_placed():
    with pytest.raises(DataError, match=r"'x' is infinite in row 1"):
        column([0.0, float("inf"), 2.0])


def test_an_ordered_type_keeps_its_order_of_levels():
    import pandas as pd

    sizes = pd.Categorical(["small", "large", "small"], categories=["small", "large"], ordered=True)
    frame = frame_of(pd.DataFrame({"x": sizes}))
    assert as_column(frame, Variable("x")).levels == ("small", "large")


def test_a_family_keeps_a_kind_that_it_describes_and_else_says_its_own():
    assert column([0, 1, 1], mechanism=Gaussian()).kind == "binary"
    assert column([5, 7, 7], mechanism=Gaussian(), is_contrasted=True).kind == "continuous"
    assert column([0, 1, 1], mechanism=Poisson()).kind == "count"
    assert column([True, False], mechanism=Bernoulli()).kind == "binary"


def test_text_is_an_error_where_the_family_wants_numbers():
    with pytest.raises(DataError, match="'x' is meant to hold numbers"):
        column(["north", "south", "east"], mechanism=Gaussian())


@pytest.mark.parametrize("cells", [["2024-01-31", "2024-02-01"], ["31.12.2024 08:15", "01.01.2025 09:00"]])
def test_dates_in_text_are_not_levels(cells):
    with pytest.raises(DataError, match=r"'x' holds dates or times, which are not numbers.*It holds '\d"):
        column(cells)
    assert column(cells, kind="categorical").levels == tuple(sorted(cells))
