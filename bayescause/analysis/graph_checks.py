"""What the data say about a graph: a verdict on each testable statement, and what would account for failures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayescause.analysis.explaining import Explanations
from bayescause.analysis.suspects import Suspect
from bayescause.identification.independences import Independence
from bayescause.identification.verma import Constraint
from bayescause.notebooks import by_its_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AGAINST", "CAVEAT", "NOT_AGAINST", "UNTESTED", "Falsification", "GraphCheck"]

AGAINST, NOT_AGAINST, UNTESTED = "spoken against", "not spoken against", "could not be tested"

CAVEAT = "That proves nothing: other graphs, with other effects, demand the same."

MEDIUM = 0.3
"""Size of a correlation that a look should be able to notice before it is called a look (Cohen's medium size)."""


@dataclass(frozen=True)
class GraphCheck:
    """One statement of a graph, and what the data say about it.

    Parameters
    ----------
    statement : Independence or Constraint
    verdict : str
        ``"spoken against"``, ``"not spoken against"`` or ``"could not be tested"`` (with the reason).
    method : str
        How it was tested; empty if it was not.
    units : int
        Units without a missing value.
    p_value : float
        Of the test; NaN if there was none.
    adjusted : float
        The same, corrected for the number of tests (Holm 1979).
    strength : float
        Of the dependence that should not be, on the scale of a correlation, 0 to 1.
    detectable : float
        The weakest dependence, on the same scale, that the test would find with 80 % probability.
    reason : str
        Why it could not be tested.

    Examples
    --------
    >>> import bayescause as bc
    >>> a = [0.1, 1.3, -0.4, 0.9, -1.2, 0.2, 0.7, -0.8] * 20
    >>> data = {"rain": a, "wet": a[3:] + a[:3], "slip": a[5:] + a[:5]}
    >>> [check] = bc.falsify(bc.CausalGraph.parse("rain -> slip; wet -> slip"), data).checks
    >>> str(check.statement), check.is_tested
    ('wet ⊥ rain', True)
    """

    statement: Independence | Constraint
    verdict: str
    method: str = ""
    units: int = 0
    p_value: float = float("nan")
    adjusted: float = float("nan")
    strength: float = float("nan")
    detectable: float = float("nan")
    reason: str = ""

    @property
    def kind(self) -> str:
        """``"independence"`` or ``"constraint"``."""
        return type(self.statement).__name__.lower()

    @property
    def is_against(self) -> bool:
        """Whether the data speak against the statement."""
        return self.verdict == AGAINST

    @property
    def is_tested(self) -> bool:
        """Whether it was tested at all."""
        return self.verdict != UNTESTED

    @property
    def is_blunt(self) -> bool:
        """Whether even a dependence of medium size could have gone unnoticed."""
        return self.is_tested and not self.is_against and self.detectable > MEDIUM

    @property
    def words(self) -> str:
        """One sentence."""
        if not self.is_tested:
            return f"{self.statement}: could not be tested, because {self.reason}."
        if self.is_against:
            return self._broken()
        noticed = f"a dependence as strong as a correlation of {self.detectable:.2f} would mostly have been noticed"
        return f"{self.statement}: not spoken against; {'only ' if self.is_blunt else ''}{noticed}."

    def _broken(self) -> str:
        if isinstance(self.statement, Constraint):
            return f"{self.statement}, says the graph, but in the data it does."
        one = self.statement
        held = f" once {one.held}" if one.given else ""
        strength = f"about as strongly as a correlation of {self.strength:.2f}"
        return (
            f"{one.a} and {one.b} should have nothing to do with each other{held}, but they hang together {strength}."
        )


@dataclass(frozen=True)
class Falsification:
    """The testable statements of a graph, each with a verdict.

    Parameters
    ----------
    checks : tuple of GraphCheck
        In the order of the graph's implications.
    level : float
        Chance, at most, that anything is spoken against although the graph is right and the tests' assumptions hold.
    is_whole : bool
        Whether no statement was left out because there are too many.
    suspects : tuple of Suspect
        Single missing arrows that would account for what is spoken against, those that account for most first; the
        places that they account for are those of ``against``.
    explanations : Explanations
        Which of them are likely, alone or together: the graphs with them were tested as well.
    rows : int
        Rows that were looked at.
    seed : int
        Of the choice of rows in a large table, and of the draws for constraints.

    Examples
    --------
    >>> print(Falsification(()))
    The graph demands no independence of these columns, and nothing else that is tested here.
    """

    checks: tuple[GraphCheck, ...]
    level: float = 0.05
    is_whole: bool = True
    suspects: tuple[Suspect, ...] = ()
    explanations: Explanations = field(default_factory=Explanations)
    rows: int = 0
    seed: int = 0

    def __iter__(self) -> Iterator[GraphCheck]:
        return iter(self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    @property
    def against(self) -> tuple[GraphCheck, ...]:
        """The statements that the data speak against, the clearest first."""
        return tuple(sorted((one for one in self.checks if one.is_against), key=lambda one: one.p_value))

    @property
    def tested(self) -> tuple[GraphCheck, ...]:
        """The statements that were tested."""
        return tuple(one for one in self.checks if one.is_tested)

    @property
    def is_contradicted(self) -> bool:
        """Whether the data speak against anything that the graph demands."""
        return bool(self.against)

    @property
    def headline(self) -> str:
        """What the data say about the graph, in a sentence or three."""
        if not self.checks:
            return "The graph demands no independence of these columns, and nothing else that is tested here."
        tested = len(self.tested)
        if not tested:
            return f"Nothing that the graph says about these data could be tested ({_statements(len(self))})."
        left = "" if tested == len(self) else f"; {len(self) - tested} more could not be tested"
        if self.is_contradicted:
            failed = "the one statement" if tested == 1 else f"{len(self.against)} of {tested} statements"
            said = f"The data speak against {failed} that the graph makes{left}."
            return f"{said} {self.against[0].words}{self._suspected()}"
        stands = "the one statement" if tested == 1 else f"any of the {tested} statements"
        return f"The data do not speak against {stands} that the graph makes{left}. {self._power()}{CAVEAT}"

    def _suspected(self) -> str:
        if not self.suspects:
            return ""
        best = [one for one in self.suspects if len(one.accounts_for) == len(self.suspects[0].accounts_for)]
        first = [one for one in best if {one.cause, one.effect} == {best[0].cause, best[0].effect}]
        named = " or ".join(one.arrow for one in first) + (", or another line," if len(first) < len(best) else "")
        return f" In the drawing, {named} would account for {_what(len(best[0].accounts_for), len(self.against))}."

    def _power(self) -> str:
        blunt = sum(one.is_blunt for one in self.checks)
        if not blunt:
            return ""
        share = "" if blunt == len(self.tested) else f"{blunt} of "
        return f"But {share}these looks would have missed even a correlation of {MEDIUM:.1f}: the data are too few. "

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a statement: its text and kind, verdict, method, units, p-values, strength and what is detectable."""
        import pandas as pd

        shown = ("verdict", "method", "units", "p_value", "adjusted", "strength", "detectable", "reason", "words")
        rows = [
            {"statement": str(one.statement), "kind": one.kind} | {name: getattr(one, name) for name in shown}
            for one in self.checks
        ]
        return pd.DataFrame(rows, columns=["statement", "kind", *shown])

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        further = [f"  {one.words}" for one in self.against[1:]]
        untested = [f"  {one.words}" for one in self.checks if not one.is_tested]
        left = [] if self.is_whole else ["  The graph demands more than is listed here; far pairs were left out."]
        return "\n".join([self.headline, *further, *untested, *left])


def _statements(number: int) -> str:
    return "1 statement" if number == 1 else f"{number} statements"


def _what(number: int, failed: int) -> str:
    if failed <= 2 and number == failed:
        return "it" if failed == 1 else "both"
    return f"all {failed}" if number == failed else f"{number} of the {failed}"
