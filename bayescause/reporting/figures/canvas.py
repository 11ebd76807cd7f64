"""A picture is one drawing at two widths, as SVG whose colours are the page's own and whose text is text."""

import io
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from bayescause.reporting.wording.cleaning import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["INKS", "Picture", "Sheet", "draw", "fold"]

INKS: Mapping[str, str] = {
    "ink": "#010101",
    "muted": "#010102",
    "rule": "#010103",
    "accent": "#010104",
    "soft": "#010105",
    "paper": "#010106",
    "alarm": "#010107",
    "blue": "#010108",
    "orange": "#010109",
    "green": "#01010a",
}
"""Stand-in colours, exchanged for the page's CSS variables (``var(--ink)``) once the drawing is text."""

WIDE, NARROW = 680, 350
"""Widths in CSS pixels: the column of a desk's screen, and of a phone's."""

FONT = 13
"""Size of the text in CSS pixels, the same at both widths."""

type Painter = Callable[["Sheet"], None]


@dataclass(frozen=True, eq=False)
class Picture:
    """One drawing with a sentence that says what it shows here; it is painted when it is asked for.

    Parameters
    ----------
    name : str
        What it is called on the page; part of every id inside.
    caption : str
        Also its text alternative.
    paint : callable
        Gets a ``Sheet`` and paints on it with the colours of ``INKS``.
    height, narrow_height : int
        In CSS pixels.
    """

    name: str
    caption: str
    paint: Painter
    height: int
    narrow_height: int

    @property
    def wide(self) -> str:
        """As an SVG element for screens above 620 CSS pixels."""
        return _render(f"{self.name}-wide", self.caption, self.paint, WIDE, self.height)

    @property
    def narrow(self) -> str:
        """As an SVG element for phones."""
        return _render(f"{self.name}-narrow", self.caption, self.paint, NARROW, self.narrow_height)


@dataclass(frozen=True, eq=False)
class Sheet:
    """Where a painter paints: a figure, one pair of axes, and whether there is little room."""

    figure: "Figure"
    axes: "Axes"
    width: int
    height: int

    @property
    def is_narrow(self) -> bool:
        """Whether the drawing is for a phone."""
        return self.width == NARROW


def draw(name: str, caption: str, paint: Painter, *, height: int, narrow_height: int | None = None) -> Picture:
    """The same drawing at both widths.

    Parameters
    ----------
    name, caption : str
        See ``Picture``.
    paint : callable
        Gets a ``Sheet`` and paints on it with the colours of ``INKS``.
    height, narrow_height : int
        In CSS pixels.

    Examples
    --------
    >>> picture = draw("line", "A line.", lambda sheet: sheet.axes.plot([0, 1], color=INKS["accent"]), height=90)
    >>> "var(--accent)" in picture.wide
    True
    """
    return Picture(name, caption, paint, height, narrow_height or height)


def fold(text: str, width: int = 22, lines: int = 3) -> str:
    r"""Break a label of the user's into at most ``lines`` lines of about ``width`` signs.

    Examples
    --------
    >>> fold("customers who came before", 12)
    'customers\nwho came\nbefore'
    """
    import textwrap

    folded = textwrap.wrap(clean(text, width * lines), width, max_lines=lines, placeholder="…")
    return "\n".join(folded) or "·"


def _render(name: str, caption: str, paint: Painter, width: int, height: int) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_settings(name)), warnings.catch_warnings():
        # a script that matplotlib's own font lacks is still drawn by the reader's fonts
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(width / 72, height / 72), layout="constrained")
        figure.get_layout_engine().set(w_pad=2 / 72, h_pad=4 / 72)  # type: ignore[union-attr,call-arg]
        axes = figure.add_subplot()
        paint(Sheet(figure, axes, width, height))
        page = io.StringIO()
        metadata: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(page, format="svg", transparent=True, metadata=metadata)
    return _slim(page.getvalue(), name, caption, width, height)


def _settings(name: str) -> dict[Any, Any]:
    from matplotlib.rcsetup import cycler

    muted, ink = INKS["muted"], INKS["ink"]
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "text.parse_math": False,
        "font.size": FONT,
        "axes.labelsize": FONT,
        "xtick.labelsize": FONT - 1,
        "ytick.labelsize": FONT - 1,
        "text.color": ink,
        "axes.labelcolor": muted,
        "axes.edgecolor": INKS["rule"],
        "lines.color": ink,
        "axes.prop_cycle": cycler(color=[ink]),
        "xtick.color": INKS["rule"],
        "ytick.color": INKS["rule"],
        "xtick.labelcolor": muted,
        "ytick.labelcolor": muted,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.linewidth": 1,
        "ytick.major.size": 0,
        "lines.linewidth": 1.8,
        "path.simplify": True,
        "path.simplify_threshold": 0.5,
        "axes.unicode_minus": True,
        "axes.formatter.useoffset": False,
    }


def _slim(svg: str, name: str, caption: str, width: int, height: int) -> str:
    """Keep the drawing, drop the wrapping: no prolog, no style sheet, no id that nothing refers to."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<svg[^>]*>", "", body, count=1)
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = body.replace("xlink:href", "href")
    wanted = set(re.findall(r'href="#([^"]+)"', body)) | set(re.findall(r"url\(#([^)]+)\)", body))
    body = re.sub(r' id="([^"]*)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in wanted else "", body)
    body = re.sub(r'href="#|url\(#', lambda found: found[0] + name + "-", body)
    body = re.sub(r"font-family: [^;\"]*(; )?", "", body)
    body = re.sub(r"(\d+\.\d\d)\d+", r"\1", body)
    body = re.sub(r"font: (?:[a-z]+ |\d+ )*(\d+(?:\.\d+)?px) [^;\"]*", r"font-size: \1", body)
    body = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", body)
    body = re.sub(r"<g>\s*<path d=\"[^\"]*\" style=\"fill: none\"/>\s*</g>", "", body)
    body = re.sub(r"<defs>\s*</defs>|\s*\n\s*", " ", body)
    for ink, stand_in in INKS.items():
        body = body.replace(stand_in, f"var(--{ink})")
    said = escape(caption, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>{said}</title>{body}"
    )
