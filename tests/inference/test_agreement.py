"""Exact and certified draws against long NUTS on the compiled model, for every family on data where NUTS is right."""

import numpy as np
import pytest
from scipy import stats

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.plan import Plan
from bayescause.compilation.planning import plan
from bayescause.inference.compiled_nuts import compile_nuts
from bayescause.inference.convergence import diagnose
from bayescause.inference.engine import Job
from bayescause.inference.engines.exact import Exact
from bayescause.inference.engines.laplace import Laplace
from bayescause.inference.hamiltonian import Settings, sample_nuts
from bayescause.inference.importance import inflation
from bayescause.plugins import find, names
from bayescause.scm.names import safe_names
from bayescause.scm.structural_model import StructuralModel

FOLDER = "bayescause.scm.mechanisms"
EFFECTIVE = 40_000
"""Effective draws that the comparison asks of each side."""

DRAWS = 30_000
"""Of each of four chains on either side."""

DRAWS_OF_TABLES = 100_000
"""The total weight of a table's row, of which data say nothing, is exponential: the density of its logarithm at the 5 %
quantile is .064 an sd. Of ten draws of NUTS four are effective there. So the error of the difference is .0099 sd, and
.05 is five of it; 30,000 draws leave .05 by chance."""


def of(family, **options):
    return find(FOLDER, family)(**options)


def responses(rows=150):
    """A response of each family, on two predictors and a column of exposures."""
    rng = np.random.default_rng(21)
    x, z = rng.normal(size=(2, rows))
    hours, drive = rng.uniform(0.5, 20, rows), 0.3 + 0.5 * x - 0.3 * z
    chance, mean = 1 / (1 + np.exp(-drive)), np.exp(drive)
    latent, others = drive + rng.logistic(size=rows), rng.gumbel(size=(3, rows))
    presence = rng.random(rows) < 1 / (1 + np.exp(0.3 - z))
    amount = poisson_above_zero(1.5 * mean, rng)
    return {"x": x, "z": z, "hours": hours, "above": x > 0} | {
        "gaussian": drive + rng.normal(size=rows),
        "student_t": drive + rng.standard_t(4, rows),
        "lognormal": np.exp(drive + 0.7 * rng.normal(size=rows)),
        "gamma": rng.gamma(3, mean / 3),
        "beta": rng.beta(6 * chance, 6 * (1 - chance)),
        "bernoulli": rng.binomial(1, chance),
        "probit": rng.binomial(1, chance),
        "cloglog": rng.binomial(1, 1 - np.exp(-mean)),
        "binomial": rng.binomial(8, chance),
        "poisson": rng.poisson(mean),
        "negative_binomial": rng.poisson(mean * rng.gamma(2, 0.5, rows)),
        "exposed": rng.poisson(hours * mean),
        "categorical": np.argmax([others[0], drive + others[1], 0.5 - drive + others[2]], axis=0),
        "ordinal": np.searchsorted([-0.5, 0.3, 1.5], latent),
        "ordered_probit": np.searchsorted([-0.5, 1.0], drive + rng.normal(size=rows)),
        "hurdle": np.where(presence, amount, 0),
        "zero_inflated": np.where(presence, rng.poisson(2 * mean), 0),
        "saturated": np.searchsorted([-0.5, 0.8], latent),
    }


def poisson_above_zero(rate, rng):
    """Poisson counts without their zeros, by their inverse distribution function."""
    return stats.poisson.ppf(np.exp(-rate) - rng.random(len(rate)) * np.expm1(-rate), rate)


CAUSES = ("x", "z", "hours", "above")
FORMULAS = {"saturated": "above"}
"""A table's causes have levels; every other response is driven by two numbers."""

