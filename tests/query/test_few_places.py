"""Averages over units that differ by one quantity are, from few places, those of all units."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.query import few_places, many_rows
from bayescause.query.chebyshev import chebyshev_points
from bayescause.query.population import Population

ROWS = 240
CURVE = bc.DoseResponse(of="x", on="y", levels=(-1.0, 0.0, 2.0))


@pytest.fixture
def told(monkeypatch):
    """Whether the places that were tried tell, one after another."""
    found, tell = [], few_places.FewPlaces.tell

    def watched(few, values):
        found.append(tell(few, values))
        return found[-1]

    monkeypatch.setattr(few_places.FewPlaces, "tell", watched)
    return found


def answer(text, question, **families):
    """The effect, of a fit to simulated units."""
    rng = np.random.default_rng(8)
    z, x, noise = rng.normal(size=(3, ROWS))
    push = 0.6 * x + 0.8 * z
    m = rng.poisson(np.exp(0.3 * push)).astype(float)
    data = {"z": z + 9, "x": x, "m": m, "y": 0.5 * m + push + noise}
    data["y"] = (data["y"] > 0).astype(float) if families.get("y") == "bernoulli" else data["y"]
    data["g"] = np.round(4 * z)
    model = bc.StructuralModel.parse(text, families=families, kinds={"categorical": ["g"]} if "*g" in text else {})
    used = {name: data[name] for name in model.graph.nodes}
    return bc.estimate(bc.fit(model, used, [question], seed=2, draws=50), question)


def draws_by_rows(monkeypatch, *arguments, **families):
    with monkeypatch.context() as patched:
        patched.setattr(few_places, "WORTHWHILE", np.inf)
        return answer(*arguments, **families).draws.to_numpy()


SMOOTH = [
    ("y ~ x + z", bc.AverageEffect(of="x", on="y"), {"y": "bernoulli"}),
    ("y ~ x*z", bc.AverageEffect(of="x", on="y"), {}),
    ("m ~ x + z; y ~ m + x", bc.AverageEffect(of="x", on="y"), {"m": "poisson"}),
    ("m ~ x + log(z); y ~ m + x*square(z)", bc.AverageEffect(of="x", on="y"), {"m": "poisson", "y": "bernoulli"}),
    ("y ~ x + z", CURVE, {"y": "bernoulli"}),
    ("y ~ x + z", bc.RiskRatio(of="x", on="y"), {"y": "bernoulli"}),
]


@pytest.mark.parametrize(("text", "question", "families"), SMOOTH)
def test_few_places_tell_what_all_units_do(text, question, families, told, monkeypatch):
    found = answer(text, question, **families).draws.to_numpy()
    assert told[-1], "values were looked for at every unit"
    # The series is cut off where its coefficients are 1e-9 of the values.
    np.testing.assert_allclose(found, draws_by_rows(monkeypatch, text, question, **families), rtol=1e-7)


@pytest.mark.parametrize("population", ["sample", "superpopulation"])
def test_either_population_is_told(population, monkeypatch):
    question = bc.AverageEffect(of="x", on="y", population=population)
    asked = ("y ~ x + z", question)
    found = answer(*asked, y="bernoulli").draws.to_numpy()
    np.testing.assert_allclose(found, draws_by_rows(monkeypatch, *asked, y="bernoulli"), rtol=1e-7)


CORNERS = ["y ~ x*spline(z, df=4)", "y ~ x*g", "y ~ x + (1 | g)", "y ~ x*z + x*g"]


@pytest.mark.parametrize("text", CORNERS)
def test_corners_levels_and_several_columns_are_left_to_the_units(text, told):
    answer(text, bc.AverageEffect(of="x", on="y"))
    assert not told


def narrow(shape, rng):
    """Units whose outcome differs between the worlds for few of them, in the midst of the others."""
    z = rng.standard_t(3, 3_000) if shape == "a valley" else rng.uniform(size=3_000)
    x = (rng.random(3_000) < 0.5).astype(float)
    drive = -1.5 + x + 3 * z**2 if shape == "a valley" else -1.5 + 3 * x + 6_000 * (z - 0.5) ** 2
    y = (rng.random(3_000) < 1 / (1 + np.exp(-drive))).astype(float)
    wide = {"intercept": "normal(0, 3000)", "z": "normal(0, 9000)", "square(z)": "normal(0, 9000)"}
    model = bc.StructuralModel.parse("y ~ x + z + square(z)", priors={"y": {} if shape == "a valley" else wide})
    return model, {"x": x, "z": z, "y": y}


@pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")
@pytest.mark.parametrize("shape", ["a valley", "a peak of the effect"])
@pytest.mark.parametrize(("kind", "looked_at"), [(bc.AverageEffect, 100), (bc.RiskRatio, 3_000)])
def test_what_is_narrower_than_the_places_is_not_missed(kind, looked_at, shape, monkeypatch):
    question = kind(of="x", on="y")
    monkeypatch.setattr(many_rows, "TOLD_ROWS", looked_at)
    model, data = narrow(shape, np.random.default_rng(1))
    posterior = bc.fit(model, data, [question], seed=2, draws=50)
    found = bc.estimate(posterior, question).draws
    monkeypatch.setattr(few_places, "WORTHWHILE", np.inf)
    np.testing.assert_allclose(found, bc.estimate(posterior, question).draws, rtol=1e-6, atol=1e-9)
    assert float(abs(found - question.null).mean()) > 1e-3


def places(number):
    """That many places between -1 and 1."""
    points = chebyshev_points(number)
    return few_places.FewPlaces(Population({"z": points.places}, np.ones(number)), points, np.eye(number))


@pytest.mark.parametrize("corner", [-0.999, -0.5, 0.0, 0.31, 0.9995])
@pytest.mark.parametrize("number", few_places.PLACES)
def test_a_step_or_a_bend_anywhere_is_seen(corner, number):
    few = places(number)
    (z,) = few.units.columns.values()
    smooth = np.exp(0.02 * z)
    assert few.tell(smooth[None, None])
    assert not few.tell((smooth + (z > corner))[None, None])
    assert not few.tell((smooth + np.abs(z - min(max(corner, -0.9), 0.9)))[None, None])


def test_one_draw_that_is_not_told_spoils_all():
    few = places(24)
    (z,) = few.units.columns.values()
    steep = np.stack([np.tanh(z), np.tanh(9 * z)])
    assert few.tell(steep[None, :1])
    assert not few.tell(steep[None])
