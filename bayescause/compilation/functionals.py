"""Which conditionals make up the one joint law on which a functional is evaluated."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bayescause.compilation.plan import Task
from bayescause.compilation.tasks import conditional_task, declared_task
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.formula import Factor, Term
from bayescause.graph.relations import ancestors, districts, topological_order
from bayescause.graph.surgery import project, subgraph
from bayescause.identification.functional import Law
from bayescause.identification.general import factors_of_district
from bayescause.identification.left_alone import is_mechanism
from bayescause.scm.structural_model import StructuralModel

__all__ = [
    "conditionals_of_law",
    "factor_task",
    "is_stated",
    "serves_as_factor",
    "written_conditionals",
]


def conditionals_of_law(graph: CausalGraph, names: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """What each of ``names`` is given in their joint law, in one topological order.

    Parameters
    ----------
    graph : CausalGraph
        With or without latent variables.
    names : collection of str
        Variables whose law is wanted; the graph is projected on them.

    Notes
    -----
    Each variable is given its district among those that come before it, and that district's causes (Tian and Pearl
    2002, lemma 1): the product of these conditionals is the joint law, and only laws that keep to the graph's
    independences of this kind have one.

    Examples
    --------
    >>> graph = CausalGraph.parse("w -> z -> x -> y; w <-> x; w <-> y")
    >>> dict(conditionals_of_law(graph, ["w", "z", "x", "y"]))
    {'w': (), 'z': ('w',), 'x': ('w', 'z'), 'y': ('w', 'z', 'x')}
    """
    upstream = subgraph(graph, ancestors(graph, names))
    kept = project(replace(upstream, latent=frozenset(upstream.nodes) - frozenset(names)))
    order = topological_order(kept)
    factors = [law for district in districts(kept) for law in factors_of_district(kept, order, district)]
    given = {law.variables[0]: law.given for law in factors if isinstance(law, Law)}
    place = {name: index for index, name in enumerate(order)}
    return {name: tuple(sorted(given[name], key=place.__getitem__)) for name in order}


def is_stated(model: StructuralModel, name: str) -> bool:
    """Whether the user said more of the mechanism of ``name`` than which its causes are: a family, terms or priors."""
    variable = model.variables[name]
    plain = tuple(Term((Factor(parent),)) for parent in model.graph.parents(name))
    return variable.mechanism is not None or bool(variable.priors) or set(variable.terms) != set(plain)


def serves_as_factor(model: StructuralModel, name: str, given: Sequence[str]) -> bool:
    """Whether the mechanism of ``name`` is its law given ``given``: these are its causes, and tell of no hidden one.

    Examples
    --------
    >>> model = StructuralModel.parse("x -> m -> y; x <-> y")
    >>> serves_as_factor(model, "m", ["x"]), serves_as_factor(model, "y", ["x", "m"])
    (True, False)
    """
    return set(model.graph.parents(name)) == set(given) and is_mechanism(model.graph, name, given)


def factor_task(model: StructuralModel, name: str, given: Sequence[str], on: str) -> Task:
    """The law of ``name`` given ``given`` as a task: declared if that is the user's mechanism, with defaults if not."""
    why = f"the functional of {on} rests on it"
    if serves_as_factor(model, name, given):
        return declared_task(model, name, why)
    return conditional_task(model, name, given, why)


def written_conditionals(conditionals: Mapping[str, Sequence[str]]) -> str:
    """The factors of a joint law as text.

    Examples
    --------
    >>> written_conditionals({"x": (), "m": ("x",)})
    'P(x) P(m | x)'
    """
    return " ".join(_factors(conditionals))


def _factors(conditionals: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, given in conditionals.items():
        yield f"P({name} | {', '.join(given)})" if given else f"P({name})"
