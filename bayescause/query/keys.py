"""Keys of a question: the fields of its class, and what to say of one that it does not have."""

from collections.abc import Iterable, Sequence
from dataclasses import MISSING, Field, fields
from functools import wraps
from types import MappingProxyType
from typing import Any

from bayescause.arguments import NAMES, TEXT, optional, require
from bayescause.calling import beyond, stray, wanting
from bayescause.errors import KeywordError
from bayescause.plugins import find, names
from bayescause.query.documenting import documented
from bayescause.query.estimand import ESTIMANDS
from bayescause.surface import is_in_file, named

__all__ = ["is_required", "keys_of", "names_its_keys", "stray_key", "takers_of", "written_question"]


MEANT = MappingProxyType({"at": "probabilities", "quantile": "probabilities", "quantiles": "probabilities"})
"""Keys that are called otherwise in questions which have them."""


def names_its_keys[Class](plugin: type[Class]) -> type[Class]:
    """``plugin``, a frozen dataclass, built by keywords that are refused with the keys that there are.

    Its docstring tells the keys that it inherits, too, and in print it is the call with what is not at its default.

    Examples
    --------
    >>> from bayescause.query.estimands.average_effect import AverageEffect
    >>> AverageEffect(of="promo", on="sales", wher="age > 50")
    Traceback (most recent call last):
    ...
    bayescause.errors.KeywordError: `AverageEffect` has no key `wher`. Did you mean `where`? Its keys: of, ...
    >>> AverageEffect("promo", "sales", where="age > 50")
    AverageEffect(of='promo', on='sales', where='age > 50')
    """
    built: Any = plugin.__init__
    written = {field.name: str(field.type) for field in fields(plugin) if field.init}  # type: ignore[arg-type]
    needed = [field.name for field in fields(plugin) if field.init and is_required(field)]  # type: ignore[arg-type]
    placed = [field.name for field in fields(plugin) if field.init and not field.kw_only]  # type: ignore[arg-type]

    @wraps(built)
    def init(self: Class, *given: Any, **keys: Any) -> None:
        strange = [key for key in keys if key not in keys_of(plugin)]
        faults = [stray_key(plugin, key, takers=takers_of(ESTIMANDS, key)) for key in strange]
        faults += beyond(named(plugin), placed, given)
        KeywordError.raise_if([*faults, *wanting(named(plugin), needed[len(given) :], keys)])
        asked = dict(zip(placed, given, strict=False)) | keys
        require(**{key: (value, _KINDS[written[key]]) for key, value in asked.items() if written[key] in _KINDS})
        built(self, *given, **keys)

    plugin.__init__ = init  # type: ignore[method-assign, assignment]
    plugin.__repr__ = _brief  # type: ignore[method-assign]
    plugin.__doc__ = documented(plugin, keys_of(plugin))
    return plugin


_KINDS = {
    "str": TEXT,
    "str | None": optional(TEXT),
    "tuple[str, ...]": NAMES,
}
"""What a key takes, by how its type is written. What takes values or levels is checked by the question itself."""


def _brief(question: Any) -> str:
    """The call that builds ``question``, without the keys that are left at their defaults."""
    said = _said(question)
    kept = ", ".join(f"{key}={said[key]!r}" for key in keys_of(type(question)) if key in said)
    return f"{type(question).__name__}({kept})"


def _said(question: Any) -> dict[str, Any]:
    """Values of the keys that are not at their defaults."""
    values = {field.name: (getattr(question, field.name), field.default) for field in fields(question) if field.init}
    return {key: value for key, (value, usual) in values.items() if value != usual}


def keys_of(plugin: type[Any]) -> tuple[str, ...]:
    """Names of the keys that a plug-in takes, those first that need not be named."""
    return tuple(field.name for field in sorted(fields(plugin), key=lambda one: bool(one.kw_only)) if field.init)


def written_question(question: Any) -> dict[str, Any]:
    """``question`` as a model file or JSON writes it, without the keys that are left at their defaults.

    Examples
    --------
    >>> from bayescause.query.estimands.shift_effect import ShiftEffect
    >>> written_question(ShiftEffect(of="price", on="sales", intervention={"shift": -1.0}))
    {'estimand': 'shift', 'of': 'price', 'on': 'sales', 'intervention': {'shift': -1.0}}
    """
    return {"estimand": question.short} | {key: _plain(value) for key, value in _said(question).items()}


def _plain(value: Any) -> Any:
    from bayescause.query.intervention import Intervention, write_intervention

    match value:
        case Intervention():
            return write_intervention(value)
        case tuple() if value and all(isinstance(one, tuple) and isinstance(one[0], str) for one in value):
            return {name: _plain(inner) for name, inner in value}
        case tuple():
            return list(map(_plain, value))
        case _:
            return value


def is_required(field: Field[Any]) -> bool:
    """Whether a plug-in cannot be built without this key."""
    return field.default is MISSING and field.default_factory is MISSING


def takers_of(package: str, key: str) -> tuple[str, ...]:
    """What the plug-ins in ``package`` are called that take ``key``."""
    return tuple(
        named(plugin) for plugin in (find(package, short) for short in names(package)) if key in keys_of(plugin)
    )


def stray_key(plugin: type[Any], key: str, *, beside: Iterable[str] = (), takers: Sequence[str] = ()) -> str:
    """That ``plugin`` has no such key, which others have it or what was meant, and which keys there are.

    Parameters
    ----------
    plugin : type
        A frozen dataclass with a ``short``.
    key : str
    beside : iterable of str
        Other keys that may stand with those of the plug-in.
    takers : sequence of str
        What the plug-ins are called that have the key.
    """
    meant = MEANT.get(key)
    elsewhere = f" Did you mean `{meant}`?" if meant in keys_of(plugin) else ""
    elsewhere += f" It is a key of {', '.join(f'`{taker}`' for taker in takers)}." if takers else ""
    if key == "by" and not takers:
        where = "write `[slices]` and below it `by = [...]`" if is_in_file() else "call `slice_by(effect, by=[...])`"
        elsewhere = f" Groups are no part of a question: {where}."
    return stray(named(plugin), key, [*keys_of(plugin), *beside], noun="key", elsewhere=elsewhere)
