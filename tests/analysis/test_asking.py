"""What weakens an answer, and in which words: each downgrade that the list of bad inputs asks for."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.errors import OverlapWarning

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

MODEL = bc.StructuralModel.parse("x ~ z; y ~ x + z")


def asked(data, **facts):
    return bc.ask(MODEL, data, bc.AverageEffect(of="x", on="y", **facts))


def table(rows=120, **changed):
    rng = np.random.default_rng(32)
    x = np.tile([0.0, 1.0], rows // 2)
    z = rng.normal(size=rows)
    return {"x": x, "z": z, "y": x + z + rng.normal(size=rows)} | changed


def test_an_ordinary_answer_is_ok():
    assert asked(table()).status == "ok"


def test_a_level_seen_under_one_treatment_weakens_and_the_others_are_offered():
    town = np.repeat(["north", "south", "west"], 40)
    effect = asked(table(z=town, x=np.where(town == "west", 1.0, table()["x"])))
    assert effect.status == "weak"
    (reason,) = effect.reasons
    assert reason.startswith("33 in 100 units are of a kind hardly ever seen under one of x = 0 and 1, mostly where")
    assert reason.endswith('To ask about the others only: where="z != west".')
    assert asked(table(z=town, x=np.where(town == "west", 1.0, table()["x"])), where="z != west").status == "ok"


def test_a_lack_of_overlap_is_a_typed_warning_too():
    with pytest.warns(OverlapWarning, match="hardly ever seen under one of x = 0 and 1"):
        asked(table(x=(table()["z"] > 0).astype(float)))


def test_a_treatment_with_a_twin_weakens_the_answer():
    effect = asked(table(z=table()["x"]))
    assert effect.status == "weak"
    assert any("The answer is prior-driven." in one for one in effect.reasons)


def test_fewer_rows_than_parameters_weaken_the_answer():
    effect = asked({name: column[:3] for name, column in table().items()})
    assert effect.status == "weak"
    assert any("the answer is prior-driven" in one for one in effect.reasons)


def test_a_level_far_outside_the_data_weakens_the_answer():
    rng = np.random.default_rng(33)
    effect = asked(table(x=rng.normal(size=120)), contrast=(0, 50))
    assert effect.status == "weak"
    assert any("'x' was never seen at 50" in one and "extrapolated" in one for one in effect.reasons)


def test_a_column_that_names_each_unit_refuses_the_answer():
    effect = asked(table(z=np.array([f"shop {row}" for row in range(120)])))
    assert effect.status == "refused"
    assert "like an identity: adjusting for it leaves nobody to compare with" in effect.reasons[0]


def test_an_outcome_that_causes_the_treatment_weakens_the_zero():
    model = bc.StructuralModel.parse("x ~ y")
    effect = bc.ask(model, {"x": [0, 1, 1], "y": [1.5, 2.0, 2.5]}, bc.AverageEffect(of="x", on="y"))
    assert effect.status == "weak"
    assert "y is a cause of x: were the two swapped?" in effect.reasons[0]


def test_no_condition_is_offered_that_a_question_refuses():
    rng = np.random.default_rng(33)
    x = rng.integers(0, 2, 300).astype(float)
    m = rng.normal(size=300) + 8.0 * x * (rng.random(300) < 0.2)
    model = bc.StructuralModel.parse("x ~ 1; m ~ x; y ~ x + m")
    question = bc.NaturalIndirectEffect(of="x", on="y", through=("m",))
    effect = bc.ask(model, {"x": x, "m": m, "y": m + rng.normal(size=300)}, question)
    told = next(one for one in effect.reasons if "hardly ever seen" in one)
    assert "mostly where m > " in told
    assert "To ask about the others" not in told
