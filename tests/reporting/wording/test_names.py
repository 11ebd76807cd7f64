from dataclasses import replace

import pytest

from bayescause.reporting.wording.names import names_of, plural


@pytest.mark.parametrize(
    ("one", "many"),
    [("shop week", "shop weeks"), ("person", "people"), ("kg", "kg"), ("EUR", "EUR"), ("row", "rows"),
     ("cigarette a day", "cigarettes a day"), ("member in 100 customers", "members in 100 customers"),
     ("city", "cities"), ("day", "days"), ("branch", "branches"), ("<b>", "<b>"), ("", "")],
)  # fmt: skip
def test_units_have_a_plural_and_abbreviations_have_none(one, many):
    assert plural(one) == many


def test_the_users_labels_and_levels_are_used(smoking):
    names = names_of(smoking, smoking.answers[0])
    assert (names.treatment, names.outcome, names.low, names.high) == (
        "quitting smoking",
        "weight",
        "kept smoking",
        "quit",
    )
    assert not names.is_plain


def test_levels_that_only_say_no_and_yes_are_not_repeated(promotion):
    findings = promotion()
    assert names_of(findings, findings.answers[0]).is_plain


def test_columns_names_serve_where_there_are_no_labels(promotion):
    findings = replace(promotion(), model=None)
    names = names_of(findings, findings.answers[0])
    assert (names.treatment, names.outcome) == ("promo", "sales")


def test_an_outcome_that_is_yes_or_no_is_counted_in_every_hundred(promotion):
    findings = promotion()
    names = replace(names_of(findings, findings.answers[0]), is_counted=True, unit="")
    size = names.size(0.03)
    assert size.about(0.053) == "5 in every 100 shop weeks"
    assert size.signed(-0.053) == "5 fewer in every 100 shop weeks"
