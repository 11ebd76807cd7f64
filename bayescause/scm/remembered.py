"""What is asked of a design again and again is found once, and forgotten with the design."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, cast

if TYPE_CHECKING:
    from bayescause.scm.design import Design

__all__ = ["remembered"]


def remembered[**P, R](find: "Callable[Concatenate[Design, P], R]") -> "Callable[Concatenate[Design, P], R]":
    """``find``, whose results each design keeps for the same further arguments: positional ones that can be keys.

    A cache of the function's own would keep designs alive, with all that was derived from their data, long after the
    posteriors that they belong to.

    Examples
    --------
    >>> from bayescause.scm.design import Design
    >>> @remembered
    ... def count(design, factor):
    ...     print("counted")
    ...     return factor * len(design.levels)
    >>> design = Design({}, {}, {"dose": ("low", "high")})
    >>> count(design, 3), count(design, 3)
    counted
    (3, 3)
    """
    name = f"{find.__module__}.{find.__qualname__}"

    @wraps(find)
    def found(design: "Design", /, *arguments: P.args, **named: P.kwargs) -> R:
        key: Hashable = (name, *arguments, *named.items())
        known = design.known
        if key not in known:
            known[key] = find(design, *arguments, **named)
        return cast("R", known[key])

    return found
