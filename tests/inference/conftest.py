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
from bayescause.inference.equation_pair import EquationPair, sum_up_pair
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
