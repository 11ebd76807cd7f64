"""Findings as Markdown: the same words and tables as the page, without its pictures."""

import re
from functools import cache
from typing import TYPE_CHECKING

from bayescause.reporting.figures.canvas import Picture
from bayescause.reporting.proof.blocks import Block, Bullets, Code, Prose, Section, Table
from bayescause.reporting.proof.pages import Chapter, contents

if TYPE_CHECKING:
    from bayescause.reporting.findings import Findings

__all__ = ["escaped", "to_markdown"]


def to_markdown(findings: "Findings") -> str:
    """``findings`` as CommonMark with tables; names cannot turn into markup or HTML."""
    parts = contents(findings)
    lines = [f"# {escaped(parts.title)}", ""]
    for place, chapter in enumerate(parts.chapters):
        if place:
            lines += [f"## {escaped(chapter.heading)}", ""]
        lines += _screen(chapter)
    for chapter in parts.chapters:
        lines += [f"## How we know: {escaped(chapter.heading)}", ""]
        for section in chapter.sections:
            lines += _section(section, "###")
    for section in parts.shared:
        lines += _section(section, "##")
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    r"""``text`` with every sign that Markdown or HTML would read as its own escaped.

    Examples
    --------
    >>> escaped("<b> a_b [x](y)")
    '&lt;b&gt; a\\_b \\[x\\](y)'
    """
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = re.sub(r"([\\`*_\[\]|#~$])", r"\\\1", safe)
    return re.sub(r"^(\s*\d*)([-+.)])(\s)", r"\1\\\2\3", safe)


def _screen(chapter: Chapter) -> list[str]:
    screen = chapter.screen
    lines = [f"> **{escaped(screen.alarm)}**", ""] if screen.alarm else []
    lines += [f"**{escaped(screen.answer)}**" + (f" {escaped(screen.span)}" if screen.span else ""), ""]
    for paragraph in screen.paragraphs:
        lead = f"**{escaped(paragraph.lead)}** " if paragraph.lead else ""
        strong = f" **{escaped(paragraph.strong)}**" if paragraph.strong else ""
        rest = f" {escaped(paragraph.rest)}" if paragraph.rest else ""
        aside = f" *{escaped(paragraph.aside)}*" if paragraph.aside else ""
        lines += [f"{lead}{escaped(paragraph.text)}{strong}{rest}{aside}", ""]
    if screen.remedies:
        lines += ["**What would settle it, cheapest first**", ""]
        lines += [f"{place}. {escaped(remedy)}" for place, remedy in enumerate(screen.remedies, start=1)]
        lines += ["", escaped(screen.closing), ""]
    lines += [f"- {light.sign} {escaped(light.name)}: {escaped(light.words)}" for light in screen.lights]
    return [*lines, "", escaped(screen.footing), ""]


def _section(section: Section, mark: str) -> list[str]:
    lines = [f"{mark} {escaped(section.title)}", ""]
    for block in section.blocks:
        lines += [*_block(block), ""]
    return lines


@cache
def _bar(columns: int) -> str:
    return "|" + " --- |" * columns


def _block(block: Block) -> list[str]:
    match block:
        case Prose(text):
            return [escaped(text)]
        case Bullets(items, is_numbered):
            return [
                f"{f'{place}.' if is_numbered else '-'} {escaped(item)}" for place, item in enumerate(items, start=1)
            ]
        case Code(label, text):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
            return [f"{escaped(label)}:", "", f"{fence}text", text, fence]
        case Table(caption, head, rows):
            cells = [f"| {' | '.join(map(escaped, row))} |" for row in (head, *rows)]
            return [f"*{escaped(caption)}*", "", cells[0], _bar(len(head)), *cells[1:]]
        case Picture(caption=caption):
            return [f"*Picture: {escaped(caption)}*"]
