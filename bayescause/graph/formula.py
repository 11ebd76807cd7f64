"""A formula is a sum of terms, a term is a product of factors, a factor is a column or a function of one.

This module holds the shape of formulas only. What a factor is worth on data is said in ``bayescause.scm.terms``.
"""

from dataclasses import dataclass, field

from bayescause.notebooks import by_its_words

__all__ = ["FUNCTIONS", "GROUP", "OFFSET", "Factor", "Formula", "Term"]

FUNCTIONS = ("square", "log", "sqrt", "center", "standardize", "spline", "factor")
"""The functions that a formula may use; the grammar is closed."""

OFFSET = "offset"
"""Function around a column, or around a function of one, that is added to the drive as it is: its coefficient is 1."""

GROUP = "group"
"""Function of the factor behind the bar of ``(x | school)``: a column for each level, whose coefficients are pooled."""


@dataclass(frozen=True)
class Factor:
    """One column, or one function of one column.

    Parameters
    ----------
    variable : str
        The column.
    function : str, optional
        One of ``FUNCTIONS``; None for the column itself; ``GROUP`` behind the bar of a pooled term.
    degrees : int, optional
        ``df`` of a spline.
    is_offset : bool
        Whether its coefficient is known to be 1.
    is_centred : bool
        Whether the mean of the column is taken off first, or that of the function where it bends only by its unit, as
        a logarithm does. Not in the grammar of formulas, but in designs: it is written as if nothing were taken off.

    Examples
    --------
    >>> print(Factor("hours", "log", is_offset=True))
    offset(log(hours))
    """

    variable: str
    function: str | None = None
    degrees: int | None = None
    is_offset: bool = False
    is_centred: bool = False

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return f"{OFFSET}({self._column})" if self.is_offset else self._column

    @property
    def _column(self) -> str:
        if self.function in (None, GROUP):
            return self.variable
        options = "" if self.degrees is None else f", df={self.degrees}"
        return f"{self.function}({self.variable}{options})"


@dataclass(frozen=True)
class Term:
    """A product of factors, such as ``qsmk:smokeintensity``; their order means nothing.

    A pooled term is a product with the levels of a group, the last factor: ``(1 | school)`` has no other factor, and
    ``(0 + hours | school)`` has ``hours`` before it. ``(hours | school)`` is both.

    Examples
    --------
    >>> print(Term((Factor("hours"), Factor("school", GROUP))))
    (0 + hours | school)
    """

    factors: tuple[Factor, ...]

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        if self.group is None:
            return self.varying
        return f"(0 + {self.varying} | {self.group})" if self.varying else f"(1 | {self.group})"

    @property
    def group(self) -> str | None:
        """The column whose levels the coefficients are pooled over; None for an ordinary term."""
        last = self.factors[-1]
        return last.variable if last.function == GROUP else None

    @property
    def is_offset(self) -> bool:
        """Whether its coefficient is known to be 1."""
        return any(factor.is_offset for factor in self.factors)

    @property
    def varying(self) -> str:
        """The product before the bar: what has a coefficient for each level; empty for a varying intercept."""
        return ":".join(str(factor) for factor in self.factors if factor.function != GROUP)

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
