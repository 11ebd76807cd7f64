import pytest

from bayescause.compilation.frames import frame_of
from bayescause.compilation.marking import marks_of, refuse_marks
from bayescause.errors import DataError
from bayescause.graph.causal_graph import CausalGraph

GRAPH = CausalGraph.parse('latent mood; mood -> sales; promo -> traffic -> sales; "body weight" -> sales')


def marks(*cells):
    found = marks_of(frame_of({"set": list(cells)}), "set", GRAPH)
    return {name: rows.tolist() for name, rows in found.items()}


def test_a_cell_names_what_was_set_and_is_empty_where_nothing_was():
    assert marks("", "promo", None, " ") == {"promo": [False, True, False, False]}


@pytest.mark.parametrize("cell", ["promo traffic", "promo, traffic", " promo,traffic ", "traffic promo"])
def test_several_names_stand_side_by_side(cell):
    assert marks(cell, None) == {name: [True, False] for name in marks(cell)}
    assert set(marks(cell, None)) == {"promo", "traffic"}


def test_a_name_with_spaces_needs_quotes_only_beside_others():
    assert marks("body weight") == {"body weight": [True]}
    assert marks('"body weight" promo') == {"body weight": [True], "promo": [True]}


def test_a_column_without_a_name_marks_nothing():
    assert marks(None, None) == {}
    assert marks(float("nan"), float("nan")) == {}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            ["promoo", None],
            r"'set' says 'promoo' in row 0 .*: 'promoo' is not a variable of the graph. Did you mean `promo`",
        ),
        ([0, 1], r"'set' says '1' in row 1 .*: '1' is not a variable of the graph"),
        ([True, False], "'True' is not a variable of the graph"),
        (["do(promo)"], "'do' is not a variable"),
        (["mood"], "'mood' was not measured, so nobody knows what it was set to"),
    ],
)
def test_what_is_no_mark_is_told_with_its_rows(cells, message):
    with pytest.raises(DataError, match=message):
        marks(*cells)


def test_a_variable_of_the_graph_cannot_hold_the_marks():
    with pytest.raises(DataError, match="'promo' is a variable of the graph"):
        marks_of(frame_of({"promo": [0, 1]}), "promo", GRAPH)


def test_a_missing_column_of_marks_is_named():
    with pytest.raises(DataError, match="'sett', the column of interventions, is not in the table. Did you mean `set`"):
        marks_of(frame_of({"set": ["promo"]}), "sett", GRAPH)


def test_marks_of_a_table_that_is_read_in_blocks_are_refused():
    refuse_marks(None, 10**9)
    with pytest.raises(DataError, match="1,000,000,000 rows and is read block by block"):
        refuse_marks("set", 10**9)
