from itertools import product

import numpy as np
import pytest
from scipy.special import logsumexp

from bayescause.errors import DataError
from bayescause.inference.fitting import fit
from bayescause.inference.group_sums import sum_groups
from bayescause.inference.likelihood import joint_log_likelihood
from bayescause.inference.pooled import draw_pooled, pooled_obstacle
from bayescause.inference.posterior import parameters
from bayescause.scm.design import design_matrix
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.priors import log_density
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.DataQualityWarning")

DRAWS = 2_000


def pupils(rows=24, seed=1):
    rng = np.random.default_rng(seed)
    school, teacher = rng.integers(0, 4, rows), rng.integers(0, 3, rows)
    hours = rng.normal(1, 1, rows)
    score = 0.5 * hours + np.array([1, -1, 0, 0.5])[school] + rng.normal(size=rows)
    return {"hours": hours, "school": school, "teacher": teacher, "score": score, "w": rng.uniform(0.3, 3, rows)}


def by_dense_algebra(posterior, nodes):
    """Evidence and means by normal algebra at each point of a grid of scales, without any of the engine's shortcuts."""
    task, table = posterior.design.mechanisms["score"], posterior.table
    matrix, response = design_matrix(task, table.columns, posterior.design), table.columns["score"]
    noise = 1 / table.columns["w"] if task.mechanism.inputs else np.ones(len(response))
    centre = np.zeros(len(task.coefficients))
    centre[0], width = task.priors["intercept"].parameters
    own = np.array([width, *(task.priors[name].parameters[1] for name in task.fixed[1:])]) ** 2
    log_sds, places = np.linspace(np.log(0.35), np.log(2.8), nodes), np.linspace(-3.2, 3.4, nodes + 14)
    found, scales, means = [], [], []
    for log_sd, at in product(log_sds, product(places, repeat=len(task.pools))):
        sds = np.exp(np.array(at) - np.exp(-np.array(at)))
        widths = [np.full(pool.stop - pool.start, sd**2) for pool, sd in zip(task.pools, sds, strict=True)]
        prior = np.concatenate([own, *widths])
        covariance = (matrix * prior) @ matrix.T + np.exp(2 * log_sd) * np.diag(noise)
        gap = response - matrix @ centre
        solved = np.linalg.solve(covariance, gap)
        value = -0.5 * (np.linalg.slogdet(2 * np.pi * covariance)[1] + gap @ solved)
        value += log_density(task.priors["sd"], np.exp(log_sd)) + log_sd
        for pool, sd, place in zip(task.pools, sds, at, strict=True):
            value += log_density(task.priors[pool.name], sd) + np.log(sd) + np.log1p(np.exp(-place))
        found.append(float(value))
        scales.append([np.exp(log_sd), *sds])
        means.append(centre + prior * (matrix.T @ solved))
    area = (log_sds[1] - log_sds[0]) * (places[1] - places[0]) ** len(task.pools)
    share = np.exp(np.array(found) - logsumexp(found))
    return logsumexp(found) + np.log(area), share @ np.array(scales), share @ np.array(means)


def test_a_response_that_never_varies_has_nothing_to_explain():
    with pytest.raises(DataError, match="'score' is 3 in every row: there is nothing to explain"):
        fit(StructuralModel.parse("score ~ (1 | school)"), pupils() | {"score": np.full(24, 3.0)})


@pytest.mark.parametrize(
    ("formula", "nodes", "weights"),
    [
        ("score ~ hours + (1 | school)", 31, "w"),
        ("score ~ hours + (hours | school)", 14, None),
        ("score ~ hours + (1 | school) + (1 | teacher)", 14, None),
    ],
)
def test_evidence_and_means_equal_dense_algebra_on_a_grid_of_the_scales(formula, nodes, weights):
    model = StructuralModel.parse(formula, mechanisms={"score": Gaussian(weights=weights)})
    posterior = fit(model, pupils(), draws=DRAWS)
    assert posterior.engines["score"] == "exact"
    evidence, scales, means = by_dense_algebra(posterior, nodes)
    # The reference sums over a coarse grid: it errs by up to 1e-3 itself.
    assert float(posterior.sample_stats["score_log_evidence"]) == pytest.approx(evidence, abs=1e-3)
    drawn = parameters(posterior, "score")
    own = np.column_stack(list(drawn.dispersion.values()))
    for found, expected in ((own, scales), (drawn.coefficients, means)):
        # Four standard errors of the mean of independent draws.
        assert np.abs(found.mean(axis=0) - expected).max() < 4 * (found.std(axis=0) / np.sqrt(len(found))).max()


