"""Cells of the grid, and one data set of them: where the truth lies among the posterior draws of each estimand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from bayescause.analysis.ranks import rank
from bayescause.analysis.refitting import Refit
from bayescause.analysis.replication import respond
from bayescause.analysis.simulating import Simulated, simulate
from bayescause.compilation.plan import Route
from bayescause.compilation.table import Table
from bayescause.errors import BayescauseError, ConvergenceError
from bayescause.inference.posterior import Parameters, Posterior
from bayescause.plugins import names
from bayescause.query.estimand import POPULATIONS, OfUnits, Ranging
from bayescause.query.estimating import estimate
from bayescause.query.routing import route_of
from bayescause.scm.mechanism import FloatArray
from coverage_grid.questions import example_questions, graph_for
from coverage_grid.studies import DRAWS, GRAPHS, ROWS, ExampleStudy, example_study, graphs_of

__all__ = ["FAMILIES", "Cell", "Ranks", "cells_of", "inapplicable", "ranked", "studies"]

FAMILIES = "bayescause.scm.mechanisms"

VERSION = 1
"""Of what the example studies mean: raise it, and every cell starts anew."""

MANY = 20_000
"""Units of a population whose outcomes the question looks at; their effect differs from everybody's by 1 in 140 sd."""

FEW = 100
"""Draws among which the truth is ranked where every unit is imagined under every draw; ranks are as exact."""

ALIKE = 1e-12
"""Relative distance at which draws tie with the truth: a chance that is certainly one is a sum, and rounded."""

LEVELLED = {"at", "above"}
"""Keys whose values are names where an outcome has levels in order."""

type Ranks = Mapping[str, float | None]
"""By the label of the part (a group, a dose; empty for the whole): None where there was no number."""


@dataclass(frozen=True, eq=False)
class Cell:
    """One estimand, asked of one population, where one family is at work in one graph."""

    study: ExampleStudy
    question: Any

    @property
    def is_first(self) -> bool:
        """Whether it stands in the graph that its estimand is asked of, and not in another one besides."""
        return graph_for(self.question) == self.study.graph

    @property
    def is_of_units(self) -> bool:
        """Whether it imagines every single unit, of which the outcome is known."""
        return isinstance(self.question, OfUnits)

    @cached_property
    def route(self) -> Route:
        """How it is answered, whatever the data set."""
        return route_of(self.study.template, self.question)

    @property
    def is_joint(self) -> bool:
        """Whether the truth can be evaluated as one more draw: what leaves draws out looks at all of them."""
        return self.question.population == "sample" and not isinstance(self.question, Ranging)

    @property
    def name(self) -> str:
        """Such as ``gaussian-direct-ate-sample``."""
        return f"{self.study.family}-{self.study.graph}-{self.question.short}-{self.question.population}"

    @cached_property
    def key(self) -> str:
        """The name with a hash of what matters: the study with its priors, and the question."""
        tasks = self.study.simulation.design.mechanisms
        laws = [(one.mechanism, [*map(str, one.terms)], sorted(one.priors.items())) for one in tasks.values()]
        # Keys that are left at their defaults are not spelled, so that a new one does not start every cell anew.
        asked = {
            one.name: value
            for one in fields(self.question)
            if (value := getattr(self.question, one.name)) != one.default
        }
        spelled = repr((VERSION, GRAPHS[self.study.graph], ROWS, DRAWS, self.question.short, asked, laws))
        return f"{self.name}-{sha256(spelled.encode()).hexdigest()[:10]}"


def studies() -> Iterator[tuple[str, str]]:
    """Family and graph of every example study."""
    return ((family, graph) for family in names(FAMILIES) for graph in graphs_of(family))


def cells_of(family: str, graph: str) -> list[Cell]:
    """The cells of one study: of a family as a mediator, and beside one, those of the average effect too."""
    study = example_study(family, graph)
    fitting = [
        question
        for question in example_questions()
        if graph_for(question) == graph or (question.short == "ate" and graph in ("mediated", "mediator"))
    ]
    return [Cell(study, replace(_able(study, one), population=name)) for one in fitting for name in POPULATIONS]


def _able(study: ExampleStudy, question: Any) -> Any:
    """The question, with levels where the outcome has them: it may have no number otherwise."""
    table = study.simulation.table
    levels, known = table.levels.get(question.on), {one.name for one in fields(question)}
    if levels and table.kinds[question.on] == "ordinal":
        question = replace(question, **{key: _named(getattr(question, key), levels) for key in LEVELLED & known})
    if not levels or "level" not in known or inapplicable(Cell(study, question)) is None:
        return question
    return replace(question, level=levels[1])


