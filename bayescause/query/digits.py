"""Numbers are printed to the digits that their Monte Carlo error supports, and no further."""

from math import floor, isfinite, log10

__all__ = ["decimals_for_sentence", "decimals_supported", "format_number", "format_probability"]

FIGURES = 4
"""Significant figures of a number without Monte Carlo error."""

SENTENCE_SHARE = 20.0
"""A sentence rounds to about the posterior sd divided by this: finer steps mean nothing to a reader."""

SURE = 0.999
"""A probability beyond this, or below its complement, is printed as a bound."""


def decimals_supported(mcse: float, value: float = 1.0) -> int:
    """Decimals whose last place is at least one Monte Carlo standard error.

    Negative for tens, hundreds, ... Without Monte Carlo error, ``FIGURES`` significant figures of ``value``.

    Examples
    --------
    >>> decimals_supported(0.007), decimals_supported(0.4), decimals_supported(23.0)
    (2, 0, -2)
    """
    if isfinite(mcse) and mcse > 0:
        return floor(-log10(mcse))
    if value == 0 or not isfinite(value):
        return 0
    return FIGURES - 1 - floor(log10(abs(value)))


def decimals_for_sentence(sd: float, mcse: float, value: float = 1.0) -> int:
    """Decimals for a sentence: as few as the posterior sd makes sensible, never more than ``decimals_supported``.

    Examples
    --------
    >>> decimals_for_sentence(0.44, 0.007), decimals_for_sentence(13.0, 0.2)
    (1, 0)
    """
    supported = decimals_supported(mcse, value)
    return min(supported, floor(-log10(sd / SENTENCE_SHARE))) if isfinite(sd) and sd > 0 else supported


def format_number(value: float, decimals: int) -> str:
    """``value`` with that many decimals and thousands separated by commas; never ``-0``.

    Examples
    --------
    >>> format_number(1234.567, 1), format_number(1234.567, -2), format_number(-0.001, 2)
    ('1,234.6', '1,200', '0.00')
    """
    rounded = round(value, decimals) + 0.0
    return f"{rounded:,.{max(0, decimals)}f}"


def format_probability(probability: float) -> str:
    """A probability with its relation sign: ``= 0.93``, ``> 0.999`` or ``< 0.001``.

    Examples
    --------
    >>> format_probability(0.9999), format_probability(0.931), format_probability(0.0)
    ('> 0.999', '= 0.93', '< 0.001')
    """
    if probability > SURE:
        return f"> {SURE}"
    if probability < 1 - SURE:
        return f"< {1 - SURE:.3f}"
    near = probability > 0.99 or probability < 0.01
    return f"= {probability:.3f}" if near else f"= {probability:.2f}"
