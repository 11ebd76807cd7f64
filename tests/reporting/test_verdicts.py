import subprocess
import sys

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery
from bayescause.reporting.verdicts import verdict_to_json

KEYS = """schema query status strategy functional latex adjustment_sets front_door_sets instruments hedge assumptions
parametric bounds optimal_set no_optimal_set notes""".split()


def verdict(text):
    return verdict_to_json(identify(CausalGraph.parse(text), CausalQuery(("x",), ("y",))))


def test_a_verdict_has_the_same_keys_whether_identified_or_not():
    assert set(KEYS) <= set(verdict("x -> y; x <-> y"))
    assert set(KEYS) <= set(verdict("x -> y; z -> {x y}"))


def test_the_empty_adjustment_set_differs_from_none():
    assert verdict("x -> y")["adjustment_sets"] == [[]]
    assert verdict("x -> y; x <-> y")["adjustment_sets"] == []


def test_front_door_sets_are_listed_whatever_the_strategy():
    assert verdict("x -> m -> y; x <-> y")["front_door_sets"] == [["m"]]
    told = verdict("x -> m -> y; z -> {x y}")
    assert (told["strategy"], told["front_door_sets"]) == ("truncated_factorization", [["m"]])


def test_an_instrument_fills_the_parametric_field():
    told = verdict("w -> {z y}; z -> x -> y; x <-> y")
    assert told["status"] == "not_identified"
    assert told["instruments"] == [{"instrument": "z", "given": ["w"]}]
    assert told["parametric"]["strategy"] == "instrument"
    assert told["parametric"]["assumptions"][0] == "linear"


def test_the_most_precise_set_is_listed_or_its_absence_explained():
    assert verdict("x -> y; w -> y")["optimal_set"] == ["w"]
    assert "`y` and `w` share" in verdict("x -> y; w <-> y")["no_optimal_set"]


def test_a_verdict_is_told_without_loading_anything_heavy():
    heavy = ("pymc", "xarray", "matplotlib", "jinja2", "pydantic")
    probe = f"import sys, bayescause.reporting.verdicts; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
