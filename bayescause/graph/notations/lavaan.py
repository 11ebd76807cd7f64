"""Equations of lavaan: what they say of causes is read, what they say of estimation is passed over with a note."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from bayescause.errors import GraphError, GraphWarning, warn
from bayescause.graph.assembly import assembled
from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.names import normalised
from bayescause.graph.statements import Alone, Chain, Hidden, Parsed
from bayescause.graph.text import Declarations

__all__ = ["Lavaan"]

PASSED_OVER = {
    ":=": "`:=` defines a quantity, which is left out: ask for an effect instead, by its treatment and outcome.",
    "==": "a constraint on parameters is left out; a prior can say something like it.",
    "<": "a constraint on parameters is left out; a prior can say something like it.",
    ">": "a constraint on parameters is left out; a prior can say something like it.",
    "|": "thresholds are left out: a variable's kind says that its levels are ordered.",
    "~*~": "the scale of a response is left out: the family of a variable says it.",
}
"""Operators that say nothing of cause and effect, and where the same is said here."""

BLOCKS = frozenset({"level", "group", "class"})
"""Words that open a part of the model which holds for some units only."""

MOST_SHOWN = 8
"""Terms or names that a note lists."""

_TOKENS = re.compile(
    r"""
    (?P<blank>[^\S\n]+|[!\#][^\n]*)
  | (?P<end>\n|;)
  | (?P<operator>~\*~|~~|=~|:=|<~|==|[~<>|])
  | (?P<string>"[^"\n]*")
  | (?P<number>-?(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?+(?![\w.]))
  | (?P<name>[^\W\d][\w.]*)
  | (?P<sign>[()*+:,?=/^-])
  | (?P<strange>[\w.]++|.)
    """,
    re.VERBOSE,
)

_TIGHT = re.compile(r" ?([()*+:,?=/^]) ?")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


type _Side = Sequence[_Token]


@dataclass(frozen=True)
class Lavaan:
    """``y ~ x + z`` arrows, ``f =~ a + b`` a latent cause of its indicators, ``x ~~ y`` a hidden common cause.

    Labels, starting values and defined quantities (``a*x``, ``start(0.5)*x``, ``ab := a*b``) are left out, with a
    `GraphWarning` that names the line; ``0*x`` is no arrow. Only what is written is drawn: causes that lavaan lets
    covary unasked have a hidden common cause here only where ``~~`` says so.

    References
    ----------
    Rosseel (2012), lavaan: an R package for structural equation modeling, section 3.
    """

    short: ClassVar[str] = "lavaan"
    endings: ClassVar[tuple[str, ...]] = ("lav", "lavaan")

    def read(self, text: str) -> Declarations:
        """The graph of ``text``, in time proportional to its length; it gives no formulas."""
        reading = _Reading()
        for statement in _statements(normalised(text)):
            try:
                _read(statement, reading)
            except GraphError as error:
                reading.faults.extend(error.faults)
        graph, _ = assembled(reading.statements, reading.faults)
        for note in (*reading.notes, *_shortened(reading.modified), *_unspoken(graph)):
            warn(note, GraphWarning)
        return Declarations(graph)

    def write(self, graph: CausalGraph) -> str:
        """Lavaan's equations are read, and never written."""
        raise GraphError("Equations of lavaan are read only. Write the graph as text, DAGitty, DOT, GML or GraphML.")


@dataclass
class _Reading:
    statements: list[Parsed] = field(default_factory=list)
    latent: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)


def _statements(text: str) -> Iterator[list[_Token]]:
    """Statements of ``text``: a line without an operator goes on with the one before it."""
    held: list[_Token] = []
    depth = 0
    for row in _rows(text):
        opens = any(token.kind == "operator" for token in row) or _opens_block(row)
        if held and opens and depth <= 0:
            yield held
            held, depth = [], 0
        held += row
        depth += sum((token.text == "(") - (token.text == ")") for token in row if token.kind == "sign")
    if held:
        yield held


def _rows(text: str) -> Iterator[list[_Token]]:
    row: list[_Token] = []
    line = 1
    for match in _TOKENS.finditer(text):
        kind, found = str(match.lastgroup), match.group()
        if kind == "end":
            if row:
                yield row
            row = []
            line += found == "\n"
        elif kind != "blank":
            row.append(_Token(kind, found, line))
    if row:
        yield row


def _opens_block(row: _Side) -> bool:
    return len(row) > 1 and row[0].text in BLOCKS and row[1].text == ":"


def _read(statement: _Side, reading: _Reading) -> None:
    first = statement[0]
    if _opens_block(statement):
        raise GraphError(
            f"line {first.line}: `{first.text}:` describes some units only; a graph holds for all of them."
        )
    at = next((place for place, token in enumerate(statement) if token.kind == "operator"), None)
    if at is None:
        raise GraphError(
            f"line {first.line}: `{first.text}` stands without an operator. Write `y ~ x`, or `f =~ a + b`."
        )
    operator, left, right = statement[at], statement[:at], statement[at + 1 :]
    if operator.text in PASSED_OVER:
        reading.notes.append(f"line {operator.line}: {PASSED_OVER[operator.text]}")
    elif operator.text == "<~":
        raise GraphError(
            f"line {operator.line}: `<~` makes a composite of other variables, which is no effect of them. Give it a "
            "column of its own, or name its parts as causes."
        )
    else:
        _draw(operator, _names(left, operator, reading), _names(right, operator, reading), reading)


def _draw(operator: _Token, left: Sequence[str], right: Sequence[str], reading: _Reading) -> None:
    line = operator.line
    match operator.text:
        case "~":
            causes, effects, arrow = right, left, "->"
        case "=~":
            causes, effects, arrow = left, right, "->"
            new = tuple(name for name in left if name not in reading.latent)
            reading.latent |= set(new)
            reading.statements += [Hidden(new, line)] if new else []
        case _:
            causes, effects, arrow = left, right, "<->"
    if causes and effects and not (arrow == "<->" and len(left) == 1 and left == right):
        text = f"{' + '.join(left)} {operator.text} {' + '.join(right)}"
        reading.statements.append(Chain((tuple(causes), tuple(effects)), (arrow,), line, text))
    else:
        new = tuple(name for name in dict.fromkeys((*left, *right)) if name not in reading.alone)
        reading.alone |= set(new)
        reading.statements += [Alone(new, line)] if new else []


def _names(side: _Side, operator: _Token, reading: _Reading) -> tuple[str, ...]:
    """Variables of one side of a statement, without those whose coefficient is fixed at 0."""
    terms = _split(side, "+")
    if not all(terms):
        raise GraphError(f"line {operator.line}: `{operator.text}` or `+` has nothing on one side. Write `y ~ x + z`.")
    named = [name for term in terms for name in _term(term, reading)]
    return tuple(dict.fromkeys(named))


def _term(term: _Side, reading: _Reading) -> Iterator[str]:
    *modifiers, variable = _split(term, "*")
    if any(token.text == "?" for token in variable):
        *before, variable = _split(variable, "?")
        modifiers += before
    if not variable or not all(modifiers):
        raise GraphError(f"line {term[0].line}: `{_told(term)}` has nothing on one side of its `*` or `?`.")
    if [token.kind for token in variable] == ["number"]:
        return  # an intercept, or none
    strange = [token for token in variable[::2] if token.kind not in {"name", "string"}]
    strange += [token for token in variable[1::2] if token.text != ":"]
    if strange or len(variable) % 2 == 0:
        raise GraphError(
            f"line {term[0].line}: `{_told(variable)}` is no variable. Write a name; one with spaces in double quotes."
        )
    if any(_is_zero(modifier) for modifier in modifiers):
        reading.notes.append(f"line {term[0].line}: `{_told(term)}` fixes a coefficient at 0: nothing is drawn for it.")
        return
    if modifiers:
        reading.modified.append(f"`{_told(term)}` on line {term[0].line}")
    yield from (token.text.strip('"') for token in variable[::2])


def _split(held: _Side, sign: str) -> list[_Side]:
    parts: list[_Side] = []
    depth = start = 0
    for place, token in enumerate(held):
        if token.kind == "sign":
            depth += (token.text == "(") - (token.text == ")")
            if token.text == sign and depth == 0:
                parts.append(held[start:place])
                start = place + 1
    return [*parts, held[start:]]


def _is_zero(modifier: _Side) -> bool:
    return len(modifier) == 1 and modifier[0].kind == "number" and float(modifier[0].text) == 0.0


def _told(held: _Side) -> str:
    text = _TIGHT.sub(r"\1", " ".join(token.text for token in held))
    return text if len(text) <= 60 else f"{text[:56]} ..."


def _shortened(modified: Sequence[str]) -> Iterator[str]:
    if modified:
        shown = ", ".join(modified[:MOST_SHOWN]) + (" ..." if len(modified) > MOST_SHOWN else "")
        yield f"labels, starting values and fixed coefficients are left out: {shown}."


def _unspoken(graph: CausalGraph) -> Iterator[str]:
    """A note on what lavaan would let covary without being told."""
    first = [name for name in graph.nodes if graph.children(name) and not graph.parents(name)]
    last = [name for name in graph.nodes if _is_outcome(graph, name)]
    for names in (first, last):
        within = set(names)
        joined = sum(a in within and b in within for a, b in graph.bidirected)
        if joined < len(names) * (len(names) - 1) // 2:
            shown = ", ".join(f"`{name}`" for name in names[:MOST_SHOWN]) + (" ..." if len(names) > MOST_SHOWN else "")
            yield (
                f"lavaan lets {shown} covary without being told; here two of them share a hidden cause only where `~~` "
                "stands between them."
            )


def _is_outcome(graph: CausalGraph, name: str) -> bool:
    causes = graph.parents(name)
    return bool(causes) and not graph.children(name) and not graph.latent.intersection(causes)
