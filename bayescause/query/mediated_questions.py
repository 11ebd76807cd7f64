"""What questions about mediated effects share: their kind, their query and what they take for granted."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bayescause.arguments import NAMES, require
from bayescause.compilation.conditions import Condition
from bayescause.compilation.particulars import particulars
from bayescause.errors import BayescauseError, SpecError
from bayescause.surface import setting

if TYPE_CHECKING:
    from collections.abc import Callable

    from bayescause.query.estimand import Estimand

__all__ = [
    "KINDS",
    "chosen_by",
    "cross_world",
    "is_mediated",
    "level_text",
    "manner_of",
    "read_chain",
    "require_kind",
    "require_mediators",
    "tuple_of_names",
]

KINDS = ("natural", "interventional")
"""``natural``: a unit's own mediators, as under a level; ``interventional``: drawn by lot among alikes."""


def is_mediated(question: Estimand) -> bool:
    """Whether ``question`` is about a part of an effect: by some paths, or with mediators held."""
    return question.query.is_mediated or bool(particulars(question).held)


def manner_of(question: Estimand, label: Callable[[str], str] = str) -> str:
    """By which way the effect goes that ``question`` asks for: ``"through traffic"``; empty for the whole effect.

    Parameters
    ----------
    question : Estimand
    label : function
        The user's label of a variable.

    Examples
    --------
    >>> from bayescause.query.estimands.natural_direct_effect import NaturalDirectEffect
    >>> manner_of(NaturalDirectEffect(of="promo", on="sales", through=("traffic",)), {"traffic": "visitors"}.get)
    'past visitors'
    """
    query = question.query
    if query.along:
        return f"along {' and '.join(' -> '.join(map(label, chain)) for chain in query.along)}"
    if query.is_mediated:
        word = "past" if query.kind.endswith("_direct") else "through"
        joint = " and then " if query.is_along_paths else " and "
        return f"{word} {joint.join(map(label, query.through))}"
    held = [(name, levels[0]) for name, levels in particulars(question).held if len(levels) == 1]
    if not held or len(held) < len(query.of) - 1:
        return ""
    return f"with {' and '.join(f'{label(name)} held at {level_text(level)}' for name, level in held)}"


def level_text(level: float | str) -> str:
    """A level as the user wrote it."""
    return level if isinstance(level, str) else f"{level:g}"


def cross_world(of: str, on: str, through: str) -> str:
    """The assumption of natural effects in words: nobody is seen in both worlds."""
    return (
        f"what {through} would be under one level of {of} and what {on} would be under the other have no cause in "
        "common but what is measured (cross-world independence)"
    )


def chosen_by(where: str | None) -> tuple[str, ...]:
    """The columns by which the units are chosen: in a nested world they are conditioned on.

    Raises
    ------
    SpecError
        If the condition cannot be read.

    Examples
    --------
    >>> chosen_by("age > 50 and sex == female")
    ('age', 'sex')
    """
    if where is None:
        return ()
    try:
        return Condition.parse(where).columns
    except SpecError as error:
        raise SpecError(*(f"`where`: {fault}" for fault in error.faults)) from None


def tuple_of_names(name: str, given: Any) -> tuple[str, ...]:
    """``given`` as a tuple of names.

    Raises
    ------
    SpecError
        If it is one text and not several.
    """
    require(**{name: (given, NAMES)})
    return tuple(given)


def require_mediators(question: Any) -> None:
    """Refuse a question that names no mediator, or the treatment or the outcome as one.

    Raises
    ------
    SpecError
        If ``through`` is empty, is one text, or names treatment or outcome.
    """
    through = tuple_of_names("through", question.through)
    object.__setattr__(question, "through", through)
    if not through:
        such = setting("through", ("m",))
        raise SpecError(f"The {question.name} needs `through`: the variables on the way, such as {such}.")
    SpecError.raise_if(
        [
            f"`through` names {name!r}, which is the treatment or the outcome. Name what lies between them."
            for name in through
            if name in (question.of, question.on)
        ]
    )


def require_kind(kind: str) -> None:
    """Refuse a kind of effect that does not exist.

    Raises
    ------
    SpecError
        If ``kind`` is not one of ``KINDS``.
    """
    if kind not in KINDS:
        raise SpecError(f"`kind` is {kind!r}. Write {' or '.join(map(repr, KINDS))}.")


def read_chain(text: str) -> tuple[str, ...]:
    """The variables of a chain of arrows, in their order.

    Raises
    ------
    SpecError
        If it is not one chain.

    Examples
    --------
    >>> read_chain("x -> m -> y")
    ('x', 'm', 'y')
    """
    from bayescause.graph.causal_graph import CausalGraph

    try:
        graph = CausalGraph.parse(text)
    except BayescauseError as error:
        raise SpecError(f"`along`: {error.faults[0]} Write a chain such as 'x -> m -> y'.") from None
    chain = (graph.directed[0][0], *(effect for _, effect in graph.directed)) if graph.directed else ()
    is_chain = graph.directed == tuple(pairwise(chain)) and set(graph.nodes) == set(chain)
    if not is_chain or graph.bidirected or graph.latent:
        raise SpecError(f"`along` holds {text!r}, which is no chain of arrows. Write one such as 'x -> m -> y'.")
    return chain
