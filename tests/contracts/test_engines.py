"""Whatever engine is in the folder: it says what it can draw, draws it in data units, and does so again."""

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.convergence import diagnose
from bayescause.inference.engine import ENGINES, Job
from bayescause.plugins import find, names
from bayescause.scm.structural_model import StructuralModel


def marked(name):
    """Independent draws are cheap; the others compile."""
    return name if find(ENGINES, name).is_independent else pytest.param(name, marks=pytest.mark.sampling)


@pytest.fixture(params=[marked(name) for name in names(ENGINES)], scope="module")
def engine(request):
    return find(ENGINES, request.param)()


@pytest.fixture(scope="module")
def job():
    rng = np.random.default_rng(3)
    promo = np.arange(60) % 2
    traffic = 10 + 2 * promo + rng.normal(size=60)
    sales = 5 + 3 * traffic + rng.normal(size=60)
    model = StructuralModel.parse("traffic ~ promo; sales ~ traffic + promo")
    table = tabulate(model, {"promo": promo, "traffic": traffic, "sales": sales})
    tasks = tuple(task for task in plan(model, kinds=table.kinds).tasks if task.key != "promo")
    whole = plan(model, kinds=table.kinds)
    return Job(model, table, type(whole)(tasks), derive(model, table, tasks), seed=4, chains=2, draws=300, tune=300)


@pytest.fixture(scope="module")
def drawn(engine, job):
    return engine.draw(job)


def test_an_engine_says_that_it_can_draw_a_plain_gaussian_task(engine, job):
    assert [engine.can_draw(task) for task in job.tasks.values()] == [None, None]


def test_engines_are_tried_in_an_order_without_ties():
    ranks = [find(ENGINES, name).rank for name in names(ENGINES)]
    assert len(set(ranks)) == len(ranks)


def test_the_draws_have_the_shapes_of_the_task(drawn, job):
    for key, task in job.tasks.items():
        assert drawn[key].coefficients.shape == (2, 300, len(task.coefficients))
        assert {name: values.shape for name, values in drawn[key].dispersion.items()} == {"sd": (2, 300)}
        assert drawn[key].log_likelihood.shape == (2, 300)


def test_the_draws_are_where_least_squares_is(drawn, job):
    columns = job.table.columns
    matrix = np.column_stack([np.ones(60), columns["traffic"], columns["promo"]])
    expected = np.linalg.lstsq(matrix, columns["sales"])[0]
    found = drawn["sales"].coefficients
    spread = found.std(axis=(0, 1))
    errors = np.array([diagnose(values).mcse_mean for values in np.moveaxis(found, -1, 0)])
    # Default priors move the mean by less than a tenth of a posterior sd, Monte Carlo by less than five of its errors.
    assert np.all(np.abs(found.mean(axis=(0, 1))[1:] - expected[1:]) < 0.1 * spread[1:] + 5 * errors[1:])


def test_the_log_likelihood_is_that_of_the_draws(drawn, job):
    columns, task, one = job.table.columns, job.tasks["sales"], drawn["sales"]
    centred = np.column_stack([columns[name] for name in task.columns]) - task.centres
    mean = one.coefficients[..., :1] + one.coefficients[..., 1:] @ centred.T
    z = (columns["sales"] - mean) / one.dispersion["sd"][..., None]
    expected = (-0.5 * z**2 - np.log(one.dispersion["sd"])[..., None] - 0.5 * np.log(2 * np.pi)).sum(axis=-1)
    assert np.allclose(one.log_likelihood, expected)
