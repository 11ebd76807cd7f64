"""The law of a variable given columns: its declared mechanism, or a regression that keeps what was declared of it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from bayescause.compilation.plan import Task
from bayescause.compilation.tasks import declared_task, default_mechanism, law_name
from bayescause.compilation.way import Asked
from bayescause.graph.formula import GROUP, Factor, Term
from bayescause.graph.relations import ancestors, descendants
from bayescause.identification.left_alone import is_mechanism, left_alone
from bayescause.scm.abilities import is_by_terms, is_of_table
from bayescause.scm.constants import CODED
from bayescause.scm.pooling import scale_name
from bayescause.scm.priors import Prior
from bayescause.scm.structural_model import StructuralModel

__all__ = ["differences", "law_task"]

MOST_PRODUCTS = 10
"""Coefficients of the product of two columns, above which they are pooled, if they can be: each needs units."""

AFFINE = (None, "center", "standardize")
"""Functions of a column in whose coefficients nothing new is told where the column itself is there."""

FREE = (*AFFINE, "spline", "factor")
"""Functions of a column in which it may act in a straight line."""


def law_task(asked: Asked, name: str, given: Sequence[str], why: str) -> Task:
    """The law of ``name`` given ``given``, for a question.

    Where the law is the mechanism of ``name`` it is the declared one, whole. Any other keeps the declared family, and
    the terms declared for ``name``, and for what lies between it and ``given``, whose columns are all given. What
    stands in for a cause that is not given is added as it is, and in a product with whatever of ``given`` the treatment
    is or moves, so that the effect may differ by it. Priors are kept where the coefficient means what it was declared
    to mean (docs/decisions/0035).

    Parameters
    ----------
    asked : Asked
        Kinds and levels of the columns decide which products there are.
    name : str
    given : sequence of str
    why : str

    Examples
    --------
    >>> from bayescause.identification.identify import identify
    >>> from bayescause.query.estimands.average_effect import AverageEffect
    >>> question = AverageEffect(of="x", on="y")
    >>> model = StructuralModel.parse("v ~ 1; x ~ v; y ~ x + v + square(v); v <-> y")
    >>> asked = Asked(model, question, identify(model.graph, question))
    >>> [str(term) for term in law_task(asked, "y", ["v", "x"], "").terms]
    ['x', 'v', 'square(v)', 'x:center(v)']
    """
    model = asked.model
    if is_mechanism(model.graph, name, given):
        return declared_task(model, name, why)
    mechanism = model.variables[name].mechanism
    # What says itself how its causes act cannot be asked for the law given others.
    mechanism = mechanism if mechanism is not None and is_by_terms(mechanism) else None
    if is_of_table(mechanism):
        plain = tuple(Term((Factor(each),)) for each in given)
        return Task(law_name(name, given), name, plain, mechanism, {}, is_declared=False, why=why)
    alone = left_alone(model.graph, name, given)
    kept = _kept(model, name, given)
    main = _with_mains(kept, given, alone)
    moved = [each for each in given if each in descendants(model.graph, asked.query.of)]
    crossed = tuple(_crossed(asked, main, moved, given, alone))
    priors = _priors(asked, name, (*main, *crossed), alone)
    # Of two columns there is one product, whichever the question is about; of more there are some.
    whose = f", for {', '.join(moved)}" if crossed and 2 < len(given) > len(moved) else ""
    return Task(law_name(name, given) + whose, name, (*main, *crossed), mechanism, priors, is_declared=False, why=why)


def differences(model: StructuralModel, task: Task) -> tuple[str, ...]:
    """How a law that is no mechanism differs from what was declared for its variable, a clause each.

    Examples
    --------
    >>> model = StructuralModel.parse("v ~ 1; x ~ v; y ~ x + w; v <-> y", priors={"y": {"sd": "exponential(1)"}})
    >>> terms = tuple(Term((Factor(name),)) for name in ("x", "v"))
    >>> differences(model, Task("y given v, x", "y", terms, None, is_declared=False))
    ('not the mechanism, but the law given these columns', 'of the terms declared for y it has x, and not w', \
'added: v', 'priors declared for sd do not carry over')
    """
    variable = model.variables[task.variable]
    kept = [str(term) for term in task.terms if term in variable.terms]
    left = [str(term) for term in variable.terms if term not in task.terms]
    added = [str(term) for term in task.terms if term not in variable.terms]
    unheld = [name for name in variable.priors if name not in task.priors]
    told = f"of the terms declared for {task.variable} it has {', '.join(kept) or 'none'}"
    return (
        "not the mechanism, but the law given these columns",
        told + (f", and not {', '.join(left)}" if left else ""),
        *([f"added: {', '.join(added)}"] if added else []),
        *([f"priors declared for {', '.join(unheld)} do not carry over"] if unheld else []),
    )


def _kept(model: StructuralModel, name: str, given: Collection[str]) -> list[Term]:
    """Declared terms whose columns are all given: those of ``name``, and of what lies between."""
    graph = model.graph
    between = [each for each in graph.nodes if each in _between(model, name, given)]
    declared = [*model.variables[name].terms]
    declared += [term for each in between for term in model.variables[each].terms if _may_move(term)]
    known: dict[tuple[tuple[str, str], ...], Term] = {}
    for term in declared:
        if set(term.variables) <= set(given):
            known.setdefault(_bends(term), term)
    return list(known.values())


def _between(model: StructuralModel, name: str, given: Collection[str]) -> frozenset[str]:
    graph = model.graph
    through = descendants(graph, given) & ancestors(graph, [name])
    return through - frozenset(given) - {name}


def _may_move(term: Term) -> bool:
    return term.group is None and not term.is_offset


def _bends(term: Term) -> tuple[tuple[str, str], ...]:
    """What two terms have in common that differ by nothing but where their columns are zero."""
    return tuple(sorted((each.variable, "" if _is_straight(each) else str(each)) for each in term.factors))


def _is_straight(factor: Factor) -> bool:
    return factor.function in AFFINE and not factor.is_offset


def _with_mains(kept: Sequence[Term], given: Sequence[str], alone: Collection[str]) -> list[Term]:
    """``kept``, and each column as it is: one that is left alone where no term has it, any other where none is free."""
    held = {name for term in kept for name in term.variables}
    free = {term.variables[0] for term in kept if len(term.factors) == 1 and _is_free(term.factors[0])}
    free |= {term.group for term in kept if term.group is not None}
    lacking = [each for each in given if each not in (held if each in alone else free)]
    return [*kept, *(Term((Factor(each),)) for each in lacking)]


def _is_free(factor: Factor) -> bool:
    return factor.function in FREE and not factor.is_offset


def _crossed(
    asked: Asked, main: Sequence[Term], moved: Sequence[str], given: Sequence[str], alone: Collection[str]
) -> Iterator[Term]:
    """Products of what the treatment moves with the other columns, but for those that both are left alone.

    With many levels, and with levels that are pooled themselves, the coefficients of a product are pooled.
    """
    pooled = {term.group for term in main}
    met = [set(term.variables) for term in main]
    for one, other in product(moved, given):
        pair = {one, other}
        is_told = one == other or any(pair <= held for held in met) or pair <= set(alone)
        if is_told or one in pooled:
            continue
        by_levels = other in pooled or (_is_coded(asked, other) and _width(asked, pair) > MOST_PRODUCTS)
        if _width(asked, {one} if by_levels else pair) > MOST_PRODUCTS:
            continue
        met.append(pair)
        function = GROUP if by_levels else None if _is_coded(asked, other) else "center"
        yield Term((_as_it_acts(main, one), Factor(other, function)))


def _as_it_acts(main: Sequence[Term], name: str) -> Factor:
    """The one function of a column that stands alone in a term; the column itself if there are several, or a spline."""
    own = [term.factors[0] for term in main if term.variables == (name,) and len(term.factors) == 1]
    fit = [each for each in own if not each.is_offset and each.function != "spline"]
    return fit[0] if len(fit) == 1 else Factor(name)


def _width(asked: Asked, names: Collection[str]) -> int:
    return prod(max(1, len(asked.levels.get(each, ())) - 1) if _is_coded(asked, each) else 1 for each in names)


def _is_coded(asked: Asked, name: str) -> bool:
    return asked.kinds.get(name) in CODED


def _priors(asked: Asked, name: str, terms: Sequence[Term], alone: Collection[str]) -> Mapping[str, Prior]:
    """Priors of coefficients that mean here what they were declared to mean."""
    variable = asked.model.variables[name]
    if not variable.priors or not _adds_up(asked, name):
        return {}
    dropped = {each for term in variable.terms if term not in terms for each in term.variables}
    # Beside a product with levels, the coefficient of a column is that at the reference level.
    added = [term for term in terms if term not in variable.terms]
    by_levels = [term for term in added if any(_is_coded(asked, each.variable) for each in term.factors)]
    beside = {each for term in by_levels if len(term.factors) > 1 for each in term.variables}
    same = [
        term
        for term in variable.terms
        if term in terms and set(term.variables) & set(alone) and not set(term.variables) & (dropped | beside)
    ]
    names = {str(term) if term.group is None else scale_name(term.varying, term.group) for term in same}
    return {key: prior for key, prior in variable.priors.items() if re.sub(r"\[[^]]*\]", "", key) in names}


def _adds_up(asked: Asked, name: str) -> bool:
    """Whether what is not given adds to the mean, and so leaves the coefficients of what is given as they are."""
    mechanism = asked.model.variables[name].mechanism
    if mechanism is None and name in asked.kinds:
        mechanism = default_mechanism(asked.kinds[name])
    return mechanism is not None and mechanism.is_affine and len(mechanism.predictors) == 1
