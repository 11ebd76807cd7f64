"""Number needed to treat: how many units have to be treated for one more, or one fewer, to have an outcome.

It is the reciprocal of a difference of chances. Near no difference it passes through infinity, from many treated for
one that gains to many for one that loses, so that its own draws have neither a mean nor an interval that means
anything: both are read off the difference (Altman 1998).
"""

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

from bayescause.arguments import require
from bayescause.calling import names_its_arguments
from bayescause.compilation.contrasts import value_among
from bayescause.compilation.particulars import particulars
from bayescause.compilation.table import Table
from bayescause.errors import DataError
from bayescause.notebooks import by_its_words
from bayescause.query.digits import decimals_for_sentence, format_number
from bayescause.query.estimand import OfNumberNeeded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayescause.query.effect import Effect
    from bayescause.query.estimand import Estimand
    from bayescause.scm.structural_model import StructuralModel

__all__ = ["NumberNeeded", "Reciprocal", "better_of", "better_where", "number_needed", "told_number_needed"]


@dataclass(frozen=True)
class Reciprocal:
    """How many have to be treated for one that gains or loses, at one value of the difference.

    Parameters
    ----------
    number : float
        Infinite where there is no difference.
    direction : str
        ``"benefit"`` or ``"harm"``; ``"more"`` or ``"fewer"`` with the outcome, where nobody said which is good.
    words : str
        ``"NNTB 8"``, to the digits that the spread of the difference leaves.
    """

    number: float
    direction: str
    words: str


@dataclass(frozen=True)
class NumberNeeded:
    """A number needed to treat with its interval.

    Parameters
    ----------
    middle : Reciprocal
        Of the mean difference.
    best, worst : Reciprocal
        Of the ends of the difference's interval, the one that gains most first.
    passes_infinity : bool
        Whether the interval holds no difference: it runs from ``best`` through infinity to ``worst``.
    better : str, optional
        Which direction is good.
    probability : float
        Posterior probability of benefit; of more with the outcome, where nobody said which is good.
    interval_name : str
        ``"89 % ETI"``.

    References
    ----------
    Altman (1998), Confidence intervals for the number needed to treat; Cook and Sackett (1995).

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"pill": [0, 1] * 60, "ill": [1, 0, 0, 0, 1, 0, 1, 1] * 15}
    >>> model = bc.StructuralModel.parse("ill ~ pill", better={"ill": "lower"})
    >>> found = bc.number_needed(bc.ask(model, rows, bc.NumberNeededToTreat(of="pill", on="ill")))
    >>> found.middle.words, found.passes_infinity
    ('NNTB 2', False)
    """

    middle: Reciprocal
    best: Reciprocal
    worst: Reciprocal
    passes_infinity: bool
    better: str | None
    probability: float
    interval_name: str

    @property
    def range(self) -> str:
        """The interval in words.

        Examples
        --------
        >>> best, worst = Reciprocal(8.0, "benefit", "NNTB 8"), Reciprocal(40.0, "harm", "NNTH 40")
        >>> NumberNeeded(best, best, worst, True, "lower", 0.9, "89 % ETI").range
        'NNTB 8 through infinity to NNTH 40'
        """
        if self.passes_infinity:
            return f"{self.best.words} through infinity to {self.worst.words}"
        # One direction alone: from few to many.
        few, many = sorted((self.best, self.worst), key=lambda end: end.number)
        if self.better is None:
            return f"{few.words.split()[0]} to {many.words}"
        return f"{few.words} to {many.words.split()[1]}"

    @property
    def words(self) -> str:
        """The number with its interval: ``NNTB 12 (89 % ETI NNTB 8 to 25)``."""
        return f"{self.middle.words} ({self.interval_name} {self.range})"

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return self.words


@names_its_arguments
def number_needed(effect: "Effect") -> NumberNeeded | None:
    """The number needed to treat that ``effect`` tells; None of other effects, and without draws.

    Parameters
    ----------
    effect : Effect
        Draws of the difference of chances.

    Returns
    -------
    NumberNeeded, optional
        With its interval, from what gains most to what loses most.

    Examples
    --------
    >>> import bayescause as bc
    >>> rows = {"pill": [0, 1] * 60, "ill": [1, 0, 0, 0, 1, 0, 1, 1] * 15}
    >>> model = bc.StructuralModel.parse("ill ~ pill", better={"ill": "lower"})
    >>> number_needed(bc.ask(model, rows, bc.NumberNeededToTreat(of="pill", on="ill"))).middle.words
    'NNTB 2'
    """
    from bayescause.query.effect import EFFECT

    require(effect=(effect, EFFECT))
    question = effect.estimand
    if not isinstance(question, OfNumberNeeded) or effect.draws is None or effect.posterior is None:
        return None
    better, interval = better_of(question, effect.model, effect.posterior.table), effect.interval()
    sign = -1.0 if better == "lower" else 1.0
    gain, spread, error = sign * float(effect.mean()), float(effect.sd()), effect.diagnostics.mcse_mean
    ends = sorted((sign * float(interval.low), sign * float(interval.high)))
    worst, best = (_reciprocal(end, better, spread, error) for end in ends)
    more = float(effect.probability())
    return NumberNeeded(
        _reciprocal(gain, better, spread, error),
        best,
        worst,
        passes_infinity=ends[0] <= 0.0 <= ends[1],
        better=better,
        probability=1 - more if better == "lower" else more,
        interval_name=interval.name,
    )


