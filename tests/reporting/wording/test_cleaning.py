import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bayescause.reporting.wording.cleaning import clean, clean_lines


@given(st.text(max_size=300))
def test_what_is_cleaned_is_short_and_on_one_line_and_has_no_control_sign(text):
    shown = clean(text, 50)
    assert len(shown) <= 52
    assert not any(unicodedata.category(sign) == "Cc" or sign in "\u202e\u202a\u2066\u2028" for sign in shown)


def test_ten_kilobytes_of_a_name_end_in_an_ellipsis():
    assert clean("very long " * 1_000) == ("very long " * 8)[:79].rstrip() + "…"


def test_a_right_to_left_word_is_kept_and_isolated():
    assert clean("מחיר") == "\u2068מחיר\u2069"


def test_code_keeps_its_lines_and_loses_its_tricks():
    assert clean_lines("a -> b\n  c -> d\u202e") == "a -> b\n  c -> d"
