"""A graph's text cut into tokens, each with its line; the tokens cut into statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bayescause.graph.names import BARE, normalised, unescaped

__all__ = ["Statement", "Token", "in_statements", "tokens"]

_BARE = "".join(map(re.escape, sorted(BARE)))
_PATTERN = re.compile(
    rf"""
    (?P<blank>[ \t\r\f\v\u00a0\ufeff]+|\\\r?\n)
  | (?P<comment>\#[^\n]*)
  | (?P<end>\n|;)
  | (?P<name>"(?:[^"\\\n]|\\[^\n])*+")
  | (?P<unclosed>"(?:[^"\\\n]|\\[^\n])*+)
  | (?P<sign><->|<-|->|:=|=~|~~|--+>|--+|=>|→|←|↔|[{{}}()\[\],=~+*:?|-])
  | (?P<word>[^\s{_BARE}]+)
  | (?P<strange>.)
    """,
    re.VERBOSE,
)
_GOES_ON = frozenset(["+", "*", "~", ":", "=", "->", "<-", "<->", ","])
_ARROWS = {"→": "->", "←": "<-", "↔": "<->"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, name or sign of a text.

    Parameters
    ----------
    kind : str
        ``"name"`` (quoted or not), ``"number"``, ``"sign"``, ``"strange"`` or ``"end"``.
    text : str
        The name without its quotes, or the sign.
    line : int
        Where it stands; the first line is 1.
    is_quoted : bool
        Whether a name stood in quotes.
    """

    kind: str
    text: str
    line: int
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """The tokens of one statement, at least one."""

    tokens: tuple[Token, ...]

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.tokens[0].line


def tokens(text: str, *, first_line: int = 1) -> Iterator[Token]:
    """Tokens of ``text``, comments and blanks left out, in linear time.

    Examples
    --------
    >>> [token.text for token in tokens('a -> "b c"  # because')]
    ['a', '->', 'b c']
    """
    line = first_line
    for match in _PATTERN.finditer(normalised(text)):
        kind, found = str(match.lastgroup), match.group()
        match kind:
            case "blank":
                line += found.count("\n")
            case "comment":
                pass
            case "end":
                yield Token("end", found, line)
                line += found == "\n"
            case "name":
                yield Token("name", unescaped(found[1:-1]), line, is_quoted=True)
            case "word":
                yield Token("number" if _is_number(found) else "name", found, line)
            case "sign":
                yield Token("sign", _ARROWS.get(found, found), line)
            case _:
                yield Token("strange", found[0], line)


def in_statements(stream: Iterator[Token]) -> Iterator[Statement]:
    r"""Statements: they end at a newline or ``;``, unless a bracket is open or the last sign asks for more.

    Examples
    --------
    >>> [len(statement.tokens) for statement in in_statements(tokens("a -> {b\n c}; d"))]
    [6, 1]
    """
    held: list[Token] = []
    depth = 0
    for token in stream:
        if token.kind == "end":
            goes_on = token.text == "\n" and held and (depth > 0 or _asks_for_more(held[-1]))
            if held and not goes_on:
                yield Statement(tuple(held))
                held, depth = [], 0
            continue
        held.append(token)
        if token.kind == "sign":
            depth += (token.text in "{([") - (token.text in "})]")
    if held:
        yield Statement(tuple(held))


def _asks_for_more(token: Token) -> bool:
    return token.kind == "sign" and token.text in _GOES_ON


def _is_number(word: str) -> bool:
    return word.isascii() and word.replace(".", "", 1).isdigit()