def told_number_needed(found: NumberNeeded, subject: str, outcome: str, unit: str = "units") -> str:
    """The number in a sentence without its interval: one more or fewer with what, among how many of whom.

    Examples
    --------
    >>> best = Reciprocal(8.0, "benefit", "NNTB 8")
    >>> found = NumberNeeded(best, best, Reciprocal(40.0, "harm", "NNTH 40"), True, "lower", 0.9, "89 % ETI")
    >>> told_number_needed(found, "the drug", "relapse", "people")
    'It is open whether the drug does good or harm'
    """
    is_open = found.passes_infinity
    if is_open:
        what = "raises or lowers the chance of " + outcome if found.better is None else "does good or harm"
        return f"It is open whether {subject} {what}"
    is_more = found.middle.direction == "more"
    if found.better is not None:
        is_more = (found.middle.direction == "benefit") == (found.better == "higher")
    kind = {"benefit": ", which is good", "harm": ", which is harm"}.get(found.middle.direction, "")
    number = found.middle.words.split()[1] if found.better is not None else found.middle.words.split()[0]
    return f"With {subject}, one {'more' if is_more else 'fewer'} in about every {number} {unit} has {outcome}{kind}"


def better_of(question: "Estimand", model: "StructuralModel | None", table: Table | None = None) -> str | None:
    """Which direction of what ``question`` is about is good; None where nobody said so.

    What kind of outcome it is, and which levels it has, ``table`` says where there is one; the model, if it declares
    them, where there is none.
    """
    if model is None or question.on not in model.variables:
        return better_where(question, None)
    outcome = model.variables[question.on]
    if table is None or question.on not in table.kinds:
        return better_where(question, outcome.better, kind=outcome.kind, levels=outcome.levels)
    levels = table.levels.get(question.on, ())
    return better_where(question, outcome.better, kind=table.kinds[question.on], levels=levels)


def better_where(
    question: "Estimand", outcome: str | None, *, kind: str | None = None, levels: "Sequence[str]" = ()
) -> str | None:
    """The same, where ``outcome`` is which direction of the outcome is good, if anybody said so.

    More of the highest level is more of the outcome, more of the lowest is less; what the outcome's direction says of
    a level in between, or of levels without an order, nobody knows.

    Parameters
    ----------
    question : Estimand
    outcome : str, optional
        ``"higher"`` or ``"lower"``.
    kind : str, optional
        Of the outcome.
    levels : sequence of str
        Its levels by name, the reference first.

    Examples
    --------
    >>> from bayescause.query.estimands.number_needed_to_treat import NumberNeededToTreat
    >>> severe = NumberNeededToTreat(of="pill", on="pain", level="severe")
    >>> better_where(severe, "lower", kind="ordinal", levels=("none", "some", "severe"))
    'lower'
    """
    own: str | None = getattr(question, "better", None)
    level = particulars(question).level
    if own is not None or level is None or outcome is None:
        return outcome if own is None and level is None else own
    turned = {"higher": "lower", "lower": "higher"}[outcome]
    return {"highest": outcome, "lowest": turned}.get(_end_of(level, question.on, kind, levels))


def _end_of(level: float | str, name: str, kind: str | None, levels: "Sequence[str]") -> str:
    """Whether ``level`` is the ``"highest"`` or ``"lowest"`` of levels in an order; empty where it is neither."""
    highest = 1 if kind == "binary" else len(levels) - 1
    is_ordered = kind in ("binary", "ordinal") or (kind is None and len(levels) == 2)
    if not is_ordered or highest < 1:
        return ""
    try:
        code = value_among(level, name, kind or "binary", levels)
    except DataError:  # no such level: told where the question is asked
        return ""
    return {0.0: "lowest", float(highest): "highest"}.get(code, "")


def _reciprocal(gain: float, better: str | None, spread: float, error: float) -> Reciprocal:
    direction = ("more", "fewer") if better is None else ("benefit", "harm")
    which = direction[0] if gain >= 0 else direction[1]
    if gain == 0:
        return Reciprocal(float("inf"), which, "infinity")
    number = 1 / abs(gain)
    # A reciprocal moves 1 / gain^2 times as far as what it is of. Two figures say how many, wherever the end lies;
    # tenths of a unit are as fine as anybody counts.
    stretch = number**2
    fine = decimals_for_sentence(spread * stretch, error * stretch, number)
    said = format_number(number, min(1, max(fine, 1 - floor(log10(number)))))
    said = said.removesuffix(".0")
    told = {"benefit": f"NNTB {said}", "harm": f"NNTH {said}"}
    return Reciprocal(number, which, told.get(which, f"{said} for one {which}"))
