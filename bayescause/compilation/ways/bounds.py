"""Bounds: the range of effects of discrete variables that the data leave open where they do not settle the effect."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from bayescause.compilation.conditions import Condition
from bayescause.compilation.particulars import particulars
from bayescause.compilation.plan import Block, Route
from bayescause.compilation.way import Asked, Proposal
from bayescause.identification.bounds import ResponseModel, response_model
from bayescause.identification.verdict import CausalQuery, NotIdentified
from bayescause.scm.kinds import LEVELLED

__all__ = ["Bounds"]

MOST_GROUPS = 1_000
"""Combinations of levels of what comes before the treatment, up to which a range is computed."""


@dataclass(frozen=True)
class Bounds:
    """For average effects that are not identified, where every variable that matters is discrete."""

    short: ClassVar[str] = "bounds"
    rank: ClassVar[int] = 70

    def propose(self, asked: Asked) -> Proposal | str | None:
        """The observed law of the treatment's district, as far as the graph allows it; or why there is no range."""
        match asked.verdict:
            case NotIdentified(bounds=method) if method is not None:
                pass
            case _:
                return None
        (of,), (on,) = asked.query.of, asked.query.on
        if not {of, on} <= asked.kinds.keys():  # without a table nothing is known of them yet
            return None
        obstacle = next(_obstacles(asked), None)
        if obstacle is not None:
            return f"A range could be told, but {obstacle}"
        within = _within(asked)
        levels = {name: _number_of_levels(asked, name) for name in asked.kinds}
        found = response_model(asked.model.graph, of, on, within=within, levels=levels)
        if isinstance(found, str):
            return found
        unfit = next(_unfit(asked, found), None)
        if unfit is not None:
            return f"A range could be told, but {unfit}"
        if (cells := prod(levels[name] for name in {*found.before, *found.strata})) > MOST_GROUPS:
            among = ", ".join(found.before)
            return (
                f"A range could be told, but the groups by {among} are {cells:,}, too many: join some of their levels."
            )
        block = _block(found, within)
        return Proposal(Route(asked.query, asked.verdict, way=self.short, block=block.key), blocks=(block,))


def _block(found: ResponseModel, within: tuple[str, ...]) -> Block:
    query = CausalQuery((found.of,), (found.on,), within)
    variables = tuple(name for name in found.order if name in found.given)
    return Block(
        key=f"observed law of {', '.join(variables)}" + (f" within groups of {', '.join(within)}" if within else ""),
        law="response_types",
        variables=variables,
        given=found.given,
        why=f"what it leaves open about the effect of {found.of} on {found.on} is a range",
        query=query,
    )


def _within(asked: Asked) -> tuple[str, ...]:
    """Variables in whose groups the effect is asked for."""
    conditions = Condition.parse(asked.where).columns if asked.where else ()
    return tuple(dict.fromkeys((*asked.query.given, *conditions)))


def _obstacles(asked: Asked) -> Iterator[str]:
    question = asked.question
    if not getattr(question, "is_average", False) or particulars(question).among is not None:
        yield f"not for the {question.name}: ask for the average effect."
    if particulars(question).at:
        yield "not at single values of a modifier: ask by groups of it."
    outside = [name for name in _within(asked) if name not in asked.model.graph.nodes]
    if outside:
        yield f"not within groups of {outside[0]}, which is not in the drawing."
    for name in (*asked.query.of, *asked.query.on):
        yield from _not_discrete(asked, name)
    (on,) = asked.query.on
    if asked.without_mean is not None:
        yield asked.without_mean
    if asked.without_risk is not None:
        yield asked.without_risk
    is_mean = particulars(question).level is None
    if is_mean and asked.kinds[on] != "binary" and not all(map(_is_number, asked.levels[on])):
        yield f"the levels of {on} are no numbers that could be averaged: {', '.join(asked.levels[on][:4])}."


def _unfit(asked: Asked, found: ResponseModel) -> Iterator[str]:
    """What is wrong with the columns that the range would be found from."""
    used = {*found.before, *found.strata, *found.settings, *found.given}
    for name in found.order:
        if name in used:
            yield from _not_discrete(asked, name)


def _not_discrete(asked: Asked, name: str) -> Iterator[str]:
    kind = asked.kinds.get(name)
    if kind not in LEVELLED or (kind != "binary" and not asked.levels.get(name)):
        yield f"only where {name} has a few named levels, and it is {kind or 'of an unknown kind'}: cut it into groups."
    elif name in asked.identities:
        yield f"{name} has a level for almost every row, like an identity: group its levels."


def _number_of_levels(asked: Asked, name: str) -> int:
    return 2 if asked.kinds[name] == "binary" else max(2, len(asked.levels.get(name, ())))


def _is_number(label: str) -> bool:
    try:
        float(label)
    except ValueError:
        return False
    return True
