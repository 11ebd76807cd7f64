from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.plan import Plan
from bayescause.compilation.planning import plan
from bayescause.inference.certified import sample_from
from bayescause.inference.choosing import engines_for
from bayescause.inference.engine import Job, Uncertified
from bayescause.inference.engines.exact import Exact
from bayescause.inference.pooled_peaks import peaks_on
from bayescause.inference.pooled_posterior import PooledPosterior, pooled_posterior
from bayescause.inference.pooled_proposal import propose_pooled
from bayescause.scm.priors import Prior, log_density
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.DataQualityWarning")

SAMPLES = 2_000


def job_of(model, data, outcome, draws=500):
    table = tabulate(model, data)
    planned = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in planned.tasks if task.key == outcome)
    chosen = replace(planned, tasks=tasks) if planned.tasks else Plan(tasks, (), {})
    return Job(model, table, chosen, derive(model, table, tasks), draws=draws)


def sampled(job, outcome):
    target = pooled_posterior(job.design.mechanisms[outcome], job.design, job.table)
    found = sample_from(target, propose_pooled(target), np.random.default_rng(0), samples=SAMPLES)
    return found, target.parameters(found.points)


def groups(rows=80, levels=5, seed=1):
    rng = np.random.default_rng(seed)
    group, x = rng.integers(0, levels, rows), rng.normal(size=rows)
    return {"g": group, "x": x, "drive": 0.3 + 0.5 * x + rng.normal(0, 0.8, levels)[group]}, rng


def test_a_gaussian_posterior_is_that_of_the_exact_engine():
    data, rng = groups()
    data["y"] = data.pop("drive") + rng.normal(size=80)
    job = job_of(StructuralModel.parse("y ~ x + (1 | g)"), data, "y")
    found, drawn = sampled(job, "y")
    exact = Exact().draw(job)["y"]
    assert found.certificate.doubts == ()
    # The log evidence of weights errs by one over the root of their effective number.
    assert abs(found.log_evidence - exact.stats["log_evidence"]) < 4 / np.sqrt(found.certificate.ess)
    for name, values in exact.dispersion.items():
        error = np.hypot(values.std() / np.sqrt(values.size), values.std() / np.sqrt(SAMPLES))
        assert abs(drawn.dispersion[name].mean() - values.mean()) < 4 * error


def test_pooled_log_odds_are_those_of_quadrature():
    # Three groups and no predictor: given intercept and sd, each group's effect is an integral of one dimension.
    wins, trials = np.array([1, 4, 8]), np.array([9, 9, 9])
    outcome = np.concatenate([np.repeat([1, 0], [won, tried - won]) for won, tried in zip(wins, trials, strict=True)])
    job = job_of(StructuralModel.parse("won ~ (1 | g)"), {"g": np.repeat([0, 1, 2], 9), "won": outcome}, "won")
    task = job.design.mechanisms["won"]
    found, drawn = sampled(job, "won")
    assert found.certificate.doubts == ()
    z = np.linspace(-6, 6, 121)
    middles, logs = np.linspace(-8, 8, 161), np.linspace(-9, 3, 161)
    noise = -0.5 * z**2 - 0.5 * np.log(2 * np.pi) + np.log(z[1] - z[0])
    sds = np.exp(logs)
    density = np.zeros((len(middles), len(sds)))
    for won, tried in zip(wins, trials, strict=True):
        drive = middles[:, None, None] + sds[:, None] * z
        losses = (tried - won) * np.logaddexp(0, drive)
        density += logsumexp(noise - won * np.logaddexp(0, -drive) - losses, axis=-1)
    density += log_density(task.priors["intercept"], middles)[:, None] + log_density(task.priors["sd(1|g)"], sds) + logs
    share = np.exp(density - logsumexp(density))
    mean = (share.sum(axis=0) * sds).sum()
    sd = np.sqrt((share.sum(axis=0) * (sds - mean) ** 2).sum())
    values = drawn.dispersion["sd(1|g)"]
    # Four Monte Carlo errors of as many draws as were chosen.
    assert abs(values.mean() - mean) < 4 * sd / np.sqrt(SAMPLES)
    assert abs(drawn.coefficients[:, 0].mean() - (share.sum(axis=1) * middles).sum()) < 4 * 2.0 / np.sqrt(SAMPLES)
    assert found.log_evidence == pytest.approx(
        logsumexp(density) + np.log((middles[1] - middles[0]) * (logs[1] - logs[0])),
        abs=4 / np.sqrt(found.certificate.ess),
    )


