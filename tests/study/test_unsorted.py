"""Columns that wait for an answer."""

from bayescause.study.unsorted import take_out


def test_lines_with_a_question_mark_are_taken_out_and_the_others_keep_their_number():
    text, open_columns = take_out('promo -> sales\n? loyalty  # before?\n  ? "opening hours"\nx -> promo')
    assert text.split("\n") == ["promo -> sales", "", "", "x -> promo"]
    assert [(column.name, column.line) for column in open_columns] == [("loyalty", 2), ("opening hours", 3)]


def test_a_text_without_question_marks_stays_as_it_is():
    assert take_out("a -> b # really?") == ("a -> b # really?", ())
