"""What is wrong with a model file, in sentences: pydantic's findings put into the words of the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bayescause.study.places import Path, path_in_words

__all__ = ["Fault", "did_you_mean", "faults_of", "shown"]

WIDEST = 60
"""Characters of a user's value that a message shows."""


@dataclass(frozen=True)
class Fault:
    """One thing to mend, with the key path at which it stands, or with its line where that is known already."""

    path: Path
    words: str
    line: int | None = None


def faults_of(error: ValidationError, schema: type[BaseModel], at: Path = ()) -> Iterator[Fault]:
    """Each finding of ``error`` as a sentence; ``at`` is the key path of what was validated."""
    for path, finding in _located(error):
        say = _SENTENCES.get(finding["type"], _otherwise)
        yield Fault((*at, *path), say((*at, *path), finding, _keys(schema, path)))


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """The nearest of ``known`` as a question with a space before it; empty if none is near.

    Examples
    --------
    >>> did_you_mean("quitsmk", ("qsmk", "age"))
    ' Did you mean `qsmk`?'
    """
    lowered = {other.lower(): other for other in reversed(known)}
    near = get_close_matches(name.lower(), lowered, n=1)
    return f" Did you mean `{lowered[near[0]]}`?" if near else ""


def shown(value: Any) -> str:
    """A user's value, cut where it is long."""
    words = repr(value)
    return words if len(words) <= WIDEST else f"{words[:WIDEST]}..."


def _unknown(path: Path, finding: Any, known: Sequence[str]) -> str:
    key = str(path[-1])
    where = path_in_words(path[:-1])
    inside = f" in `{where}`" if where else ""
    hint = did_you_mean(key, known) or f" Known here: {', '.join(known)}."
    return f"there is no key `{key}`{inside}.{hint}"


def _missing(path: Path, finding: Any, known: Sequence[str]) -> str:
    if path == ("schema",):
        return "`schema` is missing. Write `schema = 1` as the first line."
    return f"`{path_in_words(path)}` is missing."


def _choice(path: Path, finding: Any, known: Sequence[str]) -> str:
    if path == ("schema",):
        return _version(finding["input"])
    expected = finding["ctx"]["expected"]
    name = path_in_words(path)
    choices = [part.strip("' ") for part in expected.replace(" or ", ", ").split(", ")]
    hint = did_you_mean(str(finding["input"]), choices)
    return f"`{name}` is {shown(finding['input'])}; it can be {expected}.{hint}"


def _version(version: object) -> str:
    if isinstance(version, int) and version > 1:
        return f"`schema` is {version}: this file was written for a newer bayescause; this one reads schema 1. Upgrade it."
    return f"`schema` is {shown(version)}; this bayescause reads schema 1. Write `schema = 1`."


def _wrong_type(path: Path, finding: Any, known: Sequence[str]) -> str:
    wanted = _TYPES.get(finding["type"], "something else")
    return f"`{path_in_words(path)}` is {shown(finding['input'])}; it must be {wanted}."


def _empty(path: Path, finding: Any, known: Sequence[str]) -> str:
    return f"`{path_in_words(path)}` is empty. Fill it in or leave it out."


def _too_long(path: Path, finding: Any, known: Sequence[str]) -> str:
    count = finding["ctx"]
    return f"`{path_in_words(path)}` has {count['actual_length']} entries; it takes {count['max_length']}."


def _otherwise(path: Path, finding: Any, known: Sequence[str]) -> str:
    message = finding["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"`{path_in_words(path)}` is {shown(finding['input'])}; it {message}."


_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "text in quotes",
        "float_type": "a number",
        "int_type": "a whole number",
        "bool_type": "true or false",
        "list_type": "a list in square brackets",
        "tuple_type": "a list in square brackets",
        "dict_type": "a table of keys and values",
        "model_type": "a table of keys and values",
        "model_attributes_type": "a table of keys and values",
        "finite_number": "a finite number",
        "union": "a number or text in quotes",
    }
)

_MEMBERS = ("str", "float", "int", "bool")
"""What pydantic adds to the place of a finding in a union such as ``float | str``."""

_SENTENCES: Mapping[str, Any] = MappingProxyType(
    {
        "extra_forbidden": _unknown,
        "missing": _missing,
        "literal_error": _choice,
        "string_too_short": _empty,
        "too_short": _empty,
        "too_long": _too_long,
        **dict.fromkeys(_TYPES, _wrong_type),
    }
)


def _located(error: ValidationError) -> Iterator[tuple[Path, Any]]:
    """Findings by place, one a place: the members of a union give one each, and their names are no part of the place."""
    seen: dict[Path, Any] = {}
    for finding in error.errors(include_url=False):
        inside = finding["loc"]
        is_union = bool(inside) and inside[-1] in _MEMBERS and finding["type"] in _TYPES
        path: Path = inside[:-1] if is_union else inside
        if path in seen and is_union:
            seen[path] = {**finding, "type": "union"}
        else:
            seen.setdefault(path, finding)
    yield from seen.items()


def _keys(schema: type[BaseModel], path: Path) -> list[str]:
    """Names of the keys that may stand beside the last part of ``path``."""
    here: Any = schema
    for part in path[:-1]:
        if not (isinstance(here, type) and issubclass(here, BaseModel)):
            here = _member(here)
        elif part in here.model_fields:
            here = _member(here.model_fields[str(part)].annotation)
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    return [field.alias or name for name, field in here.model_fields.items()]


def _member(annotation: Any) -> Any:
    """The schema inside an optional part or a dictionary of parts."""
    if isinstance(annotation, type):
        return annotation
    parts = [part for part in get_args(annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
    return parts[0] if parts else annotation
