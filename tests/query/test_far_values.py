"""A mean that does not exist gets no number, and one that does is that of the closed form; quantiles always exist."""

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

import bayescause as bc
from bayescause.compilation import checking, source
from bayescause.inference.posterior import parameters
from bayescause.query import compared_worlds
from bayescause.query.distribution_draws import quantiles

N, DRAWS = 300, 2


def behind(family, outcome="lognormal", slope=1.0, z=None):
    """A mediator of ``family``, and an outcome that follows it with a slope that is known; z moves both."""
    rng = np.random.default_rng(2)
    x = rng.integers(0, 2, N).astype(float)
    rare = {"gamma": rng.gamma(2, 0.5, N), "lognormal": np.exp(0.7 * rng.normal(size=N))}
    m = rare | {"student_t": rng.standard_t(3, N)}
    push = 0.3 * x + slope * np.clip(m[family], -4, 4)
    seen = {"lognormal": np.exp(push + 0.3 * rng.normal(size=N)), "bernoulli": (rng.random(N) < 0.5).astype(float)}
    model = bc.StructuralModel.parse(
        "m ~ x; y ~ x + m" if z is None else "m ~ x + z; y ~ x + m + z",
        families={"m": family, "y": outcome},
        priors={"y": {"m": f"normal({slope}, 1e-4)"}},
    )
    rows = {"x": x, "m": m[family], "y": seen[outcome]} | ({} if z is None else {"z": z})
    return bc.fit(model, rows, seed=1, draws=1000 if z is None else DRAWS)


def test_the_mean_of_an_exponential_of_a_gamma_variable_is_that_of_the_closed_form():
    posterior = behind("gamma", slope=0.4)
    found = bc.estimate(posterior, bc.AverageEffect(of="x", on="y", population="sample"))
    sides = []
    for level in (0.0, 1.0):
        drives = {}
        for key in ("m", "y"):
            task, drawn = posterior.design.mechanisms[key], parameters(posterior, key).coefficients
            slopes = dict(zip(task.columns, drawn[:, 1:].T, strict=True))
            centres = dict(zip(task.columns, task.centres, strict=True))
            at = drawn[:, 0] + slopes["x"] * (level - centres["x"])
            drives[key] = at - slopes["m"] * centres["m"] if key == "y" else at
        shape, sd = (parameters(posterior, key).dispersion[name] for key, name in (("m", "shape"), ("y", "sd")))
        # E exp(b M) = (1 - b mean / shape) ** -shape
        grown = (1 - slopes["m"] * np.exp(drives["m"]) / shape) ** -shape
        sides.append(np.exp(drives["y"] + sd**2 / 2) * grown)
    np.testing.assert_allclose(found.draws.to_numpy().ravel(), sides[1] - sides[0], atol=1e-5)


@pytest.mark.parametrize(("family", "slope"), [("gamma", 4.0), ("lognormal", 0.8), ("student_t", 0.8)])
def test_an_exponential_without_a_mean_is_refused_and_its_quantile_is_not(family, slope):
    # Of the gamma variable with a rate of 2 an exponential with a slope of 4 has no mean; of the others none has.
    posterior = behind(family, slope=slope)
    refused = bc.estimate(posterior, bc.AverageEffect(of="x", on="y"))
    assert refused.status == "refused"
    assert "values of m that hardly ever occur" in refused.reasons[0]
    assert bc.estimate(posterior, bc.QuantileEffect(of="x", on="y")).draws is not None


def without_mean_under(share):
    """A posterior under which an exponential of a gamma variable has no mean in ``share`` of the draws."""
    posterior = behind("gamma", slope=0.4)
    drawn = posterior.draws["y_coefficient"].copy()
    steep = np.random.default_rng(3).permutation(drawn.chain.size * drawn.draw.size) < share * 4000
    drawn.loc[{"y_term": "m"}] = np.where(steep.reshape(drawn.shape[:2]), 4.0, 0.4)
    posterior = replace(posterior, draws=posterior.draws.assign(y_coefficient=drawn))
    task, (m, y) = posterior.design.mechanisms["m"], (parameters(posterior, key) for key in ("m", "y"))
    largest = m.coefficients[:, 0] + np.maximum(*(m.coefficients[:, 1] * (x - task.centres[0]) for x in (0, 1)))
    # E exp(b M) exists where b is below the rate of M.
    assert np.mean(y.coefficients[:, -1] * np.exp(largest) >= m.dispersion["shape"]) == pytest.approx(share)
    return posterior


