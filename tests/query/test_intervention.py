"""Whatever is done to a variable can be written to a file and to JSON, and is the same when it is read again."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayescause.compilation.conditions import Condition
from bayescause.errors import SpecError
from bayescause.graph.names import escaped
from bayescause.plugins import names
from bayescause.query.estimand import ESTIMANDS
from bayescause.query.estimands.policy_effect import PolicyEffect
from bayescause.query.intervention import INTERVENTIONS, read_intervention, write_intervention
from bayescause.query.keys import written_question
from bayescause.study.plugin_parts import chosen

NUMBERS = st.floats(-1e300, 1e300).map(lambda x: 0.0 if x == 0 else x) | st.integers(-(10**9), 10**9)
ABOVE_ZERO = st.floats(1e-6, 1e6)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=8)
PAIRS = st.tuples(ABOVE_ZERO, ABOVE_ZERO)
LAWS = {
    "normal": st.tuples(NUMBERS, ABOVE_ZERO),
    "uniform": st.tuples(ABOVE_ZERO.map(lambda x: -x), ABOVE_ZERO),
    "gamma": PAIRS,
    "beta": PAIRS,
    "bernoulli": st.tuples(st.floats(0, 1)),
    "poisson": st.tuples(ABOVE_ZERO),
}
COMPARISONS = st.builds(
    lambda column, sign, value: f"{escaped(column)} {sign} {value!r}",
    WORDS,
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    NUMBERS,
) | st.builds(lambda column, level: f"{escaped(column)} == {escaped(level)}", WORDS, WORDS)
CONDITIONS = st.lists(COMPARISONS, min_size=1, max_size=3).map(" and ".join)
DRAWS = st.one_of(
    *(law.map(lambda n, family=family: f"{family}({', '.join(map(repr, n))})") for family, law in LAWS.items())
)
SIMPLE = {"set": NUMBERS | WORDS, "shift": NUMBERS, "scale": ABOVE_ZERO, "draw": DRAWS}


def table(key, values):
    return values.map(lambda value: {key: value})


def rules(branches):
    parts = {"when": CONDITIONS, "then": branches}
    return table("rule", st.fixed_dictionaries(parts, optional={"otherwise": branches}))


ACTIONS = st.recursive(st.one_of(*(table(*pair) for pair in SIMPLE.items())), rules, max_leaves=4)


def toml(value):
    """``value`` as TOML writes it in one line; its texts are those of JSON."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def test_every_intervention_that_there_is_is_tried_here():
    assert {*SIMPLE, "rule"} == set(names(INTERVENTIONS))


@given(ACTIONS)
def test_an_intervention_is_the_same_after_toml_and_after_json(content):
    action = read_intervention(content)
    written = write_intervention(action)
    assert read_intervention(tomllib.loads(f"it = {toml(written)}")["it"]) == action
    assert read_intervention(json.loads(json.dumps(written))) == action


@given(st.dictionaries(WORDS.filter(lambda name: name not in ("x", "y")), ACTIONS, max_size=3), ACTIONS, CONDITIONS)
def test_what_is_done_to_several_variables_of_some_units_is_the_same_after_a_file(also, action, where):
    asked = {"of": "x", "on": "y", "intervention": action, "instead": {"set": 0.1}, "also": also, "where": where}
    try:
        question = PolicyEffect(**asked)
    except SpecError:  # two regimes that are the same
        return
    part = written_question(question)
    text = "[[questions]]\n" + "\n".join(f"{key} = {toml(value)}" for key, value in part.items())
    (read,) = tomllib.loads(text)["questions"]
    assert chosen(ESTIMANDS, "estimand", read, ("questions", 0)) == (question, [])
    assert chosen(ESTIMANDS, "estimand", json.loads(json.dumps(part)), ("questions", 0)) == (question, [])


@given(CONDITIONS)
def test_a_condition_is_the_same_after_it_was_written(text):
    assert Condition.parse(str(Condition.parse(text))) == Condition.parse(text)


@pytest.mark.parametrize(
    "value",
    ["__import__('os').getcwd()", {"set": ["a"]}, {"draw": "normal(3, __import__('os'))"}, {"rule": {"when": "f(x)"}}],
)
def test_code_is_a_text_that_cannot_be_read_or_the_name_of_a_level_and_never_runs(value):
    try:
        found = read_intervention(value)
    except SpecError:
        return
    assert write_intervention(found) == {"set": value}
