import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.errors import DataError, DataQualityWarning, SpecError
from bayescause.scm.design import INTERCEPT
from bayescause.scm.priors import Prior
from bayescause.scm.structural_model import StructuralModel

RNG = np.random.default_rng(3)
WEEKS = {
    "promo": np.tile([0.0, 1.0], 50),
    "visits": RNG.uniform(50, 150, 100),
    "region": RNG.permutation(np.tile(["east", "north", "south", "west"], 25)),
    "sales": RNG.normal(1_000, 80, 100),
}
OTHERS = ("north", "south", "west")


pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.DataQualityWarning")


def designed(formula, weeks=WEEKS, key="sales", **facts):
    model = StructuralModel.parse(formula, **facts)
    table = tabulate(model, weeks, missing="drop", frequency="n" if "n" in weeks else None)
    return derive(model, table, plan(model, kinds=table.kinds).tasks).mechanisms[key]


def test_coefficients_are_named_by_column_the_intercept_first():
    task = designed("sales ~ promo*region + square(visits)")
    assert task.coefficients == (
        *(INTERCEPT, "promo", "region[north]", "region[south]", "region[west]"),
        *("promo:region[north]", "promo:region[south]", "promo:region[west]", "square(visits)"),
    )


def test_centres_and_scales_are_the_means_and_sds_of_the_columns():
    task = designed("sales ~ promo + visits")
    np.testing.assert_allclose(task.centres, [0.5, WEEKS["visits"].mean()])
    np.testing.assert_allclose(task.scales, [0.5, WEEKS["visits"].std()])


def test_a_slope_has_a_prior_on_the_scale_of_its_column():
    task = designed("sales ~ promo + visits")
    sd = WEEKS["sales"].std()
    assert task.priors["visits"].family == "normal"
    np.testing.assert_allclose(task.priors["visits"].parameters, (0, 2.5 * sd / WEEKS["visits"].std()))
    np.testing.assert_allclose(task.priors[INTERCEPT].parameters, (WEEKS["sales"].mean(), 2.5 * sd))


def test_a_row_that_counts_twice_counts_like_two_rows():
    rows = {name: np.asarray(values)[:40] for name, values in WEEKS.items()}
    twice = {name: np.concatenate([values, values[:10]]) for name, values in rows.items()}
    counted = designed("sales ~ promo*region + visits", rows | {"n": np.r_[np.full(10, 2), np.ones(30)]})
    repeated = designed("sales ~ promo*region + visits", twice)
    np.testing.assert_allclose(counted.centres, repeated.centres)
    np.testing.assert_allclose(counted.scales, repeated.scales)
    for name, prior in counted.priors.items():
        np.testing.assert_allclose(prior.parameters, repeated.priors[name].parameters)


def test_rows_without_the_response_do_not_move_its_design():
    gaps = WEEKS["sales"].copy()
    gaps[60:] = np.nan
    task = designed("sales ~ promo + visits", WEEKS | {"sales": gaps})
    np.testing.assert_allclose(task.centres[1], WEEKS["visits"][:60].mean())


def test_a_users_prior_is_taken_as_it_stands():
    task = designed("sales ~ promo + region", priors={"sales": {"promo": "normal(0, 5)", "sd": "half_normal(50)"}})
    assert task.priors["promo"] == Prior("normal", (0, 5))
    assert task.priors["sd"] == Prior("half_normal", (50,))


def test_a_prior_of_a_term_is_that_of_all_its_columns_in_any_order():
    task = designed("sales ~ promo*region", priors={"sales": {"region:promo": "normal(0, 7)"}})
    assert {task.priors[f"promo:region[{level}]"] for level in ("north", "south", "west")} == {Prior("normal", (0, 7))}


def test_a_prior_of_the_raw_intercept_takes_the_centres_away():
    task = designed("sales ~ visits", priors={"sales": {"raw_intercept": "normal(0, 9)"}})
    assert task.priors[INTERCEPT] == Prior("normal", (0, 9))
    assert task.centres.tolist() == [0.0]


def test_a_prior_of_nothing_is_an_error_with_a_near_name():
    with pytest.raises(
        SpecError, match=r"'sales' has no coefficient 'region\[nord\]'.* Did you mean `region\[north\]`"
    ):
        designed("sales ~ region", priors={"sales": {"region[nord]": "normal(0, 1)"}})


def test_a_term_that_does_not_vary_is_left_out_with_a_warning():
    with pytest.warns(DataQualityWarning, match="'visits' does not vary in these data: it is left out"):
        task = designed("sales ~ promo + visits + promo:visits", WEEKS | {"visits": np.full(100, 7.0)})
    assert "visits" not in task.columns


def test_a_logarithm_of_zero_is_an_error_that_names_the_term():
    with pytest.raises(DataError, match=r"log\(visits\) needs values above zero"):
        designed("sales ~ log(visits)", WEEKS | {"visits": np.arange(100.0)})


