"""Any identified functional on one joint law: of discrete variables, or of jointly normal ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from bayescause.compilation.contingency import level_values
from bayescause.compilation.functionals import (
    conditionals_of_law,
    factor_task,
    is_stated,
    serves_as_factor,
    written_conditionals,
)
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Block, Route, Task
from bayescause.compilation.way import Asked, Proposal
from bayescause.identification.functional import variables_of
from bayescause.identification.verdict import Identified
from bayescause.scm.kinds import LEVELLED
from bayescause.scm.structural_model import StructuralModel
from bayescause.surface import called, setting

__all__ = ["ByFunctional"]

MOST_CELLS = 10_000
"""Cells of a joint law of discrete variables, each of which has thousands of draws: 13 variables with two levels."""

SERVED = ("truncated_factorization", "front_door")
"""Strategies that other ways have estimators for, whatever the types."""

type Conditionals = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ByFunctional:
    """For functionals whose variables are all discrete, or all continuous with straight lines (DESIGN section 4)."""

    short: ClassVar[str] = "functional"
    rank: ClassVar[int] = 20

    def propose(self, asked: Asked) -> Proposal | str | None:
        """One joint law; or which variable of which type is in the way; or None where other ways serve."""
        verdict = asked.verdict
        if not isinstance(verdict, Identified) or verdict.strategy == "no_effect":
            return None
        if verdict.expression is None:
            return f"The effect is identified, but by {verdict.functional}, and so too long to compute."
        conditionals = conditionals_of_law(asked.model.graph, variables_of(verdict.expression))
        is_discrete = all(asked.kinds.get(name) in LEVELLED for name in conditionals)
        if verdict.strategy in SERVED and not (is_discrete and asked.is_mean_difference):
            return None
        faults = (_misfits, _no_numbers, _too_large) if is_discrete else (_misfits, _not_normal, _within_groups)
        obstacle = next((fault for check in faults for fault in check(asked, conditionals)), None)
        if obstacle is not None:
            return None if verdict.strategy in SERVED else obstacle
        return _discrete(asked, verdict, conditionals) if is_discrete else _normal(asked, verdict, conditionals)


def _discrete(asked: Asked, verdict: Identified, conditionals: Conditionals) -> Proposal:
    model, outcome = asked.model, asked.query.on[0]
    declared = [
        name for name, given in conditionals.items() if is_stated(model, name) and serves_as_factor(model, name, given)
    ]
    tasks = tuple(factor_task(model, name, conditionals[name], outcome) for name in declared)
    given = {name: conditionals[name] for name in conditionals if name not in declared}
    outside = dict.fromkeys(each for names in given.values() for each in names if each in declared)
    key = f"joint law of {', '.join(given)}" + (f" given {', '.join(outside)}" if outside else "")
    why = f"{written_conditionals(given)}: the functional of {outcome} is computed from it"
    blocks = (Block(key, "saturated", tuple(given), given, why=why),) if given else ()
    return Proposal(_route(verdict, conditionals, tasks, key if blocks else None), tasks, blocks)


def _normal(asked: Asked, verdict: Identified, conditionals: Conditionals) -> Proposal:
    tasks = tuple(factor_task(asked.model, name, given, asked.query.on[0]) for name, given in conditionals.items())
    return Proposal(_route(verdict, conditionals, tasks, None), tasks)


def _route(verdict: Identified, conditionals: Conditionals, tasks: Sequence[Task], block: str | None) -> Route:
    return Route(
        verdict.query,
        verdict,
        order=tuple(conditionals),
        keys={task.variable: task.key for task in tasks},
        way=ByFunctional.short,
        functional=verdict.expression,
        block=block,
    )


def _misfits(asked: Asked, conditionals: Conditionals) -> Iterator[str]:
    """What the question asks for and one joint law of everybody cannot give."""
    question, strategy = asked.question, _strategy(asked)
    head = f"An effect that is identified by {strategy.replace('_', ' ')} is told for all units together"
    if asked.where is not None:
        instead = f"leave it out, or ask for the conditional effect ({called('cate')})"
        yield f"{head}, so `where` is not available: {instead}."
    if not question.is_average and particulars(question).given:
        yield f"{head} or by groups: single values (`at`) are not available. Leave `at` out."
    is_read_off = asked.is_mean_difference or particulars(question).is_of_law
    if not is_read_off:
        yield f"{head}, by its law under two levels: the {question.name} is not available. Ask for {called('ate')}."
    if particulars(question).among is not None and strategy != "front_door":
        yield f"{head}: the {question.name} is not available. Ask for the average effect ({called('ate')})."
    if question.population == "sample" and all(asked.kinds.get(name) in LEVELLED for name in conditionals):
        yield (
            f"{head}, and from a joint law that is drawn as a whole: no rows are kept as they are, so "
            f"{setting('population', 'sample')} is not available. Leave it out."
        )


def _no_numbers(asked: Asked, conditionals: Conditionals) -> Iterator[str]:
    del conditionals
    outcome = asked.query.on[0]
    levels = asked.levels.get(outcome, ())
    # A quantile needs an order of the levels, and no numbers.
    if particulars(asked.question).level is not None or particulars(asked.question).is_of_law:
        return
    if asked.without_mean is not None and len(levels) > 2:
        yield f"{_lacking(asked)}: {asked.without_mean}"
    elif asked.kinds[outcome] != "binary" and (not levels or level_values(levels) is None):
        yield (
            f"{_lacking(asked)}: {outcome} is {asked.kinds[outcome]}, and its levels are no numbers that have a "
            f"mean. Make a 0/1 column of the level that matters, and ask for the effect on that."
        )


def _too_large(asked: Asked, conditionals: Conditionals) -> Iterator[str]:
    sizes = {name: len(asked.levels.get(name) or ("0", "1")) for name in conditionals}
    cells = prod(sizes.values())
    if cells > MOST_CELLS:
        largest = max(sizes, key=lambda name: sizes[name])
        yield (
            f"{_lacking(asked)}: the joint law of {', '.join(sizes)} has {cells:,} cells, and at most "
            f"{MOST_CELLS:,} can be drawn. Group the levels of {largest}, of which there are {sizes[largest]}."
        )


def _not_normal(asked: Asked, conditionals: Conditionals) -> Iterator[str]:
    """Which variable is in the way of a law of categories, and which in the way of a normal one."""
    unknown = [name for name in conditionals if name not in asked.kinds]
    if unknown:
        yield f"How it is computed depends on whether {' and '.join(unknown)} are categories: give the table."
        return
    told = (
        "Effects of this kind can be computed where all variables of the functional are categories (binary, "
        "categorical, ordinal), or all are continuous with straight lines and normal errors."
    )
    odd = {name: _oddity(asked.model, name, asked.kinds[name]) for name in conditionals}
    categories = [name for name in conditionals if asked.kinds[name] in LEVELLED]
    others = [name for name in conditionals if name not in categories]
    bent = [words for words in odd.values() if words]
    if categories:
        bent = [_of_a_kind(asked, names) for names in (categories, others)]
    if bent:
        yield f"{_lacking(asked)}: {', '.join(bent)}. {told}"


def _of_a_kind(asked: Asked, names: Sequence[str]) -> str:
    kinds = dict.fromkeys(asked.kinds[name] for name in names)
    alike = {kind: [name for name in names if asked.kinds[name] == kind] for kind in kinds}
    return ", ".join(f"{' and '.join(some)} {'is' if len(some) == 1 else 'are'} {kind}" for kind, some in alike.items())


def _oddity(model: StructuralModel, name: str, kind: str) -> str:
    """Why ``name`` cannot be jointly normal with others, in words; empty if it can."""
    variable = model.variables[name]
    if kind != "continuous":
        return f"{name} is a {kind}"
    family = variable.mechanism
    if family is not None and (getattr(family, "short", ""), getattr(family, "link", "")) != ("gaussian", "identity"):
        return f"{name} is declared {getattr(family, 'short', 'by a function of your own')}"
    bent = next((term for term in variable.terms if str(term) not in model.graph.nodes), None)
    return f"{name} is no straight line in its causes ({bent})" if bent is not None else ""


def _within_groups(asked: Asked, conditionals: Conditionals) -> Iterator[str]:
    if asked.query.given:
        yield (
            f"{', '.join(conditionals)} are taken to be jointly normal, and then the effect is the same in every group "
            f"of {', '.join(asked.query.given)}: ask for the average effect ({called('ate')})."
        )


def _lacking(asked: Asked) -> str:
    of, on, how = " and ".join(asked.query.of), " and ".join(asked.query.on), _strategy(asked).replace("_", " ")
    return f"The effect of {of} on {on} is identified (by {how}), but no estimator for its types exists yet"


def _strategy(asked: Asked) -> str:
    return asked.verdict.strategy if isinstance(asked.verdict, Identified) else ""
