"""The docstring of a question: what it says itself, and of each key that it inherits what the nearest class says."""

import re
from collections.abc import Sequence
from inspect import cleandoc

__all__ = ["documented"]

_SECTION = re.compile(r"^(\w[\w ]*)\n-+\n", re.MULTILINE)
_ENTRY = re.compile(r"^(?=\S)", re.MULTILINE)


def documented(plugin: type, keys: Sequence[str]) -> str | None:
    """The docstring of ``plugin`` with the meaning of all its ``keys``, and the errors that it raises.

    What stands in a class goes before what its parents say, key by key.

    Parameters
    ----------
    plugin : type
    keys : sequence of str
        In the order in which they are told.

    Returns
    -------
    str or None
        None where Python was told to keep no docstrings.

    Examples
    --------
    >>> class Parent:
    ...     '''A parent.
    ...
    ...     Parameters
    ...     ----------
    ...     of : str
    ...         Treatment.
    ...     '''
    >>> class Child(Parent):
    ...     '''A child.'''
    >>> documented(Child, ["of"]).splitlines()
    ['A child.', '', 'Parameters', '----------', 'of : str', '    Treatment.']
    """
    if not plugin.__doc__:
        return None
    told = [_sections(one.__doc__) for one in plugin.__mro__[:-1] if one.__doc__]
    entries = {key: text for one in reversed(told) for key, text in _entries(one.get("Parameters", "")).items()}
    own, raised = dict(told[0]), next((one["Raises"] for one in told if "Raises" in one), None)
    parts = {"": own.pop(""), "Parameters": "\n".join(entries[key] for key in keys if key in entries)}
    parts |= {"Raises": raised} if raised else {}
    return "\n\n".join(_written(title, text) for title, text in (parts | _without(own, parts)).items())


def _without(own: dict[str, str], parts: dict[str, str]) -> dict[str, str]:
    return {title: text for title, text in own.items() if title not in parts}


def _written(title: str, text: str) -> str:
    return f"{title}\n{'-' * len(title)}\n{text}" if title else text


def _sections(docstring: str) -> dict[str, str]:
    """Text by title; what stands before the first title has none."""
    summary, *rest = _SECTION.split(cleandoc(docstring))
    titles, texts = rest[::2], rest[1::2]
    return {title: text.strip() for title, text in zip(("", *titles), (summary, *texts), strict=True)}


def _entries(section: str) -> dict[str, str]:
    """Entries of a list of parameters, by name."""
    return {entry.partition(" :")[0].strip(): entry.rstrip() for entry in _ENTRY.split(section) if entry}
