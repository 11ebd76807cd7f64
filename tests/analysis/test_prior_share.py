"""How much of an effect's width is prior, where closed forms say it."""

from dataclasses import replace

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.power_scaling import power_scaled
from bayescause.analysis.prior_share import prior_share, widths_of
from bayescause.analysis.prior_weight import prior_weight
from bayescause.plugins import find

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

ATE = bc.AverageEffect(of="x", on="y", population="sample")
RNG = np.random.default_rng(31)
X, Z, NOISE = np.tile([0.0, 1.0], 30), RNG.normal(size=60), RNG.normal(size=60)


def asked(text, rows, question=ATE, binary=(), **facts):
    model = bc.StructuralModel.parse(text, **facts)
    variables = {name: replace(model.variables[name], kind="binary") for name in binary}
    return bc.ask(replace(model, variables={**model.variables, **variables}), rows, question)


@pytest.mark.parametrize(("power", "shift"), [(2.0, -0.3632), (0.5, 0.1923)])
def test_conjugate_numbers_move_as_the_published_case_says(power, shift):
    # REFERENCE S9: 25 values of mean 2 and sd 1 under a prior N(0, 1). 400,000 draws: standard error about .003.
    draws = np.random.default_rng(0).normal(50 / 26, 26**-0.5, 400_000)
    assert power_scaled(draws, -0.5 * np.square(draws), power).shift == pytest.approx(shift, abs=0.01)
    assert power_scaled(draws, -12.5 * np.square(draws - 2.0), 1 / power).shift == pytest.approx(shift, abs=0.02)


def test_a_slope_is_prior_by_the_ratio_of_precisions():
    # Noise of sd 1 and a slope N(0, .3): precision 1 / .09 of the prior, sum of squares 60 / 4 = 15 of the data.
    priors = {"y": {"x": "normal(0, 0.3)", "sd": "fixed(1)"}}
    found = prior_share(asked("y ~ x", {"x": X, "y": X + NOISE}, priors=priors))
    assert found.share == pytest.approx((1 / 0.09) / (1 / 0.09 + 15.0), abs=1e-6)
    assert found.held == 0.0
    assert found.removable == 1.0
    # Its mean under half and twice the precision of the prior, in sds of what it is.
    slope = (X - 0.5) @ (X + NOISE)
    mean, sd = slope / (1 / 0.09 + 15.0), (1 / 0.09 + 15.0) ** -0.5
    for one in found.scaled:
        assert one.shift == pytest.approx((slope / (one.power / 0.09 + 15.0) - mean) / sd, abs=0.1)


def test_a_twin_leaves_a_direction_to_the_prior_whatever_the_rows():
    found = prior_share(asked("y ~ x + twin", {"x": X, "twin": X, "y": X + NOISE}))
    # Half of the prior variance of x lies along x - twin; what is known of x + twin adds 1 / 60 or so.
    assert found.held > 0.98
    assert found.directions[0].names == ("x", "twin")
    assert found.is_prior_driven
    assert "no number of rows like these would remove any of it" in found.words


def test_rows_that_speak_leave_nothing_to_the_prior():
    effect = asked("y ~ x + z", {"x": X, "z": Z, "y": X + Z + NOISE})
    found = prior_share(effect)
    # Sd of the slope about .26 against a prior of about 5: the square of their ratio.
    assert found.share < 0.01
    assert str(found).startswith("Nearly nothing of the width is prior: more rows would remove what is left.")
    assert "prior" not in {check.name for check in effect.checks}


