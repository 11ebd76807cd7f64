"""What is wrong with a model file, in sentences: pydantic's findings put into the words of the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bayescause import arguments
from bayescause.graph.names import nearest
from bayescause.study.places import Path, path_in_words
from bayescause.study.schema import SCHEMA, VariablePart

__all__ = ["Fault", "faults_of", "shown"]


@dataclass(frozen=True)
class Fault:
    """One thing to mend, with the key path at which it stands, or with its line where that is known already."""

    path: Path
    words: str
    line: int | None = None


def faults_of(error: ValidationError, schema: type[BaseModel], at: Path = ()) -> Iterator[Fault]:
    """Each finding of ``error`` as a sentence; ``at`` is the key path of what was validated."""
    for path, kind, finding in _located(error):
        say = _SENTENCES.get(kind, _otherwise)
        place: Path = (*at, *path)
        yield Fault(place, say(_Finding(place, kind, finding, _keys(schema, path))))


def shown(value: Any) -> str:
    """A user's value as a file writes it, cut where it is long."""
    return arguments.shown(list(value) if isinstance(value, tuple) else value)


@dataclass(frozen=True)
class _Finding:
    """One finding of pydantic, with the keys that could stand at its place."""

    path: Path
    kind: str
    details: Any
    known: Sequence[str]

    @property
    def name(self) -> str:
        return path_in_words(self.path)

    @property
    def value(self) -> str:
        return shown(self.details["input"])


def _unknown(finding: _Finding) -> str:
    key = str(finding.path[-1])
    where = path_in_words(finding.path[:-1])
    inside = f" in `{where}`" if where else ""
    hint = _elsewhere(key, finding) or nearest(key, finding.known) or f" Known here: {', '.join(finding.known)}."
    return f"there is no key `{key}`{inside}.{hint}"


def _elsewhere(key: str, finding: _Finding) -> str:
    """Where a key of a variable stands, that was written at the top of the file."""
    own = {name: name for name in VariablePart.model_fields} | {f"{name}s": name for name in VariablePart.model_fields}
    if len(finding.path) > 1 or key not in own:
        return ""
    return f" It is said of one variable: write `[variables]` and below it `sales.{own[key]} = ...`."


def _missing(finding: _Finding) -> str:
    remedy = _REMEDIES.get(str(finding.path[0])) if len(finding.path) == 1 else None
    return f"`{finding.name}` is missing. {remedy}" if remedy else f"`{finding.name}` is missing."


def _choice(finding: _Finding) -> str:
    if finding.path == ("schema",):
        return _version(finding.details["input"])
    expected = finding.details["ctx"]["expected"]
    choices = [part.strip("' ") for part in expected.replace(" or ", ", ").split(", ")]
    hint = nearest(str(finding.details["input"]), choices)
    return f"`{finding.name}` is {finding.value}; it can be {expected}.{hint}"


def _version(version: object) -> str:
    if isinstance(version, int) and version > SCHEMA:
        return (
            f"`schema` is {version}: this file was written for a newer bayescause; this one reads schema {SCHEMA}. "
            "Install the newer one."
        )
    return f"`schema` is {shown(version)}; this bayescause reads schema {SCHEMA}. Write `schema = {SCHEMA}`."


def _wrong_type(finding: _Finding) -> str:
    if finding.kind == "list_type" and isinstance(finding.details["input"], Mapping):
        return f"`[{finding.name}]` opens one table; several may follow each other here. Write `[[{finding.name}]]`."
    return f"`{finding.name}` is {finding.value}; it must be {_TYPES[finding.kind]}."


def _empty(finding: _Finding) -> str:
    return f"`{finding.name}` is empty. Fill it in or leave it out."


def _too_long(finding: _Finding) -> str:
    count = finding.details["ctx"]
    return f"`{finding.name}` has {count['actual_length']} entries; it takes {count['max_length']}."


def _otherwise(finding: _Finding) -> str:
    message = finding.details["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"`{finding.name}` is {finding.value}; it {message}."


_REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "schema": "Write `schema = 1` as the first line.",
        "title": 'Write the question that the page answers: `title = "Does the promotion pay?"`.',
        "graph": 'Write `[graph]` and below it what causes what: `edges = "promo -> sales"`.',
        "questions": 'Write `[[questions]]` and below it what you ask: `estimand = "ate"`, `of = "..."`, `on = "..."`.',
    }
)
"""What to write for a table or key that a model file cannot do without."""

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


def _located(error: ValidationError) -> Iterator[tuple[Path, str, Any]]:
    """Findings by place, one a place: each member of a union gives one, and its name is no part of the place."""
    seen: dict[Path, tuple[str, Any]] = {}
    for finding in error.errors(include_url=False):
        inside = finding["loc"]
        is_union = bool(inside) and inside[-1] in _MEMBERS and finding["type"] in _TYPES
        path: Path = inside[:-1] if is_union else inside
        seen[path] = ("union" if is_union and path in seen else finding["type"], finding)
    yield from ((path, kind, finding) for path, (kind, finding) in seen.items())


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
