"""What a report says where the data contradict the drawing, and where they do not."""

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis.falsifying import falsify
from bayescause.analysis.graph_checks import Falsification
from bayescause.errors import SpecError
from bayescause.reporting.exporting import to_json
from bayescause.reporting.findings import gather
from bayescause.reporting.html import page
from bayescause.reporting.markdown import to_markdown
from bayescause.reporting.proof.graph import LINES, graph_section

RIGHT = """
promo   ~ loyalty + season
traffic ~ promo + season
sales   ~ traffic + promo + loyalty
loyalty <-> season
"""
NO_SEASON = "promo ~ loyalty; traffic ~ promo; sales ~ traffic + promo + loyalty; loyalty <-> season"

TITLE = "What the data say about the graph"


def run(models, tmp_path, edges):
    path = tmp_path / "shop.toml"
    table = (models / "data" / "promotion.csv").as_posix()
    path.write_text(
        f'schema = 1\ntitle = "Does it pay?"\n[data]\nfile = "{table}"\n[graph]\nedges = """{edges}"""\n'
        '[variables]\nsales.label = "takings"\n[[questions]]\nestimand = "ate"\nof = "promo"\non = "sales"\n'
    )
    return bc.run(bc.Study.read(path))


@pytest.fixture(scope="module")
def right(models, tmp_path_factory):
    return run(models, tmp_path_factory.mktemp("right"), RIGHT)


@pytest.fixture(scope="module")
def wrong(models, tmp_path_factory):
    return run(models, tmp_path_factory.mktemp("wrong"), NO_SEASON)


def test_a_run_asks_the_data_and_says_what_they_say(right):
    assert not right.graph.is_contradicted
    assert f"## {TITLE}" in to_markdown(right)
    assert "That proves nothing: other graphs, with other effects, demand the same." in to_markdown(right)
    assert "The drawing." not in to_markdown(right)


def test_a_contradiction_is_told_to_the_owner_in_a_sentence_and_to_the_reviewer_in_a_table(wrong):
    told = to_markdown(wrong)
    owner, reviewer = told.split("## How we know")[0], told.split(f"## {TITLE}")[1]
    assert "**The drawing.** The data contradict what this answer takes for granted: traffic and season" in owner
    assert "have the drawing checked first" in owner
    assert "○ spoken against | < 0.001" in reviewer.replace("&lt;", "<")


def test_the_page_and_the_text_say_the_same(wrong):
    assert TITLE in page(wrong)
    assert "spoken against" in page(wrong)


def test_an_answer_that_rests_on_a_contradiction_is_weak_and_keeps_its_number(wrong):
    effect = wrong.answers[0].effect
    assert wrong.status == effect.status == "weak"
    assert "graph contradicted (" in str(effect)
    assert np.isfinite(float(effect.mean()))


def test_programs_get_every_statement(right, wrong):
    told = to_json(right)["graph_checks"]
    assert [one["verdict"] for one in told["statements"]] == ["not spoken against"] * len(right.graph)
    assert set(told["statements"][0]["variables"]) == {"traffic", "loyalty", "promo", "season"}
    failed = [one for one in to_json(wrong)["graph_checks"]["statements"] if one["verdict"] == "spoken against"]
    assert failed
    assert all(one["suspects"] for one in failed)


def test_without_a_look_there_is_no_section():
    assert graph_section(None) is None
    assert to_json(gather())["graph_checks"] is None


def test_a_graph_that_says_nothing_has_a_section_without_a_table():
    section = graph_section(Falsification(()))
    assert len(section.blocks) == 1


def test_a_long_table_is_cut_and_says_so():
    names = [f"x{place}" for place in range(12)]
    data = dict(zip(names, np.random.default_rng(0).normal(size=(12, 60)), strict=True))
    found = falsify(bc.CausalGraph.parse("; ".join(names)), data)
    (_, table, notes) = graph_section(found).blocks
    assert len(table.rows) == LINES
    assert f"{LINES} of 66 statements are shown." in notes.items


def test_a_report_by_hand_takes_it_and_gives_the_effect_its_check(promotion_posterior, tmp_path):
    question = promotion_posterior.plan.routes[0].query
    effect = bc.estimate(promotion_posterior, bc.AverageEffect(of=question.of[0], on=question.on[0]))
    found = falsify(promotion_posterior.model, promotion_posterior.table)
    told = bc.report(effect, found, to=tmp_path / "page.md").read_text()
    assert TITLE in told
    with pytest.raises(SpecError, match="A report holds one falsification, not 2"):
        bc.report(effect, found, found, to=tmp_path / "page.md")
