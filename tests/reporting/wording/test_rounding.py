import pytest

from bayescause.reporting.wording.rounding import (
    about,
    between,
    chance,
    in_one_notation,
    money,
    number,
    per_hundred,
    roughly,
    step_for,
    times_as,
)


@pytest.mark.parametrize(
    ("value", "spread", "said"),
    [
        (3.52, 0.44, "3½ kg"),
        (132.9, 12.7, "133 kg"),
        (0.49, 0.3, "½ kg"),
        (13_342, 1_270, "13,300 kg"),
        (4.0, 0.44, "4 kg"),
    ],
)
def test_a_value_is_rounded_as_a_person_would(value, spread, said):
    assert about(value, step_for(spread), "kg") == said


def test_no_more_digits_are_said_than_the_monte_carlo_error_supports():
    assert number(3.5234, step_for(0.044, error=0.3)) == "4"


def test_what_rounds_to_nothing_is_called_less_than_the_step():
    assert about(0.004, 0.1, "kg") == "less than 0.1 kg"


def test_a_minus_sign_is_a_minus_sign_and_never_stands_before_nothing():
    assert number(-2.0, 1.0) == "−2"
    assert about(-0.01, 0.1, "kg") == "less than 0.1 kg"


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0.5, "50 in 100"), (0.999, "more than 99 in 100"), (0.001, "less than 1 in 100"), (0.953, "95 in 100")],
)
def test_a_chance_is_a_count_of_a_hundred_and_never_certain(probability, said):
    assert chance(probability) == said


def test_hardly_any_units_are_not_called_none():
    assert per_hundred(0.001) == "fewer than 1"
    assert per_hundred(0.9999) == "more than 99"


@pytest.mark.parametrize(
    ("multiple", "said"),
    [(0.02, "less than a tenth as"), (0.24, "a quarter as"), (0.5, "half as"), (1.0, "as"), (1.6, "1.6 times as"),
     (6.3, "more than six times as"), (1e9, "more than 100 times as")],
)  # fmt: skip
def test_a_multiple_is_said_in_words_that_a_comparison_can_follow(multiple, said):
    assert times_as(multiple) == said


def test_money_is_rounded_to_whole_units_and_three_figures():
    assert (money(9.77, "EUR"), money(123_456, "EUR"), money(0, "EUR")) == ("10 EUR", "123,000 EUR", "0 EUR")


def test_what_is_less_than_something_is_not_about_it_too():
    assert roughly(about(0.02, 0.1, "kg")) == "less than 0.1 kg"
    assert roughly(about(3.52, 0.1, "kg")) == "about 3½ kg"


@pytest.mark.parametrize(
    ("text", "beside", "said"),
    [
        ("3½ kg", ("½ kg", "4.2 kg"), "3.5 kg"),
        ("½ kg", ("4.2 kg",), "0.5 kg"),
        ("−½ kg", ("4.2 kg",), "−0.5 kg"),
        ("about 1,213½ kg", ("20.1 kg",), "about 1,213.5 kg"),
        ("3½ kg", ("½ kg", "4 kg"), "3½ kg"),
        ("4 ½-pills", ("20.1 kg",), "4 ½-pills"),
    ],
)
def test_a_sentence_has_halves_or_decimals_and_never_both(text, beside, said):
    assert in_one_notation(text, *beside) == said


def test_what_does_not_spread_has_no_noughts_at_its_end():
    assert about(1.0, step_for(0.0), "level") == "1 level"
    assert between(0.25, 2.0, step_for(0.0), "") == "0.25 and 2"
