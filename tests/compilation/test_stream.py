"""Tables that are read in blocks, made small so that they can be compared with the same tables in memory."""

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.compilation import checking, stream
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan_for
from bayescause.errors import DataError
from bayescause.scm.structural_model import Variable

MODEL = "promo ~ loyalty + season; traffic ~ promo + season; sales ~ traffic + promo + loyalty + town; season -> town"


def weeks(rows=3_000, seed=1):
    rng = np.random.default_rng(seed)
    season, loyalty, noise, shock = rng.normal(size=(4, rows))
    promo = (rng.uniform(size=rows) < 1 / (1 + np.exp(-loyalty))).astype(int)
    traffic = 100 + 12 * promo + 6 * season + 20 * noise
    town = np.array(["ash", "birch", "oak"])[(season > 0.5).astype(int) + (season > -0.5)]
    sales = 275 + 7 * traffic + 49 * promo + 85 * loyalty + 30 * (town == "oak") + 115 * shock
    return pd.DataFrame(
        {"season": season, "loyalty": loyalty, "promo": promo, "traffic": traffic, "town": town, "sales": sales}
    )


@pytest.fixture
def streamed(monkeypatch):
    # Every file counts as large, and a part of it as random rows.
    monkeypatch.setattr(checking, "STREAMED", 10)


def written(data, folder):
    file = folder / "weeks.parquet"
    duckdb.from_df(data).write_parquet(str(file))
    return file


def test_a_large_file_has_the_design_of_the_table_in_memory(streamed, tmp_path):
    data = weeks()
    model = bc.StructuralModel.parse(MODEL)
    held, read = tabulate(model, data), tabulate(model, written(data, tmp_path))
    assert (read.rows, read.units, read.kinds, read.levels) == (held.rows, held.units, held.kinds, held.levels)
    for task in plan_for(model, held, None).tasks:
        one, other = (derive(model, table, [task]).mechanisms[task.key] for table in (held, read))
        assert one.columns == other.columns
        assert other.centres == pytest.approx(one.centres)
        assert other.scales == pytest.approx(one.scales)


def test_blocks_hold_every_row_once_and_in_order(streamed, tmp_path):
    data = weeks(300_000)
    table = tabulate(bc.StructuralModel.parse(MODEL), written(data, tmp_path))
    blocks = list(table.blocks(("sales", "town")))
    assert len(blocks) > 1
    assert np.concatenate([block.columns["sales"] for block in blocks]).tolist() == data["sales"].tolist()
    assert blocks[0].levels["town"] == ("ash", "birch", "oak")


def test_the_random_part_is_the_same_every_time_and_spread_over_the_rows(streamed, tmp_path):
    data = weeks(60_000)
    file = written(data.assign(season=np.arange(60_000.0)), tmp_path)
    model = bc.StructuralModel.parse("sales ~ season")
    first, again = (tabulate(model, file).sample.columns["season"] for _ in range(2))
    assert first.tolist() == again.tolist()
    assert len(first) == stream.SAMPLED
    # The mean of 50,000 of 60,000 numbers drawn without replacement has an sd of 17320 * sqrt(1/6 / 50000) = 32.
    assert first.mean() == pytest.approx(29_999.5, abs=4 * 32)


def test_what_needs_all_rows_in_memory_says_what_to_do(streamed, tmp_path):
    table = tabulate(bc.StructuralModel.parse(MODEL), written(weeks(), tmp_path))
    with pytest.raises(DataError, match="random sample"):
        table.columns["sales"]
    with pytest.raises(DataError, match="3,000 rows"):
        _ = table.counts


def test_a_relation_is_read_as_a_file_is(streamed, tmp_path):
    data = weeks()
    connection = duckdb.connect()
    connection.register("shop", data)
    model = bc.StructuralModel.parse(MODEL)
    of_relation, of_file = tabulate(model, connection.table("shop")), tabulate(model, written(data, tmp_path))
    assert of_relation.source == "DuckDB relation"
    assert of_relation.span("sales") == of_file.span("sales")
    assert of_relation.stream.facts["sales"].sd == pytest.approx(data["sales"].std(ddof=0))


def test_a_small_relation_is_held_in_memory():
    connection = duckdb.connect()
    connection.register("shop", weeks())
    table = tabulate(bc.StructuralModel.parse(MODEL), connection.table("shop"))
    assert table.stream is None
    assert (table.rows, table.source) == (3_000, "DuckDB relation")


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("sales", lambda data: data["sales"].where(data.index > 4), "missing in 5 of 3,000 rows"),
        ("sales", lambda data: data["sales"].where(data.index != 4, np.inf), "'sales' is infinite in some rows"),
        ("promo", lambda data: 0 * data["promo"], "is 0 in every row"),
        ("town", lambda data: pd.Timestamp("2026-01-05") + pd.to_timedelta(data.index, "D"), "dates"),
        (
            "sales",
            lambda data: data["sales"].astype(str).where(data.index != 9, "much"),
            "too many for a category|much",
        ),
    ],
)
def test_faults_are_found_wherever_they_stand(streamed, tmp_path, column, values, words):
    data = weeks()
    file = written(data.assign(**{column: values(data)}), tmp_path)
    with pytest.raises(DataError, match=words):
        tabulate(bc.StructuralModel.parse(MODEL), file, questions=[bc.AverageEffect(of="promo", on="sales")])


@pytest.mark.parametrize("cells", [["no", "yes"], [0, 1], [1, 2]])
def test_codes_of_levels_are_those_of_the_table_in_memory(streamed, tmp_path, cells):
    data = weeks().assign(promo=lambda one: np.array(cells)[one["promo"]])
    model = bc.StructuralModel.parse(MODEL)
    model = replace(model, variables={**model.variables, "promo": Variable("promo", levels=("no", "yes"))})
    held, read = tabulate(model, data), tabulate(model, written(data, tmp_path))
    assert next(read.blocks(("promo",))).columns["promo"].tolist() == held.columns["promo"].tolist()
    assert [note for note in read.notes if "promo" in note] == [note for note in held.notes if "promo" in note]


def test_counted_rows_weigh_what_they_count(streamed, tmp_path):
    data = weeks(400)
    counted = data.assign(times=np.arange(400) % 3 + 1)
    table = tabulate(bc.StructuralModel.parse(MODEL), written(counted, tmp_path), frequency="times")
    long = data.loc[data.index.repeat(counted["times"])]
    assert (table.rows, table.units) == (400, len(long))
    assert table.stream.facts["sales"].mean == pytest.approx(long["sales"].mean())
    assert table.tally("promo").tolist() == np.bincount(long["promo"]).tolist()


def test_many_repeated_rows_are_a_concern(streamed, tmp_path):
    data = weeks()
    with pytest.warns(bc.errors.DataQualityWarning, match="repeats of other rows"):
        tabulate(bc.StructuralModel.parse(MODEL), written(pd.concat([data, data]), tmp_path))


def test_different_rows_are_counted_by_the_database(streamed, tmp_path):
    data = weeks()
    table = tabulate(bc.StructuralModel.parse(MODEL), written(data, tmp_path))
    found = table.stream.grouped(("town", "promo"), 100)
    wanted = data.groupby(["town", "promo"]).size()
    labels = [table.levels["town"][int(code)] for code in found.columns["town"]]
    rows = zip(labels, found.columns["promo"], found.counts, strict=True)
    assert {(town, promo): count for town, promo, count in rows} == wanted.to_dict()
    assert table.stream.grouped(("sales",), 100) is None
