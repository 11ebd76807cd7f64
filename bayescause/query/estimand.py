"""An estimand is a question about an effect: of what, on what, between which two levels, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, runtime_checkable

from bayescause.arguments import is_number, several, shown
from bayescause.compilation.particulars import particulars
from bayescause.errors import SpecError
from bayescause.identification.verdict import CausalQuery
from bayescause.inference.telling import Tell, silent
from bayescause.surface import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt
    import xarray as xr

    from bayescause.compilation.plan import Route
    from bayescause.compilation.table import Table
    from bayescause.inference.posterior import Posterior
    from bayescause.query.bounds import Bounds
    from bayescause.query.effect import Effect
    from bayescause.query.regimes import Regime
    from bayescause.scm.mechanism import FloatArray

__all__ = [
    "ESTIMANDS",
    "LEVELS",
    "POPULATIONS",
    "Answering",
    "Assigning",
    "Assuming",
    "Choosing",
    "Doubting",
    "Estimand",
    "OfChance",
    "OfNumberNeeded",
    "OfUnits",
    "Ranging",
    "Scale",
    "check_question",
    "is_level",
    "is_of_chance",
]

ESTIMANDS = "bayescause.query.estimands"
"""The plug-in folder of estimands."""

POPULATIONS = ("superpopulation", "sample")
"""``superpopulation``: the rows are draws from a larger population. ``sample``: these rows and no others."""

type Scale = Literal["difference", "ratio", "probability", "level"]
"""How words and JSON speak of an estimand: by how much more, how many times as much, how probable, or how much."""


class Estimand(Protocol):
    """What a file in ``bayescause/query/estimands/`` has to offer.

    A plug-in is one frozen dataclass whose fields are the keys of ``[[questions]]`` in a model file. These members are
    all that it needs; what it may say besides (a contrast, effect modifiers, a coupling, ...) are the fields of
    ``bayescause.compilation.particulars.Particulars``, and what it may be asked besides are the protocols below.
    """

    short: ClassVar[str]
    """Name in files and JSON: ``"ate"``."""

    @property
    def name(self) -> str:
        """Name in sentences: ``"average effect"``."""
        ...

    @property
    def of(self) -> str:
        """Treatment."""
        ...

    @property
    def on(self) -> str:
        """Outcome."""
        ...

    @property
    def scale(self) -> Scale:
        """What kind of number it is."""
        ...

    @property
    def null(self) -> float:
        """Value of no effect: 0, or 1 for ratios."""
        ...

    @property
    def population(self) -> str:
        """One of ``POPULATIONS``."""
        ...

    @property
    def where(self) -> str | None:
        """Condition that selects the units."""
        ...

    @property
    def worthwhile(self) -> float | None:
        """Smallest effect that matters, in the unit of the outcome."""
        ...

    @property
    def is_average(self) -> bool:
        """Whether it averages the effects of units over rows, so that its truth is known given the parameters."""
        ...

    @property
    def query(self) -> CausalQuery:
        """The identification question inside."""
        ...

    def evaluate(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> xr.DataArray:
        """Draws of the estimand, dims (chain, draw, ...), in the unit of the outcome; ``tell`` hears how far it is."""
        ...


@runtime_checkable
class Answering(Protocol):
    """An estimand whose answer takes more than draws: that can be refused by what the draws say, for one."""

    def answered(self, posterior: Posterior, route: Route, *, tell: Tell = silent) -> Effect:
        """The effect; ``tell`` hears how far its draws are."""
        ...


@runtime_checkable
class OfUnits(Protocol):
    """An estimand that has draws for each unit, beyond what its covariates tell."""

    def by_unit(
        self, posterior: Posterior, route: Route, rows: npt.NDArray[np.intp]
    ) -> Iterator[tuple[npt.NDArray[np.intp], FloatArray]]:
        """Draws of the units in ``rows``, in blocks: (row numbers, draws with dims (sample, row))."""
        ...


@runtime_checkable
class Ranging(Protocol):
    """An estimand that rests on a coupling, and knows what is left without it."""

    def bounds(self, posterior: Posterior) -> Bounds:
        """Draws of the range under any coupling, dims (chain, draw)."""
        ...


@runtime_checkable
class Doubting(Protocol):
    """An estimand that knows itself what weakens its answer."""

    def doubts(self, posterior: Posterior) -> tuple[str, ...]:
        """What speaks against the answer, a sentence each."""
        ...


@runtime_checkable
class Assuming(Protocol):
    """An estimand whose meaning depends on the data, and is told with what was assumed."""

    def assumes(self, posterior: Posterior) -> tuple[str, ...]:
        """What it takes for granted, in words."""
        ...


@runtime_checkable
class Choosing(Protocol):
    """An estimand that some routes cannot answer that answer others, for a reason of its own."""

    def obstacle(self, route: Route) -> str | None:
        """Why it cannot be answered by ``route``, as a sentence; None if it can."""
        ...


@runtime_checkable
class OfChance(Protocol):
    """An estimand about chances, whatever the unit of the outcome is."""

    is_chance: ClassVar[bool]


@runtime_checkable
class OfNumberNeeded(Protocol):
    """An estimand whose draws are differences of chances, and that is told as their reciprocal."""

    is_number_needed: ClassVar[bool]


@runtime_checkable
class Assigning(Protocol):
    """An estimand that gives values to units, instead of comparing two levels."""

    def regimes(self, table: Table) -> tuple[Regime, ...]:
        """The regimes under which it looks at the units of ``table``."""
        ...


def is_of_chance(question: Estimand) -> bool:
    """Whether ``question`` is about a chance, whatever the unit of the outcome is.

    Examples
    --------
    >>> from bayescause.query.estimands.average_effect import AverageEffect
    >>> is_of_chance(AverageEffect(of="price", on="way", level="bus")), is_of_chance(AverageEffect(of="x", on="y"))
    (True, False)
    """
    return isinstance(question, OfChance) or particulars(question).level is not None


class _Keyed(Protocol):
    """The keys that every question has."""

    @property
    def of(self) -> str: ...

    @property
    def on(self) -> str: ...

    @property
    def population(self) -> str: ...

    @property
    def worthwhile(self) -> float | None: ...


def check_question(estimand: _Keyed) -> None:
    """Refuse a question that makes no sense whatever the graph and the data are.

    Raises
    ------
    SpecError
        If treatment and outcome are the same variable, the contrast is not of two levels that differ, the population is
        unknown, the smallest worthwhile effect is negative, or a line to count above or a level is no such thing.
    """
    # Only what is checked here is looked at: what is told of a question may need keys that are not checked yet.
    contrast, count_above, level = (getattr(estimand, name, None) for name in ("contrast", "count_above", "level"))
    faults = []
    if estimand.of == estimand.on:
        faults.append(f"{estimand.of!r} is both treatment and outcome. Name two variables.")
    if contrast is not None:
        faults += _contrast_faults(estimand.of, contrast)
    if estimand.population not in POPULATIONS:
        known = " or ".join(map(repr, POPULATIONS))
        faults.append(f"population is {estimand.population!r}. Write {known}.")
    worthwhile = estimand.worthwhile
    if worthwhile is not None and not (is_number(worthwhile) and worthwhile >= 0):
        faults.append(f"worthwhile is {shown(worthwhile)}; it is the size of an effect. Write 0 or more.")
    if count_above is not None and not is_level(count_above):
        faults.append(f"count_above is {shown(count_above)}. Write a number of the outcome's unit, or a level's name.")
    if level is not None and not is_level(level):
        faults.append(f"level is {shown(level)}. Write a value of the outcome, or the name of one of its levels.")
    SpecError.raise_if(faults)


def is_level(value: object) -> bool:
    """Whether ``value`` may be a level: a text, or a finite number.

    Examples
    --------
    >>> is_level("no"), is_level(2.5), is_level(float("nan")), is_level(None)
    (True, True, False, False)
    """
    return isinstance(value, str | bool) or is_number(value)


LEVELS = several("a list of finite numbers or of names of levels", is_level)


def _contrast_faults(of: str, contrast: object) -> Iterator[str]:
    if isinstance(contrast, str) or not isinstance(contrast, Sequence) or len(contrast) != 2:
        yield f"The contrast of {of!r} is {shown(contrast)}. Name two levels, the reference first: {literal((0, 1))}."
    elif not all(map(is_level, contrast)):
        yield f"The contrast of {of!r} is {shown(contrast)}. A level is a finite number, or the name of a level."
    elif contrast[0] == contrast[1]:
        yield f"The contrast of {of!r} compares {shown(contrast[0])} with itself. Name two levels."
