"""Nested worlds as one world: each copy of a variable is a variable of its own, with the laws of the one it copies."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bayescause.compilation.plan import Route
from bayescause.graph.formula import Factor, Term
from bayescause.identification.copies import Copy
from bayescause.query.drawn_laws import Laws
from bayescause.scm.design import Design, MechanismDesign

__all__ = ["copied"]


def copied(laws: Laws, route: Route) -> tuple[Laws, Route]:
    """``laws`` and ``route`` of the copies of ``route``; the same, if it has none.

    Every copy reads its causes under the names that it sees: another copy, or one of the two values of the treatment.
    What is simulated forward in this world is the nested world, all with the same nodes.

    Parameters
    ----------
    laws : Laws
    route : Route
    """
    if not route.copies:
        return laws, route
    design = laws.design
    tasks = {copy.name: _task(design.mechanisms[route.keys[copy.name]], copy) for copy in route.copies}
    constants, levels = dict(design.constants), dict(design.levels)
    for copy in route.copies:
        for old, new in {copy.variable: copy.name, **copy.reads}.items():
            constants |= {_factor(each, {old: new}): found for each, found in design.constants.items()}
            levels |= {new: design.levels[old]} if old in design.levels else {}
    parameters = {copy.name: laws.parameters[route.keys[copy.name]] for copy in route.copies}
    names = tuple(tasks)
    world = replace(route, order=names, keys=dict(zip(names, names, strict=True)), copies=())
    return Laws(Design(tasks, constants, levels), parameters, laws.seed, laws.level), world


def _task(task: MechanismDesign, copy: Copy) -> MechanismDesign:
    terms = tuple(_term(term, copy.reads) for term in task.terms)
    mechanism = _with_inputs(task.mechanism, copy.reads)
    return replace(task, key=copy.name, variable=copy.name, terms=terms, mechanism=mechanism)


def _term(term: Term, reads: Mapping[str, str]) -> Term:
    return replace(term, factors=tuple(_factor(factor, reads) for factor in term.factors))


def _factor(factor: Factor, reads: Mapping[str, str]) -> Factor:
    return replace(factor, variable=reads.get(factor.variable, factor.variable))


def _with_inputs(mechanism: Any, reads: Mapping[str, str]) -> Any:
    """``mechanism`` with the columns that it needs besides its parents under the names that the copy sees."""
    inputs = set(mechanism.inputs) & reads.keys()
    if not inputs:
        return mechanism
    columns = {each.name: getattr(mechanism, each.name) for each in fields(mechanism)}
    return replace(mechanism, **{name: reads[value] for name, value in columns.items() if value in inputs})
