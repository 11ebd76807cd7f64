"""Testing a graph: each independence and constraint that it demands of the data, corrected for their number."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from bayescause.analysis.conditioning import Sample
from bayescause.analysis.constraint_tests import examine_constraint
from bayescause.analysis.explaining import explanations
from bayescause.analysis.graph_checks import AGAINST, NOT_AGAINST, UNTESTED, Falsification, GraphCheck
from bayescause.analysis.independence_tests import Look, detectable, examine_independence
from bayescause.analysis.suspects import suspects
from bayescause.arguments import SEED, Kind, Seed, require, seed_of
from bayescause.calling import names_its_arguments
from bayescause.compilation.checking import tabulate
from bayescause.compilation.table import Table
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.relations import topological_order
from bayescause.graph.surgery import project
from bayescause.identification.implications import implications
from bayescause.identification.independences import Independence, independence_of
from bayescause.identification.verma import Constraint, constraint_of
from bayescause.scm.structural_model import StructuralModel

__all__ = ["falsify"]

LEVEL = 0.05
"""Chance, at most, that anything at all is spoken against a right graph."""

MOST_INDEPENDENCES = 300
"""Independences that are tested; of more, those of pairs far from each other are left out, and that is said."""

MOST_CONSTRAINTS = 20
"""Verma constraints that are tested."""

MOST_ROWS = 10_000
"""Rows that are looked at; of a larger table, as many chosen at random."""


@names_its_arguments
def falsify(model: StructuralModel | CausalGraph, data: Any, *, seed: Seed = 0) -> Falsification:
    """What ``data`` say about the graph: every statement that it makes about them, tested.

    Parameters
    ----------
    model : StructuralModel or CausalGraph
    data : Table, data frame, mapping of columns, or path of a CSV or Parquet file
    seed : int or NumPy Generator
        Of the choice of rows in a table of more than 10,000, and of the draws for Verma constraints.

    Returns
    -------
    Falsification
        Statements are spoken against where their p-value, corrected for the number of tests by Holm's rule, is below
        0.05: a right graph is contradicted anywhere in at most 5 of 100 data sets. Passing proves nothing.

    Raises
    ------
    DataError
        If the table does not fit the model; all faults at once.

    Notes
    -----
    Units are taken to be independent of each other. Rows with a missing value of a variable are left out where it
    is needed. What fails does not say what is wrong with the graph; ``suspects`` names single arrows that would
    account for most of it.

    Examples
    --------
    >>> import numpy as np
    >>> import bayescause as bc
    >>> a, b, c = np.random.default_rng(1).normal(size=(3, 400))
    >>> data = {"rain": a, "wet": a + b, "slip": a + b + c}
    >>> print(bc.falsify(bc.CausalGraph.parse("rain -> wet -> slip"), data))
    The data do not speak against the one statement that the graph makes. That proves nothing: ...
    >>> wrong = bc.falsify(bc.CausalGraph.parse("rain -> slip; wet -> slip"), data)
    >>> wrong.suspects[0].arrow
    'rain -> wet'
    """
    require(model=(model, GRAPHED), seed=(seed, SEED))
    seed = seed_of(seed)
    whole = model if isinstance(model, StructuralModel) else StructuralModel(model)
    table = tabulate(whole, data)
    sample = _sample(table, whole.graph.observed, seed)
    bent = tuple(name for name in whole.graph.observed if _is_bent(whole, name))
    evidence = _Evidence(lambda statement: _look(sample, table, statement, seed, bent))
    checks, is_whole = evidence.checks(whole.graph)
    judged = Falsification(checks, LEVEL, is_whole, rows=len(sample.counts), seed=seed)
    if not judged.is_contradicted:
        return judged
    failed = [check.statement for check in judged.against]
    found = suspects(whole.graph, failed)
    return replace(judged, suspects=found, explanations=explanations(whole.graph, failed, found, evidence))


GRAPHED = Kind(
    "a CausalGraph or a StructuralModel, and the data come after it",
    lambda given: isinstance(given, CausalGraph | StructuralModel),
)


type Statement = Independence | Constraint


class _Evidence:
    """Statements of graphs of the same variables, each looked at once."""

    def __init__(self, look: Callable[[Statement], Look | str]) -> None:
        self.look: Callable[[Statement], Look | str] = cache(look)
        self.most = 0

    def checks(self, graph: CausalGraph) -> tuple[tuple[GraphCheck, ...], bool]:
        """Each statement of ``graph`` with a verdict, and whether none is left out."""
        found = implications(graph, most_independences=MOST_INDEPENDENCES, most_constraints=MOST_CONSTRAINTS)
        said: tuple[Statement, ...] = (*found.independences, *found.constraints)
        looks = [(one, self.look(one)) for one in said]
        self.most = max(self.most, len(looks))
        return tuple(_judged(looks)), found.is_whole

    def against(self, graph: CausalGraph) -> tuple[Statement, ...]:
        checks, _ = self.checks(graph)
        return tuple(one.statement for one in Falsification(checks).against)

    def against_pairs(self, graph: CausalGraph, pairs: Iterable[tuple[str, str]]) -> tuple[Statement, ...]:
        """Corrected for as many tests as the largest graph took."""
        graph = project(graph)
        order = topological_order(graph)
        ends = [sorted(pair, key=order.index, reverse=True) for pair in pairs]
        said = (independence_of(graph, a, b) or constraint_of(graph, a, b, order=order) for a, b in ends)
        looks = {one: self.look(one) for one in said if one is not None}
        failed = {one: look for one, look in looks.items() if isinstance(look, Look) and self.is_against(look)}
        return tuple(sorted(failed, key=lambda one: failed[one].p_value))

    def is_against(self, look: Look) -> bool:
        return look.p_value * self.most < LEVEL


def _sample(table: Table, names: Sequence[str], seed: int) -> Sample:
    held = table.sample
    columns = {name: held.columns[name] for name in names}
    sample = Sample(columns, held.kinds, held.counts)
    if held.rows <= MOST_ROWS:
        return sample
    rows = np.random.default_rng(seed).choice(held.rows, size=MOST_ROWS, replace=False)
    return sample.taken(np.sort(rows))


def _look(sample: Sample, table: Table, statement: Statement, seed: int, bent: tuple[str, ...]) -> Look | str:
    nameless = [name for name in statement.variables if name in table.identities]
    if nameless:
        return f"{nameless[0]} has a level for almost every unit"
    if isinstance(statement, Independence):
        return examine_independence(sample, statement)
    return examine_constraint(sample, statement, seed=seed, bent=bent)


def _judged(looks: Sequence[tuple[Statement, Look | str]]) -> Iterator[GraphCheck]:
    tested = [found for _, found in looks if isinstance(found, Look)]
    adjusted = iter(_holm([found.p_value for found in tested]))
    for statement, found in looks:
        if isinstance(found, str):
            yield GraphCheck(statement, UNTESTED, reason=found)
            continue
        corrected = next(adjusted)
        yield GraphCheck(
            statement,
            AGAINST if corrected < LEVEL else NOT_AGAINST,
            found.method,
            found.units,
            found.p_value,
            corrected,
            found.strength,
            detectable(found.units, found.freedom, LEVEL / len(tested)),
        )


def _holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for their number by Holm's step-down rule."""
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(np.asarray(p_values)[order] * np.arange(len(p_values), 0, -1))
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(stepped, 1.0)
    return [float(value) for value in corrected]


def _is_bent(model: StructuralModel, name: str) -> bool:
    variable = model.variables[name]
    is_gaussian = variable.mechanism is None or variable.mechanism.short == "gaussian"
    return not is_gaussian or any(str(term) not in model.graph.parents(name) for term in variable.terms)
