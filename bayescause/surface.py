"""How a setting is written where the user is: as an argument of a Python call, or as a key of a model file.

Sentences about what is wrong are made in rooms that serve both. What to write is put into them by the functions below:
for Python by default, and for a model file inside ``in_model_file``, which the study and the command line open.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

__all__ = ["called", "fact", "in_model_file", "is_in_file", "literal", "named", "setting", "table_setting"]

_IN_FILE: ContextVar[bool] = ContextVar("in_file", default=False)

LONGEST = 1e15
"""From which on a number without a fraction is not written out."""

_OF_ALL: Mapping[str, str] = MappingProxyType({"family": "families", "label": "labels", "unit": "units"})
"""Arguments of ``StructuralModel.parse`` that are called otherwise than the key of one variable."""

_QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "ate": "AverageEffect",
        "att": "EffectOnTreated",
        "atu": "EffectOnUntreated",
        "cate": "ConditionalEffect",
        "cate_curve": "ConditionalCurve",
        "cde": "ControlledDirectEffect",
        "exceedance": "Exceedance",
        "path": "PathSpecificEffect",
    }
)
"""Questions that sentences advise to ask instead."""


@contextmanager
def in_model_file() -> Iterator[None]:
    """Inside, what to write is told as keys of a model file.

    Examples
    --------
    >>> with in_model_file():
    ...     setting("through", ("m",))
    'through = ["m"]'
    """
    outside = _IN_FILE.set(True)
    try:
        yield
    finally:
        _IN_FILE.reset(outside)


def is_in_file() -> bool:
    """Whether the user writes a model file, and no Python."""
    return _IN_FILE.get()


def setting(key: str, value: Any) -> str:
    """A key of a question, an analysis or a decision with its value.

    Examples
    --------
    >>> setting("where", "age > 50")
    'where="age > 50"'
    """
    return f"{key}{' = ' if is_in_file() else '='}{literal(value)}"


def table_setting(key: str, value: Any) -> str:
    """How a table is to be read: a key of ``[data]``, or an argument of ``tabulate``.

    Examples
    --------
    >>> table_setting("missing", "drop")
    'tabulate(..., missing="drop")'
    """
    return setting(key, value) if is_in_file() else f"tabulate(..., {setting(key, value)})"


def fact(name: str, key: str, value: Any) -> str:
    """What is said of one variable: a key of its table, or an argument of ``StructuralModel.parse``.

    Examples
    --------
    >>> fact("promo", "levels", ["no", "yes"]), fact("way", "kind", "categorical")
    ('levels={"promo": ["no", "yes"]}', 'kinds={"categorical": ["way"]}')
    >>> with in_model_file():
    ...     fact("promo", "levels", ["no", "yes"])
    'levels = ["no", "yes"]'
    """
    if is_in_file():
        return setting(key, value)
    if key == "kind":
        return setting("kinds", {value: [name]})
    return setting(_OF_ALL.get(key, key), {name: value})


def called(short: str) -> str:
    """A question that is advised, as the user would ask it.

    Examples
    --------
    >>> called("ate")
    '`AverageEffect`'
    >>> with in_model_file():
    ...     called("ate")
    '`ate`'
    """
    return f"`{short if is_in_file() else _QUESTIONS[short]}`"


def named(plugin: Any) -> str:
    """What a plug-in is called: its class, or its short name.

    Examples
    --------
    >>> from bayescause.query.estimands.average_effect import AverageEffect
    >>> named(AverageEffect)
    'AverageEffect'
    """
    return str(plugin.short if is_in_file() else plugin.__name__)


def literal(value: Any) -> str:
    """A value as the user would type it.

    Examples
    --------
    >>> literal((0, "quit")), literal({"dept": [1.0, 0.1 + 0.2]})
    ('(0, "quit")', '{"dept": [1, 0.30000000000000004]}')
    >>> with in_model_file():
    ...     literal({"dept": True})
    '{ dept = true }'
    """
    match value:
        case str():
            return json.dumps(str(value), ensure_ascii=False)
        case bool():
            return str(value).lower() if is_in_file() else str(value)
        case int() | float():
            return _number(value)
        case Mapping() if is_in_file():
            return f"{{ {', '.join(f'{_key(name)} = {literal(one)}' for name, one in value.items())} }}"
        case Mapping():
            return f"{{{', '.join(f'{literal(name)}: {literal(one)}' for name, one in value.items())}}}"
        case tuple() if not is_in_file():
            return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
        case Sequence():
            return f"[{', '.join(map(literal, value))}]"
        case _:
            return str(value)


def _number(value: float) -> str:
    """Every digit of it, and no fraction where there is none."""
    is_plain = isinstance(value, int) or (value.is_integer() and abs(value) < LONGEST)
    return str(int(value)) if is_plain else repr(float(value))


def _key(name: str) -> str:
    is_bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if is_bare else literal(name)
