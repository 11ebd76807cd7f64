"""Effects are drawn from almost their own law, whose density is told exactly."""

from dataclasses import replace

import numpy as np
import pytest

from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.inference.engine import Drawn, Job
from bayescause.inference.engines.laplace import Laplace
from bayescause.inference.level_draws import draw_effects
from bayescause.inference.level_table import giving_way, level_table
from bayescause.inference.pooled_posterior import pooled_posterior
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")


def job_of(formula, family, levels, rows):
    rng = np.random.default_rng(1)
    group, x = np.arange(levels * rows) % levels, rng.normal(size=levels * rows)
    effects = rng.normal(0, 0.8, levels)
    data = {"x": x, "g": group, "y": rng.poisson(np.exp(0.3 + 0.5 * x + effects[group]))}
    model = StructuralModel.parse(formula, families={"y": family}, kinds={"continuous": ["x"]})
    table = tabulate(model, data)
    whole = plan(model, kinds=table.kinds)
    tasks = tuple(task for task in whole.tasks if task.key == "y")
    return Job(model, table, type(whole)(tasks), derive(model, table, tasks)), effects


def tables_of(target, point):
    peak, wide = target.parameters(point), np.full(len(target.nested), 12.0)
    effects = range(len(target.rows.nested))
    gives = [giving_way(target.rows, peak, effect) for effect in effects]
    return [level_table(target.rows, peak, effect, gives[effect], low=-wide, high=wide) for effect in effects]


@pytest.mark.parametrize(
    ("formula", "family", "is_tabulated"),
    [
        ("y ~ x + (1 | g)", "poisson", True),
        ("y ~ x + (1 | g)", "hurdle", True),
        ("y ~ x + (1 | g)", "poisson", False),
    ],
)
def test_weights_of_the_effects_have_the_integral_that_quadrature_gives(formula, family, is_tabulated):
    job, _ = job_of(formula, family, levels=2, rows=3)
    target = pooled_posterior(job.tasks["y"], job.design, job.table)
    size, samples = len(target.rows.nested), 4_000
    point = np.zeros((1, target.inner + len(target.scales)))
    middle = np.zeros((samples, 2, size))
    turn = np.broadcast_to(0.8 * np.eye(size), (samples, 2, size, size))
    points = np.repeat(point, samples, axis=0)
    tables = tables_of(target, point) if is_tabulated else ()
    effects, logs = draw_effects(target, points, middle, turn, np.random.default_rng(0), tables=tables)
    points[:, target.nested.ravel()] = effects.reshape(samples, -1)
    weights = np.exp(target.at(points).log_posterior - logs)
    # The same integral on a grid: levels are independent, so it is the product of one for each level.
    places = np.linspace(-7, 7, 141)
    grid = np.stack(np.meshgrid(*[places] * size, indexing="ij"), axis=-1).reshape(-1, size)
    tried = np.repeat(grid[:, None], 2, axis=1)
    spread = target.spreads(point[:, target.inner :]).effects
    given = target.parameters(np.repeat(point, len(grid), axis=0))
    (likelihood,) = target.rows.by_level(given, [tried * spread])
    own = np.exp(likelihood - 0.5 * (tried**2).sum(axis=-1)) * ((places[1] - places[0]) / np.sqrt(2 * np.pi)) ** size
    other = np.exp(target.ordinary.log_prior(point[:, : len(target.ordinary.axes)]))
    expected = own.sum(axis=0).prod() * other[0] * np.exp(target.log_prior_of_scales(point[:, target.inner :]))[0]
    # Four Monte Carlo errors; the weights hardly differ, since effects come almost from their own law.
    assert abs(weights.mean() - expected) < 4 * weights.std() / np.sqrt(samples)
    assert weights.std() < 0.2 * weights.mean()


def test_hundreds_of_levels_of_three_rows_are_certified_and_their_intervals_hold_what_they_say():
    job, truth = job_of("y ~ x + (1 | g)", "poisson", levels=260, rows=3)
    found = Laplace().draw(replace(job, draws=250))["y"]
    assert isinstance(found, Drawn)
    effects = found.coefficients[..., 2:].reshape(-1, 260)
    low, high = np.quantile(effects, (0.05, 0.95), axis=0)
    # Nine in ten, within four standard errors of a share of 260.
    assert abs(((low < truth) & (truth < high)).mean() - 0.9) < 4 * np.sqrt(0.09 / 260)