@pytest.mark.parametrize("scale", [1e12, 1e-9])
@pytest.mark.filterwarnings("ignore::bayescause.errors.ScaleWarning")
def test_priors_follow_columns_of_any_scale(scale):
    plain, scaled = designed("sales ~ visits"), designed("sales ~ visits", WEEKS | {"visits": WEEKS["visits"] * scale})
    ratio = plain.priors["visits"].parameters[1] / scaled.priors["visits"].parameters[1]
    np.testing.assert_allclose(ratio, scale)


@pytest.mark.parametrize(
    ("scale", "words"),
    [(1e-300, "The numbers of 'y' are too small, .*multiply it by 1e300"), (1e200, "too large, .*divide it by 1e200")],
)
@pytest.mark.filterwarnings("ignore::bayescause.errors.ScaleWarning")
def test_numbers_whose_squares_no_computer_holds_are_refused_by_the_name_of_their_column(scale, words):
    model = StructuralModel.parse("y ~ x")
    table = tabulate(model, {"x": np.arange(4.0), "y": scale * np.array([1.0, 0.5, 1.1, 0.9])})
    with pytest.raises(DataError, match=words):
        derive(model, table, plan(model).tasks)


def test_equal_outcomes_still_give_a_proper_prior():
    task = designed("sales ~ promo", WEEKS | {"sales": np.full(100, 5.0)})
    assert task.priors["sd"].parameters[0] > 0


def test_levels_of_a_response_name_its_drives_or_its_gaps():
    regions = designed("region ~ promo", key="region")
    assert regions.mechanism.levels == ("east", *OTHERS)
    assert regions.coefficients == tuple(f"{level}.{name}" for level in OTHERS for name in ("intercept", "promo"))
    ordered = {"kinds": {"ordinal": ["region"]}, "levels": {"region": regions.mechanism.levels}}
    assert designed("region ~ promo", key="region", **ordered).mechanism.dispersion == ("gap2", "gap3")


def test_a_prior_with_a_bare_name_holds_for_all_drives_and_one_with_a_level_before_that():
    priors = {"west.promo": "normal(0, 3)", "promo": "normal(0, 2)", "intercept": "normal(0, 1)"}
    found = designed("region ~ promo", key="region", priors={"region": priors}).priors
    slopes = [found[f"{level}.promo"].parameters[1] for level in OTHERS]
    assert slopes == [2.0, 2.0, 3.0]
    assert {prior.parameters[1] for name, prior in found.items() if name.endswith(".intercept")} == {1.0}


def test_a_prior_of_a_level_that_does_not_exist_is_met_with_those_that_do():
    with pytest.raises(SpecError, match="has no coefficient 'nowhere.promo' to give a prior to"):
        designed("region ~ promo", key="region", priors={"region": {"nowhere.promo": "normal(0, 3)"}})


def clinics(family, **facts):
    data = {
        "ward": np.repeat(["a", "b", "c"], 20),
        "dose": RNG.normal(size=60),
        "days": RNG.permutation(np.tile([0, 1, 2], 20)),
    }
    return designed("days ~ dose + (1 | ward)", data, "days", families={"days": family}, **facts)


def test_every_drive_has_pooled_effects_and_an_sd_of_its_own_behind_all_other_coefficients():
    task = clinics("hurdle")
    assert task.fixed == ("mean.intercept", "mean.dose", "presence.intercept", "presence.dose")
    assert task.coefficients[4:] == tuple(f"{drive}.ward[{one}]" for drive in ("mean", "presence") for one in "abc")
    assert task.dispersion == ("mean.sd(1|ward)", "presence.sd(1|ward)")
    assert [task.coefficients[task.effects_of(pool)][0] for pool in task.pools] == ["mean.ward[a]", "presence.ward[a]"]


def test_a_prior_of_a_scale_holds_for_all_drives_unless_one_is_named():
    task = clinics("hurdle", priors={"days": {"sd(1|ward)": "half_normal(3)", "presence.sd(1|ward)": "half_normal(1)"}})
    assert task.priors["mean.sd(1|ward)"] == Prior("half_normal", (3.0,))
    assert task.priors["presence.sd(1|ward)"] == Prior("half_normal", (1.0,))


def test_the_prior_of_a_pooled_effect_of_one_drive_is_told_to_be_that_of_its_scale():
    with pytest.raises(SpecError, match=r"'presence.ward\[a\]' is pooled"):
        clinics("hurdle", priors={"days": {"presence.ward[a]": "normal(0, 1)"}})


def test_a_table_of_probabilities_is_not_pooled():
    with pytest.raises(SpecError, match="cells are not pooled. Write ward"):
        designed(
            "days ~ (1 | ward)",
            {"ward": np.repeat(["a", "b"], 20), "days": np.tile([0, 1], 20)},
            "days",
            families={"days": "saturated"},
        )
