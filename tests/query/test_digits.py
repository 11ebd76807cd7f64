"""Numbers carry the digits that their Monte Carlo error supports."""

from hypothesis import given
from hypothesis import strategies as st

from bayescause.query.digits import decimals_supported, format_number, format_probability


@given(st.floats(1e-9, 1e9))
def test_the_last_digit_is_worth_at_least_one_monte_carlo_error(mcse):
    assert 10.0 ** -decimals_supported(mcse) >= mcse * (1 - 1e-9)


@given(st.floats(1e-9, 1e9))
def test_one_more_digit_would_be_finer_than_the_monte_carlo_error(mcse):
    assert 10.0 ** -(decimals_supported(mcse) + 1) <= mcse * (1 + 1e-9)


def test_a_number_without_error_keeps_four_figures():
    assert format_number(0.0123456, decimals_supported(0.0, 0.0123456)) == "0.01235"


def test_no_number_is_minus_zero():
    assert format_number(-0.0004, 2) == "0.00"


def test_probabilities_near_one_are_bounds():
    assert format_probability(0.99995) == "> 0.999"
    assert format_probability(1e-6) == "< 0.001"
