"""Rows with few units are weighed by how far they could move the effect."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.compilation.checking import tabulate
from bayescause.query.routing import route_of
from bayescause.query.thin_rows import thin_rows

QUESTION = bc.AverageEffect(of="x", on="y")


def rows_of(text, data):
    model = bc.StructuralModel.parse(text)
    posterior = bc.fit(model, tabulate(model, data, questions=[QUESTION], frequency="n"), [QUESTION])
    return thin_rows(posterior, route_of(posterior, QUESTION), QUESTION)


def front_door(**changed):
    cells = {(x, m, y): 100 for x in (0, 1) for m in (0, 1) for y in (0, 1)}
    cells |= {tuple(map(int, key[1:])): units for key, units in changed.items()}
    kept = [(*cell, units) for cell, units in cells.items() if units]
    return dict(zip(("x", "m", "y", "n"), map(list, zip(*kept, strict=True)), strict=True))


def test_a_full_table_has_none():
    assert rows_of("x -> m -> y; x <-> y", front_door()) == ()


def test_a_row_of_the_outcome_weighs_as_much_as_its_probability_differs_between_the_worlds():
    data = front_door(_110=1, _111=1, _010=180, _011=180)
    (row,) = rows_of("x -> m -> y; x <-> y", data)
    assert (row.name, row.units) == ("y given x = 1, m = 1", 2.0)
    # P(m | x=1) less P(m | x=0), times P(x=1), under the posterior mean of each table.
    chances = [(2 + 0.5) / (202 + 1), (360 + 0.5) / (560 + 1)]
    treated = (202 + 0.5) / (762 + 1)
    assert row.weight == pytest.approx(abs(chances[0] - chances[1]) * treated, rel=1e-6)


def test_a_weight_is_a_part_of_the_outcome_s_range_in_whatever_unit():
    rng = np.random.default_rng(2)
    x, m, y = rng.integers(0, 2, 300), rng.random(300), rng.integers(0, 3, 300)
    m = np.where(x == 1, m < 0.01, m < 0.6).astype(int)
    found = []
    for levels in (("0", "1", "4"), ("0", "10", "40")):
        model = bc.StructuralModel.parse("x -> m -> y; x <-> y", kinds={"ordinal": ["y"]}, levels={"y": levels})
        posterior = bc.fit(model, {"x": x, "m": m, "y": np.array(levels)[y]}, [QUESTION])
        found.append([row.weight for row in thin_rows(posterior, route_of(posterior, QUESTION), QUESTION)])
    assert found[0] == pytest.approx(found[1])
    assert max(found[0]) > 0.01


def test_a_row_that_cannot_move_the_effect_is_left_out():
    rng = np.random.default_rng(1)
    x, m = rng.integers(0, 2, size=(2, 400))
    # Nobody at the third level of x, about which nobody asks: its rows of the mediator do not matter.
    model = bc.StructuralModel.parse(
        "x -> m -> y; x <-> y", kinds={"categorical": ["x"]}, levels={"x": ("low", "high", "none")}
    )
    data = {"x": np.where(x, "high", "low"), "m": m, "y": rng.integers(0, 2, size=400)}
    question = bc.AverageEffect(of="x", on="y", contrast=("low", "high"))
    posterior = bc.fit(model, data, [question])
    found = thin_rows(posterior, route_of(posterior, question), question)
    assert not any(row.name.startswith("m given") for row in found)
    assert all(row.weight < 0.01 for row in found)
