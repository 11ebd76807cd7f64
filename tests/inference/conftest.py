"""Gaussian tasks, and pairs of equations, made by hand: named columns, and priors as text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from bayescause.compilation.deriving import derive
from bayescause.compilation.equations import equations
from bayescause.compilation.plan import Block
from bayescause.compilation.table import Table
from bayescause.graph.formula import Factor, Term
from bayescause.inference.conjugate import _directions, _grid
from bayescause.inference.equation_pair import EquationPair, sum_up_pair
from bayescause.inference.sufficient import Sufficient
from bayescause.scm.constants import Constants
from bayescause.scm.design import Design, MechanismDesign
from bayescause.scm.mechanisms.gaussian import Gaussian
from bayescause.scm.priors import Prior
from bayescause.scm.structural_model import StructuralModel

DEFAULT = {"intercept": "normal(1, 2)", "sd": "exponential(1)"}
"""Priors of hand-made tasks, where a test gives no others; coefficients have normal(0.3, 1.5)."""


@dataclass(frozen=True)
class Case:
    task: MechanismDesign
    design: Design
    table: Table

    @property
    def matrix(self) -> np.ndarray:
        """Centred design matrix with its intercept, dims (row, coefficient)."""
        columns = [self.table.columns[name] for name in self.task.columns]
        centred = np.reshape(columns, (len(columns), self.table.rows)).T - self.task.centres
        return np.column_stack([np.ones(self.table.rows), centred])

    @property
    def response(self) -> np.ndarray:
        return self.table.columns[self.task.variable]


def gaussian_case(
    columns: Mapping[str, np.ndarray], priors: Mapping[str, str] | None = None, frequency: np.ndarray | None = None
) -> Case:
    names = tuple(name for name in columns if name != "y")
    kept = [columns[name][np.isfinite(columns["y"])] for name in names]
    written = DEFAULT | dict.fromkeys(names, "normal(0.3, 1.5)") | dict(priors or {})
    factors = [Factor(name) for name in names]
    task = MechanismDesign(
        "y",
        "y",
        Gaussian(),
        tuple(Term((factor,)) for factor in factors),
        names,
        np.array([values.mean() for values in kept]),
        np.array([values.std() or 1.0 for values in kept]),
        {name: Prior.parse(text) for name, text in written.items()},
    )
    design = Design({"y": task}, dict.fromkeys(factors, Constants()), {})
    return Case(task, design, Table(columns, dict.fromkeys(columns, "continuous"), {}, frequency))


@pytest.fixture
def gaussian() -> Callable[..., Case]:
    return gaussian_case


@dataclass(frozen=True, eq=False)
class ExactMoments:
    """Posterior means and sds without Monte Carlo error: of each coefficient, dims (coefficient,), and of the sd."""

    mean: np.ndarray
    sd: np.ndarray
    residual_mean: float
    residual_sd: float
    log_evidence: float


def moments_by_quadrature(sufficient: Sufficient, task: MechanismDesign) -> ExactMoments:
    """Moments of what ``draw_exact`` draws from, by quadrature over the residual sd alone."""
    directions, unit, prior = _directions(sufficient, task), sufficient.unit, task.priors["sd"]
    if prior.family == "fixed":
        scale, shares = np.array([prior.parameters[0] / unit]), np.ones(1)
        evidence = float(directions.log_evidence(np.log(scale))[0])
    else:
        grid = _grid(directions, sufficient, task)
        scale, shares, evidence = (
            np.exp(grid.nodes),
            np.exp(grid.log_density - grid.log_density.max()),
            grid.log_evidence,
        )
        shares[[0, -1]] *= 0.5
        shares /= shares.sum()
    total = scale[:, None] ** 2 + directions.strength**2
    means = directions.location + (directions.strength * directions.pull / total) @ directions.spread.T
    variances = (scale[:, None] ** 2 / total) @ (directions.spread**2).T
    variances += np.outer(scale**2, (directions.free**2).sum(axis=1))
    mean, residual = shares @ means, float(shares @ scale)
    spread = float(np.sqrt(shares @ (scale - residual) ** 2))
    return ExactMoments(
        mean, np.sqrt(shares @ (variances + (means - mean) ** 2)), residual * unit, spread * unit, evidence
    )


@pytest.fixture(scope="session")
def exact_moments() -> Callable[..., ExactMoments]:
    return moments_by_quadrature


def instrumented_pair(
    columns: Mapping[str, np.ndarray],
    instruments: tuple[str, ...] = ("z",),
    covariates: tuple[str, ...] = (),
    priors: Mapping[str, Mapping[str, str]] | None = None,
    frequency: np.ndarray | None = None,
) -> EquationPair:
    given = [*instruments, *covariates]
    formulas = f"x ~ {' + '.join(given)}; y ~ {' + '.join(['x', *covariates])}; x <-> y"
    model = StructuralModel.parse(formulas, priors=priors)
    table = Table(columns, dict.fromkeys(columns, "continuous"), {}, frequency)
    block = Block("joint law of x and y", "joint_normal", ("x", "y"), {"x": tuple(given), "y": ("x", *covariates)})
    tasks = equations(model, block)
    design = derive(model, table, tasks)
    return sum_up_pair((design.mechanisms[tasks[0].key], design.mechanisms[tasks[1].key]), design, table)


@pytest.fixture
def instrumented() -> Callable[..., EquationPair]:
    return instrumented_pair
