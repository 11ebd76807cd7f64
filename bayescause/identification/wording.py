"""A verdict in words, for a reader at a terminal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayescause.identification.verdict import Identified, NotIdentified

__all__ = ["told_identified", "told_not_identified"]

LABEL = 13
"""Width of the column of labels."""

DOUBTED = ("truncated_factorization", "adjustment")
"""Strategies whose untestable assumptions a sensitivity analysis can weigh: like is compared with like."""

WIDEST = 80
"""Characters of an assumption up to which what tests it stands in one column."""

LONGEST_LIST = 6
"""Names that a list spells out in full."""

LONGEST_FORMULA = 400
"""Characters of a functional that a terminal shows."""

STRATEGIES = {
    "truncated_factorization": "truncated factorization",
    "adjustment": "adjustment",
    "front_door": "front door",
    "general": "the general algorithm (ID)",
    "edge_g_formula": "the edge g-formula: each arrow out of the treatment at a level of its own",
    "randomised_mediators": "two interventions, with the mediators of the one drawn by lot in the other",
    "recanting_twins": "twins of the recanting witness, drawn once for each of its ways on",
}


def told_identified(verdict: "Identified") -> str:
    """What ``print`` shows of an identified effect."""
    if verdict.strategy == "no_effect":
        return _told_no_effect(verdict)
    return "\n".join(
        [
            f'Identified: the data can answer "{verdict.query}", if the graph is right.',
            *_labelled("by", [_strategies(verdict)]),
            *_labelled("is", [_shortened(verdict.functional)]),
            *_labelled("rests on", _numbered(_assumptions(verdict))),
            *_labelled("would break", _broken_by(verdict.would_break)),
            *_labelled("note", verdict.notes),
        ]
    )


def told_not_identified(verdict: "NotIdentified") -> str:
    """What ``print`` shows of an effect that is not identified."""
    treatments, outcomes = " and ".join(verdict.query.of), " and ".join(verdict.query.on)
    does = "does" if len(verdict.query.of) == 1 else "do"
    within = f" within groups of {' and '.join(verdict.query.given)}" if verdict.query.given else ""
    witness = ""
    if verdict.hedge is not None:
        nodes, inner = ", ".join(verdict.hedge.nodes), ", ".join(verdict.hedge.inner)
        witness = f"      witness: hedge {{{nodes}}} / {{{inner}}}"
    if verdict.recanting is not None:
        names = verdict.recanting.nodes
        found = names[0] if len(names) == 1 else f"district {{{', '.join(names)}}}"
        witness = f"      witness: recanting {found}"
    directly = " directly" if verdict.query.kind == "direct" else ""
    asked = f"what {treatments} {does} to {outcomes}{directly}{within}"
    if verdict.query.is_mediated:
        asked = f"the {verdict.query}"
    lines = [
        f"Not identified: no table of these columns, however long, says {asked}.",
        *_labelled("in the way", verdict.in_the_way),
        *_labelled("why", [verdict.reason]),
        *_labelled("settles it", _numbered(verdict.remedies)),
        *_labelled("range", _range(verdict)),
        *_labelled("not done", [f"{_not_done(verdict)}{witness}"]),
        *_labelled("note", verdict.notes),
    ]
    if verdict.deletable:
        deletable = " and ".join(verdict.deletable)
        them = "it" if len(verdict.deletable) == 1 else "them"
        lines.append(
            f"If you can defend deleting {deletable}, delete {them}: "
            "the page will then say how strong that cause would have to be to change your decision."
        )
    return "\n".join(lines)


def _not_done(verdict: "NotIdentified") -> str:
    if verdict.parametric is None:
        return "nothing was fitted; no number is given"
    return "without straight lines nothing is fitted and no number is given"


def _range(verdict: "NotIdentified") -> list[str]:
    if verdict.bounds is None:
        return []
    tight = "sharp" if verdict.bounds.is_sharp else "perhaps not the tightest"
    return [f"if all variables are discrete, the data leave a range open that can be told ({tight})"]


def _told_no_effect(verdict: "Identified") -> str:
    treatments, outcomes = " and ".join(verdict.query.of), " and ".join(verdict.query.on)
    swapped = [note for note in verdict.notes if note.endswith("?")]
    cannot = f"{treatments} cannot change {outcomes}: no arrow leads from one to the other"
    first = f"No effect: by your drawing {cannot}. {' '.join(swapped) or 'Swapped?'}"
    if verdict.query.is_mediated:
        past = " and ".join(verdict.query.through)
        first = f"No {verdict.query}: by your drawing no way leads from one to the other past {past}."
    if verdict.query.kind == "direct":
        first = f"No direct effect: by your drawing no arrow leads straight from {treatments} to {outcomes}."
    lines = [
        first,
        *_labelled("is", [_shortened(verdict.functional)]),
        *_labelled("rests on", _numbered(_assumptions(verdict))),
        *_labelled("would break", _broken_by(verdict.would_break)),
        *_labelled("not done", ["nothing is fitted: the effect is zero by the graph"]),
        *_labelled("note", [note for note in verdict.notes if note not in swapped]),
    ]
    return "\n".join(lines)


def _strategies(verdict: "Identified") -> str:
    holding = [STRATEGIES[verdict.strategy], *(f"also {STRATEGIES[other]}" for other in verdict.also)]
    if verdict.adjustment_sets:
        smallest = verdict.adjustment_sets[0]
        size = f"smallest set of {len(smallest)}: {_short_list(smallest)}" if smallest else "nothing to adjust for"
        if verdict.optimal_set is not None and verdict.optimal_set not in ((), smallest):
            size += f", most precise: {_short_list(verdict.optimal_set)}"
        place = next(index for index, text in enumerate(holding) if text.endswith("adjustment"))
        holding[place] += f", {size}"
    if verdict.front_door_sets:
        place = next(index for index, text in enumerate(holding) if text.endswith("front door"))
        holding[place] += f", through {_short_list(verdict.front_door_sets[0])}"
    if verdict.instruments:
        first = min(verdict.instruments, key=lambda each: len(each.given))
        within = f" within groups of {_short_list(first.given)}" if first.given else ""
        holding.append(f"also with {first.instrument} as instrument{within}, if every effect is a straight line")
    return "; ".join(holding)


def _short_list(names: Sequence[str]) -> str:
    shown = names if len(names) <= LONGEST_LIST else (*names[: LONGEST_LIST - 2], "...", names[-1])
    return " ".join(shown)


def _assumptions(verdict: "Identified") -> list[str]:
    assumptions = verdict.assumptions
    width = min(max((len(assumption.text) for assumption in assumptions), default=0), WIDEST)
    doubted = ": see sensitivity" if verdict.strategy in DOUBTED else ""
    return [f"{assumption.text:<{width}}  {_tested(assumption.tested_by, doubted)}" for assumption in assumptions]


def _tested(tested_by: str | None, doubted: str) -> str:
    if tested_by is None:
        return f"cannot be tested{doubted}"
    how, _, when = tested_by.partition(", ")
    return f"tested {when} ({how})" if when else f"tested by {how}"


def _broken_by(arrows: Sequence[str]) -> list[str]:
    if not arrows:
        return []
    article = "an arrow" if len(arrows) == 1 else "any of the arrows"
    return [f"{article} {', '.join(arrows)}"]


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{number}  {line}" for number, line in enumerate(lines, start=1)]


def _labelled(label: str, lines: Iterable[str]) -> list[str]:
    return [f"  {label if index == 0 else '':<{LABEL}}{line}" for index, line in enumerate(lines)]


def _shortened(functional: str) -> str:
    return functional if len(functional) <= LONGEST_FORMULA else f"{functional[: LONGEST_FORMULA - 4]} ..."
