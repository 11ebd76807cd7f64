"""What prints in words is shown in a notebook by the same words, and every name in it is escaped."""

from html import escape

import pytest

import bayescause as bc

MODEL = bc.StructuralModel.parse('x -> z; y ~ x + z + "a<b>"')
ROWS = {"x": [0, 1] * 20, "z": [0.0, 1.0, 1.5, 0.5] * 10, "a<b>": [1.0, 2.0, 4.0, 3.0, 5.0] * 8}
ROWS["y"] = [float(i % 7 + i % 2) for i in range(40)]


@pytest.fixture(scope="module")
def nouns():
    question = bc.AverageEffect(of="x", on="y")
    effect = bc.ask(MODEL, ROWS, question)
    return {
        "model": MODEL,
        "graph": MODEL.graph,
        "table": bc.tabulate(MODEL, ROWS),
        "plan": bc.plan(MODEL, [question]),
        "verdict": effect.verdict,
        "posterior": effect.posterior,
        "effect": effect,
        "slices": bc.slice_by(effect, ["a<b>"]),
        "sensitivity": bc.sensitivity(effect),
        "decision": bc.decide(effect, act="do <it>", instead="leave it", gain=1.0),
        "predictive checks": bc.check_predictive(effect.posterior),
        "falsification": bc.falsify(MODEL, ROWS),
        "prior share": bc.prior_share(effect),
        "concordance": bc.concordance(effect),
        "study": bc.Study.read("promotion"),
    }


def test_each_noun_is_shown_by_its_own_words(nouns):
    for noun in nouns.values():
        assert noun._repr_html_() == f'<pre style="white-space: pre-wrap">{escape(str(noun))}</pre>'
    assert "<it>" not in nouns["decision"]._repr_html_()
    assert "&lt;it&gt;" in nouns["decision"]._repr_html_()
