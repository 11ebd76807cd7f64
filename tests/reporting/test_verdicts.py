import subprocess
import sys

from bayescause.graph.causal_graph import CausalGraph
from bayescause.identification.identify import identify
from bayescause.identification.verdict import CausalQuery
from bayescause.reporting.verdicts import verdict_to_json

KEYS = """schema query status strategy functional latex adjustment_sets front_door_sets instruments hedge assumptions
parametric bounds""".split()


def verdict(text):
    return verdict_to_json(identify(CausalGraph.parse(text), CausalQuery(("x",), ("y",))))


def test_a_verdict_has_the_same_keys_whether_identified_or_not():
    assert set(KEYS) <= set(verdict("x -> y; x <-> y"))
    assert set(KEYS) <= set(verdict("x -> y; z -> {x y}"))


def test_the_empty_adjustment_set_differs_from_none():
    assert verdict("x -> y")["adjustment_sets"] == [[]]
    assert verdict("x -> y; x <-> y")["adjustment_sets"] == []


def test_a_verdict_is_told_without_loading_anything_heavy():
    heavy = ("pymc", "xarray", "matplotlib", "jinja2", "pydantic")
    probe = f"import sys, bayescause.reporting.verdicts; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
