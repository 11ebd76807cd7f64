"""Where the keys of a TOML text stand: a light scanner that gives the line of every key path.

``tomllib`` forgets lines. This scanner trusts that the text was already read without a syntax error.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping

__all__ = ["line_of", "lines_of_keys", "path_in_words"]

type Path = tuple[str | int, ...]

_MULTILINE = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}' + r"|'''.*?'{3,5}", re.DOTALL)
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'")
_COMMENT = re.compile(r"#[^\n]*")
_KEY = re.compile(r'\s*([A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*')\s*(\.)?")
_NEXT = re.compile(r"[\"'#\[\]{}\n=,]")


def lines_of_keys(text: str) -> Mapping[Path, int]:
    r"""Line of each key path of ``text``; tables of an array carry their number, from 0.

    Examples
    --------
    >>> lines_of_keys('schema = 1\n[[questions]]\nof = "x"\n')[("questions", 0, "of")]
    3
    """
    lines: dict[Path, int] = {}
    arrays: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        if statement.startswith("[["):
            table = _numbered(_keys(statement[2:]), arrays)
            arrays[table] = arrays.get(table, -1) + 1
            table = (*table, arrays[table])
            lines.setdefault(table[:-1], line)
            lines[table] = line
        elif statement.startswith("["):
            table = _numbered(_keys(statement[1:]), arrays)
            lines.setdefault(table, line)
        else:
            path = (*table, *_keys(statement))
            for end in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:end], line)
    return lines


def line_of(path: Path, lines: Mapping[Path, int]) -> int | None:
    """Line of ``path``, or of the nearest thing around it that has one."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None


def path_in_words(path: Path) -> str:
    """A key path as a user would write it; the tables of an array are counted from 1.

    Examples
    --------
    >>> path_in_words(("questions", 0, "of"))
    'questions[1].of'
    """
    words = ""
    for part in path:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if words else part
    return words


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or key with its line; values are stepped over, however many lines they take."""
    at, line = 0, 1
    while at < len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        head = text[at:stop].strip()
        if not head or head.startswith("#"):
            at, line = stop + 1, line + 1
            continue
        yield line, head
        end = stop if head.startswith("[") else _end_of_value(text, at)
        line += text.count("\n", at, end) + 1
        at = end + 1


def _end_of_value(text: str, at: int) -> int:
    depth = 0
    while found := _NEXT.search(text, at):
        at = found.start()
        mark = text[at]
        if mark == "\n" and depth <= 0:
            return at
        skipped = (_MULTILINE.match(text, at) or _STRING.match(text, at)) if mark in "\"'" else _COMMENT.match(text, at)
        depth += (mark in "[{") - (mark in "]}")
        at = skipped.end() if skipped else at + 1
    return len(text)


def _keys(statement: str) -> Path:
    """The dotted key at the start of ``statement``."""
    keys: list[str] = []
    at = 0
    while found := _KEY.match(statement, at):
        keys.append(_unquoted(found.group(1)))
        at = found.end()
        if not found.group(2):
            break
    return tuple(keys)


def _unquoted(key: str) -> str:
    if key[0] not in "\"'":
        return key
    return next(iter(tomllib.loads(f"{key} = 0")))


def _numbered(keys: Path, arrays: Mapping[Path, int]) -> Path:
    """``keys`` with the number of the current table put in after the name of each array of tables, except the last."""
    path: Path = ()
    for place, key in enumerate(keys):
        path = (*path, key)
        if path in arrays and place < len(keys) - 1:
            path = (*path, arrays[path])
    return path
