"""What a question about a graph has to be, and all that can be wrong with it."""

from collections.abc import Collection, Mapping
from typing import Protocol

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import MOST_SHOWN, nearest
from bayescause.graph.relations import descendants
from bayescause.identification.adjustment import why_barred, why_barred_directly
from bayescause.identification.mediated_faults import mediated_faults, shape_faults
from bayescause.identification.verdict import MEDIATED, CausalQuery

__all__ = ["Question", "faults_of", "opened"]

KINDS = ("total", "direct", *MEDIATED)


class Question(Protocol):
    """Anything that asks a causal query, such as an estimand."""

    @property
    def query(self) -> CausalQuery:
        """What has to be identified."""


def faults_of(
    graph: CausalGraph, query: CausalQuery, *, required: Collection[str] = (), excluded: Collection[str] = ()
) -> list[str]:
    """Why ``query`` makes no sense in ``graph``, as sentences; none if it does.

    Parameters
    ----------
    graph : CausalGraph
    query : CausalQuery
    required, excluded : collection of str
        Variables that every adjustment set has to hold, and that are left out as if they had not been measured.

    Examples
    --------
    >>> faults_of(CausalGraph.parse("x -> y"), CausalQuery(("x",), ("x",)))
    ['`x` is both treatment and outcome. Ask for the effect of one variable on another.']
    """
    faults = []
    if not query.of or not query.on:
        faults.append("The question needs a treatment and an outcome: the effect of what, on what?")
    if query.kind not in KINDS:
        faults.append(f"There are no effects of the kind {query.kind!r}. Known: {', '.join(KINDS)}.")
    if query.kind == "direct" and max(len(query.of), len(query.on)) > 1:
        faults.append("A direct effect is that of one treatment on one outcome. Ask for one pair at a time.")
    faults += shape_faults(query) if query.is_mediated else _idle(query)
    passed = tuple(dict.fromkeys(name for chain in query.along for name in chain))
    roles = {
        "treatment": query.of,
        "outcome": query.on,
        "group": query.given,
        "mediator": tuple(name for name in (*query.through, *passed) if name not in (*query.of, *query.on)),
    }
    faults += _misnamed(graph, roles)
    faults += [f"`{name}` is not a variable of the graph.{_near(name, graph)}"
               for name in (*required, *excluded) if name not in graph.nodes]  # fmt: skip
    faults += [f"`{name}` is both treatment and outcome. Ask for the effect of one variable on another."
               for name in query.of if name in query.on]  # fmt: skip
    faults += [f"`{name}` is asked about and conditioned on. Take it out of one of the two."
               for name in query.given if name in (*query.of, *query.on)]  # fmt: skip
    faults += [f"`{name}` is part of the question, so it cannot be left out."
               for name in excluded if name in (*query.of, *query.on, *query.given)]  # fmt: skip
    faults += [f"`{name}` is both required and excluded. Take it out of one of the two."
               for name in required if name in excluded]  # fmt: skip
    if faults:
        return faults
    late = [_descendant_fault(query, name) for name in query.given if name in descendants(graph, query.of)]
    if query.is_mediated:
        return [*late, *mediated_faults(graph, query), *_no_sets(required)]
    return [*late, *(f"No set may hold what is required: {reason}" for reason in _barred(graph, query, required))]


def _idle(query: CausalQuery) -> list[str]:
    if not (query.through or query.along):
        return []
    return [f"`through` and `along` belong to mediated effects; the {query.kind} effect takes neither."]


def _no_sets(required: Collection[str]) -> list[str]:
    if not required:
        return []
    return ["Mediated effects are answered by no adjustment set, so none can be required."]


def opened(graph: CausalGraph, names: Collection[str]) -> tuple[str, ...]:
    """``names`` with each group of the graph replaced by its members.

    Examples
    --------
    >>> opened(CausalGraph.parse("g = {a b}; g -> x"), ["g", "x"])
    ('a', 'b', 'x')
    """
    groups = dict(graph.groups)
    return tuple(dict.fromkeys(member for name in names for member in groups.get(name, (name,))))


def _barred(graph: CausalGraph, query: CausalQuery, names: Collection[str]) -> tuple[str, ...]:
    if query.kind == "direct":
        return why_barred_directly(graph, query.of[0], query.on[0], names)
    return why_barred(graph, query.of, query.on, names)


def _misnamed(graph: CausalGraph, roles: Mapping[str, Collection[str]]) -> list[str]:
    known, groups = set(graph.nodes), dict(graph.groups)
    faults = []
    for role, names in roles.items():
        for name in names:
            if name in groups:
                faults.append(f"The {role} `{name}` is a group of variables; ask about its members.")
            elif name not in known:
                faults.append(f"The {role} `{name}` is not a variable of the graph.{_near(name, graph)}")
            elif name in graph.latent:
                faults.append(
                    f"The {role} `{name}` is latent: it was not measured, so no effect can be computed. Ask about a "
                    f"measured variable; if `{name}` is a column, take `latent {name}` away."
                )
    return faults


def _near(name: str, graph: CausalGraph) -> str:
    shown = ", ".join(graph.observed[:MOST_SHOWN]) + (" ..." if len(graph.observed) > MOST_SHOWN else "")
    return nearest(name, graph.nodes) or f" It has {shown}."


def _descendant_fault(query: CausalQuery, name: str) -> str:
    treatments = " and ".join(query.of)
    return (
        f"`{name}` is a descendant of {treatments}: groups formed by it hold different people under each treatment. "
        f"Choose groups that were settled before {treatments}."
    )
