"""A formula is a sum of terms, a term is a product of factors, a factor is a column or a function of one.

This module holds the shape of formulas only. What a factor is worth on data is said in ``bayescause.scm.terms``.
"""

from dataclasses import dataclass, field

__all__ = ["FUNCTIONS", "Factor", "Formula", "Term"]

FUNCTIONS = ("square", "log", "sqrt", "center", "standardize", "spline", "factor")
"""The functions that a formula may use; the grammar is closed."""


@dataclass(frozen=True)
class Factor:
    """One column, or one function of one column.

    Parameters
    ----------
    variable : str
        The column.
    function : str, optional
        One of ``FUNCTIONS``; None for the column itself.
    degrees : int, optional
        ``df`` of a spline.
    """

    variable: str
    function: str | None = None
    degrees: int | None = None

    def __str__(self) -> str:
        if self.function is None:
            return self.variable
        options = "" if self.degrees is None else f", df={self.degrees}"
        return f"{self.function}({self.variable}{options})"


@dataclass(frozen=True)
class Term:
    """A product of factors, such as ``qsmk:smokeintensity``; their order means nothing."""

    factors: tuple[Factor, ...]

    def __str__(self) -> str:
        return ":".join(map(str, self.factors))

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns in the term, each once, in order."""
        return tuple(dict.fromkeys(factor.variable for factor in self.factors))


@dataclass(frozen=True)
class Formula:
    """``outcome ~ terms`` with the line on which it stands; no terms for ``outcome ~ 1``."""

    outcome: str
    terms: tuple[Term, ...]
    line: int | None = field(default=None, compare=False)

    @property
    def variables(self) -> tuple[str, ...]:
        """The parents of ``outcome``, each once, in order of appearance."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term.variables))
