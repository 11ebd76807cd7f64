"""What the owner reads of an answer by the front door or a general formula: on what it rests, what could break it."""

from typing import TYPE_CHECKING

from bayescause.identification.verdict import Identified
from bayescause.reporting.wording.cleaning import clean
from bayescause.reporting.wording.paragraph import Light

if TYPE_CHECKING:
    from bayescause.analysis.overlap import Overlap
    from bayescause.query.effect import Effect
    from bayescause.reporting.wording.names import Names

__all__ = ["breaks", "formula_light", "rests_on", "through_of"]


def through_of(effect: "Effect") -> tuple[str, ...] | None:
    """Mediators of a front door; none for a general formula; None for answers that hold causes alike."""
    match effect.verdict:
        case Identified(strategy="front_door", front_door_sets=sets):
            return sets[0]
        case Identified(strategy="general"):
            return ()
        case _:
            return None


def rests_on(names: "Names", through: tuple[str, ...]) -> str:
    """The proviso of every chance, after "if"."""
    if not through:
        return "if the drawing is right"
    return f"if all that {names.treatment} does to {names.outcome} goes through {_listed(names, through)}"


def breaks(names: "Names", through: tuple[str, ...]) -> str:
    """What could prove the answer wrong."""
    if not through:
        return (
            f"An arrow that the drawing leaves out. The answer is worked out from all arrows together, and some of "
            f"those that are missing between {names.treatment} and {names.outcome} would end it."
        )
    between = _listed(names, through)
    return (
        f"That {names.treatment} reaches {names.outcome} in another way than through {between}, or that something "
        f"nobody measured moves {between} together with one of the two. Something unmeasured that moves "
        f"{names.treatment} and {names.outcome} does no harm."
    )


def formula_light(effect: "Effect", overlap: "Overlap | None") -> Light:
    """Whether what the formula needs was seen."""
    title = "What the formula needs"
    looked = {check.name: check for check in effect.checks}
    seen, graph = looked.get("conditions"), looked.get("graph")
    if graph is not None and not graph.is_good:
        return Light(title, "open", "the data speak against the drawing")
    if seen is not None:
        return Light(title, "good", "was seen") if seen.is_good else Light(title, "open", clean(seen.words, 100))
    if overlap is not None and not overlap.is_good:
        return Light(title, "open", "some of it was hardly ever seen")
    return Light(title, "good", "was seen")


def _listed(names: "Names", through: tuple[str, ...]) -> str:
    return " and ".join(names.label(name) for name in through)
