from types import SimpleNamespace

import numpy as np
import pytest

import bayescause as bc
from bayescause.compilation.contrasts import contrast_concerns, contrast_faults, level_value
from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.surface import in_model_file

TABLE = Table(
    {"promo": np.array([0.0, 1.0]), "visits": np.array([3.0, 9.0]), "share": np.array([0.1, 0.4])},
    {"promo": "binary", "visits": "count", "share": "proportion"},
    {"promo": ("no", "yes")},
)


def test_a_level_is_known_by_its_name_and_by_its_code():
    assert level_value("yes", "promo", TABLE) == level_value(1, "promo", TABLE) == 1.0


@pytest.mark.parametrize(
    ("level", "name", "words"),
    [
        (0.5, "promo", "'promo' is 0 or 1; it cannot be set to 0.5"),
        (-1, "visits", "'visits' is a count; it cannot be set to -1"),
        (2, "share", "'share' is a proportion; it cannot be set to 2"),
        ("maybe", "promo", "'promo' has no level 'maybe'. It has no, yes"),
        ("many", "visits", "'visits' has no level 'many'. It has no named levels"),
    ],
)
def test_levels_that_cannot_be_set_are_refused(level, name, words):
    with pytest.raises(DataError, match=words):
        level_value(level, name, TABLE)


def test_both_levels_of_a_question_are_checked_at_once():
    question = SimpleNamespace(of="promo", on="visits", contrast=(0.5, 3))
    assert len(contrast_faults(TABLE, [question])) == 2


def test_a_level_nobody_had_is_a_concern_with_its_distance():
    question = SimpleNamespace(of="visits", contrast=(3, 20))
    (concern,) = contrast_concerns(TABLE, [question])
    assert "'visits' was never seen at 20; it runs from 3 to 9, 11 away" in concern.text


def test_a_condition_that_nobody_fulfils_is_a_fault():
    question = SimpleNamespace(of="promo", where="visits > 100")
    assert contrast_faults(TABLE, [question]) == [
        "No row fulfils the condition 'visits > 100': there is nobody to ask about."
    ]


def test_a_level_that_no_row_has_is_found_before_anything_is_fitted():
    town = Table({"town": np.array([0.0, 1.0])}, {"town": "categorical"}, {"town": ("north", "south", "west")})
    (fault,) = contrast_faults(town, [SimpleNamespace(of="town", contrast=("north", "west"))])
    assert fault == "No row has 'town' = west. A level that never occurs cannot be compared."


def test_a_treatment_of_named_levels_asks_for_two_of_them():
    town = Table({"town": np.array([0.0, 1.0])}, {"town": "categorical"}, {"town": ("north", "south")})
    with pytest.raises(DataError, match="'town' has no level 0. It has north, south: give one of these names"):
        level_value(0, "town", town)


@pytest.mark.parametrize(("treated", "told"), [(1, True), (2, True), (3, False)])
def test_a_level_of_one_or_two_units_weakens_an_answer(treated, told):
    rows = {"x": [1] * treated + [0] * (12 - treated), "y": np.random.default_rng(1).normal(size=12)}
    effect = bc.ask(bc.StructuralModel.parse("y ~ x"), rows, bc.AverageEffect(of="x", on="y"), seed=1)
    assert any(f"Only {treated} of 12 units ha" in reason for reason in effect.reasons) is told


def test_numbers_for_named_levels_are_told_once_with_what_to_write_and_levels_that_differ_by_case():
    levels = ("Yes", "no", "yes")
    pill = Table({"pill": np.array([0.0, 1.0, 2.0])}, {"pill": "categorical"}, {"pill": levels})
    (fault,) = contrast_faults(pill, [SimpleNamespace(of="pill", contrast=(0.0, 1.0))])
    assert fault.startswith("'pill' has no level 0 and no level 1. It has Yes, no, yes: say which two")
    assert '`contrast=("Yes", "no")`' in fault
    assert "Levels 'Yes' and 'yes' of 'pill' differ only by capitals" in fault
    with in_model_file():
        assert (
            '`contrast = ["Yes", "no"]`' in contrast_faults(pill, [SimpleNamespace(of="pill", contrast=(0.0, 1.0))])[0]
        )
