"""A noun that prints in words is shown in notebooks by the same words."""

from html import escape

__all__ = ["by_its_words"]


def by_its_words(noun: object) -> str:
    """What ``print`` says of a noun, lines kept and every name escaped: its ``_repr_html_``.

    Examples
    --------
    >>> class Weeks:
    ...     _repr_html_ = by_its_words
    ...     def __str__(self) -> str:
    ...         return "3 < 4"
    >>> Weeks()._repr_html_()
    '<pre style="white-space: pre-wrap">3 &lt; 4</pre>'
    """
    return f'<pre style="white-space: pre-wrap">{escape(str(noun))}</pre>'
