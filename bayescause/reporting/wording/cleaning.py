"""A user's names, levels, units and titles are made safe to print: no control or direction marks, no endless text."""

import re
import unicodedata

__all__ = ["bare", "clean", "clean_lines"]

LIMIT = 80
"""Signs of a name that are shown; what is longer ends in an ellipsis."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
_RIGHT_TO_LEFT = {"R", "AL"}


def clean(text: object, limit: int = LIMIT) -> str:
    r"""``text`` on one line, without invisible signs, at most ``limit`` long.

    Right-to-left words are kept and isolated, so that they cannot turn the order of what stands beside them.

    Examples
    --------
    >>> clean("ta\u202ekings\n  per week")
    'takings per week'
    >>> clean("x" * 10_000, 5)
    'xxxx…'
    """
    seen = str(text)[: 50 * limit]
    shown = "".join(" " if sign.isspace() else sign for sign in seen if _is_visible(sign))
    shown = re.sub(r" +", " ", shown).strip()
    if len(shown) > limit:
        shown = shown[: limit - 1].rstrip() + "…"
    turns = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in shown)
    return f"\u2068{shown}\u2069" if turns else shown


def clean_lines(text: object, limit: int = 2_000) -> str:
    """``text`` line by line, each cleaned; for statements and reports of several lines."""
    kept = str(text)[:limit].splitlines()
    return "\n".join(" " * (len(line) - len(line.lstrip())) + clean(line, 400) for line in kept)


def bare(text: object) -> str:
    """A sentence of the user's, cleaned and without its full stop, to stand inside another.

    Examples
    --------
    >>> bare("Run the promotion!")
    'Run the promotion'
    """
    return clean(text, 120).rstrip(".! ")


def _is_visible(sign: str) -> bool:
    return sign.isspace() or sign in _JOINERS or unicodedata.category(sign) not in _INVISIBLE
