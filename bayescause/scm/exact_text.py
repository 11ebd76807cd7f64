"""A number as text from which exactly that number is read again: what is written to a file must not be rounded."""

__all__ = ["exact_text"]

LONGEST = 1e15
"""Size from which whole numbers are written with an exponent: beyond it not all of them are doubles."""


def exact_text(number: float) -> str:
    """The shortest text that is read as ``number``; whole numbers have no point.

    Examples
    --------
    >>> exact_text(3.0), exact_text(1 / 3), exact_text(1234567.5)
    ('3', '0.3333333333333333', '1234567.5')
    """
    value = float(number)
    return str(int(value)) if value.is_integer() and abs(value) < LONGEST else repr(value)
