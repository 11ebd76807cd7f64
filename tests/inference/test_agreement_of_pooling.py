"""Pooled mechanisms by the exact and the certified engine against long NUTS on the compiled model."""

from dataclasses import replace

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.compiled_nuts import compile_nuts
from bayescause.inference.convergence import diagnose
from bayescause.inference.engine import Drawn, Job
from bayescause.inference.engines.exact import Exact
from bayescause.inference.engines.laplace import Laplace
from bayescause.inference.hamiltonian import Settings, sample_nuts
from bayescause.inference.importance import inflation
from bayescause.scm.names import parameter_names, safe_names
from bayescause.scm.structural_model import StructuralModel

EFFECTIVE = 40_000
"""Effective draws that the comparison asks of each side."""

DRAWS = 40_000
"""Of each of four chains of NUTS, whose sds of groups mix slowly."""

OURS = 25_000
"""Of each of four chains of ours: the error of the difference of two quantiles is then a fifth of what is allowed."""


def rows():
    """Twelve groups of twenty rows: enough that NUTS is right."""
    rng = np.random.default_rng(22)
    group, x = np.arange(240) % 12, rng.normal(size=240)
    drive = 0.3 + 0.5 * x + rng.normal(0, 0.8, 12)[group]
    return {
        "x": x,
        "g": group,
        "amount": drive + rng.normal(0, 0.4, 12)[group] * x + rng.normal(size=240),
        "won": rng.binomial(1, 1 / (1 + np.exp(-drive))),
        "count": rng.poisson(np.exp(drive)),
        "days": rng.binomial(1, 1 / (1 + np.exp(-drive))) * (1 + rng.poisson(np.exp(drive))),
    }


@pytest.fixture(scope="module")
def job():
    model = StructuralModel.parse(
        "amount ~ x + (x | g); won ~ x + (1 | g); count ~ x + (1 | g); days ~ x + (1 | g)",
        families={"won": "bernoulli", "count": "poisson", "days": "hurdle"},
    )
    table = tabulate(model, rows())
    whole = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in whole.tasks if task.key in ("amount", "won", "count", "days"))
    return Job(model, table, type(whole)(tasks), derive(model, table, tasks), seed=3, chains=4, draws=OURS)


@pytest.fixture(scope="module")
def by_nuts(job):
    compiled = compile_nuts(job.model, job.table, job.plan, job.design)
    settings = Settings(draws=DRAWS, target_accept=0.95)
    return sample_nuts(compiled, job.table, seed=1, settings=settings)["posterior"].to_dataset()


@pytest.mark.long
@pytest.mark.sampling
@pytest.mark.parametrize(
    ("key", "engine"), [("amount", Exact()), ("won", Laplace()), ("count", Laplace()), ("days", Laplace())]
)
def test_means_sds_and_quantiles_are_those_of_long_nuts(job, by_nuts, key, engine):
    own = replace(job, plan=type(job.plan)(tuple(task for task in job.plan.tasks if task.key == key)))
    drawn, task, safe = engine.draw(own)[key], job.design.mechanisms[key], safe_names(job.design.mechanisms)[key]
    assert isinstance(drawn, Drawn)
    compared = [
        (by_nuts[f"{safe}_coefficient"].to_numpy()[..., place], drawn.coefficients[..., place])
        for place in range(len(task.coefficients))
    ]
    names = parameter_names(safe, task.dispersion)
    compared += [(by_nuts[names[name]].to_numpy(), values) for name, values in drawn.dispersion.items()]
    # Draws that were chosen by weights count as their weights say.
    factors = inflation(drawn.stats["expected_copies"]) if "expected_copies" in drawn.stats else None
    for sampled, found in compared:
        one, other = diagnose(sampled), diagnose(found, factors)
        error = np.hypot(one.mcse_mean, other.mcse_mean)
        assert min(one.ess_bulk, other.ess_bulk) >= EFFECTIVE
        assert abs(sampled.mean() - found.mean()) < 4 * error
        assert found.std() == pytest.approx(sampled.std(), rel=0.03)
        ends = [np.quantile(values, (0.05, 0.95)) for values in (sampled, found)]
        np.testing.assert_allclose(*ends, atol=0.05 * sampled.std())
