"""A verdict as an object for programs; it needs nothing but the verdict."""

from typing import Any

from bayescause.identification.verdict import Identified, NotIdentified, Verdict

__all__ = ["verdict_to_json"]

SCHEMA = 1
"""Version of the objects that are written."""


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """``verdict`` with the keys of ``bayescause identify --json``.

    ``adjustment_sets`` and ``front_door_sets`` hold every minimal set: ``[]`` if there is none, ``[[]]`` if the empty
    set is enough.
    """
    query = verdict.query
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "query": {"of": list(query.of), "on": list(query.on), "given": list(query.given)},
        "kind": query.kind,
        "through": list(query.through),
        "along": [list(chain) for chain in query.along],
        "status": "identified" if isinstance(verdict, Identified) else "not_identified",
        "strategy": None,
        "also": [],
        "functional": None,
        "latex": None,
        "adjustment_sets": [],
        "front_door_sets": [],
        "instruments": [{"instrument": one.instrument, "given": list(one.given)} for one in verdict.instruments],
        "hedge": None,
        "assumptions": [],
        "parametric": None,
        "bounds": None,
        "optimal_set": None,
        "no_optimal_set": None,
        "notes": list(verdict.notes),
    }
    if isinstance(verdict, Identified):
        return told | {
            "strategy": verdict.strategy,
            "also": list(verdict.also),
            "functional": verdict.functional,
            "latex": verdict.latex,
            "adjustment_sets": [list(names) for names in verdict.adjustment_sets],
            "front_door_sets": [list(names) for names in verdict.front_door_sets],
            "assumptions": [{"text": one.text, "tested_by": one.tested_by} for one in verdict.assumptions],
            "would_break": list(verdict.would_break),
            "optimal_set": None if verdict.optimal_set is None else list(verdict.optimal_set),
            "no_optimal_set": verdict.no_optimal_set,
        }
    return told | _refused(verdict)


def _refused(verdict: NotIdentified) -> dict[str, Any]:
    hedge, parametric, bounds = verdict.hedge, verdict.parametric, verdict.bounds
    return {
        "hedge": None if hedge is None else {"nodes": list(hedge.nodes), "inner": list(hedge.inner)},
        "parametric": None
        if parametric is None
        else {"strategy": parametric.strategy, "assumptions": list(parametric.assumptions)},
        "bounds": None
        if bounds is None
        else {
            "method": bounds.method,
            "district": list(bounds.district),
            "strata": list(bounds.strata),
            "is_sharp": bounds.is_sharp,
        },
        "recanting": None
        if verdict.recanting is None
        else {
            "nodes": list(verdict.recanting.nodes),
            "carrying": list(verdict.recanting.carrying),
            "other": list(verdict.recanting.other),
        },
        "reason": verdict.reason,
        "in_the_way": list(verdict.in_the_way),
        "remedies": list(verdict.remedies),
    }
