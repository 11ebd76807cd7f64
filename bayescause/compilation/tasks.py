"""Tasks of a plan: a mechanism as the user declared it, or a conditional that a functional names."""

from collections.abc import Collection, Sequence

from bayescause.compilation.plan import Task
from bayescause.graph.formula import Factor, Term
from bayescause.plugins import find, names
from bayescause.scm.abilities import is_by_terms
from bayescause.scm.mechanism import Mechanism
from bayescause.scm.structural_model import StructuralModel

__all__ = [
    "MECHANISMS",
    "conditional_task",
    "declared_task",
    "default_mechanism",
    "law_name",
    "nobody_alike",
]

MECHANISMS = "bayescause.scm.mechanisms"
"""The plug-in folder of families."""


def default_mechanism(kind: str) -> Mechanism:
    """The family that describes variables of ``kind`` by default.

    Examples
    --------
    >>> default_mechanism("binary").short
    'bernoulli'
    """
    families = (find(MECHANISMS, short) for short in names(MECHANISMS))
    default: Mechanism = next(family for family in families if kind in family.default_for)()
    return default


def declared_task(model: StructuralModel, name: str, why: str) -> Task:
    """The mechanism of ``name`` with its declared terms and priors."""
    variable = model.variables[name]
    return Task(name, name, tuple(variable.terms), variable.mechanism, dict(variable.priors), is_declared=True, why=why)


def conditional_task(model: StructuralModel, name: str, given: Sequence[str], why: str) -> Task:
    """The law of ``name`` given ``given``: the declared family, with default terms and priors."""
    terms = tuple(Term((Factor(each),)) for each in given)
    declared = model.variables[name].mechanism
    # What says itself how its causes act cannot be asked for the law given others.
    mechanism = declared if declared is not None and is_by_terms(declared) else None
    return Task(law_name(name, given), name, terms, mechanism, {}, is_declared=False, why=why)


def law_name(name: str, given: Sequence[str]) -> str:
    """The law of ``name`` given ``given`` in words.

    Examples
    --------
    >>> law_name("sales", ["promo", "season"]), law_name("sales", [])
    ('sales given promo, season', 'sales alone')
    """
    return f"{name} given {', '.join(given)}" if given else f"{name} alone"


def nobody_alike(tasks: Sequence[Task], identities: Collection[str]) -> str | None:
    """Why ``tasks`` leave nobody to compare with, as a sentence; None if no column that they use names each unit.

    Levels that are pooled are compared with each other.
    """
    plain = (term for task in tasks for term in task.terms if term.group is None)
    used = dict.fromkeys(name for term in plain for name in term.variables)
    found = next((name for name in used if name in identities), None)
    if found is None:
        return None
    return (
        f"{found} has a level for almost every row, like an identity: adjusting for it leaves nobody to compare with, "
        f"unless its levels are pooled: write `(1 | {found})` for `{found}`. Or group its levels, or leave it out of "
        "the graph."
    )
