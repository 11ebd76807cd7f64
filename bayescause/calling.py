"""A call with an argument that there is none of, or without one that is needed, is told as other faults are."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, wraps
from typing import Any

from bayescause.arguments import closest, shown
from bayescause.errors import KeywordError

__all__ = ["beyond", "names_its_arguments", "stray", "wanting"]

ANY_NUMBER = inspect.Parameter.VAR_POSITIONAL
"""The kind of ``*results``."""


def names_its_arguments[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """``function``, called with arguments that are refused with those that there are.

    Examples
    --------
    >>> @names_its_arguments
    ... def draw(graph, *, seed=0):
    ...     return graph
    >>> draw("a -> b", sede=1)
    Traceback (most recent call last):
    ...
    bayescause.errors.KeywordError: `draw` has no argument `sede`. Did you mean `seed`? Its arguments: graph, seed.
    """

    @cache
    def taken() -> inspect.Signature:
        return inspect.signature(function)

    @wraps(function)
    def call(*given: P.args, **named: P.kwargs) -> R:
        KeywordError.raise_if(list(_faults(function.__name__, taken(), given, named)))
        return function(*given, **named)

    return call


def stray(called: str, key: str, known: Sequence[str], *, noun: str = "argument", elsewhere: str = "") -> str:
    """That something called ``called`` does not take ``key``, what was meant, and what there is.

    Parameters
    ----------
    called, key : str
    known : sequence of str
        What it takes.
    noun : str
        ``"argument"`` of functions, ``"key"`` of questions.
    elsewhere : str
        A sentence, with a space before it, that is told instead of the nearest of ``known``.
    """
    # A longer name of the same thing: ``random_seed`` for ``seed``.
    inside = (part for part in key.casefold().split("_") if part in known)
    near = closest(key, known) or next(inside, None)
    hint = elsewhere or ("" if near is None else f" Did you mean `{near}`?")
    return f"`{called}` has no {noun} `{key}`.{hint} Its {noun}s: {', '.join(known)}."


def beyond(called: str, placed: Sequence[str], given: Sequence[Any]) -> Iterator[str]:
    """That more was given than has a place: the rest goes by name."""
    if strange := list(map(shown, given[len(placed) :])):
        known = f"`{called}` takes {', '.join(placed)} in this order, and all else by name"
        yield f"{known}; it was also given {', '.join(strange)}. Write whose value it is."


def wanting(called: str, needed: Sequence[str], named: Mapping[str, Any]) -> Iterator[str]:
    """What of ``needed`` was not given by name."""
    yield from (f"`{called}` needs `{key}`." for key in needed if key not in named)


def _faults(called: str, taken: inspect.Signature, given: Sequence[Any], named: Mapping[str, Any]) -> Iterator[str]:
    bound = [name for name in taken.parameters if name in ("self", "cls")]
    known = {name: one for name, one in taken.parameters.items() if name not in bound and one.kind is not ANY_NUMBER}
    own = given[len(bound) :]
    placed = [name for name, one in known.items() if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    filled = placed[: len(own)]
    yield from (stray(called, key, list(known)) for key in named if key not in known)
    if all(one.kind is not ANY_NUMBER for one in taken.parameters.values()):
        yield from beyond(called, placed, own)
    yield from (
        f"`{called}` was given `{key}` in its place and by name. Leave one out." for key in filled if key in named
    )
    needed = [name for name, one in known.items() if one.default is inspect.Parameter.empty and name not in filled]
    yield from wanting(called, needed, named)
