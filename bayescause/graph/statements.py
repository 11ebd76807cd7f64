"""The statements of our own graph grammar: arrows, formulas, groups, latent variables, names."""

from collections.abc import Sequence
from dataclasses import dataclass

from bayescause.errors import GraphError
from bayescause.graph.names import quoted
from bayescause.graph.tokens import Statement, Token

__all__ = ["Alone", "Chain", "Equation", "GroupOf", "Hidden", "Parsed", "parsed"]

ARROWS = ("->", "<-", "<->")


@dataclass(frozen=True, slots=True)
class Chain:
    """``{a b} -> c <-> d``: sets of names with an arrow between each and the next."""

    ends: tuple[tuple[str, ...], ...]
    arrows: tuple[str, ...]
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Equation:
    """``outcome ~ right``; the right-hand side is read when all groups are known."""

    outcome: str
    right: tuple[Token, ...]
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class GroupOf:
    """``name = {members}``; members may be groups."""

    name: str
    members: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """``latent names``."""

    names: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Alone:
    """Names that stand alone and are thereby declared."""

    names: tuple[str, ...]
    line: int


type Parsed = Chain | Equation | GroupOf | Hidden | Alone

FOREIGN = {
    "~~": "`a ~~ b` is another program's sign for a hidden common cause: write `a <-> b`.",
    ":=": "`y := ...` defines a quantity in other programs; leave it out, and ask for the effect of one "
    "variable on another (`of` and `on`).",
    "=~": "`f =~ x` measures a factor in other programs: write `latent f` and `f -> x`.",
    "=>": "`=>` is not an arrow here: write `a -> b`.",
}


def parsed(statement: Statement) -> Parsed:
    """What one statement says.

    Raises
    ------
    GraphError
        With the line, what cannot be read, and what to write.
    """
    given = statement.tokens
    _refuse_foreign_signs(given)
    _refuse_open_brackets(given)
    second = given[1].text if len(given) > 1 and given[1].kind == "sign" else ""
    text = _as_text(given)
    if given[0] == Token("name", "latent", given[0].line) and len(given) > 1 and second not in {*ARROWS, "~", "="}:
        return Hidden(_list_of_names(given[1:]), statement.line)
    if second == "=":
        return GroupOf(_name(given[0]), _members(given), statement.line)
    if second == "~":
        return Equation(_name(given[0]), given[2:], statement.line, text)
    if any(token.kind == "sign" and token.text in ARROWS for token in given):
        return _chain(given, text)
    return Alone(_alone(given), statement.line)


def _refuse_foreign_signs(given: Sequence[Token]) -> None:
    line = given[0].line
    if given[0].text == "?" and given[0].kind == "sign":
        name = quoted(given[1].text) if len(given) > 1 else ""
        raise GraphError(
            f"line {line}: `? {name}` is not sorted yet. Say whether it comes before the treatment (`{name} -> ...`), "
            "after it, or neither (delete the line)."
        )
    for token in given:
        if token.kind == "sign" and token.text in FOREIGN:
            raise GraphError(f"line {token.line}: {FOREIGN[token.text]}")
        if token.kind == "sign" and token.text.startswith("--"):
            raise GraphError(
                f"line {token.line}: `{token.text}` has no direction: write `a -> b`, or `a <-> b` for a hidden cause."
            )
        if token.kind == "strange" and token.text != "|":
            raise GraphError(f"line {token.line}: `{token.text}` cannot be read here. {_advice(token.text)}")


def _advice(sign: str) -> str:
    match sign:
        case '"':
            return "A quote is not closed on its line."
        case "^":
            return "For a square write `square(x)`."
        case "{" | "}":
            return "A set is written `{a b}`."
        case _:
            return "Names that hold spaces or signs stand in double quotes."


def _refuse_open_brackets(given: Sequence[Token]) -> None:
    pairs = {")": "(", "}": "{", "]": "["}
    opened: list[Token] = []
    for token in given:
        if token.kind != "sign":
            continue
        if token.text in pairs.values():
            opened.append(token)
        elif token.text in pairs and (not opened or opened.pop().text != pairs[token.text]):
            raise GraphError(f"line {token.line}: `{token.text}` closes a bracket that was not opened.")
    if opened:
        raise GraphError(f"line {opened[-1].line}: the bracket `{opened[-1].text}` is not closed.")


