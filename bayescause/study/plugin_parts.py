"""The part of a model file that a plug-in gives: its keys are the fields of the plug-in's class."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from bayescause.errors import SpecError, UnknownPluginError
from bayescause.plugins import find, names
from bayescause.query.keys import is_required, keys_of, stray_key, takers_of
from bayescause.study.faults import Fault, faults_of
from bayescause.study.places import Path

__all__ = ["chosen", "plugged"]

_CONFIG = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, arbitrary_types_allowed=True)


def chosen(package: str, key: str, part: Mapping[str, Any], at: Path) -> tuple[Any, list[Fault]]:
    """The plug-in that ``part[key]`` names, built from the other keys; None with the faults if it cannot be.

    Parameters
    ----------
    package : str
        The plug-in folder.
    key : str
        ``"estimand"`` in questions, ``"kind"`` in sensitivity analyses.
    part : mapping
        One table of the file.
    at : Path
        Where it stands.
    """
    name = part.get(key)
    if not isinstance(name, str):
        known = ", ".join(names(package))
        words = "is missing" if name is None else f"is {name!r}; it must be text in quotes"
        return None, [Fault((*at, key), f"`{key}` {words}. Known: {known}.")]
    try:
        plugin = find(package, name)
    except UnknownPluginError as error:
        return None, [Fault((*at, key), words) for words in error.faults]
    values = {other: value for other, value in part.items() if other != key}
    takers = {other: takers_of(package, other) for other in values if other not in keys_of(plugin)}
    return plugged(plugin, values, at, takers=takers)


def plugged(
    plugin: type[Any],
    values: Mapping[str, Any],
    at: Path,
    *,
    beside: Iterable[str] = (),
    takers: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Any, list[Fault]]:
    """``plugin`` built from ``values``; None with all faults if it cannot be.

    Parameters
    ----------
    plugin : type
        A frozen dataclass.
    values : mapping
        As read from the file; lists stand for tuples.
    at : Path
        Where they stand.
    beside : iterable of str
        Other keys of the same table, for "did you mean".
    takers : mapping of str to sequence of str, optional
        Short names of the plug-ins that take a key which this one does not have.
    """
    schema = _schema(plugin)
    unknown = [name for name in values if name not in schema.model_fields]
    told = {name: stray_key(plugin, name, beside=beside, takers=(takers or {}).get(name, ())) for name in unknown}
    found = [Fault((*at, name), words) for name, words in told.items()]
    tuples = {name: _frozen(value) for name, value in values.items() if name not in unknown}
    try:
        checked = schema.model_validate(tuples)
    except ValidationError as error:
        return None, [*found, *faults_of(error, schema, at)]
    try:
        built = plugin(**{name: getattr(checked, name) for name in checked.model_fields_set})
    except SpecError as error:
        return None, [*found, *(Fault(at, words) for words in error.faults)]
    return (None if found else built), found


def _schema(plugin: type[Any]) -> type[BaseModel]:
    hints = get_type_hints(plugin)
    members: dict[str, Any] = {
        field.name: (hints[field.name], ... if is_required(field) else None) for field in fields(plugin) if field.init
    }
    return create_model(plugin.__name__, __config__=_CONFIG, **members)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