@pytest.mark.parametrize(
    "formula", ["score ~ (1 | school)", "score ~ hours + (hours | school)", "score ~ (1 | school) + (1 | teacher)"]
)
def test_the_joint_log_likelihood_is_that_of_the_rows(formula):
    posterior = fit(StructuralModel.parse(formula), pupils(), draws=25)
    task, drawn = posterior.design.mechanisms["score"], parameters(posterior, "score")
    by_rows = joint_log_likelihood(task, posterior.design, posterior.table, drawn)
    assert np.allclose(posterior.sample_stats["score_log_likelihood"].to_numpy().ravel(), by_rows, atol=1e-9)


def test_repeated_rows_and_rows_with_counts_are_one_posterior():
    data, counts = pupils(), np.tile([1, 2, 3], 8)
    spelt = {name: np.repeat(values, counts) for name, values in data.items()}
    model = StructuralModel.parse("score ~ hours + (1 | school)")
    whole = fit(model, spelt, draws=50)
    task = whole.design.mechanisms["score"]
    from bayescause.compilation.checking import tabulate

    counted = tabulate(model, data | {"n": counts}, frequency="n")
    drawn = [
        draw_pooled(sum_groups(task, whole.design, table), task, np.random.default_rng(0), samples=50)
        for table in (whole.table, counted)
    ]
    assert drawn[0].log_evidence == pytest.approx(drawn[1].log_evidence, abs=1e-9)
    assert np.allclose(drawn[0].coefficients, drawn[1].coefficients, atol=1e-8)


def test_a_scale_held_next_to_zero_leaves_the_plain_regression():
    priors = {"score": {"sd(1|school)": "fixed(1e-9)"}}
    pooled = fit(StructuralModel.parse("score ~ hours + (1 | school)", priors=priors), pupils(), draws=50)
    plain = fit(StructuralModel.parse("score ~ hours"), pupils(), draws=50)
    evidence = [float(each.sample_stats["score_log_evidence"]) for each in (pooled, plain)]
    assert evidence[0] == pytest.approx(evidence[1], abs=1e-6)
    assert np.abs(parameters(pooled, "score").coefficients[:, 2:]).max() < 1e-8


def test_a_response_that_is_constant_within_levels_is_refused_in_words():
    data = pupils()
    data["score"] = data["school"] * 2.0
    with pytest.raises(DataError, match="determined exactly by its predictors and the levels of 'school'"):
        fit(StructuralModel.parse("score ~ (1 | school)"), data)


@pytest.mark.parametrize(
    ("formula", "priors", "words"),
    [
        ("score ~ (hours | school) + (1 | teacher)", {}, "3 sds of effects are unknown"),
        ("score ~ (1 | school)", {"sd(1|school)": "uniform(0, 5)"}, "ends abruptly"),
        ("score ~ (1 | school)", {"intercept": "cauchy(0, 5)"}, "not normal"),
    ],
)
def test_what_cannot_be_integrated_is_told(formula, priors, words):
    from bayescause.compilation.checking import tabulate
    from bayescause.compilation.deriving import derive
    from bayescause.compilation.planning import plan

    model = StructuralModel.parse(formula, priors={"score": priors})
    table = tabulate(model, pupils())
    design = derive(model, table, plan(model, kinds=table.kinds).tasks)
    assert words in str(pooled_obstacle(design.mechanisms["score"]))


def test_a_thousand_levels_and_a_hundred_thousand_rows_need_no_matrix_of_both():
    rng = np.random.default_rng(3)
    shop = rng.integers(0, 1_000, 100_000)
    level = rng.normal(0, 0.5, 1_000)
    data = {"shop": shop, "promo": rng.integers(0, 2, 100_000)}
    data["sales"] = 2.0 + 0.3 * data["promo"] + level[shop] + rng.normal(size=100_000)
    posterior = fit(StructuralModel.parse("sales ~ promo + (1 | shop)"), data, draws=250)
    drawn = parameters(posterior, "sales")
    # With 100 rows a level each effect is known to 0.1: it follows its truth.
    assert np.corrcoef(drawn.coefficients[:, 2:].mean(axis=0), level)[0, 1] > 0.97
    assert abs(drawn.dispersion["sd(1|shop)"].mean() - level.std()) < 0.02
