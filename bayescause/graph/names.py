"""Names of variables: one Unicode form, no look-alikes, and the nearest known name for a mistyped one."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from bayescause.arguments import closest

__all__ = [
    "MOST_SHOWN",
    "escaped",
    "listed",
    "lookalikes",
    "nearest",
    "nearest_or_all",
    "normalised",
    "quoted",
    "unescaped",
]

LOOKALIKES = str.maketrans("аеіјорсԁԛԝхуѕαονρ", "aeijopcdqwxysaovp")
"""Cyrillic and Greek small letters that most fonts draw as Latin ones."""

MOST_SHOWN = 12
"""Names that a list in a sentence has at most."""

BARE = frozenset("{}()[],;=~+*:<>#\"'?|/&!^%$@`\\-–—→←↔")
"""Signs that a name without quotes may not hold."""

_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))")


def normalised(name: str) -> str:
    r"""The NFC form of ``name``, so that one visible name is one name.

    Examples
    --------
    >>> normalised("cafe\u0301") == "caf\u00e9"
    True
    """
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that offers the known name closest to ``name``, with a space before it; empty if none is close.

    Examples
    --------
    >>> nearest("slaes", ["sales", "promo"])
    ' Did you mean `sales`?'
    """
    near = closest(name, known)
    return "" if near is None else f" Did you mean `{near}`?"


def nearest_or_all(name: str, known: Sequence[str]) -> str:
    """The same; where none is close, a sentence that lists what is known, the first dozen.

    Examples
    --------
    >>> nearest_or_all("weather", ["sales", "promo"])
    ' It has sales, promo.'
    """
    return nearest(name, known) or f" It has {listed(known)}."


def listed(names: Sequence[str]) -> str:
    """Names with commas between them, the first dozen of many.

    Examples
    --------
    >>> listed(["north", "south"])
    'north, south'
    """
    return ", ".join(names[:MOST_SHOWN]) + (" ..." if len(names) > MOST_SHOWN else "")


def lookalikes(names: Collection[str]) -> list[tuple[str, str]]:
    """Pairs of different names that a reader cannot tell apart, or that differ in case only.

    Examples
    --------
    >>> lookalikes(["Age", "sex", "age"])
    [('Age', 'age')]
    """
    seen: dict[str, str] = {}
    pairs = []
    for name in names:
        first = seen.setdefault(_skeleton(name), name)
        if first != name:
            pairs.append((first, name))
    return pairs


def quoted(name: str) -> str:
    """``name`` as graph texts write it: in double quotes where it holds more than letters, digits, ``_`` and dots.

    Examples
    --------
    >>> quoted("wt82_71"), quoted("body weight")
    ('wt82_71', '"body weight"')
    """
    if name != "latent" and not name.isdigit() and all(map(_is_bare, name)):
        return name
    return escaped(name)


def escaped(name: str) -> str:
    r"""``name`` in double quotes, on one line: quotes and backslashes behind a backslash, what has no shape as a code.

    Examples
    --------
    >>> print(escaped('a "b"\nc'))
    "a \"b\"\u{a}c"
    """
    letters = "".join(_escaped(letter) for letter in name)
    return f'"{letters}"'


def unescaped(text: str) -> str:
    r"""What ``escaped`` wrote between its quotes, as it was.

    Examples
    --------
    >>> unescaped(escaped('a "b"\nc')[1:-1]) == 'a "b"\nc'
    True
    """
    return _ESCAPE.sub(_letter_of, text)


def _skeleton(name: str) -> str:
    if name.isascii():
        return " ".join(name.casefold().split())
    visible = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    folded = unicodedata.normalize("NFKC", visible).casefold().translate(LOOKALIKES)
    return " ".join(folded.split())


def _is_bare(letter: str) -> bool:
    return letter.isprintable() and not letter.isspace() and letter not in BARE


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\u{{{ord(letter):x}}}"


def _letter_of(match: re.Match[str]) -> str:
    code, letter = match.groups()
    if code is None:
        return str(letter)
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
