from dataclasses import replace

import pytest

from bayescause.identification.verdict import Parametric
from bayescause.reporting.wording.telling import tell
from bayescause.reporting.wording.whom import for_whom, group_name


@pytest.fixture
def told(smoking):
    return tell(smoking, smoking.answers[0])


def refused(smoking, words):
    """Slices of the answer, all refused for the reason that ``words`` give."""
    (slices,) = smoking.answers[0].slices
    cut = (replace(one, status="refused", reason="refused", words=words, effect=None) for one in slices)
    return [replace(slices, slices=tuple(cut))]


def test_groups_of_an_instrumented_effect_are_not_called_too_few(smoking, told):
    found = replace(told, parametric=Parametric("instrument", ("linear",)))
    said = str(for_whom(found, refused(smoking, "groups cannot differ in it."), works_alike=False))
    assert "an answer by an instrument takes quitting smoking to do the same to all people" in said
    assert "Too few" not in said


def test_a_group_that_was_refused_for_another_reason_is_not_called_too_few(smoking, told):
    said = str(for_whom(told, refused(smoking, "z is not in the regression that was fitted."), works_alike=False))
    assert "Not worked out, for reasons given under" in said
    assert "Too few" not in said


def test_two_groups_in_one_sentence_are_told_in_one_notation(smoking, told):
    (slices,) = smoking.answers[0].slices
    moved = (
        replace(one, effect=replace(one.effect, draws=one.effect.draws - one.mean + 3.5))
        if one.label == "smokeintensity <= 20"
        else one
        for one in slices
    )
    said = str(for_whom(told, [replace(slices, slices=tuple(moved))], works_alike=False))
    assert "about 4.4 kg" in said
    assert "about 3.5 kg" in said


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ('"Customer Age" > 75', "age of customer above 75"),
        ("Customer Age = 3", "age of customer = 3"),
        ('sex == female and "Customer Age" <= 75', "sex: female and age of customer at most 75"),
    ],
)
def test_a_group_is_named_by_labels_without_quotes_whatever_its_column_is_called(label, said):
    assert group_name(label, lambda name: {"Customer Age": "age of customer"}.get(name, name)) == said


@pytest.mark.parametrize("by", ["Customer Age", '"Customer Age"', '"Customer Age" > 20'])
def test_what_made_the_groups_is_named_whole(smoking, told, by):
    (slices,) = smoking.answers[0].slices
    rows = tuple(replace(one, by=by) for one in slices if one.by == "smokeintensity > 20")
    alike = tuple(replace(one, reason="same by construction") for one in rows)
    said = str(for_whom(told, [replace(slices, slices=alike)], works_alike=False))
    assert "By Customer Age we cannot tell" in said


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (("sex = women", "sex = men"), "By sex, more for men ("),
        (("sex = 0", "sex = 1"), "More for sex = 1 ("),
    ],
)
def test_levels_that_are_texts_are_called_by_their_own_names(smoking, told, labels, words):
    (slices,) = smoking.answers[0].slices
    free = [one for one in slices if one.draws is not None][:1] * 2
    rows = tuple(
        replace(
            one, label=label, by="sex", reason="", effect=replace(one.effect, draws=one.effect.draws - one.mean + mean)
        )
        for one, label, mean in zip(free, labels, (0.5, 6.5), strict=True)
    )
    said = str(for_whom(told, [replace(slices, slices=rows)], works_alike=False))
    assert words in said
    assert ") than for " in said
