"""Telling what is being done, on standard error: with a spinner at a terminal, in plain lines without one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bayescause.cli.speaking import complain, plain

__all__ = ["telling"]


@contextmanager
def telling(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A function to tell what is being done; it says nothing if ``quiet``."""
    if quiet:
        yield _silent
    elif sys.stderr.isatty():
        with _spinner() as tell:
            yield tell
    else:
        yield _plain


@contextmanager
def _spinner() -> Iterator[Callable[[str], None]]:
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True, highlight=False)
    with console.status("") as status:

        def tell(words: str) -> None:
            console.print(escape(plain(words)), style="dim")
            status.update(escape(plain(words)))

        yield tell


def _plain(words: str) -> None:
    complain(words)


def _silent(words: str) -> None:
    del words
