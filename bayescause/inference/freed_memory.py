"""Memory that arrays leave behind is kept for the next ones, which otherwise wait for the system to hand out new pages.

Work on draws makes and drops many arrays of a few megabytes. The C library of Linux gives such memory back at once and
asks for it again, page by page, which took half of the time of an effect. It keeps freed blocks of a size that it has
seen freed before, up to 32 MB (``mallopt(3)``, dynamic threshold): one block that is never written to teaches it that.
"""

from functools import cache

import numpy as np

__all__ = ["keep_freed_memory"]

SEEN = 31 * 2**20
"""Bytes of the block: just below the largest size that the C library learns from."""


@cache
def keep_freed_memory() -> None:
    """Let the C library keep up to 64 MB for the arrays to come; elsewhere than on Linux it changes nothing.

    Examples
    --------
    >>> keep_freed_memory()
    """
    np.empty(SEEN, dtype=np.uint8)
