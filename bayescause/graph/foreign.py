"""Graphs in the notations of other programs: DAGitty's ``dag { }`` and Graphviz' ``digraph { }``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bayescause.errors import GraphError
from bayescause.graph.names import escaped, quoted
from bayescause.graph.statements import ARROWS, Alone, Chain, Hidden, Parsed
from bayescause.graph.tokens import Token, tokens

__all__ = ["Foreign", "foreign_name", "is_foreign", "read_foreign"]

_OPENING = re.compile(
    r"""\A(?:\s++|//[^\n]*+|\#[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+
    (?:strict\s++)?(?P<kind>dag|pdag|mag|pag|digraph|graph)\b(?:\s*+"[^"\n]*+"|\s*+[\w.]++)?\s*+\{""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
# What is not closed goes to the end: no sign is looked at twice, whatever the text holds.
_REMARKS = re.compile(
    r"""
    "(?:[^"\\]|\\.)*+(?:"|\\?\Z)
  | //[^\n]*+
  | /\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)
  | \#[^\n]*+
    """,
    re.VERBOSE | re.DOTALL,
)

ROLES = {
    "exposure": "treatments",
    "e": "treatments",
    "outcome": "outcomes",
    "o": "outcomes",
    "adjusted": "adjusted",
    "adjustednode": "adjusted",
    "a": "adjusted",
    "latent": "latent",
    "unobserved": "latent",
    "l": "latent",
    "u": "latent",
}
"""Attributes of DAGitty that say what a variable is for."""

HIDDEN_LABELS = {"unobserved confounders", "unobserved"}
"""Labels by which DoWhy marks a node that nobody measured."""


KEYWORDS = frozenset({"strict", "dag", "digraph", "graph", "node", "edge", "subgraph"})
"""Words that mean something to DAGitty or Graphviz where they stand without quotes, in any case."""


@dataclass(frozen=True)
class Foreign:
    """What a foreign text says: its statements, faults, and the roles it gives to variables."""

    statements: tuple[Parsed, ...]
    faults: tuple[str, ...]
    treatments: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    adjusted: tuple[str, ...] = ()


@dataclass
class _Reading:
    given: Sequence[Token]
    at: int = 0
    statements: list[Parsed] = field(default_factory=list)
    roles: dict[str, dict[str, int]] = field(default_factory=lambda: {role: {} for role in set(ROLES.values())})
    named: dict[str, int] = field(default_factory=dict)

    @property
    def token(self) -> Token:
        return self.given[min(self.at, len(self.given) - 1)]

    def is_sign(self, *signs: str) -> bool:
        return self.at < len(self.given) and self.token.kind in {"sign", "end"} and self.token.text in signs

    def take(self) -> Token:
        if self.at >= len(self.given):
            line = self.given[-1].line if self.given else 1
            raise GraphError(f"line {line}: the text ends too early: a bracket is not closed.")
        self.at += 1
        return self.given[self.at - 1]


def is_foreign(text: str) -> bool:
    """Whether ``text`` begins like DAGitty's or Graphviz' notation.

    Examples
    --------
    >>> is_foreign("dag { x -> y }"), is_foreign("x -> y")
    (True, False)
    """
    return _OPENING.match(text) is not None


def foreign_name(name: str) -> str:
    """``name`` as both notations write it: in double quotes unless it is a plain word and no keyword.

    Examples
    --------
    >>> foreign_name("wt71"), foreign_name("Node"), foreign_name("body weight")
    ('wt71', '"Node"', '"body weight"')
    """
    is_plain = name.isascii() and name.isidentifier() and name.lower() not in KEYWORDS
    return name if is_plain else escaped(name)


def read_foreign(text: str, *, first_line: int = 1) -> Foreign:
    """Statements and roles of ``text``, of which ``is_foreign`` is true.

    Examples
    --------
    >>> read_foreign("dag { x [exposure] y [outcome] x -> y }").treatments
    ('x',)
    """
    opening = _OPENING.match(text)
    kind = opening["kind"].lower() if opening else "dag"
    if opening is None or kind not in {"dag", "digraph"}:
        fault = f"line {first_line}: `{kind}` is not read: only `dag {{ }}` and `digraph {{ }}` have a causal meaning."
        return Foreign((), (fault,))
    plain = _REMARKS.sub(_blanked, text)
    start = opening.end()
    line = first_line + plain.count("\n", 0, start)
    held = [token for token in tokens(plain[start:], first_line=line) if (token.kind, token.text) != ("end", "\n")]
    reading = _Reading(held)
    try:
        _read_body(reading)
    except GraphError as error:
        return Foreign(tuple(reading.statements), error.faults)
    roles = {role: tuple(names) for role, names in reading.roles.items()}
    latent = reading.roles["latent"]
    declared = [Hidden((name,), at) if name in latent else Alone((name,), at) for name, at in reading.named.items()]
    return Foreign((*declared, *reading.statements), (), roles["treatments"], roles["outcomes"], roles["adjusted"])


def _read_body(reading: _Reading) -> None:
    depth = 1
    while depth:
        if reading.at >= len(reading.given):
            reading.take()
        if reading.is_sign("}"):
            depth -= 1
            reading.take()
        elif reading.is_sign(";", ","):
            reading.take()
        elif _opens_subgraph(reading):
            depth += 1
        else:
            _read_statement(reading)
    if reading.at < len(reading.given) and not reading.is_sign(";"):
        raise GraphError(f"line {reading.token.line}: `{reading.token.text}` stands after the last bracket.")


def _opens_subgraph(reading: _Reading) -> bool:
    if reading.token.kind != "name" or reading.token.is_quoted or reading.token.text.lower() != "subgraph":
        return False
    reading.take()
    if not reading.is_sign("{"):
        reading.take()
    if not reading.is_sign("{"):
        raise GraphError(f"line {reading.token.line}: `subgraph` needs a bracket `{{`.")
    reading.take()
    return True


def _read_statement(reading: _Reading) -> None:
    line = reading.token.line
    is_default = reading.token.text.lower() in {"graph", "node", "edge"} and not reading.token.is_quoted
    first = _read_end(reading)
    if reading.is_sign("="):
        reading.take()
        _skip_value(reading)
        return
    if is_default and reading.is_sign("["):
        _read_attributes(reading)
        return
    ends, arrows = [first], []
    while reading.is_sign(*ARROWS):
        arrows.append(reading.take().text)
        ends.append(_read_end(reading))
    if reading.is_sign("--", "-"):
        raise GraphError(f"line {reading.token.line}: `{reading.token.text}` has no direction: write `->` or `<->`.")
    attributes = _read_attributes(reading) if reading.is_sign("[") else {}
    if not arrows:
        _note_roles(first, attributes, line, reading)
        return
    if attributes.get("dir") == "both":
        arrows = ["<->"] * len(arrows)
    reading.statements.append(Chain(tuple(ends), tuple(arrows), line, _chain_text(ends, arrows)))


def _read_end(reading: _Reading) -> tuple[str, ...]:
    if not reading.is_sign("{"):
        return (_read_name(reading),)
    reading.take()
    names: list[str] = []
    while not reading.is_sign("}"):
        if reading.is_sign(";", ","):
            reading.take()
        else:
            names.append(_read_name(reading))
    reading.take()
    return tuple(names)


def _read_name(reading: _Reading) -> str:
    token = reading.take()
    if token.kind in {"name", "number"} and (token.text or token.is_quoted):
        return token.text
    raise GraphError(f"line {token.line}: `{token.text}` stands where a name should be.")


def _read_attributes(reading: _Reading) -> Mapping[str, str]:
    found: dict[str, str] = {}
    reading.take()
    while not reading.is_sign("]"):
        if reading.is_sign(",", ";"):
            reading.take()
            continue
        name = reading.take().text.lower()
        found[name] = ""
        if reading.is_sign("="):
            reading.take()
            found[name] = _skip_value(reading)
    reading.take()
    return found


def _skip_value(reading: _Reading) -> str:
    sign = reading.take().text if reading.is_sign("-") else ""
    return sign + reading.take().text


def _note_roles(names: Sequence[str], attributes: Mapping[str, str], line: int, reading: _Reading) -> None:
    roles = {ROLES[name] for name in attributes if name in ROLES and attributes[name].lower() not in {"false", "no"}}
    is_unobserved = attributes.get("observed", "yes").lower() in {"no", "false"}
    if is_unobserved or attributes.get("label", "").lower() in HIDDEN_LABELS:
        roles.add("latent")
    for name in names:
        reading.named.setdefault(name, line)
        for role in roles:
            reading.roles[role].setdefault(name, line)


def _chain_text(ends: Sequence[Sequence[str]], arrows: Sequence[str]) -> str:
    written = [quoted(end[0]) if len(end) == 1 else f"{{{' '.join(map(quoted, end))}}}" for end in ends]
    return " ".join(_alternating(written, arrows))


def _alternating(first: Sequence[str], second: Sequence[str]) -> Iterator[str]:
    for index, word in enumerate(first):
        yield word
        yield from second[index : index + 1]


def _blanked(match: re.Match[str]) -> str:
    # Remarks go, their line ends stay, so that the lines of what follows are right.
    found = match.group()
    return found if found.startswith('"') else "\n" * found.count("\n")
