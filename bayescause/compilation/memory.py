"""Whether a table fits into memory is asked before it is read: a process that is killed cannot say why."""

import os
from pathlib import Path

from bayescause.errors import DataError

__all__ = ["available_bytes", "check_room"]

CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))

GIGABYTE = 1e9


def check_room(name: str, needed: float) -> None:
    """Refuse a file that needs more memory than there is.

    Raises
    ------
    DataError
        With what it needs, what there is, and what to do.

    Examples
    --------
    >>> check_room("weeks.csv", 1e6)
    """
    room = available_bytes()
    if room is not None and needed > room:
        raise DataError(
            f"{name} needs about {needed / GIGABYTE:,.1f} GB of memory, and {room / GIGABYTE:,.1f} GB are there. Save "
            "it as Parquet, of which only the needed columns are read; count equal rows in a frequency column; or take "
            "a random sample of the rows."
        )


def available_bytes() -> float | None:
    """Memory that this process may use, in bytes; None where the system does not say."""
    if not {"SC_PHYS_PAGES", "SC_PAGE_SIZE"} <= set(getattr(os, "sysconf_names", ())):
        return None
    limits = [float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))]
    for file in CGROUP_LIMITS:
        text = file.read_text().strip() if file.is_file() else ""
        limits += [float(text)] if text.isdigit() else []
    return min(limits)
