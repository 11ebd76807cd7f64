import json

import pytest

from bayescause.graph.causal_graph import CausalGraph
from bayescause.graph.separation import separated
from bayescause.identification.adjustment import (
    direct_adjustment_sets,
    is_adjustment_set,
    minimal_adjustment_sets,
    why_not,
)
from bayescause.identification.general import find_hedge, functional_of
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery
from bayescause.reporting.verdicts import verdict_to_json

pytestmark = pytest.mark.filterwarnings("ignore::bayescause.errors.GraphWarning")


@pytest.fixture(scope="module")
def cases(reference_data):
    return json.loads((reference_data / "identification" / "cases.json").read_text(encoding="utf-8"))["cases"]


def graph_of(case):
    parts = case["graph"]
    arrows = (tuple(map(tuple, parts[kind])) for kind in ("directed", "bidirected"))
    return CausalGraph(tuple(parts["nodes"]), *arrows, latent=frozenset(parts["latent"]))


def effects(cases):
    return [case for case in cases if case["kind"] == "effect"]


def as_sets(listed):
    return sorted(sorted(names) for names in listed)


def test_separations_are_those_that_were_published(cases):
    judged = [(case, each) for case in cases for each in case["expected"].get("judgements", [])]
    assert len(judged) > 20
    for case, each in judged:
        assert separated(graph_of(case), each["x"], each["y"], each["given"]) == each["independent"], case["id"]


def test_effects_are_identified_where_that_was_published(cases):
    for case in effects(cases):
        question = (graph_of(case), case["treatment"], case["outcome"], case["given"])
        assert (find_hedge(*question) is None) == case["expected"]["identifiable"], case["id"]
        assert (functional_of(*question) is not None) == case["expected"]["identifiable"], case["id"]


def test_verdicts_agree_with_what_was_published(cases):
    for case in effects(cases):
        if case["given"] or case.get("required_covariates") or case.get("excluded_covariates"):
            continue
        verdict = identify(graph_of(case), CausalQuery(tuple(case["treatment"]), tuple(case["outcome"])))
        assert verdict.is_identified == case["expected"]["identifiable"], case["id"]
        listed = verdict.adjustment_sets if verdict.is_identified else ()
        assert as_sets(listed) == as_sets(case["expected"]["minimal_adjustment_sets"]), case["id"]


def test_front_door_sets_are_those_that_were_published(cases):
    listed = [case for case in effects(cases) if "front_door_sets" in case["expected"]]
    assert len(listed) == 9
    for case in listed:
        verdict = identify(graph_of(case), CausalQuery(tuple(case["treatment"]), tuple(case["outcome"])))
        assert as_sets(verdict.front_door_sets) == as_sets(case["expected"]["front_door_sets"]), case["id"]


def test_instruments_are_those_that_were_published(cases):
    listed = [case for case in effects(cases) if "instruments" in case["expected"]]
    assert len(listed) == 4
    for case in listed:
        verdict = identify(graph_of(case), CausalQuery(tuple(case["treatment"]), tuple(case["outcome"])))
        found = [{"instrument": each.instrument, "given": list(each.given)} for each in verdict.instruments]
        assert found == case["expected"]["instruments"], case["id"]
        assert verdict.is_identified or bool(verdict.parametric) == bool(found), case["id"]


def test_minimal_sets_are_those_that_were_published(cases):
    listed = [case for case in effects(cases) if case["expected"].get("minimal_adjustment_sets") is not None]
    for case in listed:
        bounds = {"required": case.get("required_covariates", ()), "excluded": case.get("excluded_covariates", ())}
        found = minimal_adjustment_sets(graph_of(case), case["treatment"], case["outcome"], **bounds)
        assert as_sets(found) == as_sets(case["expected"]["minimal_adjustment_sets"]), case["id"]


def test_good_controls_are_accepted_and_bad_ones_refused(cases):
    for case in effects(cases):
        question = (graph_of(case), case["treatment"], case["outcome"])
        for good in case["expected"].get("valid_adjustment_sets", []):
            assert why_not(*question, good) is None, case["id"]
        for bad in case["expected"].get("invalid_adjustment_sets", []):
            assert not is_adjustment_set(*question, bad), case["id"]


def test_every_verdict_can_be_told_and_written_for_programs(cases):
    for case in effects(cases):
        question = CausalQuery(*(tuple(case[key]) for key in ("treatment", "outcome")))
        verdict = identify(graph_of(case), question)
        assert str(verdict)
        assert json.dumps(verdict_to_json(verdict))


def test_direct_effects_have_the_sets_that_were_published(cases):
    for case in cases:
        if case["kind"] == "direct_effect":
            found = direct_adjustment_sets(graph_of(case), case["treatment"][0], case["outcome"][0])
            assert as_sets(found) == as_sets(case["expected"]["minimal_adjustment_sets"])
            query = CausalQuery(tuple(case["treatment"]), tuple(case["outcome"]), kind="direct")
            assert as_sets(identify(graph_of(case), query).adjustment_sets) == as_sets(found), case["id"]
