"""Columns that the user has not sorted yet: the ``? name`` lines that ``bayescause new`` writes."""

import re
from dataclasses import dataclass

__all__ = ["Unsorted", "take_out"]

_QUESTION = re.compile(r"^\s*\?\s*(\"[^\"]*\"|[^\s#;]*)")


@dataclass(frozen=True)
class Unsorted:
    """A column whose place in the graph is open.

    Parameters
    ----------
    name : str
    line : int
        Of the edges text, from 1.
    """

    name: str
    line: int


def take_out(edges: str) -> tuple[str, tuple[Unsorted, ...]]:
    r"""``edges`` with its ``?`` lines emptied, so that all others keep their number, and what stood there.

    Examples
    --------
    >>> take_out("promo -> sales\n? season  # before?")
    ('promo -> sales\n', (Unsorted(name='season', line=2),))
    """
    lines = edges.split("\n")
    found = {at: match for at, line in enumerate(lines) if (match := _QUESTION.match(line))}
    kept = ["" if at in found else line for at, line in enumerate(lines)]
    return "\n".join(kept), tuple(Unsorted(match.group(1).strip('"'), at + 1) for at, match in found.items())
