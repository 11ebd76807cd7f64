"""A list that says whether it is whole: what a graph admits can be more than anyone reads or waits for."""

from dataclasses import dataclass

__all__ = ["Listing"]


@dataclass(frozen=True)
class Listing[Entry]:
    """Entries in a deterministic order.

    Parameters
    ----------
    entries : tuple
    is_whole : bool
        Whether nothing was left out for want of time or room.
    """

    entries: tuple[Entry, ...] = ()
    is_whole: bool = True
