"""Tasks of a plan: a mechanism as the user declared it, or a conditional that a functional names."""

from collections.abc import Collection, Mapping, Sequence

from bayescause.compilation.plan import Task
from bayescause.graph.formula import Factor, Term
from bayescause.plugins import find, names
from bayescause.scm.mechanism import Mechanism
from bayescause.scm.structural_model import StructuralModel

__all__ = [
    "MECHANISMS",
    "conditional_task",
    "declared_task",
    "default_mechanism",
    "lacks_family",
    "no_family",
    "nobody_alike",
]

MECHANISMS = "bayescause.scm.mechanisms"
"""The plug-in folder of families."""


def default_mechanism(kind: str) -> Mechanism | None:
    """The family that describes variables of ``kind`` by default; None if there is none yet.

    Examples
    --------
    >>> default_mechanism("binary").short
    'bernoulli'
    """
    families = (find(MECHANISMS, short) for short in names(MECHANISMS))
    family = next((family for family in families if kind in family.default_for), None)
    return None if family is None else family()


def declared_task(model: StructuralModel, name: str, why: str) -> Task:
    """The mechanism of ``name`` with its declared terms and priors."""
    variable = model.variables[name]
    return Task(name, name, tuple(variable.terms), variable.mechanism, dict(variable.priors), is_declared=True, why=why)


def conditional_task(model: StructuralModel, name: str, given: Sequence[str], why: str) -> Task:
    """The law of ``name`` given ``given``: the declared family, with default terms and priors."""
    terms = tuple(Term((Factor(each),)) for each in given)
    key = f"{name} given {', '.join(given)}" if given else f"{name} alone"
    return Task(key, name, terms, model.variables[name].mechanism, {}, is_declared=False, why=why)


def lacks_family(model: StructuralModel, name: str, kinds: Mapping[str, str]) -> bool:
    """Whether no family describes ``name``: none was declared, and its kind has no default."""
    is_open = model.variables[name].mechanism is None
    return is_open and name in kinds and default_mechanism(kinds[name]) is None


def no_family(model: StructuralModel, tasks: Sequence[Task], kinds: Mapping[str, str]) -> str | None:
    """Why one of ``tasks`` has no family, as a sentence; None if all have."""
    lacking = [task.variable for task in tasks if lacks_family(model, task.variable, kinds)]
    if not lacking:
        return None
    first = lacking[0]
    return (
        f"{first} is {kinds[first]} and on a causal path: no family describes such a variable yet. "
        f"Make it 0/1, a count or a number."
    )


def nobody_alike(tasks: Sequence[Task], identities: Collection[str]) -> str | None:
    """Why ``tasks`` leave nobody to compare with, as a sentence; None if no column that they use names each unit."""
    used = dict.fromkeys(name for task in tasks for term in task.terms for name in term.variables)
    found = next((name for name in used if name in identities), None)
    if found is None:
        return None
    return (
        f"{found} has a level for almost every row, like an identity: adjusting for it leaves nobody to compare with, "
        "and levels are not pooled yet. Group its levels, or leave it out of the graph."
    )
