"""Telling in words how far a long piece of work is, and not more often than somebody wants to read."""

from collections.abc import Callable
from time import monotonic

from bayescause.arguments import Kind

__all__ = ["TELL", "Tell", "now_and_then", "silent"]

type Tell = Callable[[str], object]
"""Told what is being done, in a few words."""

SECONDS = 5.0
"""Between two messages about one piece of work, and before the first: what is quicker needs none."""

TELL = Kind("a function that takes a text", callable, lambda name, _: f" Write {name}=print.")


def silent(words: str) -> None:
    """Nobody is told."""


def now_and_then(tell: Tell, *, seconds: float = SECONDS) -> Tell:
    """``tell``, which hears nothing for so many seconds, then one message, and so on; the others are lost.

    Examples
    --------
    >>> heard = []
    >>> often, seldom = now_and_then(heard.append, seconds=0), now_and_then(heard.append, seconds=1e9)
    >>> often("one of two"), seldom("one of two"), often("two of two")
    (None, None, None)
    >>> heard
    ['one of two', 'two of two']
    """
    last = monotonic()

    def paced(words: str) -> None:
        nonlocal last
        if monotonic() - last >= seconds:
            tell(words)
            last = monotonic()

    return paced
