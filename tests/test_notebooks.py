"""What prints in words is shown in a notebook by the same words, and every name in it is escaped."""

import inspect
from html import escape
from importlib import import_module
from pkgutil import walk_packages

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
        "interval": effect.interval(),
        "decomposition": bc.decompose(bc.ask(MODEL, ROWS, bc.NaturalIndirectEffect(of="x", on="y", through=("z",)))),
        "implications": bc.implications(MODEL.graph),
        "overlap": bc.slice_by(effect, ["a<b>"]).slices[0].overlap,
    }


def test_each_noun_is_shown_by_its_own_words(nouns):
    for noun in nouns.values():
        assert noun._repr_html_() == f'<pre style="white-space: pre-wrap">{escape(str(noun))}</pre>'
    assert "<it>" not in nouns["decision"]._repr_html_()
    assert "&lt;it&gt;" in nouns["decision"]._repr_html_()


def _nouns():
    for module in walk_packages(bc.__path__, "bayescause."):
        if "__main__" not in module.name:
            found = inspect.getmembers(import_module(module.name), inspect.isclass)
            yield from (one for _, one in found if one.__module__ == module.name)


def test_every_class_that_prints_in_words_is_shown_by_them():
    printing = [one for one in _nouns() if "__str__" in vars(one)]
    assert {"Effect", "Interval", "Bounds", "UnitCounts"} <= {one.__name__ for one in printing}
    assert [one.__name__ for one in printing if not hasattr(one, "_repr_html_")] == []