def test_an_answer_without_a_mean_under_few_draws_is_weak_and_says_under_how_many():
    found = bc.estimate(without_mean_under(0.03), bc.AverageEffect(of="x", on="y"))
    assert found.status == "weak"
    (told,) = (reason for reason in found.reasons if "values of m that hardly ever occur" in reason)
    # 400 draws are looked at, so that a share of 0.03 is told to 0.0085.
    assert abs(float(told.split()[1]) / 100 - 0.03) < 3 * 0.0085


def test_an_answer_without_a_mean_under_more_than_a_twentieth_of_the_draws_is_refused():
    found = bc.estimate(without_mean_under(0.10), bc.AverageEffect(of="x", on="y"))
    assert (found.status, found.draws) == ("refused", None)


def test_a_slope_downwards_and_a_chance_have_means():
    down = bc.estimate(behind("lognormal", slope=-0.8), bc.AverageEffect(of="x", on="y"))
    chance = bc.estimate(behind("student_t", "bernoulli"), bc.AverageEffect(of="x", on="y"))
    assert down.draws is not None
    assert chance.draws is not None


def growing(slope=2.0):
    """A gamma variable, and an outcome that grows with it as an exponential does."""
    return bc.StructuralModel.parse(
        "m ~ x + z; y ~ m + x",
        families={"m": "gamma", "y": "lognormal"},
        priors={"y": {"m": f"normal({slope}, 1e-4)"}},
    )


def rows(x, z, slope=2.0):
    """The gamma variable has the mean 0.2 * 1.9**x * 3**z."""
    rng = np.random.default_rng(1)
    m = rng.gamma(2, 0.1 * 1.9**x * 3**z)
    return {"x": x, "z": z, "m": m, "y": np.exp(slope * np.minimum(m, 6) + 0.1 * rng.normal(size=len(x)))}


def steep(x, z, slope=2.0):
    return bc.fit(growing(slope), rows(x, z, slope), seed=1, draws=200)


@pytest.fixture(scope="module")
def levels():
    return steep(np.tile([0.0, 1.0, 3.0], 600), np.repeat([0.0, 1.0], 900))


PLACE = {"of": "x", "on": "y"}
LOW, HIGH = {"where": "z == 0"}, {"where": "z == 1"}


@pytest.mark.parametrize(
    ("question", "exists"),
    [
        # E exp(2 M) exists where the mean of M is below 1: at z = 0 under x = 0 and 1, at z = 1 under x = 0.
        (bc.AverageEffect(**PLACE, contrast=(0, 1), **LOW), True),
        (bc.AverageEffect(**PLACE, contrast=(0, 3), **LOW), False),
        (bc.AverageEffect(**PLACE, contrast=(0, 1), **HIGH), False),
        (bc.AverageEffect(**PLACE, contrast=(0, 1)), False),
        (bc.EffectOnTreated(**PLACE, contrast=(0, 1), **LOW), True),
        (bc.NaturalIndirectEffect(**PLACE, contrast=(0, 1), through=("m",), **LOW), True),
        (bc.NaturalDirectEffect(**PLACE, contrast=(0, 3), through=("m",), **LOW), True),
        (bc.NaturalIndirectEffect(**PLACE, contrast=(0, 3), through=("m",), **LOW), False),
        (bc.ConditionalEffect(**PLACE, contrast=(0, 1), given=("z",)), False),
        (bc.ConditionalEffect(**PLACE, contrast=(0, 1), given=("z",), at=(0.0,)), True),
        (bc.ConditionalEffect(**PLACE, contrast=(0, 1), given=("z",), at=(0.0, 1.0)), False),
        (bc.DoseResponse(**PLACE, levels=(0, 1), **LOW), True),
        (bc.DoseResponse(**PLACE, levels=(0, 1, 3), **LOW), False),
        (bc.PolicyEffect(**PLACE, intervention={"set": 1}, instead={"set": 0}, **LOW), True),
        (bc.PolicyEffect(**PLACE, intervention={"set": 1}, **LOW), False),
        (
            bc.PolicyEffect(**PLACE, intervention={"rule": {"when": "z == 0", "then": 1, "otherwise": 0}}, instead=0),
            True,
        ),
        (
            bc.PolicyEffect(**PLACE, intervention={"rule": {"when": "z == 1", "then": 1, "otherwise": 0}}, instead=0),
            False,
        ),
    ],
    ids=str,
)
def test_a_mean_is_asked_for_in_the_worlds_and_units_of_the_question(levels, question, exists):
    found = bc.estimate(levels, question)
    assert (found.draws is not None) == exists
    assert any("values of m that hardly ever occur" in reason for reason in found.reasons) != exists


def test_a_level_that_few_units_have_decides_whether_there_is_a_mean():
    x = np.zeros(2000)
    x[5::20] = 1.0
    # E exp(6 M) exists where the mean of M is below 1/3: not under x = 1.
    posterior = steep(x, np.arange(2000) % 7 / 100, slope=6.0)
    assert bc.estimate(posterior, bc.AverageEffect(of="x", on="y")).status == "refused"


