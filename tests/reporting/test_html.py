import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from bayescause.reporting.html import page
from bayescause.scm.structural_model import StructuralModel

ATTACK = "</title></style><script>globalThis.harmed=1</script><img src=x onerror=alert(1)>\u202e' \" `${7*7}` {{7*7}}"


class Outline(HTMLParser):
    """Tags, headings and ids of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.attributes = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.ids += [value for name, value in attrs if name == "id"]


@pytest.fixture(scope="module", params=["promotion", "smoking", "cannot_tell", "swapped"])
def written(request):
    findings = request.getfixturevalue(request.param)
    return page(findings() if callable(findings) else findings)


def test_a_page_is_small_alone_and_inert(written):
    assert len(written.encode()) < 1_000_000
    assert "<script" not in written
    assert "default-src &#39;none&#39;" in written or "default-src 'none'" in written
    assert not re.search(r'(src|href)="(?!#)', written)
    assert "url(" not in re.sub(r"url\(#", "", written)


def test_every_heading_is_one_level_below_the_last_at_most(written):
    levels = [int(tag[1]) for tag in Outline(written).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_no_id_is_used_twice_and_every_link_leads_somewhere(written):
    outline = Outline(written)
    assert len(outline.ids) == len(set(outline.ids))
    assert set(re.findall(r'href="#([^"]+)"', written)) <= set(outline.ids)


def test_the_answer_stands_before_everything_else(promotion):
    written = page(promotion())
    places = [written.index(part) for part in ("<h1>", 'class="answer"', 'class="lights"', 'id="how-1"', "<svg")]
    assert places[:2] == sorted(places[:2])
    assert places[2] < places[3]


def test_an_alarm_stands_before_the_answer(promotion):
    written = page(promotion(converged=False))
    assert written.index('role="alert"') < written.index('class="answer"')


def test_a_refusal_shows_no_plain_difference(cannot_tell):
    assert "lain difference" not in page(cannot_tell)
    assert "lain comparison" not in page(cannot_tell)


def test_hostile_words_are_text_wherever_they_stand(promotion):
    findings = promotion()
    answer = findings.answers[0]
    variables = {
        name: replace(one, label=ATTACK + name, unit=ATTACK, levels=(ATTACK, "b") if name == "promo" else ())
        for name, one in findings.model.variables.items()
    }
    decision = replace(
        answer.decision, act=ATTACK, instead=ATTACK, money=ATTACK, leaves_out=ATTACK, recommendation=ATTACK
    )
    hostile = replace(
        findings,
        title=ATTACK * 200,
        unit=ATTACK,
        collected=ATTACK,
        model=StructuralModel(findings.model.graph, variables),
        answers=(replace(answer, decision=decision),),
        warnings=(ATTACK,),
    )
    written = page(hostile)
    outline = Outline(written)
    assert not {"script", "img", "iframe"} & set(outline.tags)
    assert not [name for name in outline.attributes if name.startswith("on")]
    assert "\u202e" not in written
    assert "49" not in re.findall(r"\{\{.{3,5}\}\}|49`", written)
    assert len(written) < 1_000_000


def test_a_weak_answer_links_to_what_weakens_it(smoking):
    weak = replace(smoking.answers[0], effect=replace(smoking.answers[0].effect, status="weak", reasons=("Why.",)))
    said = page(replace(smoking, answers=(weak,)))
    assert 'This answer stands on weak feet. Why: see “<a href="#computed">How it was computed</a>”.' in said
    assert '<section id="computed"' in said
