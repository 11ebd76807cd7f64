import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.suspects import Suspect, added
from bayescause.analysis.withstanding import withstands
from bayescause.compilation.plan import Route
from bayescause.scm.mechanisms.poisson import Poisson

N = 60


@pytest.fixture(scope="module")
def rows():
    """Columns of any graph will do: what is computed does not depend on what the data say."""
    names = ("x", "y", "other", "z", "m", "n")
    columns = dict(zip(names, np.random.default_rng(1).normal(size=(len(names), N)), strict=True))
    return columns | {"x": np.arange(N) % 2.0}


def stands(rows, text, arrow, question):
    model = bc.StructuralModel.parse(text)
    effect = bc.ask(model, {name: rows[name] for name in model.graph.nodes}, question)
    assert effect.draws is not None
    cause, kind, caused = arrow.split()
    return withstands(effect, added(model.graph, Suspect(cause, caused, kind)))


ATE = bc.AverageEffect(of="x", on="y")
MEDIAN = bc.QuantileEffect(of="x", on="y")
TREATED = bc.EffectOnTreated(of="x", on="y")
SHIFT = bc.ShiftEffect(of="x", on="y", intervention={"set": 1})
SOME = bc.AverageEffect(of="x", on="y", where="z > 0")
DIRECT = bc.NaturalDirectEffect(of="x", on="y", through=("m",))

TWO = "y ~ x; other ~ x"
BESIDE = "x ~ z; y ~ x + z; other ~ x"
BETWEEN = "m ~ x; y ~ m; z"
TWO_WAYS = "m ~ x; n ~ x; y ~ m + n"
DOOR = "m ~ x; y ~ m; x <-> y; other"
PARTS = "m ~ x; y ~ m + x; other ~ x"


@pytest.mark.parametrize(
    ("text", "arrow", "question"),
    [
        *((TWO, arrow, ATE) for arrow in ("y -> other", "other -> y", "other <-> y")),
        *((TWO, "other -> y", question) for question in (MEDIAN, TREATED, SHIFT)),
        *((BESIDE, "other -> y", question) for question in (ATE, SOME, TREATED)),
        # A cause of the outcome that the treatment does not know of changes nothing for everybody.
        *((BETWEEN, "z -> y", question) for question in (ATE, MEDIAN)),
        (PARTS, "other -> y", DIRECT),
        (PARTS, "m <-> other", DIRECT),
        # By the front door the outcome sees the treatment as it was observed.
        (DOOR, "m -> other", ATE),
    ],
)
def test_an_answer_stands_where_its_formula_is_right_with_the_arrow_as_well(rows, text, arrow, question):
    assert stands(rows, text, arrow, question)


@pytest.mark.parametrize(
    ("text", "arrow", "question"),
    [
        # The cause of treatment and outcome reaches the other outcome through the new arrow, and nothing is adjusted.
        (BESIDE, "y -> other", bc.AverageEffect(of="x", on="other")),
        (BETWEEN, "x -> y", ATE),
        (BETWEEN, "z -> y", SOME),
        (TWO_WAYS, "m <-> n", ATE),
        (TWO_WAYS, "m -> n", MEDIAN),
        (PARTS, "m <-> y", DIRECT),
        ("x ~ z; y ~ x", "z -> y", ATE),
        ("x ~ z; y ~ x", "z -> y", TREATED),
        ("y ~ z; x", "x -> y", ATE),
    ],
)
def test_an_answer_falls_where_its_formula_is_wrong_with_the_arrow(rows, text, arrow, question):
    assert not stands(rows, text, arrow, question)


def test_what_rests_on_a_coupling_is_not_said_to_stand(rows):
    assert not stands(rows, TWO, "other <-> y", bc.IndividualEffect(of="x", on="y"))


def test_an_exposure_that_is_not_drawn_is_a_matter_of_scale(rows):
    counts = {"y": np.arange(N) % 7.0, "days": 1.0 + np.arange(N) % 3}
    model = bc.StructuralModel.parse(TWO, mechanisms={"y": Poisson(exposure="days")})
    effect = bc.ask(model, {"x": rows["x"], "other": rows["other"], **counts}, ATE)
    assert withstands(effect, added(model.graph, Suspect("other", "y")))


@pytest.mark.parametrize("question", [ATE, TREATED])
def test_nothing_stands_where_what_was_adjusted_for_is_not_measured(rows, question):
    model = bc.StructuralModel.parse("x ~ z; y ~ x + z")
    effect = bc.ask(model, {name: rows[name] for name in "xyz"}, question)
    assert withstands(effect, model.graph)
    assert not withstands(effect, bc.CausalGraph.parse("z -> {x y}; x -> y; latent z"))


def test_a_formula_that_is_right_for_all_is_not_said_to_be_right_for_the_treated(rows, monkeypatch):
    assert not stands(rows, DOOR, "m -> other", TREATED)
    # Nor if the front door were told by unit: the treated are not like the others there.
    monkeypatch.setattr(Route, "is_by_unit", True)
    assert not stands(rows, DOOR, "m -> other", TREATED)