def _chain(given: Sequence[Token], text: str) -> Chain:
    ends: list[tuple[str, ...]] = []
    arrows: list[str] = []
    held: list[Token] = []
    for token in given:
        if token.kind == "sign" and token.text in ARROWS:
            ends.append(_end(held, token))
            arrows.append(token.text)
            held = []
        elif token.kind == "sign" and token.text == "~":
            raise GraphError(f"line {token.line}: an arrow and a formula stand in one statement. Write two statements.")
        else:
            held.append(token)
    ends.append(_end(held, given[-1]))
    return Chain(tuple(ends), tuple(arrows), given[0].line, text)


def _end(held: Sequence[Token], arrow: Token) -> tuple[str, ...]:
    if not held:
        raise GraphError(f"line {arrow.line}: `{arrow.text}` has nothing on one side. Write `cause -> effect`.")
    if held[0].text == "{" and held[0].kind == "sign":
        return _set(held)
    if len(held) > 1:
        words = " ".join(token.text for token in held)
        raise GraphError(
            f"line {held[0].line}: `{words}` is more than one name. "
            f'For one name with spaces write `"{words}"`, for several `{{{words}}}`.'
        )
    return (_name(held[0]),)


def _members(given: Sequence[Token]) -> tuple[str, ...]:
    name = given[0].text
    if len(given) < 3 or given[2].text != "{" or given[2].kind != "sign":
        raise GraphError(
            f"line {given[0].line}: `{name} = ...` names a group: write `{name} = {{a b c}}`; "
            f"for a formula write `{name} ~ a + b`."
        )
    return _set(given[2:])


def _set(held: Sequence[Token]) -> tuple[str, ...]:
    if held[-1].text != "}" or held[-1].kind != "sign":
        raise GraphError(f"line {held[-1].line}: `{held[-1].text}` after a set cannot be read. Write `{{a b}} -> c`.")
    return _list_of_names(held)


def _list_of_names(held: Sequence[Token]) -> tuple[str, ...]:
    inner = held[1:-1] if held[0].text == "{" and held[-1].text == "}" and held[0].kind == "sign" else held
    names = tuple(_name(token) for token in inner if not (token.kind == "sign" and token.text == ","))
    if not names:
        raise GraphError(f"line {held[0].line}: an empty set. Put names into it, or delete the statement.")
    return names


def _alone(given: Sequence[Token]) -> tuple[str, ...]:
    if len(given) > 1 and given[0].kind == "name" and given[1].kind != "sign":
        words = " ".join(token.text for token in given)
        raise GraphError(
            f"line {given[0].line}: `{words}` says nothing about arrows. Put names that stand alone on lines of "
            f'their own; a name with spaces stands in double quotes: `"{words}"`.'
        )
    if given[0].text in {"+", "*", ":", "~"} and given[0].kind == "sign":
        raise GraphError(
            f"line {given[0].line}: a line begins with `{given[0].text}`. "
            f"Put the `{given[0].text}` at the end of the line before it, and the formula goes on."
        )
    return _list_of_names(given)


def _name(token: Token) -> str:
    if token.kind == "name":
        return token.text
    if token.kind == "number":
        raise GraphError(f'line {token.line}: `{token.text}` is a number; as a name it stands in double quotes: "'
                         f'{token.text}".')  # fmt: skip
    raise GraphError(f"line {token.line}: `{token.text}` stands where a name should be.")


def _as_text(given: Sequence[Token]) -> str:
    words = " ".join(quoted(token.text) if token.kind == "name" and token.is_quoted else token.text for token in given)
    for sign, tight in (("{ ", "{"), (" }", "}"), (" ,", ","), (" : ", ":"), ("( ", "("), (" )", ")"), (" (", "(")):
        words = words.replace(sign, tight)
    return words if len(words) <= 100 else f"{words[:96]} ..."
