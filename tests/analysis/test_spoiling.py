from dataclasses import replace

import numpy as np
import pytest

import bayescause as bc
from bayescause.analysis import explaining, spoiling, suspects
from bayescause.analysis.explaining import Explanations
from bayescause.analysis.spoiling import spoilt

GRAPH = bc.CausalGraph.parse("x -> {a b c}")


def common(graph=GRAPH, rows=400):
    """Outcomes of one treatment that share a hidden cause."""
    x, hidden, *noises = np.random.default_rng(1).normal(size=(5, rows))
    return bc.falsify(graph, {"x": x} | {name: x + hidden + one for name, one in zip("abc", noises, strict=True)})


@pytest.fixture(scope="module")
def found():
    return common()


def never(graph):
    return ""


def test_arrows_were_found_that_leave_nothing_spoken_against(found):
    assert len(found.against) == 3
    assert len(found.explanations.whole) == 3
    assert spoilt(GRAPH, found, never) == ()


def test_each_arrow_is_tried_without_a_look_at_every_graph(found):
    looked = []

    def change(graph):
        looked.append(graph)
        return ""

    assert spoilt(GRAPH, found, change) == ()
    assert len(looked) < len(found.explanations.together) / 2
    for (one,) in found.explanations.alone:
        ends, kind = (one.cause, one.effect), "directed" if one.kind == "->" else "bidirected"
        assert any(ends in getattr(graph, kind) for graph in looked)


def test_two_arrows_that_spoil_an_answer_only_together_are_named(found):
    def change(graph):
        return "larger" if {"a", "b"} <= {*graph.parents("c"), *graph.siblings("c")} else ""

    (reason,) = spoilt(GRAPH, found, change)
    assert reason.endswith("With a -> c and b -> c drawn, it would be larger.")


def test_an_answer_is_weak_where_not_all_could_be_tried(found, monkeypatch):
    told = "not all arrows that may be missing could be tried"
    with monkeypatch.context() as patch:
        patch.setattr(spoiling, "MOST_TRIED", 0)
        assert told in spoilt(GRAPH, found, never)[0]
    monkeypatch.setattr(suspects, "MOST_FAILURES", 2)
    monkeypatch.setattr(explaining, "MOST_FAILURES", 2)
    assert told in spoilt(GRAPH, common(), never)[0]


def test_an_answer_is_weak_where_nothing_accounts_for_all(found):
    unexplained = replace(found, explanations=Explanations(found.explanations.leads))
    assert "No missing arrows were found that account for all that fails." in spoilt(GRAPH, unexplained, never)[0]
