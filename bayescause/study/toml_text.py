"""A model file as text and as TOML: read with caps, every syntax error with its line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

from bayescause.errors import SpecError
from bayescause.study.places import Path as KeyPath
from bayescause.study.places import line_of, lines_of_keys

__all__ = ["LARGEST", "TomlText", "read_toml"]

LARGEST = 1_000_000
"""Bytes of a model file; what is larger is a mistake, or an attack."""

_DEEP_KEY = re.compile(r"(?<![\w-])(?:[\w-]++\s*+\.\s*+){20}")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_REASONS = (
    ("Cannot overwrite a value", "this key was given before. Keep one of the two"),
    ("Cannot declare", "this table was opened before. Put its keys into one table"),
    ("Invalid value", "this value cannot be read. Put text in quotes"),
    ("Expected '=' after a key", "here a key and `=` are expected. Is a `#`, a quote or `=` missing?"),
    (
        "Expected newline or end of document",
        "something is left over after the value. Put every key on a line of its own",
    ),
    (
        "Illegal character '\\n'",
        "a text in single quotes ends with its line. Put text of several lines into three quotes",
    ),
    ("Unterminated string", "a text starts here or before, and its closing quotes are missing"),
)


@dataclass(frozen=True)
class TomlText:
    """A TOML file that was read.

    Parameters
    ----------
    path : Path
    text : str
    content : mapping
    lines : mapping of key path to int
        Where the keys stand.
    """

    path: Path
    text: str
    content: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def line(self, path: KeyPath) -> int | None:
        """Line of ``path``, or of the nearest thing around it."""
        return line_of(path, self.lines)

    def line_before_text(self, path: KeyPath) -> int:
        """Number of the line before the first line of the text that stands at ``path``."""
        line = self.line(path) or 1
        raw = self.text.split("\n")[line - 1]
        # TOML drops a newline that follows the opening quotes at once.
        opens_here = raw.endswith(('"""', "'''")) and (raw.count('"""') == 1 or raw.count("'''") == 1)
        return line if opens_here else line - 1


def read_toml(path: Path) -> TomlText:
    """The TOML file at ``path``.

    Raises
    ------
    SpecError
        If the file is missing, too large, not UTF-8 or not TOML.
    """
    text = _text(path)
    if _DEEP_KEY.search(text):
        raise SpecError(f"{path.name}: a key has more than 20 parts. A model file has at most three.")
    try:
        return TomlText(path, text, tomllib.loads(text), lines_of_keys(text))
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path.name}, {_syntax(str(error), text)}") from None
    except RecursionError:
        raise SpecError(
            f"{path.name}: brackets are nested too deep. A model file needs three levels at most."
        ) from None


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise SpecError(f"{str(path)!r} is a folder. Name a model file (TOML).")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise SpecError(f"The model file {str(path)!r} cannot be read: {error.strerror}.") from None
    if len(raw) > LARGEST:
        raise SpecError(f"{path.name} is larger than {LARGEST:,} bytes: that is no model file.")
    try:
        return normalize("NFC", raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SpecError(f"{path.name}, line {line}: not UTF-8. Save the file with the encoding UTF-8.") from None


def _syntax(message: str, text: str) -> str:
    found = _PLACE.search(message)
    line = int(found.group(1)) if found and found.group(1) else text.count("\n") + 1
    bare = _PLACE.sub("", message)
    reason = next((words for start, words in _REASONS if bare.startswith(start)), bare)
    written = text.split("\n")[line - 1].strip()
    return f"line {line}: {reason}: `{written[:80]}`." if written else f"line {line}: {reason}."
