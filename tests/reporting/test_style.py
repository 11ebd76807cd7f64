import re
from pathlib import Path

import pytest

import bayescause.reporting
from bayescause.reporting.figures.canvas import INKS

STYLE = (Path(bayescause.reporting.__file__).parent / "templates" / "style.css.j2").read_text(encoding="utf-8")
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in STYLE.split("@media")[:2])
TEXT = "ink muted accent alarm orange green".split()


def luminance(color):
    """Relative luminance, WCAG 2.2."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
@pytest.mark.parametrize("ink", TEXT)
def test_text_and_pictures_can_be_read_in_both_schemes(scheme, ground, ink):
    assert contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_alarm_and_the_text_on_shaded_parts_of_pictures_can_be_read(scheme):
    assert contrast(scheme["alarm"], scheme["alarm-wash"]) >= 4.5
    assert contrast(scheme["ink"], scheme["soft"]) >= 4.5


def test_every_ink_of_the_pictures_is_a_colour_of_the_page():
    assert set(INKS) <= set(LIGHT)
    assert set(INKS) <= set(DARK) | set(LIGHT)
