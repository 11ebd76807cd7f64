import duckdb
import numpy as np
import pandas as pd
import pytest

import bayescause as bc
from bayescause.analysis.prior_weight import prior_weight
from bayescause.compilation import checking
from bayescause.errors import SpecError

TEXT = "z -> x -> y; x <-> y"
QUESTION = bc.AverageEffect(of="x", on="y")


def rows(strength=0.8, direct=0.0, count=500):
    z, z2, w, v, u = np.random.default_rng(3).normal(size=(5, count))
    x = strength * z + 0.5 * z2 + w + v
    return {"z": z, "z2": z2, "w": w, "x": x, "y": 0.5 * x + direct * z2 + w + v + u}


def asked(text=TEXT, question=QUESTION, **given):
    names = bc.CausalGraph.parse(text).observed
    return bc.ask(bc.StructuralModel.parse(text), {name: rows(**given)[name] for name in names}, question)


def test_the_effect_is_the_coefficient_times_the_step():
    one, three = asked(), asked(question=bc.AverageEffect(of="x", on="y", contrast=(1, 4)))
    assert three.draws.to_numpy() == pytest.approx(3 * one.draws.to_numpy())
    assert abs(float(one.mean()) - 0.5) < 4 * float(one.sd())
    assert one.unadjusted > 0.7


def test_the_verdict_stays_and_the_answer_says_on_what_it_rests():
    effect = asked()
    assert not effect.verdict.is_identified
    assert effect.status == "ok"
    first, *_ = str(effect).splitlines()
    assert "if every effect is a straight line and the same for all" in first
    assert "z reaches y only through x (cannot be tested)" in effect.assumed
    assert "nothing unmeasured drives both z and y (cannot be tested)" in effect.assumed
    assert "rests on 4 assumptions, 3 untestable" in str(effect)
    assert "not identified by the drawing; by instrument" in str(effect)


def test_units_do_not_matter_where_the_effect_is_the_same_for_all():
    everyone = asked(f"{TEXT}; w -> {{x y}}")
    some = asked(f"{TEXT}; w -> {{x y}}", bc.AverageEffect(of="x", on="y", where="w > 0"))
    assert some.draws.to_numpy() == pytest.approx(everyone.draws.to_numpy())
    assert any("does not matter which" in told for told in some.assumed)
    treated = asked(question=bc.EffectOnTreated(of="x", on="y"))
    assert treated.draws.to_numpy() == pytest.approx(asked().draws.to_numpy())


def test_an_instrument_that_hardly_moves_the_treatment_is_weak():
    effect = asked(strength=0.02)
    assert effect.status == "weak"
    assert any(reason.startswith("z is a weak instrument for x") for reason in effect.reasons)


def test_fewer_rows_than_parameters_are_told():
    assert any(reason.startswith("5 rows for 7 parameters") for reason in asked(count=5).reasons)


def test_an_instrument_that_never_varies_is_told():
    table = {key: rows()[key] for key in ("z", "x", "y")} | {"z": np.ones(500)}
    with pytest.raises(SpecError, match="z never varies in these data"):
        bc.ask(bc.StructuralModel.parse(TEXT), table, QUESTION)


def test_what_is_left_of_the_prior_is_known():
    effect = asked()
    width = np.subtract(*np.quantile(effect.draws, (0.75, 0.25)))
    table = rows()
    # Quartiles of a normal law with the sd of the rule: 2.5 sds of y for each sd of x.
    prior = 2 * 0.6745 * 2.5 * table["y"].std() / table["x"].std()
    assert prior_weight(effect) == pytest.approx(width / prior, rel=0.01)


def test_instruments_that_tell_different_effects_are_weak():
    text = "z -> x; z2 -> x -> y; x <-> y; w -> {x y}"
    honest, biased = asked(text), asked(text, direct=0.5)
    assert [check.words for check in honest.checks if check.name == "instruments agree"] == ["instruments agree"]
    assert honest.status == "ok"
    assert any(reason.startswith("z and z2 do not agree") for reason in biased.reasons)