@pytest.mark.parametrize("formula", ["y ~ x + (1 | g)", "y ~ x + (1 | g) + (1 | h)"])
def test_draws_of_what_levels_share_have_the_density_that_is_told(formula):
    data, rng = groups()
    data["y"], data["h"] = rng.poisson(np.exp(data.pop("drive"))), rng.integers(0, 4, 80)
    job = job_of(StructuralModel.parse(formula, families={"y": "poisson"}), data, "y")
    shared = propose_pooled(pooled_posterior(job.design.mechanisms["y"], job.design, job.table)).shared
    points = shared.draw(20_000, np.random.default_rng(0))
    # The integral of another density that lies within it, by weights: half as wide, about the mean.
    other = stats.multivariate_normal(points.mean(axis=0), np.cov(points, rowvar=False) / 4)
    weights = np.exp(other.logpdf(points) - shared.log_density(points))
    assert abs(weights.mean() - 1) < 4 * weights.std() / np.sqrt(len(points))
    assert weights.std() < 10


def test_a_scan_of_the_sds_takes_a_few_steps_at_each_of_them(monkeypatch):
    data, rng = groups()
    data["y"] = rng.poisson(np.exp(data.pop("drive")))
    job = job_of(StructuralModel.parse("y ~ x + (1 | g)", families={"y": "poisson"}), data, "y")
    target, places, bend = pooled_posterior(job.design.mechanisms["y"], job.design, job.table), [], PooledPosterior.bend
    monkeypatch.setattr(PooledPosterior, "bend", lambda *given: places.append(given) or bend(*given))
    # From node to node an sd grows by a factor of e; without a guess the last ones take up to a hundred steps.
    found = peaks_on(target, [np.linspace(-20.0, 8.0, 29)])
    assert len(places) < 4 * len(found.log_mass)


def heavy_tailed(far, scale):
    """One observation a group of a heavy-tailed response, half of them far out: given an sd an effect has two peaks."""
    model = StructuralModel.parse(
        "y ~ (1 | g)",
        families={"y": "student_t"},
        priors={
            "y": {
                "scale": "fixed(0.3)",
                "df": "fixed(2)" if far < 10 else "fixed(1.1)",
                "sd(1|g)": f"half_normal({scale})",
                "intercept": "normal(0, 1)",
            }
        },
    )
    return job_of(model, {"g": np.arange(12), "y": np.where(np.arange(12) < 6, 0.0, far)}, "y")


def test_levels_with_two_peaks_have_the_evidence_of_quadrature():
    job = heavy_tailed(6.0, 3)
    found = engines_for("laplace")[0].draw(job)["y"]
    z, middles, logs = np.linspace(-8, 8, 401), np.linspace(-5, 5, 41), np.linspace(-7, 4, 67)
    sds, noise = np.exp(logs), -0.5 * z**2 - 0.5 * np.log(2 * np.pi) + np.log(z[1] - z[0])
    density = np.zeros((len(middles), len(sds)))
    for value in (0.0, 6.0):
        gap = value - middles[:, None, None] - sds[:, None] * z
        density += 6 * logsumexp(noise + stats.t.logpdf(gap, 2, scale=0.3), axis=-1)
    density += stats.norm.logpdf(middles)[:, None] + log_density(Prior("half_normal", (3.0,)), sds) + logs
    evidence = logsumexp(density) + np.log((middles[1] - middles[0]) * (logs[1] - logs[0]))
    # The log evidence of weights errs by one over the root of their effective number.
    assert abs(found.stats["log_evidence"] - evidence) < 4 / np.sqrt(found.stats["importance_ess"])


def test_weights_of_the_joint_density_say_so_where_other_peaks_are_hardly_found():
    assert isinstance(engines_for("laplace")[0].draw(heavy_tailed(20.0, 10))["y"], Uncertified)
