"""The number needed to treat: its interval is read off that of the difference, through infinity if need be."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import bayescause as bc
from bayescause.errors import DataError, SpecError
from bayescause.query.number_needed import better_of, better_where, number_needed
from bayescause.reporting.exporting import to_json
from bayescause.reporting.findings import gather
from bayescause.reporting.schema import Report

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
ASKED = {"of": "pill", "on": "ill"}


@pytest.fixture(scope="module")
def effect():
    rng = np.random.default_rng(3)
    pill = rng.integers(0, 2, 400)
    rows = {"pill": pill, "ill": (rng.random(400) < 0.5 - 0.2 * pill).astype(int)}
    return bc.ask(bc.StructuralModel.parse("ill ~ pill"), rows, bc.NumberNeededToTreat(**ASKED, better="lower"))


def told(effect, low, high, better="lower"):
    """The number of an effect whose draws of the difference are spread evenly from ``low`` to ``high``."""
    draws = np.linspace(low, high, 4000).reshape(4, 1000)
    question = bc.NumberNeededToTreat(**ASKED, better=better)
    return number_needed(replace(effect, estimand=question, draws=xr.DataArray(draws, dims=("chain", "draw"))))


def test_it_is_the_reciprocal_of_the_difference_of_risks(effect):
    plain = bc.estimate(effect.posterior, bc.AverageEffect(**ASKED))
    np.testing.assert_array_equal(effect.draws, plain.draws)
    found, interval = number_needed(effect), plain.interval()
    assert found.middle.number == pytest.approx(-1 / float(plain.mean()))
    assert found.best.number == pytest.approx(-1 / float(interval.low))
    assert found.worst.number == pytest.approx(-1 / float(interval.high))
    assert {found.middle.direction, found.best.direction, found.worst.direction} == {"benefit"}
    assert found.probability == pytest.approx(float((plain.draws < 0).mean()))


def test_altmans_interval_runs_through_infinity(effect):
    """Altman (1998): a difference of .05 with the interval from -.025 to .125 is NNTB 8 through infinity to NNTH 40."""
    # The middle 89 % of an even spread of this width ends there.
    half = 0.075 / 0.89
    found = told(effect, 0.05 - half, 0.05 + half, better="higher")
    assert found.passes_infinity
    assert found.range == "NNTB 8 through infinity to NNTH 40"
    assert (found.best.number, found.worst.number) == pytest.approx((8.0, 40.0), rel=1e-2)
    assert found.middle.number == pytest.approx(20.0)


def test_what_is_good_decides_what_is_called_benefit(effect):
    lowers = told(effect, -0.25, -0.2)
    raises = told(effect, 0.2, 0.25)
    unsaid = told(effect, -0.25, -0.2, better=None)
    assert (lowers.middle.direction, raises.middle.direction, unsaid.middle.direction) == ("benefit", "harm", "fewer")
    assert lowers.range.startswith("NNTB 4")
    assert raises.range.startswith("NNTH 4")
    assert (lowers.probability, raises.probability, unsaid.probability) == (1.0, 0.0, 0.0)


def test_the_models_direction_serves_where_the_question_names_none(effect):
    model = bc.StructuralModel.parse("ill ~ pill", better={"ill": "lower"})
    asked = replace(effect, estimand=bc.NumberNeededToTreat(**ASKED), model=model)
    assert number_needed(asked).middle.direction == "benefit"
    # More of the lowest of two levels is less of the outcome.
    assert number_needed(replace(asked, estimand=bc.NumberNeededToTreat(**ASKED, level=0))).better == "higher"


def test_no_mean_of_reciprocals_is_told(effect):
    """Draws on both sides of zero have reciprocals whose mean is anything; the number is one over the mean."""
    found = told(effect, -0.3, 0.1)
    assert found.middle.number == pytest.approx(10.0)


def test_it_says_one_more_or_one_fewer_and_in_how_many(effect):
    said = str(effect).splitlines()[0]
    assert "one fewer in about every" in said
    assert "which is good (89 % ETI NNTB" in said
    wide = replace(effect, draws=xr.DataArray(np.linspace(-0.2, 0.1, 4000).reshape(4, 1000), dims=("chain", "draw")))
    assert "It is open whether pill does good or harm (89 % ETI NNTB" in str(wide)


def test_the_report_and_its_json_tell_it(effect):
    found = gather([effect])
    (question,) = to_json(found)["questions"]
    assert question["number_needed"]["best"]["direction"] == "benefit"
    assert question["number_needed"]["words"].startswith("NNTB")
    assert Report.model_validate(to_json(found))
    assert "one fewer in about every" in to_json(found)["headline"]


def test_an_outcome_that_is_no_yes_or_no_needs_a_level():
    rng = np.random.default_rng(0)
    rows = {"pill": np.arange(60) % 2, "ill": rng.normal(size=60)}
    with pytest.raises(DataError, match="yes or no"):
        bc.ask(bc.StructuralModel.parse("ill ~ pill"), rows, bc.NumberNeededToTreat(**ASKED))
    with pytest.raises(SpecError, match="`better` is 'up'; it must be 'higher' or 'lower'"):
        bc.NumberNeededToTreat(**ASKED, better="up")


def test_other_effects_have_none(effect):
    assert number_needed(bc.estimate(effect.posterior, bc.AverageEffect(**ASKED))) is None


@pytest.mark.parametrize("text", ["x -> m -> y; x <-> y", "x -> y; x <-> y", "w -> x -> y; x <-> y"])
def test_scores_of_levels_are_no_risks_by_any_way(text):
    rng = np.random.default_rng(4)
    w, x, m = (rng.integers(0, 2, 200) for _ in range(3))
    rows = {"w": w, "x": x, "m": m, "y": np.array(["1", "2", "3"])[(x + m)]}
    model = bc.StructuralModel.parse(text, kinds={"ordinal": ["y"]})
    question = bc.NumberNeededToTreat(of="x", on="y")
    named = replace(question, level="3")
    rows = {name: values for name, values in rows.items() if name in model.graph.nodes}
    with pytest.raises(DataError, match="yes or no, and 'y' is ordinal"):
        bc.ask(model, rows, question)
    asked = bc.ask(model, rows, named)
    assert asked.draws is not None or asked.bounds is not None


def test_a_direction_of_an_outcome_is_none_of_the_chance_of_one_of_its_levels():
    model = bc.StructuralModel.parse("pain ~ x", better={"pain": "lower"})
    assert better_of(bc.AverageEffect(of="x", on="pain"), model) == "lower"
    assert better_of(bc.AverageEffect(of="x", on="pain", level="mild"), model) is None
    assert better_of(bc.NumberNeededToTreat(of="x", on="pain", level="mild", better="higher"), model) == "higher"


@pytest.mark.parametrize(
    ("level", "kind", "levels", "better"),
    [
        ("severe", "ordinal", ("none", "some", "severe"), "lower"),
        ("none", "ordinal", ("none", "some", "severe"), "higher"),
        ("some", "ordinal", ("none", "some", "severe"), None),
        ("severe", "categorical", ("none", "some", "severe"), None),
        ("ill", None, ("well", "ill"), "lower"),
        (1, "binary", (), "lower"),
        (0, "binary", (), "higher"),
        (1.0, "binary", (), "lower"),
        ("ill", "binary", ("well", "ill"), "lower"),
        (0.0, "binary", ("well", "ill"), "higher"),
        (3.0, "ordinal", ("1", "2", "3"), "lower"),
        (1.0, "ordinal", ("1", "2", "3"), "higher"),
        (2, "ordinal", ("1", "2", "3"), None),
        ("ill", "ordinal", (), None),
        (1, None, (), None),
        (3, "count", (), None),
    ],
)
def test_more_of_the_highest_level_is_as_good_as_more_of_the_outcome(level, kind, levels, better):
    question = bc.NumberNeededToTreat(of="pill", on="pain", level=level)
    assert better_where(question, "lower", kind=kind, levels=levels) == better
    assert better_where(replace(question, better="higher"), "lower", kind=kind, levels=levels) == "higher"


def test_the_table_says_which_level_is_the_highest_where_the_model_does_not():
    rows = {"pill": [0, 1] * 60, "ill": [1, 0, 0, 0, 1, 0, 1, 1] * 15}
    model = bc.StructuralModel.parse("ill ~ pill", better={"ill": "lower"})
    posterior = bc.fit(model, rows)
    said = {
        level: str(number_needed(bc.estimate(posterior, bc.NumberNeededToTreat(**ASKED, level=level))))
        for level in (None, 1, 1.0, 0)
    }
    assert said[None].startswith("NNTB")
    # Fewer who are ill are as many more who are not.
    assert set(said.values()) == {said[None]}


def test_a_gain_for_more_of_a_level_that_the_table_shows_to_be_bad_is_a_contradiction():
    rows = {"pill": [0, 1] * 60, "ill": [1, 0, 0, 0, 1, 0, 1, 1] * 15}
    model = bc.StructuralModel.parse("ill ~ pill", better={"ill": "lower"})
    effect = bc.ask(model, rows, bc.AverageEffect(**ASKED, level=1))
    with pytest.raises(SpecError, match="`gain` is 5, but of 'ill' it is said that lower is better"):
        bc.decide(effect, act="treat", instead="wait", gain=5.0)
