"""Kind and probability of intervals as ArviZ has them: its defaults, or what the user told ArviZ."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

__all__ = ["PUBLISHED", "interval_kind", "interval_probability"]

PUBLISHED: Mapping[str, float | str] = MappingProxyType({"stats.ci_prob": 0.89, "stats.ci_kind": "eti"})
"""ArviZ's own defaults."""


def interval_probability() -> float:
    """Probability that an interval holds unless asked otherwise.

    Examples
    --------
    >>> interval_probability()
    0.89
    """
    return float(_setting("stats.ci_prob"))


def interval_kind() -> str:
    """``"eti"`` or ``"hdi"``: the kind of an interval unless asked otherwise."""
    return str(_setting("stats.ci_kind"))


def _setting(name: str) -> float | str:
    # ArviZ takes long to load. Whoever changed a setting has loaded it, or keeps a file that it reads.
    if "arviz_base" not in sys.modules and not any(file.is_file() for file in _files()):
        return PUBLISHED[name]
    from arviz_base import rcParams

    found: float | str = rcParams[name]
    return found


def _files() -> Iterator[Path]:
    """Where ArviZ looks for its settings."""
    yield Path("arvizrc")
    if told := os.environ.get("ARVIZ_DATA"):
        yield Path(told) / "arvizrc"
    yield Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "arviz" / "arvizrc"
    yield Path.home() / ".arviz" / "arvizrc"
