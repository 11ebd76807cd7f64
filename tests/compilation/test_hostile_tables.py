"""Whatever stands in the cells, the answer is a table or an error in words."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bayescause.compilation.checking import tabulate
from bayescause.compilation.conditions import Condition
from bayescause.compilation.table import Table
from bayescause.errors import BayescauseError
from bayescause.scm.structural_model import StructuralModel

SHOP = StructuralModel.parse("promo ~ loyalty; sales ~ promo + loyalty")
QUESTION = SimpleNamespace(of="promo", on="sales", contrast=(0, 1))

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.decimals(),
    st.sampled_from(
        ["1,5", "12%", "NA", "yes", "no", date(2020, 1, 1), [1], {}, np.nan, pd.NA, pd.NaT, Decimal(2), 1j]
    ),
)
COLUMNS = st.one_of(
    st.lists(CELLS, min_size=4, max_size=4),
    st.lists(st.sampled_from([0, 1]), min_size=4, max_size=4),
    st.lists(st.floats(), min_size=4, max_size=4),
    st.lists(st.text(max_size=3), min_size=4, max_size=4),
)


def outcome(data, **options):
    with catch_warnings():
        simplefilter("ignore")
        try:
            return tabulate(SHOP, data, **options)
        except BayescauseError as error:
            return error


@settings(max_examples=300, deadline=None)
@given(promo=COLUMNS, loyalty=COLUMNS, sales=COLUMNS, missing=st.sampled_from(["error", "drop"]))
def test_any_cells_give_a_table_or_an_error_in_words(promo, loyalty, sales, missing):
    found = outcome({"promo": promo, "loyalty": loyalty, "sales": sales}, missing=missing, questions=[QUESTION])
    if isinstance(found, Table):
        assert np.isfinite(found.columns["loyalty"]).all()
        assert set(found.columns["promo"].tolist()) <= {0.0, 1.0} or found.kinds["promo"] != "binary"
    else:
        assert str(found)


@settings(max_examples=100, deadline=None)
@example(promo=[None] * 4, loyalty=[None] * 4, sales=["", "", "", "0\x1f"])
@given(promo=COLUMNS, loyalty=COLUMNS, sales=COLUMNS)
def test_any_data_frame_gives_a_table_or_an_error_in_words(promo, loyalty, sales):
    frame = pd.DataFrame({"promo": promo, "loyalty": loyalty, "sales": sales}, dtype=object)
    assert isinstance(outcome(frame, questions=[QUESTION]), Table | BayescauseError)


@settings(max_examples=200, deadline=None)
@given(content=st.one_of(st.binary(max_size=80), st.text('promo,sales;"\n\r\t1.yes\x00', max_size=80).map(str.encode)))
def test_any_bytes_give_a_table_or_an_error_in_words(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("hostile") / "table.csv"
    file.write_bytes(content)
    assert isinstance(outcome(file), Table | BayescauseError)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=20), st.text('age"<>=! and5.', max_size=20)))
def test_any_text_is_a_condition_or_an_error_in_words(text):
    try:
        read = Condition.parse(text)
    except BayescauseError:
        return
    assert Condition.parse(str(read)) == read


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a" * 10_000, "\u202eright", "quote'\"", "a\nb"])
def test_hostile_column_names_come_back_in_the_error_as_plain_text(name):
    error = outcome({name: [1, 2]})
    assert isinstance(error, BayescauseError)
    assert len(error.faults) == 3