OPTIONS = {
    "probit": of("bernoulli", link="probit"),
    "cloglog": of("bernoulli", link="cloglog"),
    "binomial": of("binomial", trials=8),
    "exposed": of("poisson", exposure="hours"),
    "ordered_probit": of("ordinal", link="probit"),
}
PRIORS = {
    "gaussian": {"x": "student_t(3, 0, 2)", "z": "laplace(0, 1)", "sd": "half_cauchy(1)"},
    "poisson": {"x": "half_normal(1)"},
    "beta": {"precision": "uniform(1, 40)"},
    "categorical": {"x": "student_t(3, 0, 2)", "2.z": "laplace(0, 1)"},
    "ordinal": {"gap3": "half_normal(2)"},
    "hurdle": {"presence.x": "normal(0, 1)"},
}


@pytest.fixture(scope="module")
def every():
    """A model of all responses, its table, and the task of each."""
    data = responses()
    keys = [name for name in data if name not in CAUSES]
    model = StructuralModel.parse(
        "; ".join(f"{key} ~ {FORMULAS.get(key, 'x + z')}" for key in keys),
        mechanisms={key: OPTIONS.get(key) or of(key) for key in keys},
        priors=PRIORS,
    )
    table = tabulate(model, data)
    whole = plan(model, kinds=table.kinds)
    return model, table, {task.key: task for task in whole.tasks if task.key in keys}


def job_of(key, model, table, tasks):
    design = derive(model, table, (tasks[key],))
    draws = DRAWS_OF_TABLES if key in FORMULAS else DRAWS
    return Job(model, table, Plan((tasks[key],)), design, seed=3, chains=4, draws=draws)


def pairs(job, key, by_nuts, drawn):
    """Draws of each parameter, and of each probability of a table, by NUTS and by us, dims (chain, draw)."""
    task, safe = job.tasks[key], safe_names(job.design.mechanisms)[key]
    sampled = by_nuts[f"{safe}_coefficient"].to_numpy()
    yield from zip(np.moveaxis(sampled, -1, 0), np.moveaxis(drawn.coefficients, -1, 0), strict=True)
    for name, values in drawn.dispersion.items():
        yield by_nuts[f"{safe}_{name}"].to_numpy(), values
    if key in FORMULAS:
        levels = len(task.mechanism.predictors)
        yield from zip(chances(sampled, levels), chances(drawn.coefficients, levels), strict=True)


def chances(logs, levels):
    """Probability of each level in each row of a table, from the logarithms of the weights of its cells."""
    weights = np.exp(logs).reshape(*logs.shape[:2], levels, -1)
    shares = weights / weights.sum(axis=2, keepdims=True)
    return np.moveaxis(shares.reshape(*logs.shape), -1, 0)


def test_every_family_is_compared(every):
    _, _, tasks = every
    assert {task.mechanism.short for task in tasks.values()} == set(names(FOLDER))


@pytest.mark.long
@pytest.mark.sampling
@pytest.mark.parametrize("key", [name for name in responses(4) if name not in CAUSES])
def test_draws_equal_long_nuts(every, key):
    job = job_of(key, *every)
    # Each family is compiled by itself: one can be run alone, and none waits for the slowest.
    compiled = compile_nuts(job.model, job.table, job.plan, job.design)
    by_nuts = sample_nuts(compiled, job.table, seed=1, settings=Settings(draws=job.draws))["posterior"].to_dataset()
    # Tables from their exact laws, every other family certified by weights.
    drawn = (Exact() if key in FORMULAS else Laplace()).draw(job)[key]
    # Draws that were chosen by weights count as their weights say.
    factors = inflation(drawn.stats["expected_copies"]) if "expected_copies" in drawn.stats else None
    for sampled, found in pairs(job, key, by_nuts, drawn):
        one, other = diagnose(sampled), diagnose(found, factors)
        sd = sampled.std()
        assert min(one.ess_bulk, other.ess_bulk) >= EFFECTIVE
        assert abs(sampled.mean() - found.mean()) < 4 * np.hypot(one.mcse_mean, other.mcse_mean)
        assert found.std() == pytest.approx(sd, rel=0.03)
        ends = [np.quantile(values, (0.05, 0.95)) for values in (sampled, found)]
        np.testing.assert_allclose(*ends, atol=0.05 * sd)
