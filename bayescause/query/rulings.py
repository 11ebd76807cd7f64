"""What is wrong with a decision whatever the effect is: choices without words, and gains and costs that cannot be."""

import math
from typing import Protocol

from bayescause.surface import fact

__all__ = ["Weighed", "faults_of_ruling", "gain_against"]


class Weighed(Protocol):
    """What a decision says before anything is known of the effect."""

    @property
    def act(self) -> str:
        """What acting is, in words."""
        ...

    @property
    def instead(self) -> str:
        """What happens otherwise, in words."""
        ...

    @property
    def gain(self) -> float:
        """Worth of one unit of the outcome."""
        ...

    @property
    def cost(self) -> float:
        """Of acting, per row."""
        ...


def faults_of_ruling(asked: Weighed) -> dict[str, str]:
    """What is wrong with ``asked``, a sentence for each key that has to be mended.

    Examples
    --------
    >>> from bayescause.study.study import Ruling
    >>> list(faults_of_ruling(Ruling(0, act="do it", instead="leave it", gain=0.0, cost=-1.0)))
    ['gain', 'cost']
    """
    faults = {}
    act, instead = asked.act.strip(), asked.instead.strip()
    if not act or not instead:
        faults["act"] = (
            "The decision needs both `act` and `instead` in words: what is done, and what happens otherwise."
        )
    elif act == instead:
        faults["act"] = f"`act` and `instead` are both {act!r}: there is nothing to decide."
    if not math.isfinite(asked.gain) or asked.gain == 0.0:
        faults["gain"] = (
            f"`gain` is {asked.gain:g}; it must be what one unit of the outcome is worth, "
            "negative where less is better."
        )
    if not math.isfinite(asked.cost) or asked.cost < 0.0:
        faults["cost"] = f"`cost` is {asked.cost:g}; it must be 0 or more: what acting costs per row."
    return faults


def gain_against(gain: float, outcome: str, better: str | None) -> str | None:
    """That a gain counts as good what of the outcome is called worse; None where both agree, or nothing is called so.

    Examples
    --------
    >>> gain_against(2.0, "sales", "higher") is None
    True
    """
    if better is None or gain == 0.0 or (gain > 0.0) == (better == "higher"):
        return None
    said = (
        f"`gain` is {gain:g}, but of {outcome!r} it is said that {better} is better ({fact(outcome, 'better', better)})"
    )
    return f"{said}. Change the sign of `gain`, or the direction."
