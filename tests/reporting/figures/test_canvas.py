import re
from xml.etree import ElementTree as ET

import pytest

from bayescause.reporting.figures.canvas import INKS, Picture, draw, fold
from bayescause.reporting.proof.blocks import Section
from bayescause.reporting.proof.pages import contents


@pytest.fixture(scope="module")
def pictures(promotion, smoking, cannot_tell):
    found = []
    for findings in (promotion(), smoking, cannot_tell):
        parts = contents(findings)
        sections: list[Section] = [s for chapter in parts.chapters for s in chapter.sections] + list(parts.shared)
        found += [block for section in sections for block in section.blocks if isinstance(block, Picture)]
        found += [chapter.dots for chapter in parts.chapters if chapter.dots]
    return [svg for picture in found for svg in (picture.wide, picture.narrow)]


def test_every_picture_is_well_formed_named_and_small(pictures):
    for svg in pictures:
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert len(svg) < 60_000


def test_every_colour_is_the_pages_own(pictures):
    for svg in pictures:
        assert not re.search(r"#[0-9a-fA-F]{6}", svg)
        assert "var(--" in svg


def test_ids_differ_between_pictures_and_widths():
    def paint(sheet):
        sheet.axes.plot([0, 1, 0], marker="o", color=INKS["accent"])

    one, other = draw("one", "One.", paint, height=90), draw("other", "Other.", paint, height=90)
    ids = [
        found for svg in (one.wide, one.narrow, other.wide, other.narrow) for found in re.findall(r' id="([^"]+)"', svg)
    ]
    assert len(ids) == len(set(ids)) > 0


def test_the_same_picture_is_the_same_bytes():
    def paint(sheet):
        sheet.axes.plot([0, 1], color=INKS["accent"])

    assert draw("a", "A.", paint, height=90).wide == draw("a", "A.", paint, height=90).wide


def test_a_hostile_label_stays_text():
    label = "$\\frac{<script>alert(1)</script>&\"'"
    svg = draw("a", label, lambda sheet: sheet.axes.set_xlabel(fold(label, 60)), height=90).wide
    assert "<script" not in svg
    assert ET.fromstring(svg).get("aria-label") == label


def test_a_caption_cannot_bring_in_a_colour_or_an_id():
    svg = draw("a", 'x " id="y" href="#z', lambda sheet: sheet.axes.plot([0, 1], color=INKS["ink"]), height=90).wide
    assert ET.fromstring(svg).get("id") is None
