"""Certified draws against long NUTS on the compiled model, for every family on data where NUTS is right."""

import numpy as np
import pytest
from scipy import stats

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.convergence import diagnose
from bayescause.inference.engine import Job
from bayescause.inference.engines.laplace import Laplace
from bayescause.inference.hamiltonian import Settings, compile_nuts, sample_nuts
from bayescause.plugins import find, names
from bayescause.scm.names import safe_names
from bayescause.scm.structural_model import StructuralModel

FOLDER = "bayescause.scm.mechanisms"
EFFECTIVE = 40_000
"""Effective draws that the comparison asks of each side."""

DRAWS = 14_000
"""Of each of four chains of NUTS."""


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
    return {"x": x, "z": z, "hours": hours} | {
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
    }


def poisson_above_zero(rate, rng):
    """Poisson counts without their zeros, by their inverse distribution function."""
    return stats.poisson.ppf(np.exp(-rate) - rng.random(len(rate)) * np.expm1(-rate), rate)


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
def job():
    data = responses()
    keys = [name for name in data if name not in ("x", "z", "hours")]
    model = StructuralModel.parse(
        "; ".join(f"{key} ~ x + z" for key in keys),
        mechanisms={key: OPTIONS.get(key) or of(key) for key in keys},
        priors=PRIORS,
    )
    table = tabulate(model, data)
    whole = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in whole.tasks if task.key in keys)
    design = derive(model, table, tasks)
    return Job(model, table, type(whole)(tasks), design, seed=3, chains=4, draws=DRAWS)


@pytest.fixture(scope="module")
def by_nuts(job):
    # One joint model, and so one compilation, for all families.
    compiled = compile_nuts(job.model, job.table, job.plan, job.design)
    return sample_nuts(compiled, job.table, seed=1, settings=Settings(draws=DRAWS))["posterior"].to_dataset()


@pytest.fixture(scope="module")
def by_weights(job):
    return Laplace().draw(job)


def pairs(job, key, by_nuts, drawn):
    """Draws of each parameter by NUTS and by weights, dims (chain, draw)."""
    task, safe = job.tasks[key], safe_names(job.design.mechanisms)[key]
    for place in range(len(task.coefficients)):
        yield by_nuts[f"{safe}_coefficient"].to_numpy()[..., place], drawn.coefficients[..., place]
    for name, values in drawn.dispersion.items():
        yield by_nuts[f"{safe}_{name}"].to_numpy(), values


def test_every_family_is_compared(job):
    # Tables are drawn from Dirichlet laws in closed form: tests/inference/test_table_draws.py compares them with those.
    assert {task.mechanism.short for task in job.tasks.values()} == set(names(FOLDER)) - {"saturated"}


@pytest.mark.long
@pytest.mark.sampling
@pytest.mark.parametrize("key", [name for name in responses(4) if name not in ("x", "z", "hours")])
def test_certified_draws_equal_long_nuts(job, by_nuts, by_weights, key):
    for sampled, weighted in pairs(job, key, by_nuts, by_weights[key]):
        one, other = diagnose(sampled), diagnose(weighted)
        sd = sampled.std()
        assert min(one.ess_bulk, other.ess_bulk) >= EFFECTIVE
        assert abs(sampled.mean() - weighted.mean()) < 4 * np.hypot(one.mcse_mean, other.mcse_mean)
        assert weighted.std() == pytest.approx(sd, rel=0.03)
        ends = [np.quantile(values, (0.05, 0.95)) for values in (sampled, weighted)]
        np.testing.assert_allclose(*ends, atol=0.05 * sd)