def test_covariates_make_the_answer_more_precise():
    assert float(asked(f"{TEXT}; w -> {{x y}}").sd()) < float(asked().sd())


REFUSALS = {
    "y ~ x*w; x ~ z + w; x <-> y": "'x:w' in the formula of y lets the effect differ",
    "y ~ square(x); x ~ z; x <-> y": "'square(x)' in the formula of y lets the effect differ",
}


@pytest.mark.parametrize("text", REFUSALS)
def test_effects_that_differ_between_units_are_refused_with_what_would_help(text):
    effect = asked(text)
    assert effect.status == "refused"
    assert REFUSALS[text] in effect.reasons[0]
    assert "no number    With straight lines z would tell, but" in str(effect)


@pytest.mark.parametrize("name", ["x", "y"])
def test_a_variable_of_two_values_is_refused(name):
    table = {key: values for key, values in rows().items() if key in ("z", "x", "y")}
    table[name] = (table[name] > 0).astype(int)
    effect = bc.ask(bc.StructuralModel.parse(TEXT), table, QUESTION)
    assert effect.status == "refused"
    assert f"that needs {name} on a continuous scale, and it is binary" in effect.reasons[0]


def test_a_count_is_taken_as_normal_only_if_the_user_says_so():
    table = {key: values for key, values in rows().items() if key in ("z", "x", "y")}
    table["x"] = np.clip(np.round(table["x"] + 4), 0, None).astype(int)
    counted = bc.ask(bc.StructuralModel.parse(TEXT, families={"x": "poisson"}), table, QUESTION)
    assert (
        'the family of x is poisson. If they describe x well enough, say so: families={"x": "gaussian"}'
        in counted.reasons[0]
    )
    said = bc.ask(bc.StructuralModel.parse(TEXT, families={"x": "gaussian"}), table, QUESTION)
    assert said.status == "ok"


def test_a_flat_prior_of_the_effect_is_refused():
    model = bc.StructuralModel.parse("x ~ z; y ~ x; x <-> y", priors={"y": {"x": "flat()"}})
    with pytest.raises(SpecError, match="need not leave a posterior"):
        bc.fit(model, {key: rows()[key] for key in ("z", "x", "y")}, [QUESTION])


def test_what_needs_effects_of_single_units_is_refused_in_words():
    effect = asked()
    assert bc.sensitivity(effect).is_refused
    assert all("same for all" in one.words for one in bc.slice_by(effect, ["z > 0"]))
    assert bc.calibrate(bc.StructuralModel.parse(TEXT), rows(), [QUESTION], replications=20).status == "refused"


def test_the_tree_holds_the_equations_under_the_name_of_the_law():
    tree = asked().posterior.to_datatree()
    assert tree["posterior"]["joint law of x and y_y_coefficient"].dims == (
        "chain", "draw", "joint law of x and y_y_term",
    )  # fmt: skip
    assert float(tree["sample_stats"]["joint law of x and y_pareto_k"]) < 0.5


def test_a_table_that_is_read_in_blocks_gives_the_same_draws(tmp_path, monkeypatch):
    text = f"{TEXT}; w -> {{x y}}"
    table = pd.DataFrame({key: rows()[key] for key in ("z", "w", "x", "y")})
    held = bc.ask(bc.StructuralModel.parse(text), table, QUESTION)
    monkeypatch.setattr(checking, "STREAMED", 10)
    duckdb.from_df(table).write_parquet(str(tmp_path / "table.parquet"))
    read = bc.ask(bc.StructuralModel.parse(text), tmp_path / "table.parquet", QUESTION)
    assert read.posterior.table.stream is not None
    # Sums in another order, through a few steps of Newton's method.
    assert read.draws.to_numpy() == pytest.approx(held.draws.to_numpy(), rel=1e-4)
    assert read.unadjusted == pytest.approx(held.unadjusted)
