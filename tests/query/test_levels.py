"""Levels on a causal path and as outcome: exact sums, scores that are named, and refusals with a remedy."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
RNG = np.random.default_rng(12)
ROWS = 3_000
X = RNG.integers(0, 2, ROWS)
PAIN = np.searchsorted([-0.5, 1.0], 0.8 * X + RNG.logistic(size=ROWS))
Y = np.array([0.0, 3.0, 1.0])[PAIN] + 0.5 * X + RNG.normal(size=ROWS)
DATA = {"x": X, "pain": np.array(["none", "some", "much"])[PAIN], "y": Y}
FACTS = {"kinds": {"ordinal": ["pain"]}, "levels": {"pain": ["none", "some", "much"]}}


def ordered(x):
    reached = 1 / (1 + np.exp(-(np.array([-0.5, 1.0]) - 0.8 * x)))
    return np.diff([0.0, *reached, 1.0])


def test_levels_in_order_are_summed_over_between_treatment_and_outcome():
    model = bc.StructuralModel.parse("pain ~ x; y ~ pain + x", **FACTS)
    effect = bc.ask(model, DATA, bc.AverageEffect(of="x", on="y"))
    worth = np.array([0.0, 3.0, 1.0])
    truth = 0.5 + worth @ (ordered(1) - ordered(0))
    # One table of 3,000 rows: within three posterior sds in 99.7 of 100 tables.
    assert abs(float(effect.mean()) - truth) < 3 * float(effect.sd())
    assert float(effect.sd()) < 0.1


def test_the_mean_of_an_ordinal_outcome_is_that_of_its_scores_and_says_so():
    model = bc.StructuralModel.parse("pain ~ x", **FACTS)
    effect = bc.ask(model, DATA, bc.AverageEffect(of="x", on="pain"))
    truth = np.arange(3) @ (ordered(1) - ordered(0))
    assert abs(float(effect.mean()) - truth) < 3 * float(effect.sd())
    assert "the mean of pain is that of its scores, which count its levels: none = 0, some = 1, much = 2" in (
        effect.assumed
    )


def test_an_effect_on_levels_without_an_order_is_refused_with_what_to_do():
    model = bc.StructuralModel.parse("pain ~ x", kinds={"categorical": ["pain"]})
    effect = bc.ask(model, DATA, bc.AverageEffect(of="x", on="pain"))
    assert effect.status == "refused"
    assert "its levels have no order, so there is no mean" in effect.reasons[0]
    assert 'Name the level whose chance matters, such as `level="much"`' in effect.reasons[0]


def test_a_level_that_was_never_seen_beside_a_cause_keeps_a_certified_or_a_sampled_posterior():
    seen = {"x": np.repeat([0, 1], 30), "m": np.array(["a", "b", "c"] * 10 + ["a", "b"] * 15)}
    posterior = bc.fit(bc.StructuralModel.parse("m ~ x"), seen, engine="laplace")
    draws = posterior.draws["m_coefficient"].sel(m_term="c.x").to_numpy()
    # Nothing but the prior keeps the log odds of c above minus infinity.
    assert draws.mean() < -2
    assert posterior.is_converged


@pytest.mark.parametrize(
    ("names", "between", "top"), [(("none", "some", "much"), "some", "much"), (("1", "2", "3"), 2, 3)]
)
def test_values_of_an_ordinal_outcome_are_named_as_its_levels_are(names, between, top):
    grades = [name if isinstance(top, str) else int(name) for name in names]
    data = {"x": X[:400], "grade": np.array(grades)[PAIN[:400]]}
    model = bc.StructuralModel.parse("grade ~ x", kinds={"ordinal": ["grade"]}, levels={"grade": list(names)})
    beyond = bc.Exceedance(of="x", on="grade", above=(between,))
    highest = bc.AverageEffect(of="x", on="grade", level=top)
    both = bc.Distribution(of="x", on="grade", at=(between, grades[0]))
    posterior = bc.fit(model, data, [beyond, highest, both])
    chance, same, whole = (bc.estimate(posterior, asked).draws for asked in (beyond, highest, both))
    # More than the middle level is the highest one, in every draw.
    np.testing.assert_allclose(chance, same, atol=1e-9)
    assert whole["value"].to_numpy().tolist() == [*names[:2]]
    np.testing.assert_allclose(whole.sel(value=names[1]).diff("group").isel(group=0), -chance, atol=1e-9)
    assert bc.estimate(posterior, bc.Distribution(of="x", on="grade")).draws["value"].to_numpy().tolist() == [*names]


@pytest.mark.parametrize("asked", [bc.Exceedance(of="x", on="pain", above=(0,)), {"at": ("none", "some", "worst")}])
def test_a_value_that_is_no_level_of_an_ordinal_outcome_is_an_error_that_lists_them(asked):
    question = bc.Distribution(of="x", on="pain", **asked) if isinstance(asked, dict) else asked
    model = bc.StructuralModel.parse("pain ~ x", **FACTS)
    with pytest.raises(DataError, match="'pain' has no level .*It has none, some, much"):
        bc.ask(model, DATA, question)


def test_a_level_that_is_named_twice_in_two_ways_is_an_error():
    rng = np.random.default_rng(2)
    data = {"x": rng.integers(0, 2, 60), "grade": rng.integers(1, 4, 60)}
    model = bc.StructuralModel.parse("grade ~ x", kinds={"ordinal": ["grade"]})
    with pytest.raises(DataError, match="'1' is a level of 'grade' that is named already"):
        bc.ask(model, data, bc.Distribution(of="x", on="grade", at=(1, "1")))


def test_nothing_exceeds_the_highest_level():
    model = bc.StructuralModel.parse("pain ~ x", **FACTS)
    with pytest.raises(DataError, match="Nothing exceeds 'much', the highest level of 'pain'. Name one below it: none"):
        bc.ask(model, DATA, bc.Exceedance(of="x", on="pain", above=("much",)))
