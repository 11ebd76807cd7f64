"""A paragraph of the owner's page: a run-in heading, what is said, and what of it is said loudly."""

from dataclasses import dataclass

from bayescause.notebooks import by_its_words

__all__ = ["COMPUTED", "Light", "Paragraph"]

COMPUTED = "How it was computed"
"""Title of the section that says what weakens an answer, which paragraphs name in curly quotes."""


@dataclass(frozen=True)
class Paragraph:
    """``lead`` in bold, ``text``, then ``strong`` in bold and ``rest``; ``aside`` in italics at the end."""

    lead: str
    text: str
    strong: str = ""
    rest: str = ""
    aside: str = ""

    _repr_html_ = by_its_words

    def __str__(self) -> str:
        return " ".join(part for part in (self.lead, self.text, self.strong, self.rest, self.aside) if part)


@dataclass(frozen=True)
class Light:
    """The state of one thing the answer rests on.

    Parameters
    ----------
    name : str
    state : str
        ``"good"``, ``"partly"`` or ``"open"``.
    words : str
    """

    name: str
    state: str
    words: str

    @property
    def sign(self) -> str:
        """A filled, half or empty disc, so that it reads without colour."""
        return {"good": "●", "partly": "◐", "open": "○"}[self.state]
