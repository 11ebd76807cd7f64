import numpy as np
import pytest

import bayescause as bc
from bayescause.errors import DataError, SpecError
from bayescause.inference.posterior import parameters
from bayescause.query.along_modifier import nearness, no_groups
from bayescause.query.estimands.conditional_curve import ConditionalCurve
from bayescause.query.population import Population
from bayescause.surface import in_model_file

ASKED = {"of": "x", "on": "y"}


@pytest.fixture(scope="module")
def posterior():
    """The effect is 1 + 2 age + 3 smoker, and older units smoke more often."""
    rng = np.random.default_rng(7)
    age, noise = rng.normal(size=(2, 500))
    smoker = (rng.random(500) < 1 / (1 + np.exp(-2 * age))).astype(float)
    x = (rng.random(500) < 0.5).astype(float)
    columns = {"x": x, "age": age, "smoker": smoker, "y": x * (1 + 2 * age + 3 * smoker) + age + 0.5 * noise}
    model = bc.StructuralModel.parse("y ~ x*age + x*smoker")
    return bc.fit(model, columns, [ConditionalCurve(**ASKED, given=("age",))])


def test_where_nothing_else_moves_the_effect_the_curve_is_the_line_that_was_drawn():
    rng = np.random.default_rng(8)
    age, noise = rng.normal(size=(2, 80))
    x = (rng.random(80) < 0.5).astype(float)
    question = ConditionalCurve(**ASKED, given=("age",), at=(-1.0, 0.5))
    posterior = bc.fit(bc.StructuralModel.parse("y ~ x*age"), {"x": x, "age": age, "y": x * age + noise}, [question])
    names = posterior.design.mechanisms["y"].coefficients
    by = dict(zip(names, parameters(posterior, "y").coefficients.T, strict=True))
    draws = bc.estimate(posterior, question).draws
    for place, value in enumerate(question.at):
        np.testing.assert_allclose(draws[..., place].to_numpy().ravel(), by["x"] + by["x:age"] * value, atol=1e-8)


def test_what_goes_along_with_the_modifier_is_averaged_as_it_is_there(posterior):
    """Within .6 of the truth: the share of smokers near a value has an error of .04, three times that on the effect."""
    effect = bc.estimate(posterior, ConditionalCurve(**ASKED, given=("age",), at=(-1.0, 0.0, 1.0)))
    at = np.array([-1.0, 0.0, 1.0])
    truth = 1 + 2 * at + 3 / (1 + np.exp(-2 * at))
    np.testing.assert_allclose(effect.mean(), truth, atol=0.6)
    assert effect.curve == "modifier"


def test_it_prints_its_points_with_a_band(posterior):
    told = str(bc.estimate(posterior, ConditionalCurve(**ASKED, given=("age",))))
    assert "band of all" in told
    assert "age = " in told


def test_values_that_were_never_seen_are_told(posterior):
    effect = bc.estimate(posterior, ConditionalCurve(**ASKED, given=("age",), at=(0.0, 50.0)))
    assert effect.status == "weak"
    assert "never seen at 50" in effect.reasons[0]


def test_the_nearest_count_most_and_the_far_not_at_all():
    units = Population({"age": np.arange(10.0)}, np.ones(10))
    weights = nearness(units, "age", 0.0)
    assert weights[0] == 1.0
    assert (np.diff(weights[:4]) <= 0).all()
    assert (weights[4:] == 0).all()


def test_a_curve_has_one_modifier_and_several_values():
    with pytest.raises(SpecError, match="one modifier"):
        ConditionalCurve(**ASKED, given=("age", "sex"))
    with pytest.raises(SpecError, match="two or more"):
        ConditionalCurve(**ASKED, given=("age",), at=(1.0,))


def test_groups_by_a_column_of_many_values_are_refused_with_what_to_ask_instead(posterior):
    columns = {name: posterior.table.columns[name] for name in ("x", "age", "smoker", "y")}
    with pytest.raises(DataError) as refusal:
        bc.ask(posterior.model, columns, bc.ConditionalEffect(**ASKED, given=("age",)))
    (told,) = refusal.value.faults
    assert "500 values, too many for groups" in told
    assert "`ConditionalCurve`" in told
    # What it offers is answered: by single values, and by a curve.
    at = tuple(map(float, told.split("(at=(")[1].split(")")[0].split(", ")))
    lines = bc.ask(bc.StructuralModel.parse("y ~ x*age"), columns, bc.ConditionalEffect(**ASKED, given=("age",), at=at))
    assert lines.draws.sizes["group"] == 3
    assert bc.ask(posterior.model, columns, ConditionalCurve(**ASKED, given=("age",))).curve == "modifier"
    with in_model_file():
        (written,) = no_groups(posterior.table, ["age"])
    assert "`cate_curve`" in written
    assert f"(at = [{', '.join(f'{one:g}' for one in at)}])" in written