def _named(values: Sequence[float], levels: Sequence[str]) -> tuple[str, ...]:
    """The levels in order that lie below ``values`` between them, such as 0.5."""
    return tuple(levels[int(value)] for value in values)


def inapplicable(cell: Cell) -> str | None:
    """Why the estimand has no number for this family, in words; None if it has."""
    try:
        found = estimate(cell.study.template, cell.question)
    except BayescauseError as error:
        return str(error)
    return None if found.draws is not None else " ".join(found.reasons)


def ranked(cells: Sequence[Cell], refit: Refit, number: int) -> list[Ranks]:
    """Where the truths of data set ``number`` lie among their draws: one entry a cell of the same study."""
    study = cells[0].study
    simulated = simulate(replace(study.simulation, table=study.table_of(number)), number)
    try:
        drawn = refit(simulated)
    except ConvergenceError:
        # Whether draws are certified depends on the data alone, so that the ranks of the others stay uniform.
        return [{"": None} for _ in cells]
    joined, few = (
        study.holding(simulated.table, _joined(drawn, simulated.truth, most), number) for most in (DRAWS, FEW)
    )
    found = _Found(simulated, joined, few)
    return [_ranks(cell, found) for cell in cells]


@dataclass(frozen=True, eq=False)
class _Found:
    """A data set and posteriors of it whose last draw is the truth: most estimands are evaluated draw by draw."""

    simulated: Simulated
    joined: Posterior
    few: Posterior

    def posterior(self, cell: "Cell") -> Posterior:
        """Fewer draws for what imagines every unit under every draw."""
        return self.few if cell.is_of_units else self.joined


def _joined(drawn: Mapping[str, Parameters], truth: Mapping[str, Parameters], most: int) -> dict[str, Parameters]:
    return {
        key: Parameters(
            np.concatenate([one.coefficients[:most], truth[key].coefficients]),
            {name: np.append(values[:most], truth[key].dispersion[name]) for name, values in one.dispersion.items()},
        )
        for key, one in drawn.items()
    }


def _ranks(cell: Cell, found: _Found) -> Ranks:
    try:
        draws = _values(cell.question, found.posterior(cell), cell.route)
        truth = {label: values[-1] for label, values in draws.items()} if cell.is_joint else _truth(cell, found)
    except BayescauseError:
        return {"": None}
    uniform = found.simulated.generator(cell.name).uniform(size=len(draws))
    return {label: _rank(truth.get(label), draws[label][:-1], one) for label, one in zip(draws, uniform, strict=True)}


def _rank(truth: float | None, draws: FloatArray, uniform: float) -> float | None:
    if truth is None or np.isnan(truth) or np.isnan(draws).any():
        return None
    tied = np.where(np.isclose(draws, truth, rtol=ALIKE, atol=0.0), truth, draws)
    return float(rank(np.array([truth]), tied[:, None], np.array([uniform]))[0])


def _values(question: Any, posterior: Posterior, route: Route) -> dict[str, FloatArray]:
    """Draws of each part of the answer, dims (sample,)."""
    with np.errstate(all="ignore"):
        draws = question.evaluate(posterior, route)
    others = [str(name) for name in draws.dims if name not in ("chain", "draw")]
    if not others:
        return {"": draws.to_numpy().ravel()}
    parts = draws.stack(part=others).transpose("part", "chain", "draw")
    return {str(label): part.ravel() for label, part in zip(parts["part"].to_numpy(), parts.to_numpy(), strict=True)}


def _truth(cell: Cell, found: _Found) -> dict[str, float]:
    """The estimand under the true parameters alone, of the rows at hand or of the whole population."""
    study, simulated = cell.study, found.simulated
    table = simulated.table
    if cell.question.population != "sample":
        table = _with_outcomes(simulated, study.population) if cell.is_of_units else study.population
    # Of a population that is fixed the share of every kind of unit is known: there is nothing to bootstrap.
    held = study.holding(table, simulated.truth, simulated.number)
    values = _values(replace(cell.question, population="sample"), held, cell.route)
    return {label: float(one[0]) for label, one in values.items()}


def _with_outcomes(simulated: Simulated, population: Table) -> Table:
    """``MANY`` units of the population, each with a response of its own."""
    rows = np.repeat(np.arange(population.rows), (population.counts * (MANY // population.units)).astype(int))
    columns = {name: values[rows] for name, values in population.columns.items()}
    random = simulated.generator("everyone")
    design = simulated.simulation.design
    for key, task in design.mechanisms.items():
        columns[task.variable] = respond(task, simulated.truth[key], columns, design, random)[0]
    return replace(population, columns=columns, frequency=None)
