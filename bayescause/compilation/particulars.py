"""What a question may say beyond what every question says; what it does not say has one meaning, told here."""

from collections.abc import Hashable
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import cast

__all__ = ["Particulars", "particulars"]


@dataclass(frozen=True)
class Particulars:
    """What a question says of itself beyond the core that every question has.

    A plug-in offers those that mean something for it, as a key, a class variable or a property, and no others.

    Parameters
    ----------
    contrast : tuple of two levels, optional
        Reference level and level of interest of the treatment, as values or as the user's names of levels. None where
        no two levels are compared: then ``sides`` tells what is.
    sides : tuple of two str, optional
        What is compared in words, the reference first; None where ``contrast`` says it.
    held : tuple of (str, levels)
        Variables that are held at levels in both worlds.
    level : float or str, optional
        Level of the outcome whose chance it is about, which ``quantity`` then says; None for its mean.
    reference : float or str, optional
        Level of the treatment against which each point of a curve is told; None where none is.
    at : tuple of float
        Values of a modifier at which the effect is wanted.
    plainly : str
        What an owner would call it, where the name in sentences is a term of the trade.
    sentence : str
        The answer for an owner, where it is a share of units; ``{many}``, ``{on}``, ``{low}``, ``{high}`` and
        ``{share}`` stand for its words.
    quantity : str
        What of the outcome it is about: ``"risk"``, ``"odds"``, ``"median"``; empty for the mean.
    response : str
        What a curve is about, where that is not the outcome itself; ``{}`` stands for the outcome.
    grouping : str
        Word before the name of a group: groups of units are ``"where"``, worlds ``"under"``.
    is_of_law : bool
        Whether it is read off the whole law of the outcome under either level.
    formula : str
        What it asks for, in signs; ``{of}``, ``{on}``, ``{low}``, ``{high}``, ``{through}`` and ``{given}`` stand for
        its words, and ``on(of = high)`` is the outcome as it would be.
    coupling : str, optional
        Assumption about how the worlds that are compared hang together; None where it needs none.
    ways : tuple of str, optional
        Short names of the ways that may answer it; None for any.
    given : tuple of str
        Effect modifiers; empty where everybody is averaged over.
    among : float or str, optional
        Level of the treatment whose units it is about; None for the units at any level.
    count_above : float or str, optional
        Value or level of the outcome above which the report counts units.
    is_by_blocks : bool
        Whether it is averaged over a table that is read in blocks, one block after another; any other question needs
        the different rows of what it looks at in memory.
    """

    contrast: tuple[float | str, float | str] | None = None
    sides: tuple[str, str] | None = None
    held: tuple[tuple[str, tuple[float | str, ...]], ...] = ()
    level: float | str | None = None
    reference: float | str | None = None
    at: tuple[float, ...] = ()
    plainly: str = ""
    sentence: str = ""
    quantity: str = ""
    response: str = ""
    grouping: str = "where"
    is_of_law: bool = False
    formula: str = ""
    coupling: str | None = None
    ways: tuple[str, ...] | None = None
    given: tuple[str, ...] = ()
    among: float | str | None = None
    count_above: float | str | None = None
    is_by_blocks: bool = False

    @property
    def is_of_mean(self) -> bool:
        """Whether it is about a mean: that of the outcome, or of one that is 1 at a level and 0 elsewhere."""
        return self.quantity in ("", "risk") or self.level is not None


def particulars(question: object) -> Particulars:
    """What ``question`` says beyond the core, and the defaults of all that it does not say.

    Examples
    --------
    >>> from bayescause.query.estimands.effect_on_treated import EffectOnTreated
    >>> told = particulars(EffectOnTreated(of="promo", on="sales", contrast=("no", "yes")))
    >>> told.among, told.given, told.coupling
    ('yes', (), None)
    """
    offered = _offered(cast("Hashable", type(question))) | getattr(question, "__dict__", {}).keys()
    told = Particulars(**{name: getattr(question, name) for name in _NAMES if name in offered})
    if told.level is None:
        return told
    level = told.level if isinstance(told.level, str) else f"{told.level:g}"
    what = "odds" if told.quantity == "odds" else "chance"
    return replace(told, quantity=f"{what} that {{}} is {level.replace('{', '{{').replace('}', '}}')}")


@cache
def _offered(kind: Hashable) -> frozenset[str]:
    """Names of what every question of one kind says of itself."""
    return frozenset(name for name in _NAMES if hasattr(kind, name))


_NAMES = tuple(one.name for one in fields(Particulars))
