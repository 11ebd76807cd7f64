"""One look at what an effect rests on."""

from dataclasses import dataclass

__all__ = ["Check"]


@dataclass(frozen=True)
class Check:
    """One look at what an effect rests on: its name, what was found in a few words, and whether it is fine.

    Examples
    --------
    >>> Check("overlap", "every unit could have had either level", is_good=True).is_good
    True
    """

    name: str
    words: str
    is_good: bool
