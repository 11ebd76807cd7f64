"""Words on the terminal: whatever stands in a user's names, it cannot steer the terminal or stop the program."""

import io
import json
import re
import sys
import unicodedata
from contextlib import suppress
from typing import Any

import click

from bayescause.errors import ArtifactError

__all__ = ["complain", "plain", "say", "say_json", "speak_any_encoding"]

KEPT_OF_NAME = 80
"""Signs that are shown of a name without end."""

_ENDLESS = re.compile(r"\S{300,}")
_KEPT = "\n\t"
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of a line."""


def say(words: str) -> None:
    """Print ``words`` on standard output.

    Raises
    ------
    ArtifactError
        If it is full or closed.
    """
    _echo(plain(words))


def complain(words: str) -> None:
    """Print ``words`` on standard error, endless names cut."""
    with suppress(OSError):  # nobody listens: there is nowhere left to say so
        click.echo(_ENDLESS.sub(lambda found: f"{found[0][:KEPT_OF_NAME]}...", plain(words)), err=True)


def say_json(content: Any) -> None:
    """Print one JSON object, in ASCII, so that every terminal and pipe takes it.

    Raises
    ------
    ArtifactError
        If standard output is full or closed.
    """
    _echo(json.dumps(content, allow_nan=False))


def _echo(words: str) -> None:
    try:
        click.echo(words)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ArtifactError(f"Standard output cannot be written to: {error.strerror}.") from None


def speak_any_encoding() -> None:
    """Let a terminal that lacks a character show a question mark instead."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def plain(words: str) -> str:
    r"""``words`` without signs that steer a terminal.

    Examples
    --------
    >>> plain("red\x1b[31m")
    'red�[31m'
    """
    return "".join(sign if _is_harmless(sign) else "\ufffd" for sign in words)


def _is_harmless(sign: str) -> bool:
    return sign in _KEPT or (unicodedata.category(sign) not in ("Cc", "Cs") and sign not in _TURNING)