def test_of_a_curve_the_point_is_told_at_which_most_is_prior_and_there_is_one_account_of_it():
    # Chances times counts saturate: the prior of an effect is no wider than its posterior, though the rows speak.
    rng = np.random.default_rng(3)
    age, x = rng.uniform(20, 70, 40), rng.integers(0, 2, 40)
    y = np.where(rng.random(40) < 0.6, 0, rng.poisson(np.exp(0.2 + 0.01 * (age - 40) + 0.3 * x)))
    model = bc.StructuralModel.parse("y ~ x*age")
    family = find("bayescause.scm.mechanisms", "zero_inflated")()
    counted = replace(model.variables["y"], kind="count", mechanism=family)
    model = replace(model, variables={**model.variables, "y": counted})
    effect = bc.ask(model, {"age": age, "x": x, "y": y}, bc.ConditionalCurve(of="x", on="y", given=("age",)))
    found = bc.prior_share(effect)
    assert prior_weight(effect) > 1.0
    assert 0.1 < found.share < 0.4
    assert found.words.startswith("At age = ")
    assert not found.is_prior_driven
    assert not any("prior-driven" in reason for reason in effect.reasons)


def test_a_perfectly_separated_outcome_is_prior_driven_and_weak():
    separated = asked("y ~ x", {"x": X, "y": X}, binary=("y",))
    mixed = asked("y ~ x", {"x": X, "y": (X + NOISE > 0.5).astype(float)}, binary=("y",))
    assert separated.status == "weak"
    assert any("prior-driven" in reason for reason in separated.reasons)
    assert mixed.status == "ok"


def test_fewer_rows_than_parameters_are_prior_driven_and_weak():
    rng = np.random.default_rng(7)
    others = {f"c{place}": rng.normal(size=10) for place in range(12)}
    effect = asked("y ~ x + " + " + ".join(others), {"x": X[:10], "y": NOISE[:10], **others})
    found = prior_share(effect)
    assert found.is_prior_driven
    assert found.held > 0.5
    assert effect.status == "weak"


def test_a_prior_that_a_user_wrote_is_told_and_weakens_nothing():
    effect = asked("y ~ x + z", {"x": X, "z": Z, "y": X + NOISE}, priors={"y": {"x": "normal(0, 0.05)"}})
    found = prior_share(effect)
    assert found.share > 0.9
    assert not found.is_by_rule
    assert effect.status == "ok"
    assert any(check.name == "prior" and check.is_good for check in effect.checks)


def test_units_without_a_counterpart_are_told_apart_with_their_part_of_the_variance():
    rng = np.random.default_rng(5)
    z = rng.normal(size=400)
    x = np.where(np.abs(z) < 0.3, rng.integers(2, size=400), z > 0).astype(float)
    found = prior_share(asked("x ~ z; y ~ x*z", {"x": x, "z": z, "y": x + z + rng.normal(size=400)}))
    beyond = found.extrapolation
    assert 0.1 < beyond.units < 0.9
    assert 0.0 < beyond.share < 1.0
    assert "in 100 units make" in beyond.words


def test_groups_are_looked_at_one_by_one():
    group = np.repeat([0.0, 1.0], 30)
    rows = {"x": X, "g": group, "y": X * (1 + group) + NOISE}
    effect = asked("y ~ x*g", rows, bc.ConditionalEffect(of="x", on="y", given=("g",)))
    from bayescause.query.splitting import split

    assert [prior_share(part).status for part in split(effect)] == ["ok", "ok"]
    assert "Split the groups first" in prior_share(effect).reason


@pytest.mark.parametrize(
    ("text", "rows", "facts", "words"),
    [
        ("y ~ x", {"x": X, "y": X + NOISE}, {"priors": {"y": {"x": "flat()"}}}, "a prior is flat"),
        ("x -> y; x <-> y", {"x": X, "y": X + NOISE}, {}, "there is no number"),
    ],
)
def test_what_has_no_share_is_refused_in_words(text, rows, facts, words):
    found = prior_share(asked(text, rows, **facts))
    assert found.is_refused
    assert words in str(found)


def test_it_is_a_table_of_one_row():
    told = widths_of(asked("y ~ x", {"x": X, "y": X + NOISE})).to_dataframe()
    assert list(told) == [
        *("share", "held", "removable", "outside", "extrapolated", "shift_half", "shift_twice", "is_prior_driven")
    ]
    assert told["share"].item() + told["removable"].item() > 0.9
