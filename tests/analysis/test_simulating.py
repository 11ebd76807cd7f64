import numpy as np
import pytest

from bayescause.analysis.simulating import Simulation, simulate
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan
from bayescause.errors import SpecError
from bayescause.plugins import find
from bayescause.query.estimands.average_effect import AverageEffect
from bayescause.scm.design import drive
from bayescause.scm.structural_model import StructuralModel

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.BayescauseWarning")

QUESTION = AverageEffect(of="x", on="y")


def simulation_of(text, columns, **options):
    model = StructuralModel.parse(text, **options)
    table = tabulate(model, columns)
    planned = plan(model, [QUESTION])
    return Simulation(model, table, planned, derive(model, table, planned.tasks), draws=10, seed=0)


@pytest.fixture
def chain():
    rng = np.random.default_rng(28)
    return simulation_of("x ~ z; m ~ x; y ~ m + z", {name: rng.normal(size=50) for name in "zxmy"})


def test_what_is_not_fitted_keeps_its_observed_values(chain):
    found = simulate(chain, 3)
    for name in "zx":
        assert np.array_equal(found.table.columns[name], chain.table.columns[name])
    assert not np.array_equal(found.table.columns["m"], chain.table.columns["m"])


def test_a_child_answers_to_its_simulated_parent(chain):
    found = simulate(chain, 3)
    task, truth = chain.design.mechanisms["y"], found.truth["y"]
    residual = found.table.columns["y"] - drive(task, truth.coefficients[0], found.table.columns, chain.design, np)
    # 50 residuals of a known sd: their mean square is within four standard errors, 4 sqrt(2 / 50), of its square.
    assert (residual**2).mean() / truth.dispersion["sd"][0] ** 2 == pytest.approx(1.0, abs=0.8)


def test_pooled_effects_are_spread_as_their_own_sd_says():
    x = np.random.default_rng(29).normal(size=80)
    rows = {"x": x, "town": np.arange(80) % 40, "y": x + np.arange(80) % 3}
    pooled = simulation_of("y ~ x + (1 | town)", rows, priors={"y": {"sd(1|town)": "half_normal(9)"}})
    truths = [simulate(pooled, number).truth["y"] for number in range(25)]
    scaled = np.stack([truth.coefficients[0, 2:] / truth.dispersion["sd(1|town)"][0] for truth in truths])
    # Squares of 1,000 standard normal numbers: their mean is within four standard errors, 4 sqrt(2 / 1000), of one.
    assert scaled.shape == (25, 40)
    assert np.square(scaled).mean() == pytest.approx(1.0, abs=0.18)


def test_a_replication_is_the_same_whoever_runs_it_and_whenever(chain):
    again = simulate(chain, 3)
    assert np.array_equal(simulate(chain, 3).table.columns["y"], again.table.columns["y"])
    assert not np.array_equal(simulate(chain, 4).table.columns["y"], again.table.columns["y"])


def test_nothing_is_derived_from_simulated_data(chain):
    assert simulate(chain, 1).simulation.design is chain.design


def test_priors_that_always_overflow_are_named():
    x = np.linspace(1, 2, 30)
    wild = simulation_of(
        "y ~ x",
        {"x": x, "y": np.arange(30.0) % 5},
        families={"y": "poisson"},
        priors={"y": {"x": "normal(100000, 1)"}},
    )
    with pytest.raises(SpecError, match="gave no finite data"):
        simulate(wild, 0)


def test_proportions_that_are_rounded_to_the_edge_are_no_data():
    beta = find("bayescause.scm.mechanisms", "beta")()
    for edge in (2.2250738585072014e-308, 1 - 2**-53):
        assert "must be above 0 and below 1" in beta.faults(np.array([0.5, edge]), {})
    assert beta.faults(np.array([1e-250, 0.5, 1 - 1e-13]), {}) is None
