"""A fault of a table names its file, its column and the lines in which it stands."""

import pytest

import bayescause as bc
from bayescause.errors import DataError

MODEL = bc.StructuralModel.parse("cost ~ pill", families={"cost": "lognormal"})
ROWS = "pill,cost\n0,3\n1,4\n0,0\n1,5\n0,-2\n"


def written(tmp_path, text):
    path = tmp_path / "visits.csv"
    path.write_text(text)
    return path


def test_values_that_a_family_cannot_have_are_told_with_their_lines(tmp_path):
    with pytest.raises(DataError, match=r"^visits.csv: 'cost' must be above zero .* It stands in lines 4, 6\.$"):
        bc.tabulate(MODEL, written(tmp_path, ROWS))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pill,cost\n0,3\n1,four\n0,5\n", "^visits.csv: 'cost' is meant to hold numbers, but line 3"),
        ("pill,cost\n0,3\n1,\n0,5\n", "^visits.csv: 'cost' is missing in 1 of 3 rows .line 3."),
        ("pill,price\n0,3\n", "^'cost' is not a column of visits.csv"),
        ("pill,cost\n2,3\n3,4\n", "^visits.csv: 'pill' must be 0 or 1, and holds 2 and 3"),
    ],
)
def test_every_fault_of_a_table_names_its_file_once(tmp_path, text, words):
    with pytest.raises(DataError, match=words) as told:
        bc.tabulate(MODEL, written(tmp_path, text), questions=[bc.AverageEffect(of="pill", on="cost")])
    assert all(fault.count("visits.csv") == 1 for fault in told.value.faults)


def test_a_fault_of_a_question_is_none_of_the_table(tmp_path):
    with pytest.raises(DataError, match="^The risk ratio is about an outcome that is yes or no"):
        bc.tabulate(MODEL, written(tmp_path, "pill,cost\n0,3\n1,4\n"), questions=[bc.RiskRatio(of="pill", on="cost")])


def test_rows_of_a_frame_are_counted_from_zero():
    with pytest.raises(DataError, match=r"^'cost' .* It stands in row 1 \(counted from 0\)\.$"):
        bc.tabulate(MODEL, {"pill": [0, 1, 1], "cost": [1.0, -1.0, 2.0]})