def test_units_that_are_few_decide_whether_there_is_a_mean():
    z = np.zeros(2000)
    z[7:9] = 2.0
    # E exp(2 M) exists where the mean of M is below 1: not where z is 2.
    posterior = steep(np.arange(2000) % 2 * 1.0, z)
    assert bc.estimate(posterior, bc.AverageEffect(of="x", on="y")).status == "refused"
    assert bc.estimate(posterior, bc.AverageEffect(of="x", on="y", where="z == 0")).draws is not None


@pytest.mark.parametrize("many", [10, 50_000])
def test_a_table_that_is_read_in_blocks_has_a_mean_where_the_same_rows_in_memory_have_one(tmp_path, monkeypatch, many):
    # Two units of the second of three blocks have no mean; `many` tells whether different rows are few.
    z = np.arange(6_000) % 7 / 100
    z[3_000:3_002] = 2.0
    held, file = rows(np.arange(6_000) % 2 * 1.0, z), tmp_path / "units.parquet"
    duckdb.from_df(pd.DataFrame(held)).write_parquet(str(file))
    monkeypatch.setattr(checking, "STREAMED", 10)
    monkeypatch.setattr(source, "VECTORS", 1)
    monkeypatch.setattr(compared_worlds, "MANY_ROWS", many)
    questions = [
        bc.AverageEffect(**PLACE),
        bc.EffectOnTreated(**PLACE),
        bc.NaturalIndirectEffect(**PLACE, through=("m",)),
        bc.AverageEffect(**PLACE, where="z < 1"),
    ]
    one, other = (bc.fit(growing(), data, questions, seed=1, draws=200) for data in (held, file))
    assert other.table.stream is not None
    found = [[bc.estimate(posterior, question) for question in questions] for posterior in (one, other)]
    assert [effect.status == "refused" for effect in found[0]] == [True, True, True, False]
    for here, there in zip(*found, strict=True):
        assert (there.status, there.reasons) == (here.status, here.reasons)


@pytest.mark.parametrize("family", ["gamma", "lognormal", "student_t"])
def test_quantiles_and_chances_behind_heavy_tails_are_those_of_plain_integration(family):
    # 150 values of z and the nodes of m are thousands of drives, some of them very far out.
    posterior = behind(family, slope=1.5, z=np.linspace(-1.0, 1.0, N // 2).repeat(2))
    values, shares = (0.5, 1.0, 3.0), (0.1, 0.5, 0.9)
    asked = bc.estimate(posterior, bc.Distribution(of="x", on="y", at=values, population="sample"))
    found = asked.draws.to_numpy()[0, :DRAWS, 0]
    with np.errstate(all="ignore"):  # moments overflow here, and the search goes on without them
        low, _ = quantiles(bc.QuantileEffect(of="x", on="y", population="sample"), posterior, asked.route, shares)
    # The nodes of m give a step as steep as this outcome's to 5e-4 of a chance.
    for draw in range(DRAWS):
        np.testing.assert_allclose(plainly(posterior, family, draw, np.array(values)), found[draw], atol=1e-3)
        np.testing.assert_allclose(plainly(posterior, family, draw, low.to_numpy()[0, draw]), shares, atol=1e-3)


def plainly(posterior, family, draw, values):
    """Chance of no more than ``values`` at x = 0, from 2,000 evenly spaced ranks of m for each value of z."""
    z = posterior.table.columns["z"][::2]
    drives, dispersion = {}, {}
    for key in ("m", "y"):
        task, drawn = posterior.design.mechanisms[key], parameters(posterior, key)
        at = dict(zip(task.columns, zip(drawn.coefficients[draw, 1:], task.centres, strict=True), strict=True))
        drives[key] = drawn.coefficients[draw, 0] - at["x"][0] * at["x"][1] + at["z"][0] * (z - at["z"][1])
        dispersion[key] = {name: each[draw] for name, each in drawn.dispersion.items()}
    own, rank = dispersion["m"], (np.arange(2_000)[:, None] + 0.5) / 2_000
    m = {
        "gamma": lambda: stats.gamma.ppf(rank, own["shape"]) * np.exp(drives["m"]) / own["shape"],
        "lognormal": lambda: np.exp(drives["m"] + own["sd"] * stats.norm.ppf(rank)),
        "student_t": lambda: drives["m"] + own["scale"] * stats.t.ppf(rank, own["df"]),
    }[family]()
    slope, centre = at["m"]
    log_mean = drives["y"] + slope * (m - centre)
    return np.array([stats.norm.cdf((np.log(v) - log_mean) / dispersion["y"]["sd"]).mean() for v in values])
