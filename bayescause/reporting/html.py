"""Findings as one HTML file that needs nothing else: no script, no request, every name escaped."""

from functools import cache
from typing import TYPE_CHECKING

from bayescause.reporting.figures.canvas import Picture
from bayescause.reporting.proof.blocks import Bullets, Code, Prose, Table
from bayescause.reporting.proof.pages import Contents, contents
from bayescause.reporting.wording.paragraph import COMPUTED

if TYPE_CHECKING:
    from jinja2 import Environment

    from bayescause.reporting.findings import Findings

__all__ = ["fragment", "page"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Content security policy of the page: it may style itself, and nothing else."""

_KINDS = {Bullets: "bullets", Code: "code", Picture: "picture", Prose: "prose", Table: "table"}


def page(findings: "Findings") -> str:
    """The whole page, under a megabyte, to be opened from disk.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    str
        HTML in UTF-8.
    """
    return _set("page.html.j2", contents(findings))


def fragment(findings: "Findings") -> str:
    """The owner's screen of each answer, for a notebook."""
    return _set("fragment.html.j2", contents(findings))


def _set(template: str, parts: Contents) -> str:
    return _environment().get_template(template).render(contents=parts, policy=POLICY)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup, escape

    def linked(text: str) -> Markup:
        """``text`` with a link wherever it names the section on the computation."""
        return escape(text).replace(f"“{COMPUTED}”", Markup('“<a href="#computed">{}</a>”').format(COMPUTED))

    environment = Environment(
        loader=PackageLoader("bayescause.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: _KINDS[type(block)]
    # pictures are made here, with every label escaped by matplotlib; nothing else is trusted
    environment.filters["drawn"] = Markup
    environment.filters["linked"] = linked
    return environment
