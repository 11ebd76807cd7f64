"""What the data say about the graph: its testable statements, what was seen, and that passing proves nothing."""

from typing import TYPE_CHECKING

from bayescause.reporting.proof.blocks import Bullets, Prose, Section, Table, told
from bayescause.reporting.proof.digits import significant
from bayescause.reporting.wording.cleaning import clean

if TYPE_CHECKING:
    from bayescause.analysis.graph_checks import Falsification, GraphCheck

__all__ = ["graph_section"]

LINES = 40
"""Statements that are shown; all of them stand in the report for programs."""

SMALLEST = 0.001
"""P-value below which the digits say no more."""

_SIGNS = {"spoken against": "○", "not spoken against": "●", "could not be tested": "–"}


def graph_section(found: "Falsification | None") -> Section | None:
    """The statements of the graph with their verdicts; None if nothing was looked at."""
    if found is None:
        return None
    return Section(
        "graph", "What the data say about the graph", told(Prose(clean(found.headline, 900)), _statements(found))
    )


def _statements(found: "Falsification") -> "tuple[Table | Bullets, ...]":
    if not found.checks:
        return ()
    others = tuple(one for one in found if not one.is_against)
    rows = tuple(_row(one) for one in (*found.against, *others)[:LINES])
    head = ("The graph demands", "The data", "p, corrected", "Strength", "Noticed from", "How")
    table = Table("Each statement, and what was seen", head, rows, (2, 3, 4))
    return (table, Bullets(tuple(_notes(found))))


def _row(one: "GraphCheck") -> tuple[str, ...]:
    verdict = f"{_SIGNS[one.verdict]} {one.verdict}"
    if not one.is_tested:
        return (clean(str(one.statement), 300), verdict, "–", "–", "–", clean(one.reason, 200))
    chance = significant(one.adjusted, 2) if one.adjusted >= SMALLEST else f"< {SMALLEST:g}"
    numbers = (chance, f"{one.strength:.2f}", f"{one.detectable:.2f}")
    return (clean(str(one.statement), 300), verdict, *numbers, f"{clean(one.method, 200)}; {one.units:,} units")


def _notes(found: "Falsification") -> list[str]:
    chance = f"{100 * found.level:g} in 100"
    notes = [
        "“a ⊥ b | c”: a and b are independent among units with like c.",
        f"Corrected for the number of tests (Holm): a right graph is contradicted in at most {chance} data sets.",
        "Units are taken not to depend on each other.",
        "Strength is on the scale of a correlation; one as strong as “noticed from” is found 80 times in 100.",
        "What fails does not say what is wrong with the graph; what passes does not say that the graph is right.",
    ]
    if len(found) > LINES:
        notes.append(f"{LINES} of {len(found)} statements are shown.")
    if not found.is_whole:
        notes.append(
            "The graph makes more statements than were tested; those on variables far from each other were left out."
        )
    return notes
