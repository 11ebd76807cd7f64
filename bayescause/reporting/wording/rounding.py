"""Numbers are said as a person would say them: about 3½ kg, 133 EUR, 95 in 100, a quarter as much."""

import math
import re

__all__ = [
    "about",
    "between",
    "chance",
    "in_one_notation",
    "in_words",
    "money",
    "number",
    "per_hundred",
    "roughly",
    "step_for",
    "times_as",
]

_FRACTIONS = (
    (0.1, "a tenth"),
    (0.2, "a fifth"),
    (0.25, "a quarter"),
    (1 / 3, "a third"),
    (0.5, "half"),
    (2 / 3, "two thirds"),
    (0.75, "three quarters"),
)

EXACT = 10.0**-6
"""Step of what does not spread: noughts at the end say nothing there."""

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_FAINT = 0.08
"""Multiples below this are said as "hardly counts"."""


def step_for(spread: float, error: float = 0.0) -> float:
    """Step to which a value with posterior sd ``spread`` and Monte Carlo error ``error`` is rounded.

    A power of ten at most half the spread and at least the error.

    Examples
    --------
    >>> step_for(0.44), step_for(12.7), step_for(0.44, error=0.2)
    (0.1, 1.0, 1.0)
    """
    if not (math.isfinite(spread) and spread > 0):
        return EXACT
    step = 10.0 ** math.floor(math.log10(spread / 2))
    while error > step:
        step *= 10
    return float(step)


def number(value: float, step: float) -> str:
    """``value`` rounded to ``step``, with a minus sign that reads as one and halves written as ½.

    Examples
    --------
    >>> number(3.52, 0.1), number(132.9, 1.0), number(13_342, 100.0), number(-0.5, 0.1)
    ('3½', '133', '13,300', '−½')
    """
    places = max(0, -round(math.log10(step)))
    rounded = round(value / step) * step
    text = _digits(abs(rounded), step)
    if places == 1 and text.endswith(".5"):
        text = text[:-2].replace("0", "", 1) + "½" if text == "0.5" else text[:-2] + "½"
    elif places == 1 and text.endswith(".0"):
        text = text[:-2]
    return f"−{text}" if rounded < 0 else text


def about(value: float, step: float, unit: str) -> str:
    """``value`` with its unit: ``3½ kg``; "less than" the step where it would round to nothing.

    Examples
    --------
    >>> about(3.52, 0.1, "kg"), about(0.02, 0.1, "kg")
    ('3½ kg', 'less than 0.1 kg')
    """
    if round(abs(value) / step) == 0:
        return _joined(f"less than {_plain(step, step)}", unit)
    return _joined(number(value, step), unit)


def roughly(said: str) -> str:
    """``said`` with "about" before it, unless it says that it is less than something.

    Examples
    --------
    >>> roughly("3½ kg"), roughly("less than 0.1 kg")
    ('about 3½ kg', 'less than 0.1 kg')
    """
    return said if said.startswith("less than") else f"about {said}"


def between(low: float, high: float, step: float, unit: str) -> str:
    """Two ends with one unit: ``2.8 and 4.2 kg``. Ends keep their decimals, so that they line up.

    Examples
    --------
    >>> between(2.81, 4.22, 0.1, "kg")
    '2.8 and 4.2 kg'
    """
    return _joined(f"{_plain(low, step)} and {_plain(high, step)}", unit)


def chance(probability: float) -> str:
    """A probability as a count of a hundred.

    Examples
    --------
    >>> chance(0.953), chance(0.9991), chance(0.002)
    ('95 in 100', 'more than 99 in 100', 'less than 1 in 100')
    """
    if probability > 0.99:
        return "more than 99 in 100"
    if probability < 0.01:
        return "less than 1 in 100"
    return f"{round(100 * probability)} in 100"


def per_hundred(share: float) -> str:
    """A share of units as a count of a hundred, never rounded to none or all.

    Examples
    --------
    >>> per_hundred(0.512), per_hundred(0.001)
    ('51', 'fewer than 1')
    """
    if 0 < share < 0.005:
        return "fewer than 1"
    if 0.995 < share < 1:
        return "more than 99"
    return str(round(100 * share))


def money(amount: float, currency: str) -> str:
    """An amount to whole units, above a thousand to three digits; to the first digit where it is less than one.

    Examples
    --------
    >>> money(9.8, "EUR"), money(1234.5, "EUR"), money(0.034, "EUR")
    ('10 EUR', '1,230 EUR', '0.03 EUR')
    """
    size = abs(amount)
    if size == 0:
        return _joined("0", currency)
    exponent = math.floor(math.log10(size))
    step = 10.0 ** (exponent if size < 1 else max(0, exponent - 2))
    return _joined(_plain(amount, step), currency)


def times_as(multiple: float) -> str:
    """How many times as much, in words that a comparison can follow.

    Examples
    --------
    >>> times_as(0.24), times_as(1.02), times_as(1.6), times_as(6.3)
    ('a quarter as', 'as', '1.6 times as', 'more than six times as')
    """
    if multiple < _FAINT:
        return "less than a tenth as"
    if multiple < 0.88:
        return min(_FRACTIONS, key=lambda pair: abs(math.log(pair[0] / multiple)))[1] + " as"
    if multiple <= 1.12:
        return "as"
    if multiple < 3:
        return f"{number(multiple, 0.1)} times as"
    return f"more than {in_words(min(math.floor(multiple), 100))} times as"


def in_one_notation(said: str, *beside: str) -> str:
    """``said``, a number of ours with its unit, as a decimal instead of a half where decimals stand ``beside`` it.

    It is for what is said in one sentence, before the user's words are put around it: those stay as they were written.

    Examples
    --------
    >>> in_one_notation("about 2½ kg", "0.9 kg"), in_one_notation("2½ kg", "3½ kg")
    ('about 2.5 kg', '2½ kg')
    """
    if not any(re.search(r"\d\.\d", one) for one in beside):
        return said
    return re.sub(r"^((?:about )?−?)([\d,]*)½", lambda half: f"{half[1]}{half[2] or 0}.5", said)


def in_words(count: int) -> str:
    """A whole number up to twelve as a word, above that in digits.

    Examples
    --------
    >>> in_words(6), in_words(30)
    ('six', '30')
    """
    return _SMALL[count] if 0 <= count < len(_SMALL) else str(count)


def _digits(size: float, step: float) -> str:
    text = f"{size:,.{max(0, -round(math.log10(step)))}f}"
    return text.rstrip("0").rstrip(".") if step == EXACT else text


def _plain(value: float, step: float) -> str:
    rounded = round(value / step) * step
    text = _digits(abs(rounded), step)
    return f"−{text}" if rounded < 0 and float(text.replace(",", "")) != 0 else text


def _joined(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text
