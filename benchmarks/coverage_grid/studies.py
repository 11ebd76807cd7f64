"""An example study of every family: a small graph in which it answers x, with a table to take its scales from."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from bayescause.analysis.simulating import Simulation
from bayescause.compilation.checking import tabulate
from bayescause.compilation.deriving import derive
from bayescause.compilation.planning import plan_for
from bayescause.compilation.table import Table
from bayescause.inference.fitting import fit_plan
from bayescause.inference.posterior import Parameters, Posterior
from bayescause.plugins import find
from bayescause.scm.mechanism import FloatArray, Mechanism
from bayescause.scm.structural_model import StructuralModel

__all__ = [
    "DRAWS",
    "GRAPHS",
    "ROWS",
    "ExampleStudy",
    "example_mechanism",
    "example_study",
    "example_values",
    "graphs_of",
]

ROWS, DRAWS, SEED = 150, 400, 11

GRAPHS: Mapping[str, tuple[str, str]] = {
    "direct": ("x ~ z; y ~ x*z", "y"),
    "dose": ("x ~ z; y ~ x*z", "y"),
    "mediated": ("x ~ z; m ~ x + z; y ~ x*z + m", "y"),
    "mediator": ("x ~ z; m ~ x + z; y ~ x*z + m", "m"),
}
"""Text of each graph, and the variable in it that has the family."""

CELLS: Mapping[str, tuple[tuple[float, float, int], ...]] = {
    "yes_or_no": ((0, 0, 300), (1, 0, 200), (0, 1, 150), (1, 1, 350)),
    "dose": ((-1.5, 0, 200), (-0.5, 0, 150), (0.5, 0, 150), (-0.5, 1, 100), (0.5, 1, 200), (1.5, 1, 200)),
}
"""Who the population is: x, z and how many in 1,000."""


@dataclass(frozen=True, eq=False)
class ExampleStudy:
    """A model with a family in it, scales and priors from one table, and the population that tables are drawn from.

    Parameters
    ----------
    family, graph : str
    simulation : Simulation
        With all that was derived from the first table.
    population : Table
        Distinct rows with how many in 1,000 they stand for.
    """

    family: str
    graph: str
    simulation: Simulation
    population: Table

    @cached_property
    def template(self) -> Posterior:
        """A posterior of the first table, in which other draws can be put."""
        one = self.simulation
        return fit_plan(one.model, one.table, one.plan, one.design, seed=SEED, chains=1, draws=20, engine="auto")

    def table_of(self, number: int) -> Table:
        """Who is seen in data set ``number``: rows drawn from the population."""
        shares = self.population.counts / self.population.counts.sum()
        rng = np.random.default_rng([SEED, number])
        rows = rng.choice(len(shares), size=ROWS, p=shares)
        drawn = {name: self.population.columns[name][rows] for name in ("x", "z")}
        return replace(self.simulation.table, columns={**self.simulation.table.columns, **drawn})

    def holding(self, table: Table, drawn: Mapping[str, Parameters], seed: int) -> Posterior:
        """A posterior of ``table`` that holds the draws ``drawn``."""
        return replace(self.template, table=table, draws=_dataset(self.template, drawn), seed=seed)


OPTIONS: Mapping[str, Any] = {"trials": 8}
"""Options that some families have, with values that make them more than a simpler one."""


def example_mechanism(family: str) -> Any:
    """The family's mechanism, with ``OPTIONS`` that it has."""
    plugin = find("bayescause.scm.mechanisms", family)
    known = {field.name for field in fields(plugin)}
    return plugin(**{name: value for name, value in OPTIONS.items() if name in known})


def graphs_of(family: str) -> tuple[str, ...]:
    """Names of the graphs in which ``family`` can be: a table of probabilities needs causes with levels."""
    is_table = getattr(find("bayescause.scm.mechanisms", family), "is_table", False)
    return ("direct", "mediator") if is_table else tuple(GRAPHS)


def example_values(mechanism: Mechanism, push: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Values that a family can have, driven by ``push``, dims (row,): its quantiles at random ranks."""
    drives = dict.fromkeys(mechanism.predictors, 0.3 + push)
    dispersion = {name: np.array(6.0 if name == "df" else 1.0) for name in mechanism.dispersion}
    return np.asarray(mechanism.quantile(rng.random(len(push)), drives, dispersion, {}), dtype=float)


def example_study(family: str, graph: str, rows: int = ROWS) -> ExampleStudy:
    """The example study of ``family`` in the graph called ``graph``, with scales from a table of so many ``rows``."""
    text, where = GRAPHS[graph]
    mechanism = example_mechanism(family)
    model = StructuralModel.parse(text, mechanisms={where: mechanism})
    rng = np.random.default_rng(SEED)
    x, z, counts = np.array(CELLS["dose" if graph == "dose" else "yes_or_no"], dtype=float).T
    chosen = rng.choice(len(x), size=rows, p=counts / counts.sum())
    push = 0.4 * x[chosen] + 0.3 * z[chosen]
    columns = {name: push + rng.normal(size=rows) for name in model.graph.nodes}
    columns |= {"x": x[chosen], "z": z[chosen], where: example_values(mechanism, push, rng)}
    first = tabulate(model, columns)
    planned = plan_for(model, first)
    needed = tuple(task for task in planned.tasks if task.variable not in ("x", "z"))
    planned = replace(planned, tasks=needed)
    simulation = Simulation(model, first, planned, derive(model, first, needed), DRAWS, SEED)
    everyone = {name: np.resize(values, len(x)) for name, values in first.columns.items()} | {"x": x, "z": z}
    return ExampleStudy(family, graph, simulation, replace(first, columns=everyone, frequency=counts))


def _dataset(template: Posterior, drawn: Mapping[str, Parameters]) -> Any:
    held = {}
    for key, one in drawn.items():
        safe = template.safe_keys[key]
        held[f"{safe}_coefficient"] = (("chain", "draw", f"{safe}_term"), one.coefficients[None])
        held |= {f"{safe}_{name}": (("chain", "draw"), values[None]) for name, values in one.dispersion.items()}
    terms = {name: template.draws.coords[name] for name in template.draws.coords if str(name).endswith("_term")}
    samples = len(next(iter(drawn.values())).coefficients)
    return xr.Dataset(held, {**terms, "chain": [0], "draw": np.arange(samples)})
