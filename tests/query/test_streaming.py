"""Effects from tables that are read in blocks, against the same tables in memory."""

import duckdb
import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.compilation import checking
from bayescause.compilation import streaming as reading
from bayescause.errors import DataError
from bayescause.query import streaming

PLAIN = "promo ~ loyalty; traffic ~ promo; sales ~ traffic + promo + loyalty"
MOVING = "promo ~ loyalty; traffic ~ promo; sales ~ traffic + promo*loyalty"
QUESTION = bc.AverageEffect(of="promo", on="sales")


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    loyalty, noise, shock = rng.normal(size=(3, 4_000))
    promo = (rng.uniform(size=4_000) < 1 / (1 + np.exp(-loyalty))).astype(float)
    traffic = 100 + 12 * promo + 20 * noise
    sales = 275 + 7 * traffic + promo * (49 + 30 * loyalty) + 85 * loyalty + 100 * shock
    return pd.DataFrame({"loyalty": loyalty, "promo": promo, "traffic": traffic, "sales": sales})


@pytest.fixture
def file(data, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "STREAMED", 10)
    duckdb.from_df(data).write_parquet(str(tmp_path / "weeks.parquet"))
    return tmp_path / "weeks.parquet"


def both(model, question, data, file):
    return [bc.ask(bc.StructuralModel.parse(model), one, question, seed=1) for one in (data, file)]


def test_an_effect_that_is_the_same_for_all_has_the_same_draws(data, file):
    held, read = both(PLAIN, QUESTION, data, file)
    # Sums in another order: rounding only.
    assert read.draws.to_numpy() == pytest.approx(held.draws.to_numpy(), rel=1e-8)
    assert read.unadjusted == pytest.approx(held.unadjusted)
    assert str(read).splitlines()[0] == str(held).splitlines()[0]


@pytest.mark.parametrize("population", ["sample", "superpopulation"])
def test_effects_that_differ_by_unit_average_to_the_same(data, file, monkeypatch, population):
    monkeypatch.setattr(streaming, "MANY_ROWS", 100)
    held, read = both(MOVING, bc.AverageEffect(of="promo", on="sales", population=population), data, file)
    # Both means have a Monte Carlo error of sd / sqrt(4000); four of them together.
    error = float(held.sd()) / np.sqrt(4_000)
    assert float(read.mean()) == pytest.approx(float(held.mean()), abs=4 * np.sqrt(2) * error)
    # The sd of an sd is about sd / sqrt(2 * 4000).
    assert float(read.sd()) == pytest.approx(float(held.sd()), rel=4 * np.sqrt(2 / 8_000))


def test_who_the_units_are_is_as_open_as_all_of_them_leave_it_though_few_are_looked_at(data, file, monkeypatch):
    monkeypatch.setattr(streaming, "MANY_ROWS", 100)
    monkeypatch.setattr(reading, "SAMPLED", 1_000)
    model = bc.StructuralModel.parse(MOVING)
    questions = [bc.AverageEffect(of="promo", on="sales", population=each) for each in ("superpopulation", "sample")]
    open_, settled = (bc.ask(model, file, question, seed=1).draws.to_numpy() for question in questions)
    # The effect of a unit is 30 more for each unit of loyalty, but for what the rows leave open: about 2 in 30. Its
    # spread is known from 1,000 rows to 1 / sqrt(2,000), and that of 4,000 draws to 1 / sqrt(8,000).
    spread = 30 * data["loyalty"].std() / np.sqrt(4_001)
    assert (open_ - settled).std() == pytest.approx(spread, rel=0.25)


def test_the_prior_has_the_share_that_all_rows_leave_it_though_few_are_looked_at(data, file, monkeypatch):
    monkeypatch.setattr(reading, "SAMPLED", 1_000)
    model = bc.StructuralModel.parse("sales ~ promo + loyalty", priors={"sales": {"promo": "normal(0, 5)"}})
    held, read = (bc.prior_share(bc.ask(model, one, QUESTION, seed=1)).share for one in (data, file))
    # A thousand rows tell sums of squares to 4 sqrt(2 / 1000), 18 %; a share of one half moves by a quarter of that.
    assert 0.3 < held < 0.7
    assert read == pytest.approx(held, abs=0.05)


def test_a_front_door_has_the_same_draws(data, file):
    held, read = both("promo -> traffic -> sales; promo <-> sales", QUESTION, data, file)
    assert read.draws.to_numpy() == pytest.approx(held.draws.to_numpy(), rel=1e-8)


def test_a_law_of_discrete_variables_is_counted_in_blocks(data, file):
    levels = (data > data.mean()).astype(int)
    duckdb.from_df(levels).write_parquet(str(file))
    held, read = both("promo -> traffic -> sales; promo <-> sales", QUESTION, levels, file)
    assert read.posterior.table.stream is not None
    assert read.draws.equals(held.draws)


def test_few_different_rows_are_averaged_exactly(data, file):
    rounded = data.assign(loyalty=data["loyalty"].round())
    duckdb.from_df(rounded).write_parquet(str(file))
    held, read = both(MOVING, bc.AverageEffect(of="promo", on="sales", population="sample"), rounded, file)
    assert read.draws.to_numpy() == pytest.approx(held.draws.to_numpy(), rel=1e-6)


@pytest.mark.parametrize(
    "question",
    [
        bc.EffectOnTreated(of="promo", on="sales", population="sample"),
        bc.AverageEffect(of="promo", on="sales", where="loyalty > 0.5", population="sample"),
    ],
)
def test_the_question_s_units_are_chosen_block_by_block(data, file, question):
    held, read = both(MOVING, question, data, file)
    assert float(read.mean()) == pytest.approx(float(held.mean()), abs=6 * float(held.sd()) / np.sqrt(4_000))
    assert read.unadjusted == pytest.approx(held.unadjusted)


def test_the_slope_of_a_numeric_treatment_is_that_of_the_table_in_memory(data, file):
    question = bc.AverageEffect(of="traffic", on="sales", contrast=(100, 110), where="loyalty > 0", population="sample")
    held, read = both("traffic ~ promo; sales ~ traffic + promo + loyalty", question, data, file)
    assert read.unadjusted == pytest.approx(held.unadjusted)


def test_slices_of_a_large_table_say_what_to_do(data, file):
    effect = bc.ask(bc.StructuralModel.parse(PLAIN), file, QUESTION)
    with pytest.raises(DataError, match="random sample"):
        bc.slice_by(effect, ["loyalty > 0"])


def test_what_was_looked_at_in_part_is_said(data, file):
    effect = bc.ask(bc.StructuralModel.parse(PLAIN), file, QUESTION)
    assert any("chosen at random" in line for line in effect.assumed)
