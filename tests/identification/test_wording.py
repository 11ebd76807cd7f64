import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery

NHEFS = """
    baseline = {sex race age education smokeintensity smokeyrs exercise active wt71}
    baseline <-> baseline
    qsmk    ~ baseline
    wt82_71 ~ qsmk*smokeintensity + baseline + square(age, smokeintensity, smokeyrs, wt71)
"""


def told(text, of, on):
    return str(identify(CausalGraph.parse(text), CausalQuery((of,), (on,)))).splitlines()


def test_an_identified_effect_is_told_with_its_functional_and_what_it_rests_on():
    assert told(NHEFS, "qsmk", "wt82_71") == [
        'Identified: the data can answer "effect of qsmk on wt82_71", if the graph is right.',
        "  by           truncated factorization; also adjustment, smallest set of 9: sex race age education ... wt71",
        "  is           sum over baseline of E[wt82_71 | qsmk, baseline] P(baseline)",
        "  rests on     1  nothing unmeasured drives both qsmk and wt82_71   cannot be tested: see sensitivity",
        "               2  both levels of qsmk occur for every kind of unit  tested at fit (overlap)",
        "  would break  an arrow qsmk <-> wt82_71",
    ]


def test_a_front_door_does_not_point_to_a_sensitivity_analysis_that_is_refused():
    lines = told("x -> m -> y; x <-> y", "x", "y")
    assert any("drives both x and m" in line and line.endswith("cannot be tested") for line in lines)
    assert not any("see sensitivity" in line for line in lines)


def test_a_refusal_says_we_cannot_tell_before_any_reason():
    lines = told("promo ~ season\nsales ~ promo + season\n\npromo <-> sales", "promo", "sales")
    column = "a column that moves promo and reaches sales no other way (an accident, a delay)"
    page = "the page will then say how strong that cause would have to be to change your decision"
    assert lines == [
        "Not identified: no table of these columns, however long, says what promo does to sales.",
        "  in the way   something unmeasured moves both promo and sales   (line 4: promo <-> sales)",
        "  why          two worlds in which promo works differently would show exactly the same table",
        "  settles it   1  measure what decides promo, if that is all that promo <-> sales stands for",
        "               2  set promo by lot for a while, even for a few units: the arrow promo <-> sales is then gone",
        f"               3  {column}: with straight-line effects",
        "  range        if all variables are discrete, the data leave a range open that can be told (sharp)",
        "  not done     nothing was fitted; no number is given      witness: hedge {promo, sales} / {sales}",
        f"If you can defend deleting line 4, delete it: {page}.",
    ]


@pytest.mark.filterwarnings("ignore::bayescause.errors.GraphWarning")
def test_no_effect_asks_whether_the_two_were_swapped():
    assert told("sales -> promo", "promo", "sales")[0] == (
        "No effect: by your drawing promo cannot change sales: no arrow leads from one to the other. "
        "sales is a cause of promo: were treatment and outcome swapped?"
    )
    assert told("promo; sales", "promo", "sales")[0].endswith("Swapped?")


def test_nothing_to_adjust_for_is_said():
    assert told("promo -> sales", "promo", "sales")[1] == (
        "  by           truncated factorization; also adjustment, nothing to adjust for"
    )


def test_the_most_precise_set_is_told_where_it_is_not_the_smallest():
    lines = told("season -> {promo sales}; weather -> sales; promo -> sales", "promo", "sales")
    assert lines[1].endswith("also adjustment, smallest set of 1: season, most precise: season weather")


def test_a_front_door_is_told_with_its_smallest_set():
    assert told("promo -> {a b} -> c -> sales; promo <-> sales", "promo", "sales")[1] == (
        "  by           front door, through c"
    )


def test_an_instrument_that_the_graph_has_is_told_with_what_it_takes():
    lines = told("promo -> sales; promo <-> sales; w -> {delay sales}; delay -> promo", "promo", "sales")
    assert lines[5] == (
        "               3  delay, which moves promo and reaches sales no other way, within groups of w: "
        "if every effect is a straight line and the same for all"
    )


def test_a_group_that_holds_the_treatment_does_not_hide_it():
    text = "drivers = {season promo}; sales ~ drivers; promo ~ season"
    verdict = identify(CausalGraph.parse(text), CausalQuery(("promo",), ("sales",)))
    assert verdict.functional == "sum over season of E[sales | promo, season] P(season)"


def test_an_instrument_is_told_beside_what_needs_no_straight_lines():
    assert told("w -> z -> x -> y; w <-> x; w <-> y", "x", "y")[1] == (
        "  by           the general algorithm (ID); also with z as instrument within groups of w, "
        "if every effect is a straight line"
    )


def test_what_moves_each_pair_is_named_where_no_single_treatment_is_at_fault():
    verdict = identify(CausalGraph.parse("a -> b -> y; a <-> y; b <-> y; a <-> b"), CausalQuery(("a", "b"), ("y",)))
    assert verdict.remedies[0].startswith("measure what moves both a and y and what moves both b and y, if that is all")
